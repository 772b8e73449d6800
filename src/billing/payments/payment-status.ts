import { DODO_PAYMENT_STATUSES } from '../../dodo/dodo.types';

/** Dodo's own words. */
export const PAYMENT_STATUSES = DODO_PAYMENT_STATUSES;
