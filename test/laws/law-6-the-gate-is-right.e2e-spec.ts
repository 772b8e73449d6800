import { CARDS } from '../support/sandbox-control';
import { Deployment } from '../support/deployment';
import { freeLastingPort } from '../../scripts/local/ports';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';

/** What a replica may take to see a change. */
const WITHIN_MS = 1_000;

describe('Law 6: the gate is right, on every replica, within a second', () => {
  let deployment: Deployment;
  let replicas: string[];

  beforeAll(async () => {
    deployment = await Deployment.create();
    const second = String(await freeLastingPort());
    await deployment.start();
    await deployment.start('main', { PORT: second });
    replicas = [deployment.environment.PORT!, second].map((port) => `http://127.0.0.1:${port}`);
  });
  afterAll(() => deployment.dispose());

  async function knock(replica: string, key: string): Promise<{ status: number; body: Record<string, any> }> {
    const response = await fetch(`${replica}/billing/checkout`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(CHECKOUT),
    });
    return { status: response.status, body: (await response.json()) as Record<string, any> };
  }

  const onAll = async (key: string) =>
    Promise.all(replicas.map(async (replica) => (await knock(replica, key)).status));

  async function buy(key: string, card: string): Promise<string> {
    const { body } = await knock(replicas[0]!, key);
    return (await deployment.sandbox.pay(body.data.checkoutUrl, card)).subscription_id!;
  }

  /** The status in the database, from which on the second counts. */
  const untilStored = (status: string) =>
    until(`the status is ${status}`, async () => {
      const { rowCount } = await deployment.sql.query(`SELECT FROM organizations WHERE billing_status = $1`, [
        status,
      ]);
      return rowCount === 1;
    });

  async function expectSoon(key: string, status: number): Promise<void> {
    const expected = replicas.map(() => status);
    await until(
      `every replica answers ${status}`,
      async () => String(await onAll(key)) === String(expected),
      WITHIN_MS,
    );
  }

  it('shuts when the renewal fails, opens when it is paid, and shuts when it is cancelled', async () => {
    const key = await deployment.newKey();
    const subscriptionId = await buy(key, CARDS.failsOnRenewal);
    await untilStored('active');
    await expectSoon(key, 409);
    await deployment.sandbox.advance('4d');
    await untilStored('on_hold');
    await expectSoon(key, 403);
    const { payment_link } = await deployment.sandbox.call<{ payment_link: string }>(
      'POST',
      `/subscriptions/${subscriptionId}/update-payment-method`,
      { type: 'new', return_url: CHECKOUT.successUrl },
    );
    await deployment.sandbox.enterCard(payment_link, CARDS.success);
    await untilStored('active');
    await expectSoon(key, 409);
    await deployment.sandbox.call('PATCH', `/subscriptions/${subscriptionId}`, { status: 'cancelled' });
    await untilStored('cancelled');
    await expectSoon(key, 403);
  });

  it('knows a revoked key no more', async () => {
    const key = await deployment.newKey();
    await expectSoon(key, 200);
    await deployment.sql.query(`DELETE FROM api_keys WHERE hint = $1`, [
      `${key.slice(0, 14)}…${key.slice(-4)}`,
    ]);
    await expectSoon(key, 401);
  });
});
