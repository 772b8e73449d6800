import { isNotFound } from '../dodo/dodo.errors';
import type { DodoRejected } from '../dodo/dodo.errors';
import { NoOrganization, NotVisibleYet } from '../webhooks/inbound/dodo-event.handlers';

/** Dodo is there and does not show the object, not all of it, or not whose it is: which says nothing of others. */
export function isNotShown(error: unknown): error is NotVisibleYet | NoOrganization | DodoRejected {
  return error instanceof NotVisibleYet || error instanceof NoOrganization || isNotFound(error);
}
