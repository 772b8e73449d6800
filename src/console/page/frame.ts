/** What every page needs to know beside its own subject. */
export interface Frame {
  /** Where the console is mounted, such as `/console`: links begin with it. */
  base: string;
  /** Null on the page that signs in. */
  operatorName: string | null;
  /** Goes into every form, and comes back with it. */
  csrfToken: string;
}

export function basePath({ globalPrefix }: { globalPrefix: string }): string {
  return globalPrefix === '' ? '/console' : `/${globalPrefix}/console`;
}
