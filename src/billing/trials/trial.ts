/** Every checkout of a first subscription starts with a free trial of this length. */
export const TRIAL_PERIOD_DAYS = 3;

/** For a checkout of an org that has had its trial: it pays from the first day. */
export const NO_TRIAL = 0;

/**
 * What is shown beside the plans: one of the currency that all of them have, or a dollar. `dodo provision` makes the fee
 * so; the product at Dodo says what is charged, and tax comes on top there.
 */
export function setupFeeBeside(plans: readonly { currency: string }[]): { amount: number; currency: string } {
  const [shared, ...others] = new Set(plans.map(({ currency }) => currency));
  return { amount: 100, currency: shared !== undefined && others.length === 0 ? shared : 'USD' };
}
