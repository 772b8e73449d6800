import { CARDS } from '../support/sandbox-control';
import { CHECKOUT, TestService } from '../support/test-service';
import type { Caller } from '../support/test-service';

describe('the life of a subscription', () => {
  const service = TestService.ofThisSuite();

  const nothingYet = {
    plan: null,
    planName: null,
    billingCycle: null,
    status: null,
    currentPeriodStart: null,
    currentPeriodEnd: null,
    trialEnd: null,
    isTrialing: false,
    cancelledAt: null,
    suspendedAt: null,
    pendingPlan: null,
    pendingChangeDate: null,
    dodoCustomerId: null,
    setupFeeVerified: false,
    cancelAtPeriodEnd: false,
    accountLimit: null,
    accountsUsed: 0,
    creditBalance: 0,
    costMultiplier: 1,
  };

  it('has nothing to say before the first checkout', async () => {
    const org = await service.newOrg();
    expect(await service.status(org.key)).toEqual(nothingYet);
  });

  it('starts a trial when the checkout is paid, and gives the setup fee back', async () => {
    const org = await service.newOrg();
    const paid = await service.buy(org);
    await service.untilRefund(paid.payment_id, 'succeeded');
    const status = await service.untilStatus(org, 'trialing');
    expect(status).toMatchObject({
      plan: 'plan_pro',
      planName: 'Pro',
      billingCycle: 'monthly',
      isTrialing: true,
      setupFeeVerified: true,
      suspendedAt: null,
      accountLimit: 20,
      dodoCustomerId: expect.stringMatching(/^cus_/),
    });
    const days = (Date.parse(status.trialEnd!) - Date.parse(status.currentPeriodStart!)) / 86_400_000;
    expect(days).toBe(3);
    expect(await service.sandbox.refundsOf(paid.payment_id)).toMatchObject([
      { status: 'succeeded', amount: 100, items: [{ item_id: 'pdt_setup_fee', amount: 100 }] },
    ]);
    const [checkout] = await service.query('SELECT * FROM checkouts WHERE org_id = $1', [org.orgId]);
    expect(checkout).toMatchObject({ status: 'completed', dodo_payment_id: paid.payment_id });
  });

  it('charges the plan when the trial is over, refunds nothing of it, and keeps the gate open', async () => {
    const org = await service.newOrg();
    const paid = await service.buy(org);
    await service.untilRefund(paid.payment_id, 'succeeded');
    await service.sandbox.advance('4d');
    const status = await service.untilStatus(org, 'active');
    expect(status).toMatchObject({ isTrialing: false, trialEnd: null, suspendedAt: null });
    await service.untilQuiet();
    expect((await service.sandbox.books()).refunds.filter((refund) => refund.amount > 100)).toEqual([]);
    expect((await service.checkout(org.key)).status).toBe(409);
  });

  it('closes the gate when the renewal fails', async () => {
    const org = await service.newOrg();
    const paid = await service.buy(org, CARDS.failsOnRenewal);
    await service.untilRefund(paid.payment_id, 'succeeded');
    await service.sandbox.advance('4d');
    const status = await service.untilStatus(org, 'on_hold');
    expect(status.suspendedAt).not.toBeNull();
    const { status: code, body } = await service.checkout(org.key);
    expect([code, body.error]).toEqual([403, 'billing_suspended']);
  });

  it('opens the gate again when the customer has paid', async () => {
    const org = await service.newOrg();
    const paid = await service.buy(org, CARDS.failsOnRenewal);
    await service.untilStatus(org, 'trialing');
    await service.sandbox.advance('4d');
    await service.untilStatus(org, 'on_hold');
    const { payment_link } = await service.sandbox.call<{ payment_link: string }>(
      'POST',
      `/subscriptions/${paid.subscription_id}/update-payment-method`,
      { type: 'new', return_url: 'https://app.acme.com/' },
    );
    await service.sandbox.enterCard(payment_link, CARDS.success);
    const status = await service.untilStatus(org, 'active');
    expect(status.suspendedAt).toBeNull();
    expect((await service.checkout(org.key)).status).toBe(409);
  });

  it.each([CARDS.declined, CARDS.insufficientFunds])(
    'starts nothing when the card %s is declined',
    async (card) => {
      const org = await service.newOrg();
      const { status } = await service.buy(org, card);
      expect(status).toBe('failed');
      await service.untilQuiet();
      const after = await service.status(org.key);
      expect(after).toMatchObject({ isTrialing: false, setupFeeVerified: false, suspendedAt: null });
      expect((await service.checkout(org.key)).status).toBe(200);
    },
  );

  it('follows a cancellation', async () => {
    const org = await service.newOrg();
    const paid = await service.buy(org);
    await service.untilStatus(org, 'trialing');
    await service.sandbox.call('PATCH', `/subscriptions/${paid.subscription_id}`, { status: 'cancelled' });
    const status = await service.untilStatus(org, 'cancelled');
    expect(status.cancelledAt).not.toBeNull();
    expect((await service.checkout(org.key)).body.error).toBe('billing_suspended');
  });

  it('never shuts out an org that has come back with a second subscription', async () => {
    const org = await service.newOrg();
    await service.buy(org);
    await service.untilStatus(org, 'trialing');
    await service.call('POST', '/billing/cancel', { key: org.key, body: { when: 'now' } });
    const { planId: _, ...urls } = CHECKOUT;
    const { body } = await service.call('POST', '/billing/reactivate', { key: org.key, body: urls });
    await service.sandbox.pay(body.data.checkoutUrl);
    await service.untilStatus(org, 'active');
    await service.followAllAgain();
    expect(await service.status(org.key)).toMatchObject({ status: 'active', suspendedAt: null });
  });

  it('counts a trial as over once a period has been paid, whatever the dates say', async () => {
    await service.sandbox.behave({ grantTrial: false });
    try {
      const org: Caller = await service.newOrg();
      await service.buy(org);
      const status = await service.untilStatus(org, 'active');
      expect(status.isTrialing).toBe(false);
    } finally {
      await service.sandbox.behave({ grantTrial: true });
    }
  });
});
