import DodoPayments from 'dodopayments';
import Fastify from 'fastify';
import { Pool } from 'pg';

// The least that a service does that writes before it answers, or before and after it asks Dodo: no key, no check, no ledger.

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const sdk = new DodoPayments({ bearerToken: 'sandbox', baseURL: process.env.DODO_URL, maxRetries: 0 });
const app = Fastify();

app.get('/ready', async () => 'ok');

app.post<{ Body: { amount: number } }>('/spend', async ({ headers, body }) => {
  const { rows } = await pool.query({
    name: 'spend',
    text: 'UPDATE bench_balances SET balance = balance - $2 WHERE id = $1 AND balance >= $2 RETURNING balance',
    values: [Number(headers['x-balance']), body.amount],
  });
  return { success: true, data: rows[0] };
});

app.post<{ Body: DodoPayments.CheckoutSessionCreateParams }>('/checkout', async ({ body }) => {
  const { rows } = await pool.query({
    name: 'begin',
    text: 'INSERT INTO bench_checkouts (made_at) VALUES (now()) RETURNING id',
  });
  const session = await sdk.checkoutSessions.create(body);
  await pool.query({
    name: 'keep',
    text: 'UPDATE bench_checkouts SET session = $2, url = $3 WHERE id = $1',
    values: [rows[0].id, session.session_id, session.checkout_url],
  });
  return { success: true, data: { url: session.checkout_url } };
});

void app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
