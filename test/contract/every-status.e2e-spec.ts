import { ALL_SCOPES } from '../../src/auth/scopes';
import { CARDS } from '../support/sandbox-control';
import { CHECKOUT, TestService, type Answer, type Caller } from '../support/test-service';
import { ValidAnswers } from './valid-answers';

interface Route {
  method: string;
  path: string;
  scope: 'billing:read' | 'billing:write';
  /** A body that the route takes; left out where it takes none. */
  body?: object;
  /** Something that is wrong with the body, or with the query where there is no body. */
  bad?: object | string;
  isGated?: boolean;
  /** The call to Dodo that can go wrong, and the org for which it is made. */
  dodo?: { method: string; path: string; org: () => Promise<Caller> };
  /** An org whose answer is kept for its Idempotency-Key, where that is another one. */
  keptFor?: () => Promise<Caller>;
}

/** What is wrong with a body that nobody wants. */
const BROKEN_JSON = '{broken';

const urls = { successUrl: CHECKOUT.successUrl, cancelUrl: CHECKOUT.cancelUrl };

describe('every status that a billing route documents', () => {
  const service = TestService.ofThisSuite({ RATE_LIMIT_PER_MINUTE: '100000' });
  let answers: ValidAnswers;
  const sessions = new Map<string, string>();
  const checkoutUrls = new Map<string, string>();

  beforeAll(async () => {
    answers = new ValidAnswers((await service.call('GET', '/openapi.json')).body);
  });

  async function inCheckout(): Promise<Caller> {
    const org = await service.newOrg();
    const { body } = await service.checkout(org.key);
    sessions.set(org.key, body.data.sessionId);
    checkoutUrls.set(org.key, body.data.checkoutUrl);
    return org;
  }

  /** Until it is paid, the answer for a key is not kept. */
  async function backFromCheckout(): Promise<Caller> {
    const org = await inCheckout();
    await service.sandbox.pay(checkoutUrls.get(org.key)!);
    return org;
  }

  async function trialing(card?: string): Promise<Caller> {
    const org = await service.newOrg();
    await service.buy(org, card);
    await service.untilStatus(org, 'trialing');
    return org;
  }

  async function withDowngrade(): Promise<Caller> {
    const org = await trialing();
    await service.sandbox.advance('4d');
    await service.untilStatus(org, 'active');
    await service.call('POST', '/billing/change-plan', { key: org.key, body: { planId: 'plan_starter' } });
    return org;
  }

  async function cancelledAtEnd(): Promise<Caller> {
    const org = await trialing();
    await service.call('POST', '/billing/cancel', { key: org.key });
    return org;
  }

  async function onHold(): Promise<Caller> {
    const org = await trialing(CARDS.failsOnRenewal);
    await service.sandbox.advance('4d');
    await service.untilStatus(org, 'on_hold');
    return org;
  }

  const write = 'billing:write';
  const read = 'billing:read';
  const subscription = '/subscriptions/*';
  const routes: Route[] = [
    { method: 'get', path: '/billing/status', scope: read },
    { method: 'get', path: '/billing/plans', scope: read },
    { method: 'get', path: '/billing/history', scope: read, bad: 'limit=0' },
    {
      method: 'post',
      path: '/billing/verify-checkout',
      scope: write,
      body: { sessionId: 'cs_none' },
      bad: {},
      dodo: { method: 'GET', path: '/checkouts/*', org: inCheckout },
      keptFor: backFromCheckout,
    },
    {
      method: 'post',
      path: '/billing/change-plan',
      scope: write,
      body: { planId: 'plan_business' },
      bad: {},
      isGated: true,
      dodo: { method: 'POST', path: `${subscription}/change-plan`, org: trialing },
    },
    {
      method: 'delete',
      path: '/billing/change-plan',
      scope: write,
      isGated: true,
      dodo: { method: 'DELETE', path: `${subscription}/change-plan/scheduled`, org: withDowngrade },
    },
    {
      method: 'post',
      path: '/billing/cancel',
      scope: write,
      body: {},
      bad: { when: 'never' },
      dodo: { method: 'PATCH', path: subscription, org: trialing },
    },
    {
      method: 'post',
      path: '/billing/resume',
      scope: write,
      isGated: true,
      dodo: { method: 'PATCH', path: subscription, org: cancelledAtEnd },
    },
    {
      method: 'post',
      path: '/billing/reactivate',
      scope: write,
      body: urls,
      bad: {},
      dodo: { method: 'POST', path: `${subscription}/update-payment-method`, org: onHold },
    },
    {
      method: 'post',
      path: '/billing/portal',
      scope: write,
      body: {},
      bad: { returnUrl: 7 },
      dodo: { method: 'POST', path: '/customers/*/customer-portal/session', org: inCheckout },
    },
  ];

  async function call({ method, path }: Route, key?: string, body?: unknown, headers = {}): Promise<Answer> {
    const text = body === BROKEN_JSON ? BROKEN_JSON : undefined;
    const answer = await service.call(method.toUpperCase(), path, { key, body, text, headers });
    expect(answers.problemOf(path, method, answer)).toBeNull();
    return answer;
  }

  const bodyFor = (route: Route, { key }: Caller) =>
    route.path.endsWith('verify-checkout') ? { sessionId: sessions.get(key) } : route.body;

  describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s',
    (_, route) => {
      it('401, 403 by scope, 403 by the gate', async () => {
        expect((await call(route, undefined, route.body)).status).toBe(401);
        const lacking = await service.newOrg(ALL_SCOPES.filter((scope) => scope !== route.scope));
        expect((await call(route, lacking.key, route.body)).body.error).toBe('insufficient_scope');
        const enough = await service.newOrg([route.scope]);
        expect((await call(route, enough.key, route.body)).status).not.toBe(403);
        await service.setStatus(enough, 'past_due');
        const { body } = await call(route, enough.key, route.body);
        if (route.isGated) expect(body.error).toBe('billing_suspended');
        else expect(body.error).not.toBe('billing_suspended');
      });

      it('400, 413, 415', async () => {
        const { key } = await service.newOrg();
        if (typeof route.bad === 'string') {
          const answer = await service.call('GET', `${route.path}?${route.bad}`, { key });
          expect(answers.problemOf(route.path, route.method, answer)).toBeNull();
          expect(answer.status).toBe(400);
        } else if (route.method !== 'get') {
          expect((await call(route, key, route.bad ?? BROKEN_JSON)).status).toBe(400);
          expect((await call(route, key, { padding: 'x'.repeat(300_000) })).status).toBe(413);
          expect((await call(route, key, {}, { 'content-type': 'text/plain' })).status).toBe(415);
        }
      });

      it('502 when Dodo refuses, 503 when it is away, then 200', async () => {
        if (!route.dodo) return expect((await call(route, (await service.newOrg()).key)).status).toBe(200);
        const org = await route.dodo.org();
        const body = bodyFor(route, org);
        for (const [status, ours] of [
          [422, 502],
          [429, 503],
        ] as const) {
          const { method, path } = route.dodo;
          await service.sandbox.fault({ method, path, kind: 'error_before', status, code: 'NEVER_HEARD_OF' });
          expect((await call(route, org.key, body)).status).toBe(ours);
        }
        expect((await call(route, org.key, body)).status).toBe(200);
      });

      it('409 and 422 of a repeated call', async () => {
        const names = ['409', '422'].filter((status) =>
          answers.notSeen(route.path, route.method).includes(status),
        );
        const org = await (route.keptFor ?? route.dodo?.org ?? (() => service.newOrg()))();
        if (names.includes('422')) {
          const headers = { 'idempotency-key': 'again' };
          await call(route, org.key, bodyFor(route, org), headers);
          const other = { ...bodyFor(route, org), andMore: true };
          expect((await call(route, org.key, other, headers)).status).toBe(422);
        }
      });
    },
  );

  it('409 and 404 of each route’s own', async () => {
    const org = await service.newOrg();
    const own = (path: string) => routes.filter((route) => route.path === path);
    for (const path of [
      '/billing/change-plan',
      '/billing/cancel',
      '/billing/resume',
      '/billing/reactivate',
      '/billing/portal',
    ]) {
      for (const route of own(path)) expect((await call(route, org.key, route.body)).status).toBe(409);
    }
    const verify = own('/billing/verify-checkout')[0]!;
    expect((await call(verify, org.key, { sessionId: 'cs_none' })).status).toBe(404);
    const change = own('/billing/change-plan')[0]!;
    expect((await call(change, org.key, { planId: 'plan_gold' })).status).toBe(404);
    const ended = await trialing();
    await service.call('POST', '/billing/cancel', { key: ended.key, body: { when: 'now' } });
    const reactivate = own('/billing/reactivate')[0]!;
    expect((await call(reactivate, ended.key, { ...urls, planId: 'plan_gold' })).status).toBe(404);
    await inFlight(verify, await inCheckout());
  });

  /** A second call with the same key while the first is still waiting for Dodo. */
  async function inFlight(route: Route, org: Caller): Promise<void> {
    const headers = { 'idempotency-key': 'twice' };
    await service.sandbox.fault({ method: 'GET', path: '/checkouts/*', kind: 'delay', delayMs: 800 });
    const both = [
      call(route, org.key, bodyFor(route, org), headers),
      call(route, org.key, bodyFor(route, org), headers),
    ];
    expect((await Promise.all(both)).map(({ status }) => status).toSorted()).toEqual([200, 409]);
  }

  it('leaves out none, but for the rate limit, which has tests of its own', () => {
    const left = routes.flatMap(({ path, method }) =>
      answers.notSeen(path, method).map((status) => `${method} ${path} → ${status}`),
    );
    expect(left.filter((name) => !name.endsWith('429'))).toEqual([]);
  });
});
