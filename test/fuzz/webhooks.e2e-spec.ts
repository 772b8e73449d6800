import { createHmac, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { TestService } from '../support/test-service';
import { oddEncoding } from './odd-json';
import { FUZZ_TIMEOUT_MS, fuzzOptions } from './options';
import { TAMPERINGS, type Post } from './tamper';

/** Posts that are on their way at the same time. */
const BATCH = 50;

describe('POST /webhooks/dodo, by the thousands', () => {
  const service = TestService.ofThisSuite({ JOBS: 'off' });
  let key: Buffer;

  beforeAll(async () => {
    await service.app.getHttpAdapter().getInstance().ready();
    key = Buffer.from(service.environment.DODO_PAYMENTS_WEBHOOK_KEY!.replace('whsec_', ''), 'base64');
  });

  function sign(body: Buffer, { id = `msg_${randomUUID()}`, at = Date.now(), by = key } = {}): Post {
    const timestamp = String(Math.floor(at / 1000));
    const signature = createHmac('sha256', by).update(`${id}.${timestamp}.`).update(body).digest('base64');
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
    };
  }

  async function post({ headers, body }: Post): Promise<{ status: number; text: string }> {
    const answer = await service.app.inject({
      method: 'POST',
      url: '/webhooks/dodo',
      headers,
      payload: body,
    });
    return { status: answer.statusCode, text: answer.body };
  }

  const storedBodies = async (ids: string[]): Promise<Map<string, Buffer>> => {
    const rows = await service.query('SELECT webhook_id, body FROM dodo_events WHERE webhook_id = ANY($1)', [
      ids,
    ]);
    return new Map(rows.map(({ webhook_id, body }) => [webhook_id, body]));
  };

  const countStored = async () => Number((await service.query('SELECT count(*) FROM dodo_events'))[0].count);

  it(
    'takes every event that is signed, however it is written, and keeps its very bytes',
    async () => {
      const { numRuns, ...options } = fuzzOptions(10_000);
      const batch = fc.array(oddEncoding, { minLength: BATCH, maxLength: BATCH });
      await fc.assert(
        fc.asyncProperty(batch, async (bodies) => {
          const posts = bodies.map((body) => sign(body));
          const answers = await Promise.all(posts.map(post));
          const refused = answers.flatMap(({ status, text }, i) =>
            status === 200 ? [] : [`${status} ${text} for ${bodies[i]!.toString()}`],
          );
          expect(refused).toEqual([]);
          const stored = await storedBodies(posts.map(({ headers }) => headers['webhook-id'] as string));
          for (const { headers, body } of posts) {
            expect(stored.get(headers['webhook-id'] as string)?.equals(body)).toBe(true);
          }
        }),
        { ...options, numRuns: Math.ceil(numRuns / BATCH) },
      );
      expect(await countStored()).toBeGreaterThanOrEqual(numRuns);
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'takes none that was tampered with, and stores nothing of it',
    async () => {
      const { numRuns, ...options } = fuzzOptions(10_000);
      const before = await countStored();
      const tampered = fc
        .tuple(oddEncoding, fc.constantFrom(...Object.keys(TAMPERINGS)), fc.nat(), fc.nat())
        .map(([body, how, at, bit]) => ({
          how,
          post: TAMPERINGS[how]!(sign(body), {
            at,
            bit,
            sign: (changed, other) => sign(changed, other),
            key,
          }),
        }));
      await fc.assert(
        fc.asyncProperty(fc.array(tampered, { minLength: BATCH, maxLength: BATCH }), async (cases) => {
          const answers = await Promise.all(cases.map(({ post: one }) => post(one)));
          const taken = answers.flatMap(({ status, text }, i) =>
            status === 401 ? [] : [`${cases[i]!.how}: ${status} ${text}`],
          );
          expect(taken).toEqual([]);
        }),
        { ...options, numRuns: Math.ceil(numRuns / BATCH) },
      );
      expect(await countStored()).toBe(before);
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'never answers random bytes and headers with anything but a refusal',
    async () => {
      const before = await countStored();
      const header = fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('', '0', 'v1,', 'v1', ',', ' '));
      const noise = fc.record({
        body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        headers: fc.record(
          {
            'content-type': header,
            'webhook-id': header,
            'webhook-timestamp': fc.oneof(header, fc.constant(String(Math.floor(Date.now() / 1000)))),
            'webhook-signature': header,
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
      });
      await fc.assert(
        fc.asyncProperty(noise, async (one) => {
          const { status, text } = await post(one);
          expect([status, JSON.parse(text)]).toEqual([
            401,
            expect.objectContaining({ success: false, error: 'unauthorized' }),
          ]);
        }),
        fuzzOptions(1_000),
      );
      expect(await countStored()).toBe(before);
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'judges as the reference implementation does',
    async () => {
      const reference = new Webhook(service.environment.DODO_PAYMENTS_WEBHOOK_KEY!);
      const how = fc.constantFrom('untouched', ...Object.keys(TAMPERINGS));
      await fc.assert(
        fc.asyncProperty(oddEncoding, how, fc.nat(), fc.nat(), async (body, name, at, bit) => {
          const signed = sign(body);
          const tamper = TAMPERINGS[name];
          const one = tamper
            ? tamper(signed, { at, bit, sign: (changed, other) => sign(changed, other), key })
            : signed;
          expect([name, (await post(one)).status === 200]).toEqual([name, accepts(reference, one)]);
        }),
        fuzzOptions(1_000),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

/** The library reads one value a header and any bytes as they are; what it throws is a no. */
function accepts(reference: Webhook, { headers, body }: Post): boolean {
  const texts = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  try {
    reference.verify(body, texts);
    return true;
  } catch (error) {
    // Genuine, and no JSON: the library parses what it has verified.
    return error instanceof SyntaxError;
  }
}
