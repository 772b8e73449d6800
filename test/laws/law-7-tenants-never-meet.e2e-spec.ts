import { TestService } from '../support/test-service';

describe('Law 7: tenants never meet', () => {
  const service = TestService.ofThisSuite();

  it('gives each org its own customer, checkout, subscription and refund, also with the same e-mail address', async () => {
    const [one, two] = [await service.newOrg(), await service.newOrg()];
    await service.query(`UPDATE organizations SET email = 'shared@example.com'`);
    const [first, second] = [await service.buy(one), await service.buy(two)];
    await Promise.all([service.untilStatus(one, 'trialing'), service.untilStatus(two, 'trialing')]);
    await service.untilRefund(first.payment_id, 'succeeded');
    await service.untilRefund(second.payment_id, 'succeeded');
    const [ones, twos] = [await service.status(one.key), await service.status(two.key)];
    expect(ones.dodoCustomerId).not.toBe(twos.dodoCustomerId);
    for (const [org, payment] of [
      [one, first],
      [two, second],
    ] as const) {
      expect(
        await service.query('SELECT dodo_payment_id FROM payments WHERE org_id = $1', [org.orgId]),
      ).toEqual([{ dodo_payment_id: payment.payment_id }]);
    }
  });

  it('never takes one org’s customer for another’s, though Dodo says that it is', async () => {
    const [one, two] = [await service.newOrg(), await service.newOrg()];
    await service.buy(one);
    const { dodoCustomerId: customer_id } = await service.status(one.key);
    await service.sandbox.fault({
      method: 'POST',
      path: '/customers',
      kind: 'error_before',
      status: 200,
      body: JSON.stringify({ customer_id, email: 'shared@example.com', metadata: {} }),
      headers: { 'content-type': 'application/json' },
    });
    const { status, body } = await service.checkout(two.key);
    expect([status, JSON.stringify(body).includes(one.orgId)]).toEqual([502, false]);
    expect((await service.status(two.key)).dodoCustomerId).toBeNull();
    expect((await service.checkout(two.key)).status).toBe(200);
  });

  it('takes the org from the key alone, whatever the request says', async () => {
    const [one, two] = [await service.newOrg(), await service.newOrg()];
    const { body } = await service.checkout(one.key, { orgId: two.orgId, org_id: two.orgId });
    const [row] = await service.query('SELECT org_id FROM checkouts WHERE id = $1', [body.data.sessionId]);
    expect(row.org_id).toBe(one.orgId);
  });

  it('does not let an org suspended suspend another', async () => {
    const [one, two] = [await service.newOrg(), await service.newOrg()];
    const paid = await service.buy(one);
    await service.untilStatus(one, 'trialing');
    await service.sandbox.call('PATCH', `/subscriptions/${paid.subscription_id}`, { status: 'cancelled' });
    await service.untilStatus(one, 'cancelled');
    expect((await service.checkout(two.key)).status).toBe(200);
  });
});
