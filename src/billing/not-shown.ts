import { DodoRejected } from '../dodo/dodo.errors';
import { NotVisibleYet } from '../webhooks/inbound/dodo-event.handlers';

/** Dodo is there and does not show the object, or not all of it: for one object, which says nothing of others. */
export function isNotShown(error: unknown): error is NotVisibleYet | DodoRejected {
  return error instanceof NotVisibleYet || (error instanceof DodoRejected && error.status === 404);
}
