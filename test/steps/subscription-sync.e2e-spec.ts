import { Logger } from '@nestjs/common';
import { HashedKey } from '../../src/auth/api-key';
import type { KeyWithOrg } from '../../src/auth/api-keys.repository';
import { KeyCache } from '../../src/auth/key-cache';
import type { Principal } from '../../src/auth/principal';
import { PaymentsService } from '../../src/billing/payments/payments.service';
import { SubscriptionsRepository } from '../../src/billing/subscriptions/subscriptions.repository';
import { SubscriptionsService } from '../../src/billing/subscriptions/subscriptions.service';
import { SurplusService } from '../../src/billing/subscriptions/surplus.service';
import { Database } from '../../src/database/database';
import { NoOrganization } from '../../src/webhooks/inbound/dodo-event.handlers';
import { parseEvent } from '../../src/webhooks/inbound/event-body';
import { InboxService } from '../../src/webhooks/inbound/inbox.service';
import { StillService } from '../support/still-service';
import { until } from '../support/until';

interface Subscribed {
  orgId: string;
  subscriptionId: string;
  paymentId: string;
}

describe('a subscription, read again', () => {
  const service = StillService.ofThisSuite();
  let said: string[] = [];

  beforeEach(() => {
    service.clock.at = new Date();
    said = [];
    const note = (...[text]: unknown[]) => void said.push(String(text));
    for (const level of ['log', 'warn', 'error'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation(note);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await service.sandbox.clearFaults();
    await service.takeJobs('subscription.end-surplus');
  });

  /** Its trial has begun at Dodo; nothing of it has been heard. */
  async function subscribed(): Promise<Subscribed> {
    const { orgId, ...caller } = await service.newOrg();
    const { subscription_id, payment_id } = await service.buy({ orgId, ...caller });
    return { orgId, subscriptionId: subscription_id!, paymentId: payment_id };
  }

  /** One more of the same organization, by a link of the merchant's own. */
  async function oneMore({ orgId }: Pick<Principal, 'orgId'>, trialDays = 0): Promise<Subscribed> {
    const { subscription_id, payment_id } = await service.sandbox.buyElsewhere({
      product_cart: [{ product_id: 'pdt_pro', quantity: 1 }],
      customer: { email: 'payer@example.com', name: 'Acme' },
      subscription_data: { trial_period_days: trialDays },
      metadata: { org_id: orgId },
    });
    return { orgId, subscriptionId: subscription_id!, paymentId: payment_id };
  }

  const sync = ({ subscriptionId }: Subscribed) => service.run('subscription.sync', { subscriptionId });

  /** Until the test's end, or until it shows something else, Dodo shows this of it. */
  async function shows({ subscriptionId }: Subscribed, values: object): Promise<void> {
    await service.sandbox.clearFaults();
    await service.sandbox.lag(`/subscriptions/${subscriptionId}`, values, 99);
  }

  /** A second later than what was seen before. */
  async function seen(it: Subscribed, values: object): Promise<void> {
    await shows(it, values);
    service.clock.passSeconds(1);
    await sync(it);
  }

  async function paid({ paymentId }: Subscribed): Promise<void> {
    const body = JSON.stringify({ items: [{ items_id: 'pdt_pro', amount: 4900 }] });
    const headers = { 'content-type': 'application/json' };
    const path = `/payments/${paymentId}/line-items`;
    await service.sandbox.fault({ method: 'GET', path, kind: 'error_before', status: 200, body, headers });
    await service.get(PaymentsService).sync(paymentId);
  }

  const repository = () => service.get(SubscriptionsRepository);
  const rowOf = ({ subscriptionId }: Subscribed) => repository().findSubscription(subscriptionId);

  const told = async ({ orgId }: Subscribed) =>
    (
      await service.query(
        `SELECT event, body::json->'data'->>'status' AS status, body::json->'data'->'isCurrent' AS "isCurrent"
           FROM outbound_events WHERE org_id = $1 AND event LIKE 'subscription.%' ORDER BY created_at, event`,
        [orgId],
      )
    ).map((it: { event: string; status: string; isCurrent: boolean }) => [it.event, it.status, it.isCurrent]);

  const standingOf = async ({ orgId }: Pick<Subscribed, 'orgId'>) =>
    (
      await service.query(
        `SELECT billing_status AS status, suspended_at AS since FROM organizations WHERE id = $1`,
        [orgId],
      )
    )[0];

  const inTransaction = <T>(work: Parameters<Database['transaction']>[0]) =>
    service.get(Database).transaction(work) as Promise<T>;

  describe('is stored', () => {
    it('whatever text its metadata holds, half of a pair of surrogates too', async () => {
      const it = await subscribed();
      await shows(it, { metadata: { org_id: it.orgId, note: 'cut \ud83d' }, status: 'hiber\0nating' });
      await sync(it);
      expect(await rowOf(it)).toMatchObject({
        status: 'unknown',
        snapshot: { rawStatus: 'hibernating', metadata: { org_id: it.orgId, note: 'cut \ufffd' } },
      });
    });

    it('as Dodo has it, each time a version later', async () => {
      const it = await subscribed();
      await sync(it);
      const { created_at, next_billing_date, previous_billing_date } = await service.sandbox.call<
        Record<string, string>
      >('GET', `/subscriptions/${it.subscriptionId}`);
      expect(await rowOf(it)).toEqual({
        dodoSubscriptionId: it.subscriptionId,
        orgId: it.orgId,
        planId: 'plan_pro',
        dodoProductId: 'pdt_pro',
        status: 'active',
        trialPeriodDays: 3,
        currentPeriodStart: new Date(previous_billing_date!),
        currentPeriodEnd: new Date(next_billing_date!),
        cancelAtPeriodEnd: false,
        cancelledAt: null,
        pendingProductId: null,
        pendingChangeAt: null,
        dodoCreatedAt: new Date(created_at!),
        surplus: null,
        snapshot: expect.objectContaining({ id: it.subscriptionId, rawStatus: 'active' }),
        version: 1,
        syncedAt: service.clock.now(),
        seenByReconciliationId: null,
      });
      expect(await repository().getSubscription(it.subscriptionId)).toEqual(await rowOf(it));
      await seen(it, {
        cancel_at_next_billing_date: true,
        cancelled_at: '2026-03-01T12:00:00Z',
        scheduled_change: { product_id: 'pdt_starter', effective_at: '2026-04-01T12:00:00Z' },
      });
      expect(await rowOf(it)).toMatchObject({
        version: 2,
        syncedAt: service.clock.now(),
        cancelAtPeriodEnd: true,
        cancelledAt: new Date('2026-03-01T12:00:00Z'),
        pendingProductId: 'pdt_starter',
        pendingChangeAt: new Date('2026-04-01T12:00:00Z'),
      });
    });

    it('with no plan where its product is none of ours', async () => {
      const it = await subscribed();
      await seen(it, { product_id: 'pdt_other' });
      expect(await rowOf(it)).toMatchObject({ planId: null, dodoProductId: 'pdt_other' });
    });

    it('one after the other when two have read it at once, and says all of it once', async () => {
      const it = await subscribed();
      await Promise.all([sync(it), sync(it)]);
      expect(await rowOf(it)).toMatchObject({ version: 2 });
      expect(await told(it)).toEqual([['subscription.trialing', 'trialing', true]]);
    });

    it('for the organization that it was known to be of, whatever Dodo says of that later', async () => {
      const it = await subscribed();
      await sync(it);
      await seen(it, { metadata: {}, customer: { customer_id: 'cus_other' } });
      expect(await rowOf(it)).toMatchObject({ orgId: it.orgId, version: 2 });
    });

    it('not at all while it is nobody’s', async () => {
      const it = await subscribed();
      await shows(it, { metadata: {}, customer: { customer_id: 'cus_x' } });
      await expect(sync(it)).rejects.toMatchObject({
        constructor: NoOrganization,
        matchKeys: ['customer:cus_x', `subscription:${it.subscriptionId}`],
      });
      expect(await rowOf(it)).toBeNull();
    });

    it('by one job, however often that is asked for', async () => {
      const it = await subscribed();
      const later = ({ subscriptionId }: Subscribed) =>
        inTransaction((tx) => service.get(SubscriptionsService).syncLater(tx, subscriptionId));
      const other = await subscribed();
      for (const each of [it, it, other]) await later(each);
      const waiting = (await service.takeJobs('subscription.sync')).map(({ payload }) => payload);
      expect(waiting).toHaveLength(2);
      expect(waiting).toEqual(
        expect.arrayContaining([it, other].map(({ subscriptionId }) => ({ subscriptionId }))),
      );
    });
  });

  describe('makes heard', () => {
    /** What has come of it before it was known: it waits under the subscription's name. */
    async function waiting({ subscriptionId }: Subscribed): Promise<void> {
      const bytes = Buffer.from(JSON.stringify({ type: 'payment.succeeded', data: {} }));
      const webhookId = `msg_${subscriptionId}`;
      await service.get(InboxService).store(webhookId, bytes, parseEvent(bytes));
      await service.query(
        `UPDATE dodo_events SET status = 'unmatched', match_keys = $2 WHERE webhook_id = $1`,
        [webhookId, [`subscription:${subscriptionId}`]],
      );
    }

    it('what waited for it, when it is first seen', async () => {
      const it = await subscribed();
      await waiting(it);
      await sync(it);
      const matchKeys = [`subscription:${it.subscriptionId}`];
      expect(await service.takeJobs('dodo-event.rematch')).toMatchObject([{ payload: { matchKeys } }]);
      await sync(it);
      expect(await service.takeJobs('dodo-event.rematch')).toEqual([]);
    });

    it('what its credits come of: the trial', async () => {
      const it = await subscribed();
      await sync(it);
      const entries = await service.query('SELECT cause FROM credit_entries WHERE org_id = $1', [it.orgId]);
      expect(entries).toEqual([{ cause: `allocation:${it.subscriptionId}:trial` }]);
    });

    it('that keys are to be looked up again, though nothing seems to have changed', async () => {
      const it = await subscribed();
      await sync(it);
      const cache = service.get(KeyCache);
      const key = new HashedKey('a'.repeat(64));
      const found = { orgId: it.orgId } as KeyWithOrg;
      // It remembers nothing until it hears of changes.
      await until('the key is remembered', async () => {
        await cache.read(key, async () => found);
        return cache.remembered(key);
      });
      await sync(it);
      expect(cache.size).toBe(0);
    });
  });

  describe('with a change of plan', () => {
    const changesOf = ({ subscriptionId }: Subscribed) =>
      service.query(
        `SELECT org_id AS "orgId", from_plan_id AS "from", to_plan_id AS "to", subscription_version AS version,
                changed_at AS at, public_id AS id
           FROM plan_changes WHERE dodo_subscription_id = $1 ORDER BY changed_at`,
        [subscriptionId],
      );

    it('notes it once', async () => {
      const it = await subscribed();
      await sync(it);
      await seen(it, {});
      expect(await changesOf(it)).toEqual([]);
      await seen(it, { product_id: 'pdt_business' });
      const at = service.clock.now();
      await seen(it, { product_id: 'pdt_business' });
      const id = expect.stringMatching(/^chg_/);
      expect(await changesOf(it)).toEqual([
        { orgId: it.orgId, from: 'plan_pro', to: 'plan_business', version: 3, at, id },
      ]);
      expect(await told(it)).toContainEqual(['subscription.plan_changed', 'trialing', true]);
    });
  });

  describe('decides on access', () => {
    it('which is held since it was first suspended, until it is back', async () => {
      const it = await subscribed();
      await sync(it);
      expect(await standingOf(it)).toEqual({ status: 'active', since: null });
      await seen(it, { status: 'past_due' });
      const since = service.clock.now();
      expect(await standingOf(it)).toEqual({ status: 'past_due', since });
      await seen(it, { status: 'on_hold' });
      expect(await standingOf(it)).toEqual({ status: 'on_hold', since });
      await seen(it, { status: 'active' });
      expect(await standingOf(it)).toEqual({ status: 'active', since: null });
    });

    it('and says so in the log, each turn once', async () => {
      const it = await subscribed();
      for (const status of ['active', 'active', 'on_hold', 'on_hold']) await seen(it, { status });
      expect(said.filter((text) => text.includes('→'))).toEqual([
        `Organization ${it.orgId}: none → active`,
        `Organization ${it.orgId}: active → on_hold`,
      ]);
    });

    it('by what was known before, when its status is a word that is new to us', async () => {
      const it = await subscribed();
      await sync(it);
      await seen(it, { status: 'delinquent' });
      expect(await rowOf(it)).toMatchObject({ status: 'active', version: 2 });
      expect(said).toContain(`Subscription ${it.subscriptionId} has a status that is new to us: delinquent`);
    });

    it('as it would for one of which nothing is known, when its first word is new to us', async () => {
      const it = await subscribed();
      await seen(it, { status: 'delinquent' });
      expect(await rowOf(it)).toMatchObject({ status: 'unknown' });
      expect(await standingOf(it)).toEqual({ status: 'unknown', since: null });
    });

    it('unless another one of the organization’s does', async () => {
      const first = await subscribed();
      await sync(first);
      const second = await oneMore(first);
      await sync(second);
      await seen(second, { status: 'on_hold' });
      expect(await told(first)).toEqual([
        ['subscription.trialing', 'trialing', true],
        ['subscription.suspended', 'on_hold', false],
      ]);
      expect(await standingOf(first)).toEqual({ status: 'active', since: null });
    });
  });

  describe('that comes back from a suspension', () => {
    const suspended = ['subscription.suspended', 'on_hold', true];

    it('is told of when it has been paid before', async () => {
      const it = await subscribed();
      const billed = { trial_period_days: 0 };
      await seen(it, billed);
      await paid(it);
      const activated = ['subscription.activated', 'active', true];
      expect(await told(it)).toEqual([activated]);
      for (const status of ['on_hold', 'paused', 'active', 'active']) await seen(it, { ...billed, status });
      const paused = ['subscription.suspended', 'paused', true];
      expect(await told(it)).toEqual([activated, suspended, paused, activated]);
    });

    it('is told of as a trial when it is in its trial', async () => {
      const it = await subscribed();
      for (const status of ['active', 'on_hold', 'active', 'active']) await seen(it, { status });
      expect(await told(it)).toEqual([
        ['subscription.trialing', 'trialing', true],
        suspended,
        ['subscription.activated', 'trialing', true],
      ]);
    });

    it('is not when it is neither: it has not begun', async () => {
      const it = await subscribed();
      for (const status of ['on_hold', 'active']) await seen(it, { status, trial_period_days: 0 });
      expect(await told(it)).toEqual([suspended]);
    });

    it('is not while it goes from one suspension to another', async () => {
      const it = await subscribed();
      for (const status of ['on_hold', 'paused']) await seen(it, { status });
      expect(await told(it)).toEqual([suspended, ['subscription.suspended', 'paused', true]]);
    });

    it('is not when it is a second trial', async () => {
      const first = await subscribed();
      await sync(first);
      const second = await oneMore(first, 3);
      for (const status of ['active', 'on_hold', 'active']) await seen(second, { status });
      expect(await told(first)).toEqual([['subscription.trialing', 'trialing', true]]);
    });
  });

  describe('that is one too many', () => {
    const jobs = () => service.takeJobs('subscription.end-surplus');
    const toEnd = ({ subscriptionId }: Subscribed) => [{ payload: { subscriptionId }, delaySeconds: 0 }];
    const isSaid = ({ subscriptionId, orgId }: Subscribed, why: string) =>
      `Subscription ${subscriptionId} of organization ${orgId} is one too many (${why}): it is being ended.`;

    async function two(): Promise<{ first: Subscribed; second: Subscribed }> {
      const first = await subscribed();
      await sync(first);
      const second = await oneMore(first);
      await sync(second);
      return { first, second };
    }

    it('is ended, once, and the operator is told', async () => {
      const { first, second } = await two();
      expect(await rowOf(second)).toMatchObject({ surplus: 'second_subscription' });
      expect(await jobs()).toEqual(toEnd(second));
      for (const each of [second, first]) await sync(each);
      expect(await rowOf(first)).toMatchObject({ surplus: null });
      expect(await rowOf(second)).toMatchObject({ surplus: 'second_subscription' });
      expect(await jobs()).toEqual([]);
      expect(said.filter((text) => text.includes('too many'))).toEqual([
        isSaid(second, 'second_subscription'),
      ]);
    });

    it('gives no access where it is a second trial, from the first moment on', async () => {
      const first = await subscribed();
      await sync(first);
      await seen(first, { status: 'cancelled' });
      const second = await oneMore(first, 3);
      await seen(second, {});
      expect(await rowOf(second)).toMatchObject({ surplus: 'second_trial', status: 'active' });
      expect(await standingOf(first)).toMatchObject({ status: 'cancelled' });
      expect(await jobs()).toEqual(toEnd(second));
      await seen(second, {});
      expect(await standingOf(first)).toMatchObject({ status: 'cancelled' });
      expect(await jobs()).toEqual([]);
    });

    it('gives none, where the trial was had by another organization of the same mail box', async () => {
      const [it, other] = [await subscribed(), await subscribed()];
      await sync(other);
      await service.query('UPDATE trial_claims SET org_id = $1 WHERE org_id = $2', [it.orgId, other.orgId]);
      await sync(it);
      expect(await rowOf(it)).toMatchObject({ surplus: 'second_trial' });
      expect(await standingOf(it)).toEqual({ status: 'none', since: null });
      expect(await told(it)).toEqual([]);
    });

    it('is not one whose own trial shows again, after a reading from before it began', async () => {
      const it = await subscribed();
      await sync(it);
      await seen(it, { status: 'pending' });
      await seen(it, {});
      expect(await rowOf(it)).toMatchObject({ status: 'active', surplus: null });
      expect(await service.takeJobs('subscription.end-surplus')).toEqual([]);
    });

    it('is not looked for among those that were let go on side by side', async () => {
      const { first, second } = await two();
      await service.query('UPDATE subscriptions SET surplus = NULL WHERE org_id = $1', [first.orgId]);
      await jobs();
      for (const each of [first, second]) await sync(each);
      for (const each of [first, second]) expect(await rowOf(each)).toMatchObject({ surplus: null });
      expect(await jobs()).toEqual([]);
    });

    it('is looked at again when the other one has ended, and is none too many then', async () => {
      const { first, second } = await two();
      await jobs();
      await seen(first, { status: 'cancelled' });
      expect(await jobs()).toEqual(toEnd(second));
      await seen(first, { status: 'cancelled' });
      expect(await jobs()).toEqual([]);
      await sync(second);
      expect(await rowOf(second)).toMatchObject({ surplus: null });
      expect(await standingOf(first)).toMatchObject({ status: 'active' });
      expect(await jobs()).toEqual([]);
    });

    it('is not when the other one goes on', async () => {
      const { first } = await two();
      await jobs();
      await seen(first, { status: 'on_hold' });
      expect(await jobs()).toEqual([]);
    });

    it.each<[string, object, object]>([
      ['before', { cancel_at_next_billing_date: true }, { cancel_at_next_billing_date: false }],
      ['at last', {}, { cancel_at_next_billing_date: true }],
    ])('is not when the other one was set to end (%s)', async (_, before, atLast) => {
      const { first } = await two();
      await jobs();
      await seen(first, before);
      await seen(first, { ...atLast, status: 'cancelled' });
      expect(await jobs()).toEqual([]);
    });

    it('is not when it has ended too, or is a second trial', async () => {
      const { first, second } = await two();
      await seen(second, { status: 'cancelled' });
      const trial = await oneMore(first, 3);
      await sync(trial);
      await jobs();
      await seen(first, { status: 'cancelled' });
      expect(await jobs()).toEqual([]);
    });

    it('is ended by one job, which may wait, and knows how often that has failed', async () => {
      const { second } = await two();
      await jobs();
      const settle = (...more: [{ tries?: number; delaySeconds?: number }?]) =>
        inTransaction((tx) => service.get(SurplusService).settleLater(tx, second.subscriptionId, ...more));
      const { subscriptionId } = second;
      await settle({ tries: 2, delaySeconds: 60 });
      expect(await jobs()).toEqual([{ payload: { subscriptionId, tries: 2 }, delaySeconds: 60 }]);
      await settle();
      expect(await jobs()).toEqual(toEnd(second));
      for (const tries of [1, 2]) await settle({ tries });
      expect((await jobs()).map(({ payload }) => payload)).toEqual([{ subscriptionId, tries: 2 }]);
    });

    describe('is found when its job was lost', () => {
      const forgotten = (limit = 9) => repository().listForgottenSurplus(limit);

      beforeEach(() => service.query('UPDATE subscriptions SET surplus = NULL'));

      it('unless one waits, it has ended, or it is set to end where that is enough', async () => {
        const { second } = await two();
        expect(await forgotten()).toEqual([]);
        await jobs();
        expect(await forgotten()).toEqual([second.subscriptionId]);
        await seen(second, { cancel_at_next_billing_date: true });
        expect(await forgotten()).toEqual([]);
        const becomesTrial = `UPDATE subscriptions SET surplus = 'second_trial' WHERE dodo_subscription_id = $1`;
        await service.query(becomesTrial, [second.subscriptionId]);
        expect(await forgotten()).toEqual([second.subscriptionId]);
        await seen(second, { status: 'cancelled' });
        expect(await forgotten()).toEqual([]);
      });

      it('in parts', async () => {
        const ids = [(await two()).second, (await two()).second].map(({ subscriptionId }) => subscriptionId);
        await jobs();
        expect(await forgotten()).toEqual(ids.toSorted());
        expect(await forgotten(1)).toEqual([ids.toSorted()[0]]);
      });
    });
  });
});
