import { DODO_PAYMENT_STATUSES } from '../../dodo/dodo.types';

/** For the console, which knows nothing of `dodo/`. */
export const PAYMENT_STATUSES = DODO_PAYMENT_STATUSES;
