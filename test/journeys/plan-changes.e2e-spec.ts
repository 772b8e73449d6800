import { CARDS } from '../support/sandbox-control';
import { TestService, type Answer, type Caller } from '../support/test-service';
import { until } from '../support/until';

describe('changing, ending and keeping a subscription', () => {
  const service = TestService.ofThisSuite();

  const post = (path: string, { key }: Caller, body?: object) => service.call('POST', path, { key, body });
  const changePlan = (org: Caller, planId: string) => post('/billing/change-plan', org, { planId });
  const withdraw = ({ key }: Caller) => service.call('DELETE', '/billing/change-plan', { key });

  async function trialing(): Promise<Caller> {
    const org = await service.newOrg();
    await service.buy(org);
    await service.untilStatus(org, 'trialing');
    return org;
  }

  /** Its trial is over and its first period has been paid. */
  async function active(): Promise<Caller> {
    const org = await trialing();
    await service.sandbox.advance('4d');
    await service.untilStatus(org, 'active');
    return org;
  }

  async function subscriptionOf({ orgId }: Caller): Promise<string> {
    const [row] = await service.query('SELECT * FROM subscriptions WHERE org_id = $1', [orgId]);
    return row.dodo_subscription_id;
  }

  async function paidBy({ orgId }: Caller): Promise<number[]> {
    await service.untilQuiet();
    const rows = await service.query(
      `SELECT total_minor FROM payments WHERE org_id = $1 AND status = 'succeeded' ORDER BY dodo_created_at`,
      [orgId],
    );
    return rows.map((row) => Number(row.total_minor));
  }

  function expectConflict({ status, body }: Answer, message: RegExp): void {
    expect([status, body.error]).toEqual([409, 'conflict']);
    expect(body.message).toMatch(message);
  }

  describe('POST /billing/change-plan', () => {
    it('refuses strangers, suspended orgs, bad bodies and unknown plans, in this order', async () => {
      expect((await service.call('POST', '/billing/change-plan', { body: {} })).status).toBe(401);
      const suspended = await service.newOrg();
      await service.setStatus(suspended, 'on_hold');
      expect((await post('/billing/change-plan', suspended, {})).body.error).toBe('billing_suspended');
      const org = await service.newOrg();
      expect((await post('/billing/change-plan', org, {})).body.message).toBe('planId is required.');
      expect((await changePlan(org, 'plan_gold')).status).toBe(404);
      expectConflict(await changePlan(org, 'plan_pro'), /no active subscription/);
    });

    it('upgrades at once and charges the difference', async () => {
      const org = await active();
      const { status, body } = await changePlan(org, 'plan_business');
      expect([status, body.data.currentPlanId, body.data.pendingPlanId]).toEqual([
        200,
        'plan_business',
        null,
      ]);
      expect(await service.status(org.key)).toMatchObject({ plan: 'plan_business', status: 'active' });
      const [fee, first, difference] = await paidBy(org);
      expect([fee, first]).toEqual([100, 4900]);
      expect(difference).toBeGreaterThan(0);
      expect(difference).toBeLessThan(14_900);
    });

    it('downgrades at the next billing date, and charges nothing now', async () => {
      const org = await active();
      const { body } = await changePlan(org, 'plan_starter');
      const before = await service.status(org.key);
      expect(body.data).toEqual({
        currentPlanId: 'plan_pro',
        pendingPlanId: 'plan_starter',
        effectiveAt: before.currentPeriodEnd,
      });
      expect(before).toMatchObject({ plan: 'plan_pro', pendingPlan: 'plan_starter' });
      expect(await paidBy(org)).toEqual([100, 4900]);
      await service.sandbox.advance('32d');
      await until(
        'the plan has changed',
        async () => (await service.status(org.key)).plan === 'plan_starter',
      );
      expect(await service.status(org.key)).toMatchObject({ pendingPlan: null, status: 'active' });
      await until('the next period is paid', async () => (await paidBy(org)).at(-1) === 1900);
    });

    it.each(['plan_starter', 'plan_business'])(
      'moves a trial to %s for nothing, and the trial goes on',
      async (plan) => {
        const org = await trialing();
        const { trialEnd } = await service.status(org.key);
        expect((await changePlan(org, plan)).body.data).toMatchObject({
          currentPlanId: plan,
          pendingPlanId: null,
        });
        expect(await service.status(org.key)).toMatchObject({ plan, status: 'trialing', trialEnd });
        expect(await paidBy(org)).toEqual([100]);
      },
    );

    it('keeps the plan and says so when the charge for the new one fails', async () => {
      const org = await service.newOrg();
      await service.buy(org, CARDS.failsOnRenewal);
      await service.untilStatus(org, 'trialing');
      // A period that is paid, so that the change is charged: the card fails from now on only.
      await service.untilPaid(org);
      await service.query('UPDATE payments SET plan_minor = 4900 WHERE org_id = $1', [org.orgId]);
      expectConflict(await changePlan(org, 'plan_business'), /payment for the new plan failed/);
      expect(await service.status(org.key)).toMatchObject({ plan: 'plan_pro' });
    });

    it('does not say that a charge has failed which Dodo has not settled yet', async () => {
      const org = await active();
      const [{ id }] = await service.query(
        'SELECT dodo_subscription_id AS id FROM subscriptions WHERE org_id = $1',
        [org.orgId],
      );
      // No job is left that would read the subscription in between.
      await service.untilQuiet();
      // The old plan is what is read before the order, and after it as well.
      await service.sandbox.lag(`/subscriptions/${id}`, {}, 2);
      await service.sandbox.behave({ webhooks: { dropRate: 1 } });
      const answer = await changePlan(org, 'plan_business');
      await service.sandbox.behave({ webhooks: { dropRate: 0 } });
      expect([answer.status, answer.body.message]).toEqual([
        503,
        expect.stringMatching(/can not say yet what came of the request/),
      ]);
      // The read may be behind still: nobody asks again before that is over.
      expectConflict(await changePlan(org, 'plan_business'), /under way/);
      service.clock.advanceSeconds(31);
      expectConflict(await changePlan(org, 'plan_business'), /on this plan already/);
    });

    it('refuses the same plan, and a second change while one is scheduled', async () => {
      const org = await active();
      expectConflict(await changePlan(org, 'plan_pro'), /on this plan already/);
      await changePlan(org, 'plan_starter');
      for (const plan of ['plan_starter', 'plan_pro'])
        expectConflict(await changePlan(org, plan), /already scheduled: withdraw it first|on this plan/);
      expect(await service.status(org.key)).toMatchObject({ pendingPlan: 'plan_starter' });
    });

    it.each(['none', 'drop_after'] as const)(
      'lets a move up take the place of a scheduled move down, with one charge (fault: %s)',
      async (kind) => {
        const org = await active();
        await changePlan(org, 'plan_starter');
        if (kind !== 'none')
          await service.sandbox.fault({ method: 'POST', path: '/subscriptions/*/change-plan', kind });
        expect(await changePlan(org, 'plan_business')).toMatchObject({
          status: 200,
          body: { data: { currentPlanId: 'plan_business', pendingPlanId: null } },
        });
        expect(await paidBy(org)).toHaveLength(3);
        await service.sandbox.advance('32d');
        await service.untilQuiet();
        expect(await service.status(org.key)).toMatchObject({ plan: 'plan_business', pendingPlan: null });
      },
    );

    it('keeps what is scheduled when the charge for the move up fails', async () => {
      const org = await service.newOrg();
      await service.buy(org, CARDS.failsOnRenewal);
      await service.untilStatus(org, 'trialing');
      await service.untilPaid(org);
      await service.query('UPDATE payments SET plan_minor = 4900 WHERE org_id = $1', [org.orgId]);
      expect((await changePlan(org, 'plan_starter')).body.data.pendingPlanId).toBe('plan_starter');
      expectConflict(await changePlan(org, 'plan_business'), /payment for the new plan failed/);
      expect(await service.status(org.key)).toMatchObject({ plan: 'plan_pro', pendingPlan: 'plan_starter' });
    });

    it('lets one of two changes at the same moment through', async () => {
      const org = await active();
      await service.sandbox.fault({
        method: 'POST',
        path: '/subscriptions/*/change-plan',
        kind: 'delay',
        delayMs: 500,
      });
      const answers = await Promise.all([changePlan(org, 'plan_business'), changePlan(org, 'plan_business')]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      expect(await paidBy(org)).toHaveLength(3);
    });

    it('answers 200 when the answer was lost and the change was made, and asks once', async () => {
      const org = await active();
      await service.sandbox.fault({
        method: 'POST',
        path: '/subscriptions/*/change-plan',
        kind: 'drop_after',
      });
      expect((await changePlan(org, 'plan_business')).body.data).toMatchObject({
        currentPlanId: 'plan_business',
      });
      expect(await paidBy(org)).toHaveLength(3);
    });

    it('answers 503 when the answer was lost and nothing was changed', async () => {
      const org = await active();
      await service.sandbox.fault({
        method: 'POST',
        path: '/subscriptions/*/change-plan',
        kind: 'drop_before',
      });
      const lost = await changePlan(org, 'plan_business');
      expect([lost.status, lost.body.message]).toEqual([
        503,
        expect.stringMatching(/can not say yet what came of/),
      ]);
      // It may be under way yet: nobody asks again before that is over.
      expectConflict(await changePlan(org, 'plan_business'), /under way/);
      service.clock.advanceSeconds(31);
      expect((await changePlan(org, 'plan_business')).status).toBe(200);
    });

    it('never calls a paid upgrade failed because it could not be read again', async () => {
      const org = await active();
      await service.sandbox.clearFaults();
      await service.sandbox.fault({
        method: 'POST',
        path: '/subscriptions/*/change-plan',
        kind: 'delay',
        delayMs: 800,
      });
      const answer = changePlan(org, 'plan_business');
      await until('the order is under way', () => service.sandbox.hasHit('/subscriptions/*/change-plan'));
      await service.sandbox.fault({
        method: 'GET',
        path: '/subscriptions/*',
        kind: 'error_before',
        status: 500,
      });
      const { status, body } = await answer;
      expect([status, body.message]).toEqual([503, expect.stringMatching(/can not say yet what came of/)]);
      await until('it is known', async () => (await service.status(org.key)).plan === 'plan_business');
      service.clock.advanceSeconds(31);
      expectConflict(await changePlan(org, 'plan_business'), /on this plan already/);
      expect(await paidBy(org)).toHaveLength(3);
    });

    it.each([
      [409, 'PENDING_PLAN_CHANGE_EXISTS', 409, 'conflict'],
      [422, 'PendingPlanChangeExists', 409, 'conflict'],
      [422, 'SOMETHING_NEW', 502, 'payment_provider_error'],
      [429, 'TOO_MANY_REQUESTS', 503, 'payment_provider_unavailable'],
    ])('shows Dodo’s refusal %d %s as %d %s', async (status, code, ours, error) => {
      const org = await trialing();
      await service.sandbox.fault({
        method: 'POST',
        path: '/subscriptions/*/change-plan',
        kind: 'error_before',
        status,
        code,
      });
      const answer = await changePlan(org, 'plan_business');
      expect([answer.status, answer.body.error]).toEqual([ours, error]);
      const [order] = await service.query('SELECT * FROM subscription_orders WHERE org_id = $1', [org.orgId]);
      expect(order).toMatchObject({ kind: 'change_plan', plan_id: 'plan_business', failure_code: code });
    });
  });

  describe('DELETE /billing/change-plan', () => {
    it('withdraws what is scheduled', async () => {
      const org = await active();
      expectConflict(await withdraw(org), /No plan change is scheduled/);
      await changePlan(org, 'plan_starter');
      const { status, body } = await withdraw(org);
      expect([status, body.data.plan, body.data.pendingPlan]).toEqual([200, 'plan_pro', null]);
      await service.sandbox.advance('32d');
      await service.untilQuiet();
      expect(await service.status(org.key)).toMatchObject({ plan: 'plan_pro' });
    });
  });

  describe('POST /billing/cancel and /billing/resume', () => {
    it.each([
      [{ when: 'tomorrow' }, /^when must be period_end or now\.$/],
      [{ reason: 'bored' }, /^reason must be one of too_expensive/],
      [{ comment: 7 }, /^comment must be a string\.$/],
      [{ comment: 'a\0' }, /^comment must not contain NUL or lone surrogates\.$/],
      [{ comment: 'a\ud800' }, /^comment must not contain NUL or lone surrogates\.$/],
      [{ comment: 'x'.repeat(501) }, /^comment may have at most 500 characters\.$/],
    ])('refuses %j', async (body, message) => {
      const answer = await post('/billing/cancel', await service.newOrg(), body);
      expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(message)]);
    });

    it('keeps access until the end of the period, then closes the gate', async () => {
      const org = await active();
      const { status, body } = await post('/billing/cancel', org);
      expect([status, body.data]).toMatchObject([
        200,
        { status: 'active', cancelledAt: null, cancelAtPeriodEnd: true },
      ]);
      expectConflict(await post('/billing/cancel', org), /set to end already/);
      expectConflict(await changePlan(org, 'plan_business'), /set to end: resume it first/);
      expect((await service.checkout(org.key)).status).toBe(409);
      await service.sandbox.advance('32d');
      await service.untilStatus(org, 'cancelled');
      expect((await service.checkout(org.key)).status).toBe(403);
      expect(await paidBy(org)).toEqual([100, 4900]);
    });

    it('charges nothing when a trial is cancelled', async () => {
      const org = await trialing();
      await post('/billing/cancel', org, { when: 'period_end', reason: 'unused', comment: 'Not for us.' });
      expect(await service.status(org.key)).toMatchObject({ status: 'trialing' });
      await service.sandbox.advance('4d');
      await service.untilStatus(org, 'cancelled');
      expect(await paidBy(org)).toEqual([100]);
      const [order] = await service.query('SELECT * FROM subscription_orders WHERE org_id = $1', [org.orgId]);
      expect(order).toMatchObject({
        kind: 'cancel',
        reason: 'unused',
        comment: 'Not for us.',
        state: 'done',
      });
    });

    it('ends everything at once when asked to', async () => {
      const org = await active();
      const { body } = await post('/billing/cancel', org, { when: 'now' });
      expect(body.data).toMatchObject({ status: 'cancelled', suspendedAt: expect.any(String) });
      expect((await post('/billing/resume', org)).body.error).toBe('billing_suspended');
    });

    describe('where access is suspended', () => {
      async function owing(gracePeriodDays: number | null): Promise<Caller> {
        await service.sandbox.behave({ gracePeriodDays });
        const org = await service.newOrg();
        await service.buy(org, CARDS.failsOnRenewal);
        await service.untilStatus(org, 'trialing');
        await service.sandbox.advance('4d');
        await service.untilStatus(org, gracePeriodDays === null ? 'on_hold' : 'past_due');
        await service.sandbox.behave({ gracePeriodDays: null });
        return org;
      }

      async function paused(): Promise<Caller> {
        const org = await active();
        const subscriptionId = await subscriptionOf(org);
        await service.sandbox.call('PATCH', `/subscriptions/${subscriptionId}`, { status: 'paused' });
        await service.untilStatus(org, 'paused');
        return org;
      }

      it.each<[string, () => Promise<Caller>, object | undefined]>([
        ['on hold', () => owing(null), undefined],
        ['past due', () => owing(10), { when: 'period_end' }],
        ['past due, and to end now', () => owing(10), { when: 'now' }],
        ['paused', paused, undefined],
      ])('ends one that is %s at once, and Dodo asks for nothing more', async (_, begin, body) => {
        const org = await begin();
        const subscriptionId = await subscriptionOf(org);
        const paid = await paidBy(org);
        const answer = await post('/billing/cancel', org, body);
        expect([answer.status, answer.body.data.status]).toEqual([200, 'cancelled']);
        const { subscriptions } = await service.sandbox.books();
        expect(subscriptions.find((it) => it.subscription_id === subscriptionId)!.status).toBe('cancelled');
        await service.untilQuiet();
        expect(await paidBy(org)).toEqual(paid);
        expectConflict(await post('/billing/cancel', org), /no active subscription/);
      });

      it('ends one that was set to end with its period, and could not be charged before', async () => {
        const org = await owing(null);
        const subscriptionId = await subscriptionOf(org);
        const path = `/subscriptions/${subscriptionId}`;
        await service.sandbox.call('PATCH', path, { cancel_at_next_billing_date: true });
        await service.untilQuiet();
        const { status, body } = await post('/billing/cancel', org);
        expect([status, body.data.status]).toEqual([200, 'cancelled']);
      });

      it('changes no plan, and takes nothing back', async () => {
        const org = await owing(null);
        expect((await changePlan(org, 'plan_business')).body.error).toBe('billing_suspended');
        expect((await post('/billing/resume', org)).body.error).toBe('billing_suspended');
      });
    });

    it('takes a cancellation back', async () => {
      const org = await active();
      expectConflict(await post('/billing/resume', org), /is not set to end/);
      await post('/billing/cancel', org);
      const { status, body } = await post('/billing/resume', org);
      expect([status, body.data.cancelAtPeriodEnd]).toEqual([200, false]);
      await service.sandbox.advance('32d');
      await service.untilQuiet();
      await until('the next period is paid', async () => (await paidBy(org)).length === 3);
      expect(await service.status(org.key)).toMatchObject({ status: 'active' });
    });

    it('refuses an org that has no subscription', async () => {
      const org = await service.newOrg();
      expectConflict(await post('/billing/cancel', org), /no active subscription/);
      expectConflict(await post('/billing/resume', org), /no active subscription/);
    });

    it('does not wait for an order whose process has died', async () => {
      const org = await trialing();
      await service.query(
        `INSERT INTO subscription_orders (id, org_id, dodo_subscription_id, kind, state, created_at)
         VALUES ('ord_dead', $1, $2, 'cancel', 'requested', $3)`,
        [org.orgId, await subscriptionOf(org), service.clock.now()],
      );
      expectConflict(await post('/billing/cancel', org), /under way/);
      service.clock.advanceSeconds(61);
      expect((await post('/billing/cancel', org)).status).toBe(200);
      expect(await service.query(`SELECT state FROM subscription_orders WHERE id = 'ord_dead'`)).toEqual([
        { state: 'unknown' },
      ]);
    });
  });
});
