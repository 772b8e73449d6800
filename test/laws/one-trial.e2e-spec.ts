import { SubscriptionsRepository } from '../../src/billing/subscriptions/subscriptions.repository';
import { TestService, type Caller } from '../support/test-service';
import { until } from '../support/until';

const urls = {
  successUrl: 'https://app.acme.com/billing/success',
  cancelUrl: 'https://app.acme.com/billing/cancel',
};

/** Sessions at Dodo can't be taken back, so each of these can be paid. */
describe('One trial and one subscription an org, however many checkouts are paid', () => {
  const service = TestService.ofThisSuite();

  const open = async ({ key }: Caller): Promise<string> =>
    (await service.checkout(key)).body.data.checkoutUrl;

  const cancelNow = ({ key }: Caller, headers = {}) =>
    service.call('POST', '/billing/cancel', { key, body: { when: 'now' }, headers });

  async function atDodo(subscriptionId: string | null): Promise<Record<string, any>> {
    const { subscriptions } = await service.sandbox.books();
    return subscriptions.find((it) => it.subscription_id === subscriptionId)!;
  }

  const untilAtDodo = (subscriptionId: string | null, state: Record<string, unknown>) =>
    until(`${subscriptionId} is ${JSON.stringify(state)} at Dodo`, async () => {
      const seen = await atDodo(subscriptionId);
      return Object.entries(state).every(([name, value]) => seen[name] === value);
    });

  const rowOf = async (subscriptionId: string | null) =>
    (await service.query('SELECT * FROM subscriptions WHERE dodo_subscription_id = $1', [subscriptionId]))[0];

  async function expectOneRefund(paymentId: string): Promise<void> {
    await service.untilRefund(paymentId, 'succeeded');
    expect(await service.sandbox.refundsOf(paymentId)).toHaveLength(1);
  }

  it('keeps the first of several that are paid at once, ends the others, and gives every fee back once', async () => {
    const org = await service.newOrg();
    const sessions = [await open(org), await open(org), await open(org)];
    const paid = await Promise.all(sessions.map((url) => service.sandbox.pay(url)));
    await service.untilStatus(org, 'trialing');
    for (const { payment_id } of paid) await expectOneRefund(payment_id);
    const left = await until('one is left', async () => {
      const all = await Promise.all(paid.map((it) => atDodo(it.subscription_id)));
      const live = all.filter(({ status }) => status === 'active');
      return live.length === 1 && live;
    });
    await service.untilQuiet();
    expect((await rowOf(left[0]!.subscription_id)).surplus).toBeNull();
    expect(await service.status(org.key)).toMatchObject({ status: 'trialing', creditBalance: 2_000 });
    const ended = await service.query(
      `SELECT o.kind, o.state, s.surplus FROM subscription_orders o JOIN subscriptions s USING (dodo_subscription_id)
        WHERE o.org_id = $1`,
      [org.orgId],
    );
    const cancelled = { kind: 'cancel', state: 'done', surplus: 'second_trial' };
    expect(ended).toEqual([cancelled, cancelled]);
  });

  it('starts no second trial when an old session is paid after the first trial was cancelled', async () => {
    const org = await service.newOrg();
    const [first, second] = [await open(org), await open(org)];
    await service.sandbox.pay(first);
    await service.untilStatus(org, 'trialing');
    await cancelNow(org);
    const late = await service.sandbox.pay(second);
    await untilAtDodo(late.subscription_id, { status: 'cancelled' });
    await expectOneRefund(late.payment_id);
    await service.untilQuiet();
    expect(await service.status(org.key)).toMatchObject({ status: 'cancelled', isTrialing: false });
    expect((await service.checkout(org.key)).body.error).toBe('billing_suspended');
  });

  it('ends it also when Dodo is away at first', async () => {
    const org = await service.newOrg();
    const [first, second] = [await open(org), await open(org)];
    await service.sandbox.pay(first);
    await service.untilStatus(org, 'trialing');
    await service.sandbox.fault({
      method: 'PATCH',
      path: '/subscriptions/*',
      kind: 'error_before',
      status: 500,
    });
    const late = await service.sandbox.pay(second);
    await untilAtDodo(late.subscription_id, { status: 'cancelled' });
    expect(await service.sandbox.hasHit('/subscriptions/*')).toBe(true);
  });

  /** The job of `subscriptionId` is lost before it could do anything. */
  async function loseJob(subscriptionId: string | null): Promise<void> {
    const lose =
      'DELETE FROM graphile_worker._private_jobs WHERE key = $1 AND locked_at IS NULL RETURNING id';
    await until(
      'the job is lost',
      async () => (await service.query(lose, [`surplus:${subscriptionId}`]))[1] === 1,
    );
  }

  const sweep = () =>
    service.query(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key = 'surplus.sweep'`);

  it('ends it also when its job is lost, and leaves those alone that have one', async () => {
    const org = await service.newOrg();
    const [first, second] = [await open(org), await open(org)];
    await service.sandbox.pay(first);
    await service.untilStatus(org, 'trialing');
    // Until it is lost, the job fails, and waits for its next try.
    const away = { method: 'PATCH', path: '/subscriptions/*', kind: 'error_before', status: 500, times: 20 };
    await service.sandbox.fault(away);
    const late = await service.sandbox.pay(second);
    const forgotten = () => service.app.get(SubscriptionsRepository).listForgottenSurplus(10);
    await until('its job waits', async () => {
      const jobs = `SELECT FROM graphile_worker.jobs WHERE key = $1 AND locked_at IS NULL`;
      return (await service.query(jobs, [`surplus:${late.subscription_id}`])).length === 1;
    });
    expect(await forgotten()).toEqual([]);
    await loseJob(late.subscription_id);
    expect(await forgotten()).toEqual([late.subscription_id]);
    await service.sandbox.clearFaults();
    expect(await atDodo(late.subscription_id)).toMatchObject({ status: 'active' });
    await sweep();
    await untilAtDodo(late.subscription_id, { status: 'cancelled' });
    await service.untilQuiet();
    const [{ orders }] = await service.query(
      `SELECT count(*)::int AS orders FROM subscription_orders WHERE dodo_subscription_id = $1 AND state = 'done'`,
      [late.subscription_id],
    );
    expect(orders).toBe(1);
    expect(await forgotten()).toEqual([]);
  });

  describe('with subscriptions that were paid in full', () => {
    async function comingBack(): Promise<{ org: Caller; sessions: string[] }> {
      const org = await service.newOrg();
      await service.buy(org);
      await service.untilStatus(org, 'trialing');
      await cancelNow(org);
      const sessions: string[] = [];
      for (let i = 0; i < 2; i += 1) {
        const { body } = await service.call('POST', '/billing/reactivate', { key: org.key, body: urls });
        sessions.push(body.data.checkoutUrl);
      }
      return { org, sessions };
    }

    it('lets the second one run to the end of what was paid, and never charges it again', async () => {
      const { org, sessions } = await comingBack();
      const first = await service.sandbox.pay(sessions[0]!);
      await service.untilStatus(org, 'active');
      const second = await service.sandbox.pay(sessions[1]!);
      await untilAtDodo(second.subscription_id, { cancel_at_next_billing_date: true, status: 'active' });
      await service.untilQuiet();
      expect((await rowOf(first.subscription_id)).surplus).toBeNull();
      expect((await rowOf(second.subscription_id)).surplus).toBe('second_subscription');
      expect(await service.sandbox.refundsOf(second.payment_id)).toEqual([]);
    });

    it('cancels all that is live, and answers the same again to the same key', async () => {
      const { org, sessions } = await comingBack();
      const paid = await Promise.all(sessions.map((url) => service.sandbox.pay(url)));
      await service.untilStatus(org, 'active');
      await service.untilQuiet();
      const once = { 'idempotency-key': 'cancel' };
      const answer = await cancelNow(org, once);
      expect([answer.status, answer.body.data.status]).toEqual([200, 'cancelled']);
      for (const { subscription_id } of paid) {
        expect(await atDodo(subscription_id)).toMatchObject({ status: 'cancelled' });
      }
      const again = await cancelNow(org, once);
      expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    });

    it('keeps the second one when the first had ended without our hearing of it', async () => {
      const { org, sessions } = await comingBack();
      const first = await service.sandbox.pay(sessions[0]!);
      await service.untilStatus(org, 'active');
      await service.untilQuiet();
      await service.sandbox.behave({ webhooks: { dropRate: 1 } });
      await service.sandbox.call('PATCH', `/subscriptions/${first.subscription_id}`, { status: 'cancelled' });
      await service.sandbox.behave({ webhooks: { dropRate: 0 } });
      const second = await service.sandbox.pay(sessions[1]!);
      await until('the second one stays', async () => {
        const row = await rowOf(second.subscription_id);
        return row?.surplus === null && (await rowOf(first.subscription_id)).status === 'cancelled';
      });
      await service.untilQuiet();
      expect(await atDodo(second.subscription_id)).toMatchObject({
        status: 'active',
        cancel_at_next_billing_date: false,
      });
      expect(await service.status(org.key)).toMatchObject({ status: 'active' });
    });
  });

  it('asks Dodo again for a checkout that was not paid, whatever key the call has', async () => {
    const { key } = await service.newOrg();
    const { sessionId, checkoutUrl } = (await service.checkout(key)).body.data;
    const verify = () =>
      service.call('POST', '/billing/verify-checkout', {
        key,
        body: { sessionId },
        headers: { 'idempotency-key': 'back' },
      });
    expect((await verify()).body.data.status).toBe('unpaid');
    await service.sandbox.pay(checkoutUrl);
    expect((await verify()).body.data.status).toBe('trialing');
    expect((await verify()).headers.get('idempotency-replayed')).toBe('true');
  });
});
