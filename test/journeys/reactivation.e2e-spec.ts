import { CARDS } from '../support/sandbox-control';
import { CHECKOUT, TestService, type Caller } from '../support/test-service';

describe('POST /billing/reactivate', () => {
  const service = TestService.ofThisSuite();
  const urls = { successUrl: CHECKOUT.successUrl, cancelUrl: CHECKOUT.cancelUrl };

  const reactivate = (key?: string, body: object = urls) =>
    service.call('POST', '/billing/reactivate', { key, body });
  const comeBack = (org: Caller) => service.client(org).POST('/billing/reactivate', { body: urls });
  const verify = (org: Caller, sessionId: string) =>
    service.client(org).POST('/billing/verify-checkout', { body: { sessionId } });

  async function onHold(): Promise<Caller> {
    const org = await service.newOrg();
    await service.buy(org, CARDS.failsOnRenewal);
    await service.untilStatus(org, 'trialing');
    await service.sandbox.advance('4d');
    await service.untilStatus(org, 'on_hold');
    return org;
  }

  async function cancelled(): Promise<Caller> {
    const org = await service.newOrg();
    const { payment_id } = await service.buy(org);
    await service.untilRefund(payment_id, 'succeeded');
    await service.untilStatus(org, 'trialing');
    await service.call('POST', '/billing/cancel', { key: org.key, body: { when: 'now' } });
    return org;
  }

  it('refuses strangers, bad bodies, and who is not suspended', async () => {
    expect((await reactivate()).status).toBe(401);
    const org = await service.newOrg();
    expect((await reactivate(org.key, {})).body.message).toMatch(/^successUrl is required\./);
    const { status, body } = await reactivate(org.key);
    expect([status, body.message]).toEqual([
      409,
      'Access is not suspended, so there is nothing to reactivate.',
    ]);
  });

  it('lets an org on hold give another card and pay what it owes', async () => {
    const org = await onHold();
    const { checkoutUrl, sessionId } = await comeBack(org);
    expect(sessionId).toMatch(/^ord_/);
    await service.sandbox.enterCard(checkoutUrl, CARDS.success);
    expect(await verify(org, sessionId)).toMatchObject({
      status: 'active',
      planId: 'plan_pro',
    });
    expect((await service.checkout(org.key)).status).toBe(409);
  });

  it('sells the plan anew when the subscription has ended: no second trial, no second fee', async () => {
    const org = await cancelled();
    const before = (await service.sandbox.books()).refunds.length;
    const { checkoutUrl, sessionId } = await comeBack(org);
    const paid = await service.sandbox.pay(checkoutUrl);
    await service.untilStatus(org, 'active');
    await service.untilQuiet();
    const { payments, refunds } = await service.sandbox.books();
    expect(payments.find(({ payment_id }) => payment_id === paid.payment_id)).toMatchObject({
      total_amount: 4900,
    });
    expect(refunds).toHaveLength(before);
    expect(await service.status(org.key)).toMatchObject({
      isTrialing: false,
      suspendedAt: null,
      plan: 'plan_pro',
    });
    expect(await verify(org, sessionId)).toMatchObject({
      status: 'active',
      setupFeeVerified: false,
    });
  });

  it('sells another plan when one is named, and none that does not exist', async () => {
    const org = await cancelled();
    expect((await reactivate(org.key, { ...urls, planId: 'plan_gold' })).status).toBe(404);
    const { body } = await reactivate(org.key, { ...urls, planId: 'plan_starter' });
    await service.sandbox.pay(body.data.checkoutUrl);
    expect(await service.untilStatus(org, 'active')).toMatchObject({ plan: 'plan_starter' });
  });

  it('sends a paused org to the portal', async () => {
    const org = await service.newOrg();
    const { subscription_id } = await service.buy(org);
    await service.untilStatus(org, 'trialing');
    await service.sandbox.call('PATCH', `/subscriptions/${subscription_id}`, { status: 'paused' });
    await service.untilStatus(org, 'paused');
    expect((await reactivate(org.key)).body.message).toMatch(
      /paused: it can be continued in the customer portal/,
    );
  });

  it.each(['drop_after', 'drop_before'])(
    'answers 503 when the answer is lost (%s), and works the next time',
    async (kind) => {
      const org = await onHold();
      await service.sandbox.fault({ method: 'POST', path: '/subscriptions/*/update-payment-method', kind });
      expect((await reactivate(org.key)).body.error).toBe('payment_provider_unavailable');
      expect((await reactivate(org.key)).status).toBe(200);
    },
  );

  it('does not show one org’s sessions to another', async () => {
    const org = await onHold();
    const { body } = await reactivate(org.key);
    const foreign = verify(await service.newOrg(), body.data.sessionId);
    await expect(foreign).rejects.toMatchObject({ status: 404, code: 'not_found' });
  });
});
