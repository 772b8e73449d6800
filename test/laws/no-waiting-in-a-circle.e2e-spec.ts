import { Client } from 'pg';
import { Database } from '../../src/database/database';
import { CreditSpendingService } from '../../src/billing/credits/credit-spending.service';
import { OutboundEventsService } from '../../src/webhooks/outbound/outbound-events.service';
import { StillService } from '../support/still-service';
import { until } from '../support/until';

/**
 * A transaction takes the lock of the balance first, and the jobs of the
 * endpoints last, in one order. Whoever has to wait is looked at while it does:
 * what it must not have yet can be had by somebody else.
 */
describe('No two transactions wait for each other', () => {
  let service: StillService;
  /** Somebody else, who is in a transaction. */
  let other: Client;

  beforeAll(async () => {
    service = await StillService.start();
    other = new Client({ connectionString: service.database.url });
    await other.connect();
  });
  afterAll(async () => {
    await other.end();
    await service.stop();
  });

  beforeEach(() => other.query('BEGIN'));
  afterEach(() => other.query('ROLLBACK'));

  /** Each has a job already, so that whoever tells of something locks a row that others can see. */
  async function register(orgId: string, id: string, events: string[]): Promise<void> {
    await service.query(
      `INSERT INTO webhook_endpoints (id, org_id, url, events, enabled, secret, created_at, updated_at)
       VALUES ($1, $2, 'https://hooks.acme.com', $3, true, '', now(), now())`,
      [id, orgId, events],
    );
    await service.query(`SELECT graphile_worker.add_job('webhook.deliver', '{}', job_key := $1)`, [
      `webhook-now:${id}`,
    ]);
  }

  /** An org that has paid and has credits; `hears` is what its endpoint hears of from then on. */
  async function customer(hears: string[]) {
    await service.sandbox.behave({ grantTrial: false });
    const caller = await service.newOrg();
    const { payment_id: paymentId, subscription_id: subscriptionId } = await service.buy(caller);
    await service.tell('subscription.active', subscriptionId!);
    const endpointId = `whe_${caller.orgId}`;
    await register(caller.orgId, endpointId, hears);
    return { orgId: caller.orgId, paymentId, subscriptionId: subscriptionId!, endpointId };
  }

  const holdBalance = (orgId: string) =>
    other.query('SELECT FROM credit_balances WHERE org_id = $1 FOR NO KEY UPDATE', [orgId]);

  /** For as long as the other's transaction goes on. */
  const holdJob = (endpointId: string) =>
    other.query('SELECT FROM graphile_worker._private_jobs WHERE key = $1 FOR UPDATE', [
      `webhook-now:${endpointId}`,
    ]);

  async function isJobFree(endpointId: string): Promise<boolean> {
    const [row] = await service.query(
      'SELECT FROM graphile_worker._private_jobs WHERE key = $1 FOR UPDATE SKIP LOCKED',
      [`webhook-now:${endpointId}`],
    );
    return row !== undefined;
  }

  async function isBalanceFree(orgId: string): Promise<boolean> {
    const [row] = await service.query(
      'SELECT FROM credit_balances WHERE org_id = $1 FOR NO KEY UPDATE SKIP LOCKED',
      [orgId],
    );
    return row !== undefined;
  }

  /** What `look` sees while `work` waits for the other, who then lets it go on. */
  async function whileWaiting<T>(work: Promise<unknown>, look: () => Promise<T>): Promise<T> {
    await until('it waits for the other', async () => {
      const waiting = await service.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    const seen = await look();
    await other.query('COMMIT');
    await work;
    return seen;
  }

  const told = async (orgId: string): Promise<string[]> =>
    (await service.query('SELECT event FROM webhook_deliveries WHERE org_id = $1 ORDER BY seq', [orgId])).map(
      ({ event }: { event: string }) => event,
    );

  it('a payment that waits for the balance keeps no endpoint', async () => {
    const { orgId, paymentId, endpointId } = await customer(['payment.succeeded', 'checkout.completed']);
    await holdBalance(orgId);
    const work = service.tell('payment.succeeded', paymentId);
    expect(await whileWaiting(work, () => isJobFree(endpointId))).toBe(true);
    expect(await told(orgId)).toEqual(['payment.succeeded', 'checkout.completed']);
  });

  it('a subscription that waits for the balance keeps no endpoint', async () => {
    const { orgId, subscriptionId, endpointId } = await customer(['subscription.cancelled']);
    await service.sandbox.call('PATCH', `/subscriptions/${subscriptionId}`, { status: 'cancelled' });
    await holdBalance(orgId);
    const work = service.tell('subscription.cancelled', subscriptionId);
    expect(await whileWaiting(work, () => isJobFree(endpointId))).toBe(true);
    expect(await told(orgId)).toEqual(['subscription.cancelled']);
  });

  it('a subscription that waits for an endpoint has the balance', async () => {
    const { orgId, subscriptionId, endpointId } = await customer(['subscription.cancelled']);
    await service.sandbox.call('PATCH', `/subscriptions/${subscriptionId}`, { status: 'cancelled' });
    await holdJob(endpointId);
    const work = service.tell('subscription.cancelled', subscriptionId);
    expect(await whileWaiting(work, () => isBalanceFree(orgId))).toBe(false);
  });

  it('a consumption that waits for an endpoint has the balance', async () => {
    const { orgId, paymentId, endpointId } = await customer(['credits.low']);
    await service.tell('payment.succeeded', paymentId);
    await holdJob(endpointId);
    const most = { amount: 1999, category: 'posts' };
    const work = service.get(CreditSpendingService).consume(orgId, most, null);
    expect(await whileWaiting(work, () => isBalanceFree(orgId))).toBe(false);
    expect(await told(orgId)).toEqual(['credits.low']);
  });

  it('of several endpoints the first is waited for first, whichever event comes first', async () => {
    const { orgId } = await service.newOrg();
    await register(orgId, 'whe_first', ['checkout.completed']);
    await register(orgId, 'whe_second', ['payment.succeeded']);
    const news = (['payment.succeeded', 'checkout.completed'] as const).map((event) => ({
      orgId,
      event,
      cause: `test:${event}`,
      data: {},
    }));
    await holdJob('whe_first');
    const work = service
      .get(Database)
      .transaction((tx) => service.get(OutboundEventsService).publish(tx, news));
    expect(await whileWaiting(work, () => isJobFree('whe_second'))).toBe(true);
    expect(await told(orgId)).toEqual(['payment.succeeded', 'checkout.completed']);
  });
});
