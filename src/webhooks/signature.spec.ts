import { randomBytes, randomInt } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { HmacKey } from '../hmac';
import { verifySignature } from './signature';
import type { SignedMessage } from './signature';

describe('verifySignature', () => {
  const bytes = Buffer.alloc(32, 1);
  const [key, otherKey] = [new HmacKey(bytes), new HmacKey(Buffer.alloc(32, 2))];
  const secret = bytes.toString('base64');
  const now = new Date();

  function signed(changes: Partial<SignedMessage> & { at?: Date } = {}): SignedMessage {
    const { at = now, ...rest } = changes;
    const body = changes.body ?? Buffer.from('{"type":"x"}');
    return {
      id: 'msg_1',
      timestamp: String(Math.floor(at.getTime() / 1000)),
      signatures: new Webhook(secret).sign('msg_1', at, body.toString()),
      body,
      ...rest,
    };
  }

  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);

  it.each<[string, SignedMessage, ReturnType<typeof verifySignature>]>([
    ['a message as it was signed', signed(), 'valid'],
    ['one that is 299 s old', signed({ at: at(-299) }), 'valid'],
    ['one that is 300 s old', signed({ at: at(-300) }), 'valid'],
    ['one that is 301 s old', signed({ at: at(-301) }), 'too_old'],
    ['one from 299 s ahead', signed({ at: at(299) }), 'valid'],
    ['one from 300 s ahead', signed({ at: at(300) }), 'valid'],
    ['one from 302 s ahead', signed({ at: at(302) }), 'too_new'],
    ['no id', signed({ id: '' }), 'missing_headers'],
    ['no timestamp', signed({ timestamp: '' }), 'missing_headers'],
    ['no signature', signed({ signatures: '' }), 'missing_headers'],
    ['a timestamp that is no number', signed({ timestamp: 'soon' }), 'bad_timestamp'],
    ['another id', signed({ id: 'msg_2' }), 'no_match'],
    ['another body', { ...signed(), body: Buffer.from('{"type":"y"}') }, 'no_match'],
    ['a signature without a version', signed({ signatures: 'abc' }), 'no_match'],
    ['an empty v1', signed({ signatures: 'v1,' }), 'no_match'],
    ['only spaces', signed({ signatures: '   ' }), 'no_match'],
    ['the right one among others', signed({ signatures: `v1,AAAA v1a,x ${signed().signatures}` }), 'valid'],
    [
      'the right one under another version',
      signed({ signatures: signed().signatures.replace('v1', 'v2') }),
      'no_match',
    ],
  ])('judges %s', (_, message, verdict) => {
    expect(verifySignature(message, [key], now)).toBe(verdict);
  });

  it('agrees with the published example of Standard Webhooks', () => {
    const example = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      signatures: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      body: Buffer.from('{"test": 2432232314}'),
    };
    const itsKey = new HmacKey(Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'));
    const then = new Date(1_614_265_330_000);
    expect(verifySignature(example, [itsKey], then)).toBe('valid');
    expect(verifySignature({ ...example, timestamp: '1614265331' }, [itsKey], then)).toBe('no_match');
  });

  it('takes any of several keys, and no other', () => {
    expect(verifySignature(signed(), [otherKey, key], now)).toBe('valid');
    expect(verifySignature(signed(), [otherKey], now)).toBe('no_match');
    expect(verifySignature(signed(), [], now)).toBe('no_match');
  });

  it('judges as the reference implementation does, on thousands of true and spoilt messages', () => {
    const reference = new Webhook(secret);
    for (let i = 0; i < 3000; i += 1) {
      const message = spoil(
        signed({ body: Buffer.from(JSON.stringify({ n: randomBytes(8).toString('hex') })) }),
      );
      expect([message, verifySignature(message, [key], new Date()) === 'valid']).toEqual([
        message,
        referenceVerdict(reference, message),
      ]);
    }
  });

  function spoil(message: SignedMessage): SignedMessage {
    const fields = ['id', 'timestamp', 'signatures'] as const;
    const field = fields[randomInt(fields.length)]!;
    const text = message[field];
    const cut = randomInt(text.length);
    switch (randomInt(4)) {
      case 0:
        return { ...message, [field]: text.slice(0, cut) + text.slice(cut + 1) };
      case 1:
        return { ...message, [field]: `${text.slice(0, cut)} ${text.slice(cut)}` };
      case 2:
        return { ...message, [field]: `${text},${text}` };
      default:
        return message;
    }
  }

  function referenceVerdict(reference: Webhook, { id, timestamp, signatures, body }: SignedMessage): boolean {
    try {
      reference.verify(body.toString(), {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatures,
      });
      return true;
    } catch {
      return false;
    }
  }
});
