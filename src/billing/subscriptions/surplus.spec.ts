import type { Subscription, Surplus } from './subscription.entity';
import { surplusOf } from './surplus';

const CREATED = new Date('2026-11-23T12:00:00Z');

function subscription(changes: Partial<Subscription> = {}): Subscription {
  return {
    dodoSubscriptionId: 'sub_1',
    planId: 'plan_pro',
    status: 'active',
    trialPeriodDays: 3,
    currentPeriodStart: CREATED,
    currentPeriodEnd: null,
    dodoCreatedAt: CREATED,
    surplus: null,
    ...changes,
  } as Subscription;
}

const laterPeriod = new Date('2026-11-26T12:00:00Z');
const live = subscription({ dodoSubscriptionId: 'sub_2' });
const ended = subscription({ dodoSubscriptionId: 'sub_2', status: 'cancelled' });
const marked = subscription({ dodoSubscriptionId: 'sub_2', surplus: 'second_trial' });

describe('surplusOf', () => {
  it.each<[string, Partial<Parameters<typeof surplusOf>[0]>, Surplus | null]>([
    ['the first one', {}, null],
    ['one whose trial is somebody else’s', { isTrialItsOwn: false }, 'second_trial'],
    ['a trial of its own beside another that is live', { others: [live] }, 'second_subscription'],
    [
      'one beside another that is no plan of ours',
      { others: [subscription({ dodoSubscriptionId: 'sub_2', planId: null })] },
      null,
    ],
    ['one beside another that has ended', { others: [ended] }, null],
    ['one beside another that is one too many itself', { others: [marked] }, null],
    ['one that was live before, whatever came later', { wasLive: true, others: [live] }, null],
    ['one that is only being set up', { subscription: subscription({ status: 'pending' }) }, null],
    [
      'a second one whose first has ended meanwhile',
      { subscription: subscription({ surplus: 'second_subscription' }), wasLive: true, others: [ended] },
      null,
    ],
    [
      'a second trial that has ended: it stays what it was',
      { subscription: subscription({ surplus: 'second_trial', status: 'cancelled' }), isTrialItsOwn: false },
      'second_trial',
    ],
    [
      'a second trial that could not be ended in time and has been paid for since',
      {
        subscription: subscription({ surplus: 'second_trial', currentPeriodStart: laterPeriod }),
        wasLive: true,
        isTrialItsOwn: false,
      },
      null,
    ],
  ])('judges %s', (_, judged, expected) => {
    const usual = { subscription: subscription(), wasLive: false, isTrialItsOwn: true, others: [] };
    expect(surplusOf({ ...usual, ...judged })).toBe(expected);
  });
});
