import { CHECKOUT } from '../support/test-service';
import { Deployment } from '../support/deployment';
import { until } from '../support/until';
import { WebhookReceiver, withSilence } from '../support/webhook-receiver';

describe('What was told survives kill -9', () => {
  let deployment: Deployment;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    deployment = await Deployment.create();
    receiver = await WebhookReceiver.start();
  });
  afterAll(async () => {
    await receiver.close();
    await deployment.dispose();
  });

  async function call(method: string, path: string, key: string, body: object): Promise<Record<string, any>> {
    const response = await fetch(`http://127.0.0.1:${deployment.environment.PORT}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { data: Record<string, any> }).data;
  }

  it('between the change and its delivery, and in the middle of a delivery', async () => {
    let api = await deployment.start('main');
    const key = await deployment.newKey();
    await call('POST', '/webhooks', key, { url: receiver.url, events: ['*'] });
    receiver.answer = withSilence;
    const { checkoutUrl } = await call('POST', '/billing/checkout', key, CHECKOUT);
    await deployment.sandbox.pay(checkoutUrl);
    const [cut] = await receiver.count(1);
    await until('the trial is told of', async () => {
      const { rows } = await deployment.sql.query(
        `SELECT FROM outbound_events WHERE event = 'subscription.trialing'`,
      );
      return rows.length > 0;
    });
    await api.end('SIGKILL');

    receiver.answer = (response) => void response.end();
    api = await deployment.start('main');
    await until(
      'everything is delivered',
      async () => {
        const { rows } = await deployment.sql.query(
          `SELECT count(*) FILTER (WHERE status <> 'delivered')::int AS waiting, count(*)::int AS all FROM webhook_deliveries`,
        );
        return rows[0].waiting === 0 && rows[0].all >= 4;
      },
      60_000,
    );
    const again = receiver.received.filter(({ body }) => body.id === cut!.body.id);
    expect(again.length).toBeGreaterThan(1);
    expect(new Set(again.map(({ text }) => text)).size).toBe(1);

    const { rows } = await deployment.sql.query('SELECT id, body FROM outbound_events');
    const heard = new Map(receiver.received.map(({ body, text }) => [body.id, text]));
    expect(heard).toEqual(new Map(rows.map(({ id, body }) => [id, body])));
    expect(new Set(receiver.events)).toEqual(
      new Set(['checkout.completed', 'payment.succeeded', 'subscription.trialing', 'refund.succeeded']),
    );
  }, 120_000);
});
