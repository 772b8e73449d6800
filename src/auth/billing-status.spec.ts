import { BILLING_STATUSES, isSuspended } from './billing-status';

describe('isSuspended', () => {
  it('is true of what has lost access, and of nothing else', () => {
    expect(BILLING_STATUSES.filter(isSuspended)).toEqual([
      'past_due',
      'on_hold',
      'paused',
      'cancelled',
      'expired',
    ]);
    expect(BILLING_STATUSES.filter((status) => !isSuspended(status))).toEqual([
      'none',
      'pending',
      'active',
      'failed',
      'unknown',
    ]);
  });
});
