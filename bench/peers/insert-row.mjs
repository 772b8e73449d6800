import { Pool } from 'pg';

/** As many connections as the service has for its requests. */
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20 });

/** One event, one row, committed when this resolves. */
export async function insertRow(payload) {
  await pool.query('INSERT INTO bench_adapter_events (type, body) VALUES ($1, $2)', [
    payload.type,
    JSON.stringify(payload),
  ]);
}
