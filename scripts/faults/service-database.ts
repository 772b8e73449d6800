import { Pool } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

const WAIT_FOR_DODO = ['dodo-event.process', 'refund.drive', 'subscription.sync', 'subscription.end-surplus'];
const WAIT_FOR_CUSTOMERS = ['webhook.deliver', 'webhook.deliver-slowly'];

/** Our own way into the service's database, past the links: it survives restarts by asking again. */
export class ServiceDatabase {
  private readonly pool: Pool;

  constructor(url: string) {
    this.pool = new Pool({
      connectionString: url,
      max: 4,
      connectionTimeoutMillis: 2_000,
      query_timeout: 60_000,
    });
    // A connection that a restart has broken is replaced by the next query.
    this.pool.on('error', () => undefined);
  }

  async rows<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return (await this.pool.query(sql, parameters)).rows as Row[];
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(200);
      }
    }
  }

  /** Null while the database is away. */
  async countWaiting(): Promise<number | null> {
    return this.now(async () => {
      const { rows } = await this.pool.query<{ count: string }>(
        `SELECT count(*) FROM dodo_events WHERE status = 'pending'`,
      );
      return Number(rows[0]?.count);
    });
  }

  /** Which of these payments have no refund at Dodo yet, as far as the service knows; null while the database is away. */
  async findUnrefunded(paymentIds: string[]): Promise<string[] | null> {
    if (paymentIds.length === 0) return [];
    return this.now(async () => {
      const { rows } = await this.pool.query<{ id: string }>(
        `SELECT fee.id FROM unnest($1::text[]) AS fee (id)
          WHERE NOT EXISTS (SELECT FROM refunds WHERE dodo_payment_id = fee.id AND dodo_refund_id IS NOT NULL)`,
        [paymentIds],
      );
      return rows.map(({ id }) => id);
    });
  }

  /**
   * What the service has planned for later is due now: the queue's own function, as an operator would use it. False
   * while the database is away.
   */
  async hasten(): Promise<boolean> {
    return (await this.now(() => this.reschedule(WAIT_FOR_DODO))) ?? false;
  }

  /** The same for what waits for customers' servers, the deliveries themselves included. */
  async hastenWebhooks(): Promise<boolean> {
    const answer = await this.now(async () => {
      await this.pool.query(
        `UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending' AND next_attempt_at > now()`,
      );
      return this.reschedule(WAIT_FOR_CUSTOMERS);
    });
    return answer ?? false;
  }

  private async reschedule(jobs: readonly string[]): Promise<true> {
    await this.pool.query(
      `SELECT graphile_worker.reschedule_jobs(array_agg(id), run_at => now())
         FROM graphile_worker.jobs
        WHERE run_at > now() AND locked_by IS NULL AND task_identifier = ANY ($1)
       HAVING count(*) > 0`,
      [jobs],
    );
    return true;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async now<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch {
      return null;
    }
  }
}
