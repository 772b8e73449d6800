import { setTimeout as sleep } from 'node:timers/promises';
import { setForDatabase } from '../support/database-setting';
import { Deployment } from '../support/deployment';
import type { ServiceProcess } from '../support/service-process';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';

// The queue writes again after three seconds at first.
jest.setTimeout(60_000);

/** A failover, a disk that is nearly full, a lock: for a while the database answers and takes no writes. */
describe('a database that takes no writes for a while', () => {
  let deployment: Deployment;

  beforeEach(async () => {
    deployment = await Deployment.create();
  });
  afterEach(() => deployment.dispose());

  /** For the sessions of the service, which are begun anew; this test's own writes all the same. */
  async function takeWrites(isTaking: boolean): Promise<void> {
    const { sql } = deployment;
    await sql.query(`SET default_transaction_read_only = off`);
    const isReadOnly = isTaking ? 'off' : 'on';
    await setForDatabase((it) => sql.query(it), `default_transaction_read_only = ${isReadOnly}`);
    await sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
  }

  /** A refund is asked for, and its job goes on for two seconds. */
  async function beginRefund(): Promise<string> {
    const { sandbox, sql, environment } = deployment;
    const key = await deployment.newKey();
    await sandbox.fault({ method: 'POST', path: '/refunds', kind: 'delay', delayMs: 2_000 });
    const answer = await fetch(`http://127.0.0.1:${environment.PORT}/billing/checkout`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(CHECKOUT),
    });
    const { data } = (await answer.json()) as { data: { checkoutUrl: string } };
    const { payment_id } = await sandbox.pay(data.checkoutUrl);
    await until('Dodo is asked for the refund', async () => {
      return (await sql.query(`SELECT FROM refunds WHERE state = 'requested'`)).rowCount;
    });
    return payment_id;
  }

  async function expectToGoOn(service: ServiceProcess, paymentId: string): Promise<void> {
    const { sandbox, sql } = deployment;
    await until(
      'the refund has succeeded',
      async () => (await sql.query(`SELECT FROM refunds WHERE state = 'succeeded'`)).rowCount,
      45_000,
    );
    expect(service.output).not.toContain('"level":"fatal"');
    expect(await service.end('SIGTERM')).toBe(0);
    expect(await sandbox.refundsOf(paymentId)).toMatchObject([{ status: 'succeeded', amount: 100 }]);
  }

  it('ends no process that has a job under way when it is read-only', async () => {
    const service = await deployment.start('main');
    const paymentId = await beginRefund();
    await takeWrites(false);
    await until('a write is refused', async () => service.output.includes('read-only transaction'));
    await sleep(2_500);
    await takeWrites(true);
    await expectToGoOn(service, paymentId);
  });

  it('ends no process that has a job under way when locks are not waited for', async () => {
    const { sql } = deployment;
    await setForDatabase((it) => sql.query(it), `lock_timeout = '100ms'`);
    const service = await deployment.start('main');
    const paymentId = await beginRefund();
    await sql.query('BEGIN; LOCK TABLE graphile_worker._private_jobs IN EXCLUSIVE MODE');
    await sleep(4_000);
    await sql.query('ROLLBACK');
    await expectToGoOn(service, paymentId);
  });
});
