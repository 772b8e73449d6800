import { createHmac } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { signedHeaders } from './signed-headers';
import { newSigningSecret, problemOfSecret } from './signing-secret';

const body = Buffer.from(
  JSON.stringify({ id: 'evt_1', event: 'payment.succeeded', data: { name: 'Zoë 😀' } }),
);
const message = { eventId: 'evt_1', event: 'payment.succeeded', deliveryId: 'dlv_1', body };

/** As svix calls the same three headers. */
function asSvix(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace(/^webhook-/, 'svix-'), value]),
  );
}

function verifyOurs(headers: Record<string, string>, secret: string): boolean {
  const expected = createHmac('sha256', secret)
    .update(`${headers['x-autoposting-timestamp']}.${body.toString()}`)
    .digest('hex');
  return headers['x-autoposting-signature']!.split(',').includes(expected);
}

describe('signedHeaders', () => {
  const secrets = [newSigningSecret(), newSigningSecret()];
  const text = body.toString();

  it('is verified by standardwebhooks, by svix and by our own rule', () => {
    const [secret] = secrets;
    const headers = signedHeaders(message, [secret!], new Date());
    expect(new StandardWebhook(secret!).verify(text, headers)).toEqual(JSON.parse(text));
    expect(new SvixWebhook(secret!).verify(text, headers)).toEqual(JSON.parse(text));
    expect(new SvixWebhook(secret!).verify(text, asSvix(headers))).toEqual(JSON.parse(text));
    expect(verifyOurs(headers, secret!)).toBe(true);
  });

  it('is verified with either secret during a rotation', () => {
    const headers = signedHeaders(message, secrets, new Date());
    expect(headers['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const secret of secrets) {
      expect(new StandardWebhook(secret).verify(text, headers)).toBeTruthy();
      expect(new SvixWebhook(secret).verify(text, headers)).toBeTruthy();
      expect(verifyOurs(headers, secret)).toBe(true);
    }
  });

  it('is refused with another secret, another body, and after five minutes', () => {
    const headers = signedHeaders(message, secrets, new Date());
    const late = signedHeaders(message, secrets, new Date(Date.now() - 301_000));
    const other = newSigningSecret();
    expect(() => new StandardWebhook(other).verify(text, headers)).toThrow('No matching signature');
    expect(() => new SvixWebhook(secrets[0]!).verify(`${text} `, headers)).toThrow('No matching signature');
    expect(() => new StandardWebhook(secrets[0]!).verify(text, late)).toThrow('too old');
    expect(verifyOurs(headers, other)).toBe(false);
  });

  it('takes a secret without whsec_ for what it is: text', () => {
    const secret = 'a secret of our own, no'.replaceAll(' ', '-');
    const headers = signedHeaders(message, [secret], new Date());
    expect(new StandardWebhook(secret, { format: 'raw' }).verify(text, headers)).toBeTruthy();
    expect(verifyOurs(headers, secret)).toBe(true);
  });

  it('takes a secret with whsec_ that was stored before, and holds no base64, for text', () => {
    for (const secret of ['whsec_my-own-secret', 'whsec_abcde', 'whsec_abc=d']) {
      const headers = signedHeaders(message, [secret], new Date());
      expect(new StandardWebhook(secret, { format: 'raw' }).verify(text, headers)).toBeTruthy();
      expect(verifyOurs(headers, secret)).toBe(true);
    }
  });

  it('decodes base64 that lacks its padding as the libraries do', () => {
    for (const bytes of [24, 25, 26]) {
      const secret = `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
      for (const form of [secret, secret.replaceAll('=', '')]) {
        const headers = signedHeaders(message, [form], new Date());
        for (const key of [secret, form]) {
          expect(new StandardWebhook(key).verify(text, headers)).toBeTruthy();
          expect(new SvixWebhook(key).verify(text, headers)).toBeTruthy();
        }
      }
    }
  });

  it('says what it is about', () => {
    expect(signedHeaders(message, secrets, new Date(1_795_000_000_999))).toMatchObject({
      'content-type': 'application/json',
      'x-autoposting-event': 'payment.succeeded',
      'x-autoposting-delivery': 'dlv_1',
      'x-autoposting-timestamp': '1795000000',
      'webhook-id': 'evt_1',
      'webhook-timestamp': '1795000000',
    });
  });
});

describe('problemOfSecret', () => {
  const whsec = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

  it.each([newSigningSecret(), whsec(8), whsec(128), 'x'.repeat(8), 'x'.repeat(128), 'my-whsec_text'])(
    'takes %s',
    (secret) => {
      expect(problemOfSecret(secret)).toBeNull();
    },
  );

  it.each([whsec(7), whsec(129), 'whsec_', 'whsec_!', 'whsec_YQ', 'x'.repeat(7), 'x'.repeat(129)])(
    'refuses %s',
    (secret) => expect(problemOfSecret(secret)).not.toBeNull(),
  );

  it.each([
    'whsec_',
    'whsec_!',
    'whsec_not-base64!',
    'whsec_abc-def_ghijklmnop',
    'whsec_abcdefghi',
    'whsec_abcdefg=h',
  ])('says of %s that it is no base64', (secret) =>
    expect(problemOfSecret(secret)).toMatch(/^begins with whsec_, and no base64 follows/),
  );

  it('refuses what could not be typed', () => {
    for (const secret of [
      'with a space in it',
      'tab\tsixteen chars',
      'ümlaut-sixteen-chars',
      `${'x'.repeat(16)}\0`,
    ])
      expect(problemOfSecret(secret)).not.toBeNull();
  });
});
