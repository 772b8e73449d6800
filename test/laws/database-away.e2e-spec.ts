import { Webhook } from 'standardwebhooks';
import { CuttableLink } from '../../scripts/faults/cuttable-link';
import { ValidAnswers } from '../contract/valid-answers';
import { CHECKOUT, TestService } from '../support/test-service';
import type { Caller } from '../support/test-service';

/** A failover, a restart, a lost route: it passes, and callers are told to come again. */
describe('a database that is away', () => {
  let service: TestService;
  let link: CuttableLink;
  let org: Caller;

  beforeAll(async () => {
    service = await TestService.start();
    org = await service.newOrg();
    link = await CuttableLink.to(service.environment.DATABASE_URL!);
    await service.restart({ DATABASE_URL: link.url });
    // From here on the key is remembered.
    await status(org.key);
  });
  afterAll(async () => {
    await service.stop();
    await link.close();
  });

  const status = (key: string) => service.call('GET', '/billing/status', { key });

  async function whileAway(work: () => Promise<void>): Promise<void> {
    await link.close();
    try {
      await work();
    } finally {
      await link.open();
    }
  }

  it('is answered with 503 and when to come again, in the envelope that the document has', async () => {
    const { body: document } = await service.call('GET', '/openapi.json');
    const { key: unknownYet } = await service.newOrg();
    await whileAway(async () => {
      for (const key of [org.key, unknownYet]) {
        const answer = await status(key);
        expect(answer.status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('5');
        expect(answer.body).toEqual({
          success: false,
          error: 'service_unavailable',
          code: 'service_unavailable',
          message: 'The service is not available right now. Please try again.',
        });
        expect(new ValidAnswers(document).problemOf('/billing/status', 'get', answer)).toBeNull();
      }
    });
    expect((await status(org.key)).status).toBe(200);
  });

  it('calls no key invalid, and no checkout made', async () => {
    await whileAway(async () => {
      const { status: answered } = await service.call('POST', '/billing/checkout', {
        key: org.key,
        body: CHECKOUT,
      });
      expect(answered).toBe(503);
    });
    expect(await service.query('SELECT FROM checkouts WHERE org_id = $1', [org.orgId])).toEqual([]);
  });

  it('frees the key of a call that it has kept from anything', async () => {
    const call = () =>
      service.call('POST', '/billing/checkout', {
        key: org.key,
        body: CHECKOUT,
        headers: { 'idempotency-key': 'before-and-after' },
      });
    await whileAway(async () => expect((await call()).status).toBe(503));
    expect((await call()).status).toBe(200);
  });

  it('has Dodo send its event again', async () => {
    const [id, body, at] = ['msg_while_away', '{"type":"payment.succeeded","data":{}}', new Date()];
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(service.environment.DODO_PAYMENTS_WEBHOOK_KEY!).sign(id, at, body),
    };
    const post = () => service.call('POST', '/webhooks/dodo', { text: body, headers });
    await whileAway(async () => expect((await post()).status).toBe(503));
    expect((await post()).status).toBe(200);
  });
});
