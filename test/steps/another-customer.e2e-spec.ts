import type { Principal } from '../../src/auth/principal';
import { PaymentsRepository } from '../../src/billing/payments/payments.repository';
import { SubscriptionsRepository } from '../../src/billing/subscriptions/subscriptions.repository';
import { NoOrganization } from '../../src/webhooks/inbound/dodo-event.handlers';
import { StillService } from '../support/still-service';

interface Bought extends Principal {
  paymentId: string;
  subscriptionId: string;
}

describe('what Dodo shows for another customer than the one that bought it', () => {
  let service: StillService;

  beforeAll(async () => {
    service = await StillService.start();
  });
  beforeEach(() => {
    service.clock.at = new Date();
  });
  afterEach(async () => {
    await service.sandbox.call('DELETE', '/_sandbox/faults');
    await service.takeJobs('dodo-event.rematch');
  });
  afterAll(() => service.stop());

  /** Merged with another at Dodo, say; and nothing says otherwise whose it is. */
  const MERGED = { customer: { customer_id: 'cus_merged' }, metadata: {} };

  /** The fee of a trial has been paid; nothing of it has been heard. */
  async function bought(): Promise<Bought> {
    const caller = await service.newOrg();
    const { payment_id: paymentId, subscription_id } = await service.buy(caller);
    const subscriptionId = subscription_id!;
    await service.sandbox.lag(`/payments/${paymentId}`, MERGED, 99);
    await service.sandbox.lag(`/subscriptions/${subscriptionId}`, MERGED, 99);
    return { ...caller, paymentId, subscriptionId };
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
});
