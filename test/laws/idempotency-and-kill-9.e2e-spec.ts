import type { Client } from 'pg';
import { Deployment } from '../support/deployment';
import type { SandboxControl } from '../support/sandbox-control';
import type { Environment, ServiceProcess } from '../support/service-process';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';

jest.setTimeout(60_000);

interface Answer<B> {
  status: number;
  isReplay: boolean;
  body: B;
}

interface CheckoutBody {
  data: { checkoutUrl: string; sessionId: string };
  error?: string;
}

describe('Law: a call with an Idempotency-Key happens once, also when its process is killed', () => {
  let deployment: Deployment;
  let sandbox: SandboxControl;
  let environment: Environment;
  let sql: Client;
  let key: string;
  let service: ServiceProcess | null;

  beforeEach(async () => {
    deployment = await Deployment.create();
    ({ sandbox, environment, sql } = deployment);
    key = await deployment.newKey();
    service = null;
  });
  afterEach(() => deployment.dispose());

  async function start(): Promise<ServiceProcess> {
    service = await deployment.start();
    return service;
  }

  async function post<B>(path: string, request: object): Promise<Answer<B>> {
    const response = await fetch(`http://127.0.0.1:${environment.PORT}${path}`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json', 'idempotency-key': 'again' },
      body: JSON.stringify(request),
    });
    const isReplay = response.headers.get('idempotency-replayed') === 'true';
    return { status: response.status, isReplay, body: (await response.json()) as B };
  }

  const checkout = () => post<CheckoutBody>('/billing/checkout', CHECKOUT);

  const rows = async (query: string) => (await sql.query<Record<string, unknown>>(query)).rows;
  const checkouts = () => rows('SELECT id, status, dodo_session_id FROM checkouts');
  const sessions = async () => (await sandbox.books()).checkouts.map(({ session_id }) => session_id);
  const endLease = () =>
    sql.query(`UPDATE idempotency_records SET leased_until = now() - interval '1 second'`);

  /** Calls, and kills the service at the moment that `isReached` tells of: the caller gets no answer. */
  async function killWhen(
    what: string,
    isReached: () => Promise<boolean>,
    call: () => Promise<unknown> = checkout,
  ): Promise<void> {
    const victim = service ?? (await start());
    const answer = call().then(
      () => 'answered',
      () => 'nothing',
    );
    await until(what, isReached);
    await victim.end('SIGKILL');
    expect(await answer).toBe('nothing');
    await start();
  }

  it.each([
    ['before Dodo has made the session', 'timeout_before', 0, 1],
    ['after Dodo has made the session, and before we know of it', 'timeout_after', 1, 2],
  ])('goes on with the checkout that was begun when it died %s', async (_, kind, before, after) => {
    await sandbox.fault({ method: 'POST', path: '/checkouts', kind });
    await killWhen('Dodo has been asked', async () => {
      const { items } = await sandbox.call<{ items: { hits: number }[] }>('GET', '/_sandbox/faults');
      return items[0]?.hits === 1 && (await sessions()).length === before;
    });
    const [begun] = await checkouts();
    expect(begun).toMatchObject({ status: 'requested', dodo_session_id: null });

    expect(await checkout()).toMatchObject({ status: 409, body: { error: 'conflict' } });
    await endLease();
    const answer = await checkout();
    expect(answer).toMatchObject({ status: 200, isReplay: false, body: { data: { sessionId: begun!.id } } });
    expect(await checkout()).toEqual({ ...answer, isReplay: true });

    const [row, ...others] = await checkouts();
    expect([row!.status, others]).toEqual(['open', []]);
    expect(answer.body.data.checkoutUrl).toContain(row!.dodo_session_id);
    expect(await sessions()).toHaveLength(after);
  });

  it('replays the answer when it died after the effect was committed', async () => {
    // Makes the last commit last, so that the process dies while Postgres carries it out.
    await sql.query(`
      CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER linger AFTER UPDATE OF answer ON idempotency_records
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger()`);
    await killWhen('the effect is being committed', async () => {
      const busy = await rows(
        `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query = 'COMMIT'`,
      );
      return busy.length === 1;
    });
    await until('it is committed', async () => (await checkouts())[0]?.status === 'open');
    const answer = await checkout();
    const [row, ...others] = await checkouts();
    expect(answer).toMatchObject({ status: 200, isReplay: true, body: { data: { sessionId: row!.id } } });
    expect(answer.body.data.checkoutUrl).toContain(row!.dodo_session_id);
    expect([others, (await sessions()).length]).toEqual([[], 1]);
  });

  it.each([
    ['before Dodo was asked to cancel', 'timeout_before', false],
    ['after Dodo had cancelled', 'timeout_after', true],
  ])('answers a cancellation that had begun when it died %s', async (_, kind, isCancelled) => {
    await start();
    await sandbox.pay((await checkout()).body.data.checkoutUrl);
    await until(
      'the trial has begun',
      async () => (await rows(`SELECT FROM subscriptions WHERE status = 'active'`)).length === 1,
    );
    await sql.query('DELETE FROM idempotency_records');
    await sandbox.fault({ method: 'PATCH', path: '/subscriptions/*', kind });
    const cancel = () => post<{ data: { status: string; cancelledAt: string } }>('/billing/cancel', {});
    const isScheduled = async () => {
      const { items } = await sandbox.call<{ items: { cancel_at_next_billing_date: boolean }[] }>(
        'GET',
        '/subscriptions',
      );
      return items[0]!.cancel_at_next_billing_date;
    };
    await killWhen(
      'Dodo has been asked',
      async () => {
        const { items } = await sandbox.call<{ items: { hits: number }[] }>('GET', '/_sandbox/faults');
        return items[0]?.hits === 1 && (await isScheduled()) === isCancelled;
      },
      cancel,
    );
    expect((await cancel()).status).toBe(409);
    await endLease();
    const answer = await cancel();
    expect(answer).toMatchObject({ status: 200, isReplay: false, body: { data: { status: 'trialing' } } });
    expect(await cancel()).toEqual({ ...answer, isReplay: true });
    expect(await isScheduled()).toBe(true);
    const orders = await rows('SELECT state FROM subscription_orders ORDER BY created_at');
    expect(orders).toEqual(isCancelled ? [{ state: 'done' }] : [{ state: 'unknown' }, { state: 'done' }]);
  });
});
