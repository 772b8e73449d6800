import { performance } from 'node:perf_hooks';
import DodoPayments from 'dodopayments';
import { forComparison, ms, times } from '../row';
import type { Line, Row } from '../row';
import { inTurns, medianRatio } from '../rounds';
import { median } from '../statistics';

const CALLS_A_ROUND = 100;
const QUICK_CALLS = 10;
/** The least that a call across the internet takes, about. */
const FAR_AWAY_MS = 50;

const URLS = { successUrl: 'https://app.acme.com/success', cancelUrl: 'https://app.acme.com/cancel' };

/** One after the other, as one customer's wait is what counts. */
export const checkout: Row = {
  name: 'checkout',
  async measure(stack, { rounds, isQuick }) {
    const [tenant] = await stack.newTenants(1);
    const service = await stack.service({ JOBS: 'off' });
    const sdk = new DodoPayments({ bearerToken: 'sandbox', baseURL: stack.sandboxBaseUrl, maxRetries: 0 });
    const customer = await sdk.customers.create({ email: 'bench@example.com', name: 'Acme' });
    await stack.sql.query(
      `CREATE TABLE bench_checkouts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, made_at timestamptz NOT NULL,
                                     session text UNIQUE, url text)`,
    );
    const fastify = await stack.serve(
      'dist/bench/peers/fastify-database.js',
      { NODE_ENV: 'production', DATABASE_URL: stack.databaseUrl, DODO_URL: stack.sandboxBaseUrl },
      '/ready',
    );
    const authorization = `Bearer ${tenant!.key}`;
    const ours = () =>
      post(`${service.url}/billing/checkout`, { authorization }, { planId: 'plan_pro', ...URLS });
    const session = {
      product_cart: [
        { product_id: 'pdt_setup_fee', quantity: 1 },
        { product_id: 'pdt_pro', quantity: 1 },
      ],
      customer: { customer_id: customer.customer_id },
      subscription_data: { trial_period_days: 3 },
      return_url: URLS.successUrl,
    };
    const theirs = () => sdk.checkoutSessions.create(session);
    const bare = () => post(`${fastify.url}/checkout`, {}, session);
    const medianOf = (call: () => Promise<unknown>) => async () => {
      const took: number[] = [];
      for (let i = 0; i < (isQuick ? QUICK_CALLS : CALLS_A_ROUND); i += 1) {
        const start = performance.now();
        await call();
        took.push(performance.now() - start);
      }
      return median(took);
    };
    const contestants = { ours: medianOf(ours), bare: medianOf(bare), theirs: medianOf(theirs) };
    const compare = async (where: string): Promise<Line[]> => {
      const results = await inTurns(rounds, contestants);
      const ratio = medianRatio(results.ours, results.theirs);
      const against = `\`dodopayments\` called directly: ${ms(median(results.theirs))}`;
      return [
        {
          path: `POST /billing/checkout, ${where}`,
          ours: `median ${ms(median(results.ours))}`,
          against,
          result: times(ratio),
          goal: '≤ 1.5 ×',
          isMet: ratio <= 1.5,
        },
        forComparison(
          `bare Fastify route with a row before and after the call, ${where}`,
          `median ${ms(median(results.bare))}`,
          against,
          medianRatio(results.bare, results.theirs),
        ),
      ];
    };
    await inTurns(1, contestants);
    const near = await compare('Dodo on the same machine');
    await stack.sandbox('POST', '/_sandbox/faults', {
      method: 'POST',
      path: '/checkouts',
      kind: 'delay',
      delayMs: FAR_AWAY_MS,
      times: 1_000_000,
    });
    const far = await compare(`Dodo ${FAR_AWAY_MS} ms away`);
    await stack.sandbox('DELETE', '/_sandbox/faults');
    return [...near, ...far];
  },
};

async function post(url: string, headers: Record<string, string>, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`POST ${url} → ${response.status} ${answer}`);
}
