import type { Switches } from './behaviour';
import type { Clock } from './clock';
import type { Store } from './store';

export const BUSINESS_ID = 'bus_sandbox';
export const BRAND_ID = 'bus_sandbox';
export const MERCHANT_NAME = 'Sandbox Merchant';

export interface Logger {
  info(message: string): void;
  error(message: string, cause: unknown): void;
}

/** What every part of the sandbox works with. */
export interface Context {
  store: Store;
  clock: Clock;
  switches: Switches;
  logger: Logger;
  /** Address under which the sandbox is reached; known once it listens. */
  baseUrl: string;
}
