import { CARDS } from './sandbox-control';
import type { SandboxControl } from './sandbox-control';

/** A subscription that is being lived through at the sandbox. */
export interface Buyer {
  sandbox: SandboxControl;
  checkoutUrl: string;
  subscriptionId: string;
  paymentId: string;
}

type Step = (buyer: Buyer) => Promise<unknown>;

const pays =
  (card: string = CARDS.success): Step =>
  async (buyer) => {
    const { payment_id, subscription_id } = await buyer.sandbox.pay(buyer.checkoutUrl, card);
    Object.assign(buyer, { paymentId: payment_id, subscriptionId: subscription_id });
  };

const passes =
  (span: string): Step =>
  ({ sandbox }) =>
    sandbox.advance(span);

const changes =
  (patch: object): Step =>
  ({ sandbox, subscriptionId }) =>
    sandbox.call('PATCH', `/subscriptions/${subscriptionId}`, patch);

const givesAnotherCard: Step = async ({ sandbox, subscriptionId }) => {
  const { payment_link } = await sandbox.call<{ payment_link: string }>(
    'POST',
    `/subscriptions/${subscriptionId}/update-payment-method`,
    { type: 'new', return_url: 'https://app.acme.com' },
  );
  await sandbox.enterCard(payment_link, CARDS.success);
};

const changesPlan =
  (product_id = 'pdt_business'): Step =>
  ({ sandbox, subscriptionId }) =>
    sandbox.call('POST', `/subscriptions/${subscriptionId}/change-plan`, {
      product_id,
      quantity: 1,
      proration_billing_mode: 'prorated_immediately',
    });

const changesPlanWithinThePeriod: Step = async (buyer) => {
  await buyer.sandbox.advance('10d');
  await buyer.sandbox.behave({ planChangePeriod: 'stays' });
  await changesPlan()(buyer);
  await buyer.sandbox.behave({ planChangePeriod: 'begins' });
};

const conversion = passes('4d');
const GRACE_DAYS = 3;

/** What may happen to a subscription, step by step; each step is one moment of Dodo's truth. */
export const LIFECYCLES: Record<string, Step[]> = {
  'trial start': [pays()],
  conversion: [pays(), conversion],
  renewal: [pays(), conversion, passes('31d')],
  'renewal that fails, and recovers': [pays(CARDS.failsOnRenewal), conversion, givesAnotherCard],
  'renewal that takes days to settle': [pays(CARDS.settlesLate), conversion, passes('3d')],
  'grace that runs out': [
    pays(CARDS.failsOnRenewal),
    async ({ sandbox }) => {
      await sandbox.behave({ gracePeriodDays: GRACE_DAYS });
      await sandbox.advance('4d');
      await sandbox.behave({ gracePeriodDays: null });
    },
    passes(`${GRACE_DAYS}d`),
  ],
  'change of plan': [pays(), conversion, changesPlan()],
  'change of plan within the period': [pays(), conversion, changesPlanWithinThePeriod],
  'change to a plan that is paid for already': [pays(), conversion, changesPlan('pdt_starter')],
  'cancellation at the end of the period': [
    pays(),
    changes({ cancel_at_next_billing_date: true }),
    passes('4d'),
  ],
  'cancellation at once': [pays(), changes({ status: 'cancelled' })],
  'pause and return': [
    pays(),
    conversion,
    changes({ status: 'paused' }),
    async (buyer) => {
      await buyer.sandbox.advance('10d');
      await changes({ status: 'active' })(buyer);
    },
  ],
  // Last, since no card is valid afterwards.
  expiry: [pays(CARDS.failsOnRenewal), conversion, passes('4000d')],
};
