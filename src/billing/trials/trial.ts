/** Every checkout of a first subscription starts with a free trial of this length. */
export const TRIAL_PERIOD_DAYS = 3;

/** For a checkout of an org that has had its trial: it pays from the first day. */
export const NO_TRIAL = 0;

/** What is shown beside the plans. The product at Dodo says what is charged; tax comes on top there. */
export const SETUP_FEE = { amount: 100, currency: 'USD' };
