import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { OrganizationsService } from '../../src/auth/organizations.service';
import { CheckoutsService } from '../../src/billing/checkouts/checkouts.service';
import { loadPlanCatalogue } from '../../src/billing/plans/plan-catalogue';
import { savePlanCatalogue } from '../../src/billing/plans/plans.repository';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { callerOf } from './caller';
import { createTestDatabase } from './database';
import type { TestDatabase } from './database';
import { JOBS_ON_THE_WAY, Life } from './life';
import type { SentEvent } from './life';
import { MovingClock } from './moving-clock';
import { PostedEvents } from './posted-events';
import { SandboxControl } from './sandbox-control';
import type { SandboxRefund } from './sandbox-control';
import { CHECKOUT, THE_TESTS } from './test-service';

/** Longer than a request counts as under way. */
const PAST_ALL_WAITING_SECONDS = 25;
const MAX_ROUNDS = 8;
const FEE = 'pdt_setup_fee';

/** One paid checkout, and what Dodo has told of it that was not acknowledged yet. */
export interface Debt {
  paymentId: string;
  unacknowledged: SentEvent[];
}

export interface Refunds {
  atDodo: SandboxRefund[];
  inOurBooks: { asks: number }[];
  requests: number;
}

/**
 * The way of a setup fee: payment event, payment, debt, ask, adopt, settled. One
 * database and one sandbox for any number of debts, and of lives that walk it.
 */
export class RefundPath {
  private readonly clock = new MovingClock();
  private movedSeconds = 0;
  private debts = 0;
  /** By payment. */
  private readonly requests = new Map<string, number>();
  private database: TestDatabase;
  private sandbox: SandboxControl;
  private posted: PostedEvents;
  private environment: Record<string, string>;
  private sql: Client;
  /** A connection that never waits for anybody. */
  private watcher: Client;
  /** Whoever is left: a process that has started again, or another one. */
  private survivor: Life;

  static async open(): Promise<RefundPath> {
    const path = new RefundPath();
    [path.database, path.sandbox, path.posted] = await Promise.all([
      createTestDatabase(),
      SandboxControl.start(),
      PostedEvents.listen(),
    ]);
    // When the bank is done is for the test to say.
    await path.sandbox.behave({ refundOutcome: 'stuck_pending' });
    path.environment = {
      DATABASE_URL: path.database.url,
      DODO_PAYMENTS_API_KEY: 'sandbox',
      DODO_PAYMENTS_BASE_URL: path.sandbox.url,
      DODO_PAYMENTS_WEBHOOK_KEY: await path.sandbox.addEndpoint(path.posted.url),
      DODO_SETUP_FEE_PRODUCT_ID: FEE,
    };
    path.sql = new Client({ connectionString: path.database.url });
    path.watcher = new Client({ connectionString: path.database.url });
    await Promise.all([path.sql.connect(), path.watcher.connect()]);
    path.survivor = await path.begin();
    const plans = loadPlanCatalogue(null, FEE);
    await path.survivor.app.get(DataSource).transaction((tx) => savePlanCatalogue(tx, plans));
    return path;
  }

  begin(): Promise<Life> {
    return Life.begin(this.environment, this.clock, ({ method, path, body }) => {
      if (method !== 'POST' || path !== '/refunds') return;
      const { payment_id: paymentId } = JSON.parse(body) as { payment_id: string };
      this.requests.set(paymentId, this.requestsFor(paymentId) + 1);
    });
  }

  /** All at once; what the checkouts themselves have put on the queue is done afterwards. */
  async newDebts(count: number): Promise<Debt[]> {
    const debts = await Promise.all(Array.from({ length: count }, () => this.newDebt()));
    await this.survivor.work();
    return debts;
  }

  private async newDebt(): Promise<Debt> {
    const email = `acme-${(this.debts += 1)}@example.com`;
    const { id: orgId } = await this.survivor.app.get(OrganizationsService).create('Acme', email, THE_TESTS);
    const { checkoutUrl } = await this.survivor.app
      .get(CheckoutsService)
      .create(callerOf(orgId), CHECKOUT, UNKEYED_CALL);
    const { payment_id: paymentId } = await this.sandbox.pay(checkoutUrl);
    return { paymentId, unacknowledged: [await this.posted.next('payment.succeeded', paymentId)] };
  }

