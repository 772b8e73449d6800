import type { DodoSubscriptionStatus } from '../../dodo/dodo.types';
import type { Subscription } from './subscription.entity';
import {
  billingStatusOf,
  currentOf,
  hasBegun,
  hasEnded,
  isInFirstPeriod,
  isLive,
  isTrialing,
  mayBeBilled,
} from './subscription-status';

const HOUR_MS = 3_600_000;
const created = new Date('2026-11-23T12:00:00Z');
const later = (hours: number) => new Date(created.getTime() + hours * HOUR_MS);

const ALL: DodoSubscriptionStatus[] = [
  'active',
  'unknown',
  'past_due',
  'on_hold',
  'paused',
  'cancelled',
  'expired',
  'pending',
  'failed',
];

function subscriptionOf(status: DodoSubscriptionStatus, more: Partial<Subscription> = {}): Subscription {
  return { status, surplus: null, dodoCreatedAt: created, ...more } as Subscription;
}

describe('the subscription that speaks for its organization', () => {
  it('is none before the first', () => {
    expect(currentOf([])).toBeNull();
    expect(billingStatusOf([])).toBe('none');
  });

  it('is the only one, whatever its status', () => {
    expect(ALL.map((status) => billingStatusOf([subscriptionOf(status)]))).toEqual(ALL);
  });

  it('is the one that gives more access, however old it is and wherever it stands', () => {
    const ranks = [['active'], ['unknown'], ['past_due'], ['on_hold'], ['paused'], ['cancelled', 'expired']];
    const ordered = [...ranks, ['pending'], ['failed']] as DodoSubscriptionStatus[][];
    for (const [rank, better] of ordered.entries()) {
      for (const worse of ordered.slice(rank + 1).flat()) {
        for (const status of better) {
          const [old, fresh] = [subscriptionOf(status), subscriptionOf(worse, { dodoCreatedAt: later(1) })];
          expect(billingStatusOf([old, fresh])).toBe(status);
          expect(billingStatusOf([fresh, old])).toBe(status);
        }
      }
    }
  });

  it('is the newest among equals', () => {
    const [cancelled, expired] = [
      subscriptionOf('cancelled'),
      subscriptionOf('expired', { dodoCreatedAt: later(1) }),
    ];
    expect(currentOf([cancelled, expired])).toBe(expired);
    expect(currentOf([expired, cancelled])).toBe(expired);
  });

  it('is one that is not too many, among equals, also when it is older', () => {
    const [first, second] = [
      subscriptionOf('active'),
      subscriptionOf('active', { surplus: 'second_subscription', dodoCreatedAt: later(1) }),
    ];
    expect(currentOf([first, second])).toBe(first);
    expect(currentOf([second, first])).toBe(first);
  });

  it('is one that is too many when it gives more', () => {
    const surplus = subscriptionOf('active', { surplus: 'second_subscription' });
    expect(currentOf([subscriptionOf('on_hold'), surplus])).toBe(surplus);
  });

  it('is never a second trial', () => {
    const trial = subscriptionOf('active', { surplus: 'second_trial' });
    expect(currentOf([trial])).toBeNull();
    expect(billingStatusOf([trial, subscriptionOf('cancelled')])).toBe('cancelled');
  });
});

describe('a subscription', () => {
  it('is live while it is billed, or will be again', () => {
    expect(ALL.filter((status) => isLive({ status }))).toEqual(['active', 'past_due', 'on_hold', 'paused']);
  });

  it('may be billed as well in a state that is new to us', () => {
    const added = ALL.filter((status) => mayBeBilled({ status }) && !isLive({ status }));
    expect(added).toEqual(['unknown']);
  });

  it('has begun once it has been live', () => {
    expect(ALL.filter((status) => hasBegun({ status }))).toEqual([
      'active',
      'past_due',
      'on_hold',
      'paused',
      'cancelled',
      'expired',
    ]);
  });
});

describe('a trial', () => {
  const trial = {
    status: 'active' as DodoSubscriptionStatus,
    trialPeriodDays: 3,
    dodoCreatedAt: created,
    currentPeriodStart: created as Date | null,
    currentPeriodEnd: later(72) as Date | null,
  };

  it('runs until its first billing date', () => {
    expect(isTrialing(trial, false, created)).toBe(true);
    expect(isTrialing(trial, false, later(71.9))).toBe(true);
    expect(isTrialing(trial, false, later(72))).toBe(false);
  });

  it.each<[string, Partial<typeof trial>]>([
    ['is not active', { status: 'on_hold' }],
    ['has no trial days', { trialPeriodDays: 0 }],
    ['has come to its second period', { currentPeriodStart: later(72), currentPeriodEnd: later(800) }],
    ['has no billing date', { currentPeriodEnd: null }],
  ])('is none when it %s', (_, changes) => {
    expect(isTrialing({ ...trial, ...changes }, false, created)).toBe(false);
  });

  it('is none once a period has been paid', () => {
    expect(isTrialing(trial, true, created)).toBe(false);
  });

  it('is told from what follows by half its length', () => {
    expect(isInFirstPeriod({ ...trial, currentPeriodStart: null })).toBe(true);
    expect(isInFirstPeriod({ ...trial, currentPeriodStart: later(35.9) })).toBe(true);
    expect(isInFirstPeriod({ ...trial, currentPeriodStart: later(36) })).toBe(false);
  });

  it.each<[string, number, number, boolean]>([
    ['was ended early, and a month was billed', 2, 2 + 720, false],
    ['began an hour after its subscription, and was prolonged', 1, 800, true],
    ['began late', 2, 2 + 72, true],
    ['began late, and was shortened', 2, 3, true],
    ['is as long as ever, but for an hour', 2, 2 + 73, true],
    ['was prolonged', 0, 800, true],
  ])('that %s is told by its length', (_, start, end, isFirst) => {
    const period = { currentPeriodStart: later(start), currentPeriodEnd: later(end) };
    expect(isInFirstPeriod({ ...trial, ...period })).toBe(isFirst);
    expect(isTrialing({ ...trial, ...period }, false, later(start))).toBe(isFirst);
  });
});

describe('hasEnded', () => {
  it('is true once a subscription can’t come back', () => {
    expect((['cancelled', 'expired'] as const).map((status) => hasEnded({ status }))).toEqual([true, true]);
    expect((['active', 'on_hold', 'paused'] as const).map((status) => hasEnded({ status }))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
