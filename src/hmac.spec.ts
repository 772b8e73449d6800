import { createHmac, randomBytes } from 'node:crypto';
import { HmacKey } from './hmac';

describe('HMAC-SHA256', () => {
  it('is the one of RFC 4231', () => {
    expect(new HmacKey('Jefe').digest(['what do ya want ', 'for nothing?'], 'hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is Node’s own, for keys and messages of any length, in pieces of text and of bytes', () => {
    for (let keyLength = 0; keyLength <= 140; keyLength += 1)
      for (const messageLength of [0, 1, 55, 56, 63, 64, 65, 119, 2_000]) {
        const [key, bytes] = [randomBytes(keyLength), randomBytes(messageLength)];
        const expected = createHmac('sha256', key).update('é.').update(bytes);
        expect(new HmacKey(key).digest(['é.', bytes], 'base64')).toBe(expected.digest('base64'));
      }
  });
});
