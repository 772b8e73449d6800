// What this run sells: written to the PLANS_FILE of the service, and what the reference model goes by. The products
// are those that every sandbox starts with.

export const FEE_PRODUCT = 'pdt_setup_fee';
export const FEE_MINOR = 100;

/** A plan whose subscriptions expire while somebody looks on. */
export const SHORT_PLAN_PRODUCT = 'pdt_starter';
export const SHORT_TERM_MONTHS = 2;

const monthly = (id: string, name: string, amount: number, monthlyCredits: number) => ({
  id: `plan_${id}`,
  name,
  dodoProductId: `pdt_${id}`,
  price: { amount, currency: 'USD' },
  interval: 'month',
  monthlyCredits,
});

const pack = (credits: number, amount: number) => ({
  id: `pack_${credits}`,
  name: `${credits} credits`,
  dodoProductId: `pdt_pack_${credits}`,
  price: { amount, currency: 'USD' },
  credits,
});

export const PLANS = [
  monthly('starter', 'Starter', 1900, 500),
  monthly('pro', 'Pro', 4900, 2000),
  monthly('business', 'Business', 14_900, 10_000),
];

export const PACKS = [pack(1000, 1000), pack(5000, 4000)];

export const planOfProduct = (productId: string) => PLANS.find((plan) => plan.dodoProductId === productId);
export const packOfProduct = (productId: string) => PACKS.find((it) => it.dodoProductId === productId);