  /** As far as one gets before a waiting time is in the way. */
  async walk(life: Life, debts: Debt[]): Promise<void> {
    do {
      for (const debt of debts) {
        while (debt.unacknowledged.length > 0) {
          await life.receive(debt.unacknowledged[0]!);
          debt.unacknowledged.shift();
        }
      }
      await life.work();
    } while (await this.bankSettles(debts));
  }

  /** All that is left to do is done by the survivor; time passes in between. */
  async recover(
    debts: Debt[],
    afterFirstLook: () => Promise<unknown> = async () => undefined,
  ): Promise<void> {
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      await this.freeJobs();
      await this.walk(this.survivor, debts);
      if (round === 1) await afterFirstLook();
      else if ((await this.jobsLeft()) === 0) return this.resetClock();
      this.passTime();
    }
    throw new Error(`Jobs are left after ${MAX_ROUNDS} rounds`);
  }

  passTime(): void {
    this.clock.advanceSeconds(PAST_ALL_WAITING_SECONDS);
    this.movedSeconds += PAST_ALL_WAITING_SECONDS;
  }

  /** What the living do when a worker's lock is gone, and time does with what was planned for later. */
  async freeJobs(): Promise<void> {
    await this.moveJobs('now()');
  }

  /** Only this debt's. */
  async freeJobsOf({ paymentId }: Debt): Promise<void> {
    await this.sql.query(
      `UPDATE graphile_worker._private_jobs SET run_at = now()
        WHERE payload->>'refundId' = (SELECT id FROM refunds WHERE dodo_payment_id = $1)`,
      [paymentId],
    );
  }

  /** So that the next life meets its own debt alone. */
  async hideJobs(): Promise<void> {
    await this.moveJobs(`now() + interval '1 day'`);
  }

  /** Whether a statement of somebody waits for another's transaction to end. */
  async isAnyoneWaiting(): Promise<boolean> {
    const { rowCount } = await this.watcher.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rowCount !== 0;
  }

  /** The debt's refunds, at Dodo and in our books, and how many requests for one have come to Dodo. */
  async refundsOf({ paymentId }: Debt): Promise<Refunds> {
    const { rows } = await this.sql.query('SELECT * FROM refunds WHERE dodo_payment_id = $1', [paymentId]);
    const atDodo = await this.sandbox.refundsOf(paymentId);
    return { atDodo, inOurBooks: rows, requests: this.requestsFor(paymentId) };
  }

  async close(): Promise<void> {
    await this.survivor.end();
    await Promise.all([this.sql.end(), this.watcher.end()]);
    await this.sandbox.close();
    await this.posted.close();
    await this.database.drop();
  }

  private requestsFor(paymentId: string): number {
    return this.requests.get(paymentId) ?? 0;
  }

  private async bankSettles(debts: Debt[]): Promise<boolean> {
    const { refunds } = await this.sandbox.books();
    const open = refunds.filter(({ status }) => status === 'pending');
    const told = debts.flatMap((debt) =>
      open
        .filter((refund) => refund.payment_id === debt.paymentId)
        .map(({ refund_id: id }) => ({ debt, id })),
    );
    for (const { debt, id } of told) {
      await this.settle(id);
      debt.unacknowledged.push(await this.posted.next('refund.succeeded', id));
    }
    return told.length > 0;
  }

  /** Two who walk at once may both see that it is due. */
  private async settle(refundId: string): Promise<void> {
    try {
      await this.sandbox.call('POST', `/_sandbox/refunds/${refundId}/settle`, { status: 'succeeded' });
    } catch (error) {
      if (!(error as Error).message.includes('REFUND_SETTLED')) throw error;
    }
  }

  private async moveJobs(to: string): Promise<void> {
    await this.sql.query(
      `UPDATE graphile_worker._private_jobs SET run_at = ${to}, locked_at = NULL, locked_by = NULL
        WHERE task_id IN (SELECT id FROM graphile_worker._private_tasks WHERE identifier = ANY ($1))`,
      [JOBS_ON_THE_WAY],
    );
  }

  /** A job that was replaced while it ran is kept by the queue as one that has used up its tries. */
  private async jobsLeft(): Promise<number> {
    const { rowCount } = await this.sql.query(
      'SELECT FROM graphile_worker.jobs WHERE attempts < max_attempts AND task_identifier = ANY ($1)',
      [JOBS_ON_THE_WAY],
    );
    return rowCount ?? 0;
  }

  private resetClock(): void {
    this.clock.advanceSeconds(-this.movedSeconds);
    this.movedSeconds = 0;
  }
}
