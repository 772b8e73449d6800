import { Readable } from 'node:stream';
import { Webhook } from 'standardwebhooks';
import { TestService, type Caller } from '../support/test-service';

/** What the service says that it takes: `BODY_LIMIT_BYTES`. */
const LIMIT_BYTES = 262_144;

const JSON_TYPE = 'application/json';

describe('the body of a request', () => {
  const service = TestService.ofThisSuite();
  let org: Caller;

  beforeAll(async () => {
    org = await service.newOrg();
  });

  const KEY = { name: 'CI', scopes: ['billing:read'] };

  async function post(body: NonNullable<RequestInit['body']>, type = JSON_TYPE) {
    const response = await fetch(`${service.url}/api-keys`, {
      method: 'POST',
      headers: { 'x-api-key': org.key, 'content-type': type },
      body,
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, any> };
  }

  async function postEvent(body: string, types: Record<string, string> = { 'content-type': JSON_TYPE }) {
    const [id, at] = [`msg_${body.length}`, new Date()];
    const response = await fetch(`${service.url}/webhooks/dodo`, {
      method: 'POST',
      headers: {
        ...types,
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(service.environment.DODO_PAYMENTS_WEBHOOK_KEY!).sign(id, at, body),
      },
      // Not as a text, to which fetch would give a type of its own.
      body: Buffer.from(body),
    });
    return response.status;
  }

  const ofBytes = (bytes: number, content: object): string => {
    const empty = JSON.stringify({ ...content, padding: '' }).length;
    return JSON.stringify({ ...content, padding: 'x'.repeat(bytes - empty) });
  };

  it('may have 256 KiB, and not a byte more, whether it says so before or not', async () => {
    const [most, tooMuch] = [ofBytes(LIMIT_BYTES, KEY), ofBytes(LIMIT_BYTES + 1, KEY)];
    const streamed = (text: string) => Readable.toWeb(Readable.from([text])) as ReadableStream;
    expect([most.length, (await post(most)).status]).toEqual([LIMIT_BYTES, 200]);
    expect((await post(streamed(most))).status).toBe(200);
    expect(await post(tooMuch)).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
    expect((await post(streamed(tooMuch))).status).toBe(413);
  });

  it('may have as much where Dodo posts its events, which would be lost otherwise', async () => {
    const event = { type: 'payout.success', data: {} };
    expect(await postEvent(ofBytes(LIMIT_BYTES, event))).toBe(200);
    expect(await postEvent(ofBytes(LIMIT_BYTES + 1, event))).toBe(413);
  });

  it('needs no type there', async () => {
    expect(await postEvent('{"type":"payout.success"}', {})).toBe(200);
  });

  it.each([
    'application/json; charset=utf-8',
    'application/json ;charset=utf-8',
    'Application/JSON',
    'application/vnd.api+json',
  ])('is taken as %s', async (type) => {
    expect(await post(JSON.stringify(KEY), type)).toMatchObject({ status: 200 });
  });

  it.each(['application/jsonx', 'application/json5', 'text/json', 'application/x+jsonp', 'multipart/json'])(
    'is not taken as %s',
    async (type) => {
      const { status, body } = await post(JSON.stringify(KEY), type);
      expect([status, body.message]).toEqual([415, expect.stringContaining(`"${type}"`)]);
    },
  );

  it('is refused when its bytes are no UTF-8: what would be stored is not what was meant', async () => {
    const latin1 = Buffer.from(JSON.stringify({ ...KEY, name: 'Büro' }), 'latin1');
    expect(await post(latin1)).toMatchObject({ status: 400, body: { error: 'bad_request' } });
    const utf8 = Buffer.from(JSON.stringify({ ...KEY, name: 'Büro' }));
    expect(await post(utf8)).toMatchObject({ status: 200, body: { data: { name: 'Büro' } } });
  });
});
