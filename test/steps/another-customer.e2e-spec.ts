import type { Principal } from '../../src/auth/principal';
import { PaymentsRepository } from '../../src/billing/payments/payments.repository';
import { SubscriptionsRepository } from '../../src/billing/subscriptions/subscriptions.repository';
import { VerificationService } from '../../src/billing/verification/verification.service';
import { NoOrganization } from '../../src/webhooks/inbound/dodo-event.handlers';
import { StillService } from '../support/still-service';

interface Bought extends Principal {
  sessionId: string;
  paymentId: string;
  subscriptionId: string;
}

describe('what Dodo shows for another customer than the one that bought it', () => {
  const service = StillService.ofThisSuite();

  beforeEach(() => {
    service.clock.at = new Date();
  });
  afterEach(async () => {
    await service.sandbox.clearFaults();
    await service.takeJobs('dodo-event.rematch');
  });

  /** Merged with another at Dodo, say; and nothing says otherwise whose it is. */
  const MERGED = { customer: { customer_id: 'cus_merged' }, metadata: {} };

  /** The fee of a trial has been paid; nothing of it has been heard. */
  async function bought(ofPayment: object = {}): Promise<Bought> {
    const caller = await service.newOrg();
    const { payment_id: paymentId, subscription_id } = await service.buy(caller);
    const subscriptionId = subscription_id!;
    await service.sandbox.lag(`/payments/${paymentId}`, { ...MERGED, ...ofPayment }, 99);
    await service.sandbox.lag(`/subscriptions/${subscriptionId}`, MERGED, 99);
    const [{ id }] = await service.query(`SELECT id FROM checkouts WHERE org_id = $1`, [caller.orgId]);
    return { ...caller, sessionId: id, paymentId, subscriptionId };
  }

  const isHeard = async ({ paymentId, subscriptionId }: Bought) => ({
    payment: (await service.get(PaymentsRepository).findPayment(paymentId))?.orgId,
    subscription: (await service.get(SubscriptionsRepository).findSubscription(subscriptionId))?.orgId,
  });

  it('is its who has paid at the checkout; so is the subscription that was paid for', async () => {
    const it = await bought();
    await service.tell('payment.succeeded', it.paymentId);
    await service.tell('subscription.active', it.subscriptionId);
    expect(await isHeard(it)).toEqual({ payment: it.orgId, subscription: it.orgId });
  });

  it('is waited for, until the payment tells whose the subscription is', async () => {
    const it = await bought();
    const told = service.tell('subscription.active', it.subscriptionId);
    await expect(told).rejects.toBeInstanceOf(NoOrganization);
    const matchKeys = [`subscription:${it.subscriptionId}`];
    await service.query(
      `INSERT INTO dodo_events (webhook_id, type, body, status, match_keys, received_at)
       VALUES ($1, 'subscription.active', '{}', 'unmatched', $2, now())`,
      [`msg_${it.subscriptionId}`, matchKeys],
    );
    await service.tell('payment.succeeded', it.paymentId);
    expect(await service.takeJobs('dodo-event.rematch')).toMatchObject([{ payload: { matchKeys } }]);
    await service.tell('payment.succeeded', it.paymentId);
    expect(await service.takeJobs('dodo-event.rematch')).toEqual([]);
  });

  it('is said to be processed while nothing says whose it is', async () => {
    const it = await bought({ checkout_session_id: null });
    const verified = await service.get(VerificationService).verify(it.orgId, it.sessionId);
    expect(verified).toMatchObject({ status: 'processing', setupFeeVerified: false });
    expect(await isHeard(it)).toEqual({ payment: undefined, subscription: undefined });
  });
});
