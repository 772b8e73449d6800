import { Pool } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

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
        `SELECT id FROM unnest($1::text[]) AS id
          WHERE NOT EXISTS (SELECT FROM refunds WHERE dodo_payment_id = id AND dodo_refund_id IS NOT NULL)`,
        [paymentIds],
      );
      return rows.map(({ id }) => id);
    });
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
