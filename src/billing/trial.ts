/** Every checkout of a first subscription starts with a free trial of this length. */
export const TRIAL_PERIOD_DAYS = 3;
