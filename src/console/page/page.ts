import type { Html } from './html';

export interface Page {
  title: string;
  /** Which entry of the navigation this page belongs to. */
  section?: string;
  body: Html;
}
