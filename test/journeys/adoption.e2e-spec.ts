import { DataSource } from 'typeorm';
import { COMMANDS } from '../../src/cli/commands';
import { ValidAnswers } from '../contract/valid-answers';
import { ConsoleVisitor } from '../support/console-visitor';
import { TestService, type Answer } from '../support/test-service';
import { until } from '../support/until';

const OPERATOR_TOKEN = 'a token of the operator of these tests';
const CHECKOUT_URLS = { successUrl: 'https://app.acme.com/', cancelUrl: 'https://app.acme.com/' };

describe('an organization that was a customer before', () => {
  const service = TestService.ofThisSuite({ OPERATOR_TOKEN });
  let answers: ValidAnswers;
  let count = 0;

  beforeAll(async () => {
    answers = new ValidAnswers((await service.call('GET', '/openapi.json')).body);
  });

  async function call(path: string, body?: unknown, token = OPERATOR_TOKEN): Promise<Answer> {
    return service.call(body === undefined ? 'GET' : 'POST', path, {
      body,
      headers: { 'x-operator-token': token },
    });
  }

  async function adopt(orgId: string, body: unknown, token?: string): Promise<Answer> {
    const answer = await call(`/organizations/${orgId}/adopt`, body, token);
    expect(answers.problemOf('/organizations/{id}/adopt', 'post', answer)).toBeNull();
    return answer;
  }

  async function newCustomer(): Promise<string> {
    count += 1;
    const customer = { name: 'Acme', email: `before-${count}@acme.com` };
    return (await service.sandbox.call<{ customer_id: string }>('POST', '/customers', customer)).customer_id;
  }

  /** Bought by what was there before us: no metadata of ours, and no row. */
  async function buyElsewhere(customerId: string, cart: object = {}) {
    const { checkout_url } = await service.sandbox.call<{ checkout_url: string }>('POST', '/checkouts', {
      product_cart: [{ product_id: 'pdt_pro', quantity: 1 }],
      customer: { customer_id: customerId },
      ...cart,
    });
    return service.sandbox.pay(checkout_url);
  }

  const untilBilling = (orgId: string, billingStatus: string) =>
    until(`the organization is ${billingStatus}`, async () => {
      const { body } = await call(`/organizations/${orgId}`);
      return body.data.billingStatus === billingStatus && body.data;
    });

  it('is in where it was, with what it has paid, and pays nothing twice', async () => {
    const customerId = await newCustomer();
    const paid = await buyElsewhere(customerId);
    const org = await service.newOrg();
    const { status, body } = await adopt(org.orgId, { dodoCustomerId: customerId });
    expect([status, body.data]).toEqual([
      200,
      {
        orgId: org.orgId,
        dodoCustomerId: customerId,
        subscriptions: [{ subscriptionId: paid.subscription_id, status: 'active', planId: 'plan_pro' }],
      },
    ]);
    await untilBilling(org.orgId, 'active');
    const log = `SELECT via, target FROM operator_actions WHERE what = 'organization.adopt' AND org_id = $1`;
    expect(await service.query(log, [org.orgId])).toEqual([{ via: 'api', target: customerId }]);
    await service.untilQuiet();
    expect(await service.status(org.key)).toMatchObject({
      plan: 'plan_pro',
      isTrialing: false,
      dodoCustomerId: customerId,
      creditBalance: 2000,
    });
    const history = await service.call('GET', '/billing/history', { key: org.key });
    expect(history.body.data.items).toMatchObject([
      { id: paid.payment_id, amount: 4900, status: 'succeeded' },
    ]);
    expect((await service.checkout(org.key)).status).toBe(409);
    const { payments, refunds } = await service.sandbox.books();
    expect(payments.filter(({ subscription_id }) => subscription_id === paid.subscription_id)).toHaveLength(
      1,
    );
    expect(refunds.filter(({ payment_id }) => payment_id === paid.payment_id)).toEqual([]);
  });

  it('renews and is cancelled like any other, and comes back without trial and fee', async () => {
    const customerId = await newCustomer();
    await buyElsewhere(customerId, { subscription_data: { trial_period_days: 14 } });
    const org = await service.newOrg();
    await adopt(org.orgId, { dodoCustomerId: customerId });
    await service.untilStatus(org, 'trialing');
    await service.sandbox.advance('15d');
    await service.untilStatus(org, 'active');
    await service.call('POST', '/billing/cancel', { key: org.key, body: { when: 'now' } });
    await service.untilStatus(org, 'cancelled');
    const { body } = await service.call('POST', '/billing/reactivate', { key: org.key, body: CHECKOUT_URLS });
    const again = await service.sandbox.pay(body.data.checkoutUrl);
    await service.untilStatus(org, 'active');
    const { payments } = await service.sandbox.books();
    expect(payments.find(({ payment_id }) => payment_id === again.payment_id)?.total_amount).toBe(4900);
  });

  it.each([
    ['a subscription', {}],
    ['something bought once', { product_cart: [{ product_id: 'pdt_pack_1000', quantity: 1 }] }],
  ])('gets what was told of it before it was here: %s', async (_, cart) => {
    const customerId = await newCustomer();
    await buyElsewhere(customerId, cart);
    const unmatched = () =>
      service.query(`SELECT 1 FROM dodo_events WHERE status = 'unmatched' AND $1 = ANY(match_keys)`, [
        `customer:${customerId}`,
      ]);
    await until('the events wait for somebody', async () => (await unmatched()).length > 0);
    await adopt((await service.newOrg()).orgId, { dodoCustomerId: customerId });
    await until('nothing waits any more', async () => (await unmatched()).length === 0);
  });

  it('may be adopted twice, and by many at once goes to one', async () => {
    const customerId = await newCustomer();
    await buyElsewhere(customerId);
    const orgs = await Promise.all([service.newOrg(), service.newOrg(), service.newOrg()]);
    const tries = await Promise.all(
      [...orgs, ...orgs].map(async (org) => ({
        org,
        ...(await adopt(org.orgId, { dodoCustomerId: customerId })),
      })),
    );
    const statuses = tries.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, 200, 409, 409, 409, 409]);
    const owner = tries.find(({ status }) => status === 200)!.org;
    expect(tries.find(({ status }) => status === 409)!.body.message).toBe(
      `Customer ${customerId} belongs to organization ${owner.orgId}.`,
    );
    await service.untilStatus(owner, 'active');
    expect((await adopt(owner.orgId, { dodoCustomerId: customerId })).status).toBe(200);
  });

  it('takes over one of two customers that it is given at once', async () => {
    const org = await service.newOrg();
    const customerIds = [await newCustomer(), await newCustomer()];
    const tries: Promise<Answer>[] = [];
    await service.app.get(DataSource).transaction(async (tx) => {
      await tx.query('SELECT FROM organizations WHERE id = $1 FOR UPDATE', [org.orgId]);
      for (const dodoCustomerId of customerIds) tries.push(adopt(org.orgId, { dodoCustomerId }));
      await until('both of them wait', async () => {
        const waiting = await service.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length === tries.length;
      });
    });
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 409]);
    const { body } = await call(`/organizations/${org.orgId}`);
    expect(body.data.dodoCustomerId).toBe(customerIds[statuses.indexOf(200)]);
  });

  it('is refused when one of its subscriptions would be ended, and nothing is', async () => {
    const customerId = await newCustomer();
    const [first, second] = [await buyElsewhere(customerId), await buyElsewhere(customerId)];
    const org = await service.newOrg();
    const { status, body } = await adopt(org.orgId, { dodoCustomerId: customerId });
    expect([status, body.message]).toEqual([409, expect.stringContaining('2 live subscriptions')]);
    expect((await call(`/organizations/${org.orgId}`)).body.data.dodoCustomerId).toBeNull();
    await service.untilQuiet();
    const { subscriptions } = await service.sandbox.books();
    for (const { subscription_id } of [first, second]) {
      expect(subscriptions.find((one) => one.subscription_id === subscription_id)?.status).toBe('active');
    }
  });

  it('is read in later when Dodo is away in between', async () => {
    const customerId = await newCustomer();
    const paid = await buyElsewhere(customerId);
    await service.sandbox.fault({
      method: 'GET',
      path: `/subscriptions/${paid.subscription_id}`,
      kind: 'error_before',
      status: 500,
    });
    const org = await service.newOrg();
    await adopt(org.orgId, { dodoCustomerId: customerId });
    await service.untilStatus(org, 'active');
  });

  it('keeps the trial that is running, though a later one was cancelled', async () => {
    const customerId = await newCustomer();
    const trial = { subscription_data: { trial_period_days: 14 } };
    const running = await buyElsewhere(customerId, trial);
    const gone = await buyElsewhere(customerId, trial);
    await service.sandbox.call('PATCH', `/subscriptions/${gone.subscription_id}`, { status: 'cancelled' });
    await service.untilQuiet();
    const org = await service.newOrg();
    await adopt(org.orgId, { dodoCustomerId: customerId });
    await service.untilStatus(org, 'trialing');
    await service.untilQuiet();
    const { subscriptions } = await service.sandbox.books();
    expect(
      subscriptions.find(({ subscription_id }) => subscription_id === running.subscription_id)?.status,
    ).toBe('active');
    expect(await service.status(org.key)).toMatchObject({ status: 'trialing' });
  });

  it('reads in the rest when Dodo does not show what a payment was for, or a subscription at all', async () => {
    await service.sandbox.behave({ webhooks: { dropRate: 1 } });
    const customerId = await newCustomer();
    const [old, hidden, newest] = [
      await buyElsewhere(customerId),
      await buyElsewhere(customerId),
      await buyElsewhere(customerId),
    ];
    for (const { subscription_id } of [old, hidden])
      await service.sandbox.call('PATCH', `/subscriptions/${subscription_id}`, { status: 'cancelled' });
    await service.sandbox.lag(`/payments/${newest.payment_id}/line-items`, { items: [] }, 1_000);
    await service.sandbox.fault({
      method: 'GET',
      path: `/subscriptions/${hidden.subscription_id}`,
      kind: 'error_before',
      status: 404,
      times: 1_000,
    });
    const org = await service.newOrg();
    await adopt(org.orgId, { dodoCustomerId: customerId });
    await service.untilStatus(org, 'active');
    const paid = await until('all payments are there', async () => {
      const { body } = await service.call('GET', '/billing/history?type=payment', { key: org.key });
      // Not by `total`: it is counted beside the list, and one may have seen a payment that the other has not.
      return body.data.items.length === 3 && body.data.items.map(({ id }: { id: string }) => id);
    });
    expect(paid).toEqual([newest.payment_id, hidden.payment_id, old.payment_id]);
    await service.sandbox.clearFaults();
    await service.sandbox.behave({ webhooks: { dropRate: 0 } });
  });

  it('gives every status that the document has for it', async () => {
    const org = await service.newOrg();
    const customerId = await newCustomer();
    expect((await adopt(org.orgId, {}, 'wrong')).status).toBe(401);
    expect((await adopt(org.orgId, { dodoCustomerId: '../customers' })).body.message).toMatch(
      /^dodoCustomerId must be/,
    );
    expect((await adopt('org_nothing', { dodoCustomerId: customerId })).status).toBe(404);
    expect((await adopt(org.orgId, { dodoCustomerId: 'cus_nothing' })).body.message).toBe(
      'Dodo has no customer "cus_nothing".',
    );
    for (const [fault, status] of [
      [422, 502],
      [500, 503],
    ] as const) {
      await service.sandbox.fault({
        method: 'GET',
        path: `/customers/${customerId}`,
        kind: 'error_before',
        status: fault,
      });
      expect((await adopt(org.orgId, { dodoCustomerId: customerId })).status).toBe(status);
    }
    expect((await adopt(org.orgId, { dodoCustomerId: customerId })).status).toBe(200);
    const another = await adopt(org.orgId, { dodoCustomerId: await newCustomer() });
    expect([another.status, another.body.message]).toEqual([
      409,
      `Organization ${org.orgId} has customer ${customerId} already.`,
    ]);
    const raw = async (text: string, type: string) =>
      service.call('POST', `/organizations/${org.orgId}/adopt`, {
        text,
        headers: { 'x-operator-token': OPERATOR_TOKEN, 'content-type': type },
      });
    expect(answers.problemOf('/organizations/{id}/adopt', 'post', await raw('x', 'text/plain'))).toBeNull();
    const huge = JSON.stringify({ dodoCustomerId: 'x'.repeat(2_000_000) });
    expect(
      answers.problemOf('/organizations/{id}/adopt', 'post', await raw(huge, 'application/json')),
    ).toBeNull();
    expect(answers.notSeen('/organizations/{id}/adopt', 'post')).toEqual(['429']);
  });

  it('is a command as well', async () => {
    const customerId = await newCustomer();
    const paid = await buyElsewhere(customerId);
    const { orgId } = await service.newOrg();
    const command = COMMANDS.find(({ words }) => words === 'org adopt')!;
    const adopted = await command.run(service.app, { org: orgId, 'dodo-customer-id': customerId });
    expect(adopted).toMatchObject({ subscriptions: [{ subscriptionId: paid.subscription_id }] });
    await expect(command.run(service.app, { org: orgId, 'dodo-customer-id': 'a b' })).rejects.toThrow(
      '--dodo-customer-id must',
    );
  });

  it('is looked at first by that command', async () => {
    const customerId = await newCustomer();
    const paid = await buyElsewhere(customerId);
    const { orgId } = await service.newOrg();
    const command = COMMANDS.find(({ words }) => words === 'org adopt')!;
    const options = { org: orgId, 'dodo-customer-id': customerId, 'dry-run': 'true' };
    expect(await command.run(service.app, options)).toEqual({
      orgId,
      dodoCustomerId: customerId,
      customer: { id: customerId, name: 'Acme', email: `before-${count}@acme.com` },
      subscriptions: [{ subscriptionId: paid.subscription_id, status: 'active', planId: 'plan_pro' }],
      endsTrial: false,
    });
    expect((await call(`/organizations/${orgId}`)).body.data.dodoCustomerId).toBeNull();
  });

  describe('in the console', () => {
    const REASON = 'They moved over from the old handler';
    let ada: ConsoleVisitor;

    beforeAll(async () => {
      ada = await ConsoleVisitor.signedIn(service, OPERATOR_TOKEN, 'Ada Operator');
    });

    const preview = (orgId: string, customerId: string) =>
      ada.get(`/organizations/${orgId}/adopt?dodoCustomerId=${customerId}`);

    const actions = (orgId: string) =>
      service.query(
        `SELECT who, via, target, reason FROM operator_actions WHERE what = 'organization.adopt' AND org_id = $1`,
        [orgId],
      );

    it('is shown before it is done, done for a reason, and written down', async () => {
      const customerId = await newCustomer();
      const paid = await buyElsewhere(customerId);
      const { orgId, key } = await service.newOrg();
      expect((await ada.get(`/organizations/${orgId}`)).html).toContain('See what it has');
      const { status, html } = await preview(orgId, customerId);
      expect(status).toBe(200);
      for (const text of [customerId, paid.subscription_id!, 'plan_pro', `before-${count}@acme.com`])
        expect(html).toContain(text);
      expect(html).toContain('The e-mail addresses differ');
      expect(html).not.toContain('would be ended');
      expect((await call(`/organizations/${orgId}`)).body.data.dodoCustomerId).toBeNull();
      expect(await actions(orgId)).toEqual([]);

      const fields = { dodoCustomerId: customerId, reason: REASON };
      const done = await ada.submit(`/organizations/${orgId}/adopt`, fields);
      expect([done.status, done.headers.get('location')]).toEqual([
        303,
        `/console/organizations/${orgId}?done=adopted`,
      ]);
      await service.untilStatus({ orgId, key }, 'active');
      expect(await actions(orgId)).toEqual([
        { who: 'Ada Operator', via: 'console', target: customerId, reason: REASON },
      ]);
      const page = await ada.get(`/organizations/${orgId}?done=adopted`);
      for (const text of ['is taken over', 'read in again', REASON, paid.subscription_id!])
        expect(page.html).toContain(text);
      expect(page.html).not.toContain('See what it has');
      expect((await preview(orgId, customerId)).html).toContain('Read in a customer again');
    });

    it('is refused before and after looking, with what is in the way', async () => {
      const taken = await newCustomer();
      const [owner, org] = [await service.newOrg(), await service.newOrg()];
      await adopt(owner.orgId, { dodoCustomerId: taken });
      const several = await newCustomer();
      await buyElsewhere(several);
      await buyElsewhere(several);
      const refusals: [orgId: string, customerId: string, status: number, text: string][] = [
        [org.orgId, taken, 409, `belongs to organization ${owner.orgId}`],
        [owner.orgId, several, 409, '2 live subscriptions'],
        [owner.orgId, await newCustomer(), 409, `has customer ${taken} already`],
        [org.orgId, 'cus_nothing', 404, 'Dodo has no customer'],
        [org.orgId, 'a%20b', 400, 'must be the id of a customer at Dodo'],
        ['org_nothing', taken, 404, 'There is no organization'],
      ];
      for (const [orgId, customerId, status, text] of refusals) {
        const looked = await preview(orgId, customerId);
        const dodoCustomerId = decodeURIComponent(customerId);
        const done = await ada.submit(`/organizations/${orgId}/adopt`, { dodoCustomerId, reason: REASON });
        expect([customerId, looked.status, done.status]).toEqual([customerId, status, status]);
        expect([looked.html, done.html]).toEqual([
          expect.stringContaining(text),
          expect.stringContaining(text),
        ]);
      }
      const fields = { dodoCustomerId: await newCustomer(), reason: 'no' };
      expect((await ada.submit(`/organizations/${org.orgId}/adopt`, fields)).status).toBe(400);
      expect(await actions(org.orgId)).toEqual([]);
    });

    it('says which trial would be ended, and shows what has become of it', async () => {
      const org = await service.newOrg();
      const customerId = await newCustomer();
      const had = await buyElsewhere(customerId, { subscription_data: { trial_period_days: 14 } });
      await service.sandbox.call('PATCH', `/subscriptions/${had.subscription_id}`, { status: 'cancelled' });
      await adopt(org.orgId, { dodoCustomerId: customerId });
      await service.untilStatus(org, 'cancelled');
      await service.sandbox.behave({ webhooks: { dropRate: 1 } });
      const again = await buyElsewhere(customerId, { subscription_data: { trial_period_days: 14 } });
      expect((await preview(org.orgId, customerId)).html).toContain('Its trial would be ended at once');
      await service.sandbox.behave({ webhooks: { dropRate: 0 } });

      const fields = { dodoCustomerId: customerId, reason: REASON };
      await ada.submit(`/organizations/${org.orgId}/adopt`, fields);
      await until('the second trial has ended', async () => {
        const { subscriptions } = await service.sandbox.books();
        const now = subscriptions.find(({ subscription_id }) => subscription_id === again.subscription_id);
        return now?.status === 'cancelled';
      });
      expect((await preview(org.orgId, customerId)).html).not.toContain('would be ended');
      const { html } = await ada.get(`/organizations/${org.orgId}`);
      expect(html).toMatch(new RegExp(`${again.subscription_id}[^]*second trial[^]*It was ended at once`));
    });
  });
});
