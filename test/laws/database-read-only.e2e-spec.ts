import { Deployment } from '../support/deployment';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';

// The queue writes again after three seconds at first.
jest.setTimeout(60_000);

/** A failover, or a disk that is nearly full: for a while the database answers and takes no writes. */
describe('a database that is read-only for a while', () => {
  let deployment: Deployment;

  beforeEach(async () => {
    deployment = await Deployment.create();
  });
  afterEach(() => deployment.dispose());

  /** For the sessions of the service, which are begun anew; this test's own writes all the same. */
  async function takeWrites(isTaking: boolean): Promise<void> {
    const { sql } = deployment;
    await sql.query(`SET default_transaction_read_only = off`);
    const name = (await sql.query('SELECT quote_ident(current_database()) AS name')).rows[0].name;
    await sql.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${isTaking ? 'off' : 'on'}`);
    await sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
  }

  it('ends no process that has a job under way, and the job is carried out', async () => {
    const { sandbox, sql, environment } = deployment;
    const service = await deployment.start('main');
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
    await takeWrites(false);
    await until('the job can not be written to be over', async () =>
      service.output.includes('read-only transaction'),
    );
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await takeWrites(true);
    await until(
      'the refund has succeeded',
      async () => (await sql.query(`SELECT FROM refunds WHERE state = 'succeeded'`)).rowCount,
      45_000,
    );
    expect(service.output).not.toContain('"level":"fatal"');
    expect(await service.end('SIGTERM')).toBe(0);
    expect(await sandbox.refundsOf(payment_id)).toMatchObject([{ status: 'succeeded', amount: 100 }]);
  });
});
