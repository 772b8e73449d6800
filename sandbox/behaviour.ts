import { z } from 'zod';
import type { Store } from './store';

const fraction = z.number().min(0).max(1);

const deliveryFaults = z.object({
  dropRate: fraction,
  duplicateRate: fraction,
  shuffle: z.boolean(),
  maxDelayMs: z.number().int().min(0).max(60_000),
  seed: z.number().int(),
});

const rateLimit = z.object({
  perSecond: z.number().int().positive(),
  perMinute: z.number().int().positive(),
});

/** What Dodo leaves open, or lets a merchant choose in its dashboard. */
const behaviourSchema = z.object({
  /** What `product_cart` of the payment of a mixed cart holds. */
  mixedProductCart: z.enum(['null', 'fee', 'all']),
  /** Whether a plan in trial is a line of its first payment. */
  trialPlanLineItem: z.enum(['absent', 'zero']),
  /** What a payment lists as its lines: `stale` as they were before any refund, `none` while it lists nothing yet. */
  lineItems: z.enum(['current', 'stale', 'none']),
  /** Which ids a return from a subscription checkout carries. */
  returnParams: z.enum(['subscription', 'both']),
  renewedAtTrialStart: z.boolean(),
  /** Whether a change of plan that is billed begins a period, or leaves the one that runs as it is. */
  planChangePeriod: z.enum(['begins', 'stays']),
  /** HTTP status of the refusals that mean "this refund was already asked for". */
  duplicateRefundStatus: z.union([z.literal(400), z.literal(409), z.literal(422)]),
  refundOutcome: z.enum(['succeeded', 'failed', 'review', 'stuck_pending']),
  refundSettleSeconds: z.number().min(0),
  /** A customer who had a trial pays the full price at once. */
  preventTrialMisuse: z.boolean(),
  grantTrial: z.boolean(),
  /** Whether payments carry the metadata of their session. */
  paymentMetadata: z.boolean(),
  subscriptionMetadata: z.boolean(),
  /** Whether a declined checkout also leaves a failed subscription behind. */
  failedSubscriptionOnDecline: z.boolean(),
  taxRatePercent: z.number().min(0).max(100),
  /** Days a failed renewal stays past_due before it goes on hold; null puts it on hold at once. */
  gracePeriodDays: z.number().int().min(1).max(30).nullable(),
  /** Automatic retries of failed renewals. */
  paymentRetries: z.boolean(),
  rateLimit: rateLimit.nullable(),
  webhooks: deliveryFaults,
});

export type Behaviour = z.infer<typeof behaviourSchema>;

export const behaviourPatchSchema = behaviourSchema
  .extend({ webhooks: deliveryFaults.partial() })
  .partial()
  .strict();

export type BehaviourPatch = z.infer<typeof behaviourPatchSchema>;

const DEFAULTS: Behaviour = {
  mixedProductCart: 'fee',
  trialPlanLineItem: 'absent',
  lineItems: 'current',
  returnParams: 'subscription',
  renewedAtTrialStart: false,
  planChangePeriod: 'begins',
  duplicateRefundStatus: 422,
  refundOutcome: 'succeeded',
  refundSettleSeconds: 1,
  preventTrialMisuse: false,
  grantTrial: true,
  paymentMetadata: true,
  subscriptionMetadata: true,
  failedSubscriptionOnDecline: false,
  taxRatePercent: 0,
  gracePeriodDays: null,
  paymentRetries: false,
  rateLimit: null,
  webhooks: { dropRate: 0, duplicateRate: 0, shuffle: false, maxDelayMs: 0, seed: 1 },
};

const SETTING = 'behaviour';

/** The switches as they stand; kept with everything else. */
export class Switches {
  constructor(private readonly store: Store) {}

  get current(): Behaviour {
    const saved = this.store.settings.get(SETTING)?.value as Partial<Behaviour> | undefined;
    return { ...DEFAULTS, ...saved };
  }

  patch(patch: BehaviourPatch): Behaviour {
    const before = this.current;
    const value: Behaviour = { ...before, ...patch, webhooks: { ...before.webhooks, ...patch.webhooks } };
    this.store.settings.put({ name: SETTING, value });
    return value;
  }

  reset(): void {
    this.store.settings.delete(SETTING);
  }
}
