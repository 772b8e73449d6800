import { NotVisibleYet } from '../../src/webhooks/inbound/dodo-event.handlers';
import { BillingStatusService } from '../../src/billing/status/billing-status.service';
import { StillService } from '../support/still-service';

const DAY = 86_400;

interface Buyer {
  orgId: string;
  paymentId: string;
  subscriptionId: string;
}

describe('a payment of which Dodo does not list yet what it paid for', () => {
  const service = StillService.ofThisSuite();

  /** One that has been to the checkout, where they began a trial or paid at once. */
  async function buyer(grantTrial: boolean): Promise<Buyer> {
    await service.sandbox.behave({ grantTrial, lineItems: 'none' });
    const caller = await service.newOrg();
    const paid = await service.buy(caller);
    return { orgId: caller.orgId, paymentId: paid.payment_id, subscriptionId: paid.subscription_id! };
  }

  const listLines = () => service.sandbox.behave({ lineItems: 'current' });

  const paid = ({ paymentId }: Buyer) => service.tell('payment.succeeded', paymentId);
  const begun = ({ subscriptionId }: Buyer) => service.tell('subscription.active', subscriptionId);

  const told = async ({ orgId }: Buyer): Promise<string[]> =>
    (await service.query('SELECT event FROM outbound_events WHERE org_id = $1 ORDER BY event', [orgId])).map(
      ({ event }: { event: string }) => event,
    );

  const allocations = ({ orgId }: Buyer) =>
    service.query(
      `SELECT cause, dodo_payment_id AS "paidBy" FROM credit_entries
        WHERE org_id = $1 AND kind = 'allocation' ORDER BY created_at`,
      [orgId],
    );

  const isTrialing = async ({ orgId }: Buyer) =>
    (await service.get(BillingStatusService).view(orgId)).isTrialing;

  it('pays for no period: the trial that begins meanwhile is a trial', async () => {
    const org = await buyer(true);
    await expect(paid(org)).rejects.toThrow(NotVisibleYet);
    await begun(org);
    expect(await told(org)).toEqual(['checkout.completed', 'subscription.trialing']);
    expect(await isTrialing(org)).toBe(true);
    const trial = [{ cause: `allocation:${org.subscriptionId}:trial`, paidBy: null }];
    expect(await allocations(org)).toEqual(trial);

    await listLines();
    await paid(org);
    expect(await told(org)).toEqual(['checkout.completed', 'payment.succeeded', 'subscription.trialing']);
    expect(await isTrialing(org)).toBe(true);
    expect(await allocations(org)).toEqual(trial);
  });

  it('is told of with its fee, once, when the fee is known', async () => {
    const org = await buyer(true);
    await expect(paid(org)).rejects.toThrow(NotVisibleYet);
    await listLines();
    await paid(org);
    await paid(org);
    const events = await service.query(
      `SELECT body::json->'data'->>'setupFee' AS fee FROM outbound_events WHERE cause = $1`,
      [`payment.succeeded:${org.paymentId}`],
    );
    expect(events).toEqual([{ fee: '100' }]);
  });

  it('pays for its period as soon as the lines say so', async () => {
    const org = await buyer(false);
    await expect(paid(org)).rejects.toThrow(NotVisibleYet);
    await begun(org);
    expect(await allocations(org)).toEqual([]);
    await listLines();
    await paid(org);
    expect(await allocations(org)).toMatchObject([{ paidBy: org.paymentId }]);
    expect(await told(org)).toContain('subscription.activated');
  });

  it('pays for its period after a day, should the lines never come', async () => {
    const org = await buyer(false);
    await expect(paid(org)).rejects.toThrow(NotVisibleYet);
    await begun(org);
    service.clock.passSeconds(DAY - 60);
    await expect(paid(org)).rejects.toThrow(NotVisibleYet);
    expect(await allocations(org)).toEqual([]);
    service.clock.passSeconds(120);
    await expect(paid(org)).rejects.toThrow(NotVisibleYet);
    service.clock.passSeconds(-DAY - 60);
    expect(await allocations(org)).toMatchObject([{ paidBy: org.paymentId }]);
    expect(await told(org)).toEqual(['checkout.completed', 'payment.succeeded', 'subscription.activated']);
  });
});
