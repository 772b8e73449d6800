import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts what has to lie readable for us and for nobody else: nonce, tag,
 * ciphertext. `boundTo` says where a text belongs; moved to another row, it
 * can't be read. Each purpose has a key of its own, derived from the secret.
 */
export class BoundCipher {
  private readonly keys: Buffer[];

  /** The first secret encrypts; the others still decrypt what they have encrypted, during a rotation. */
  constructor(secrets: readonly string[], purpose: string) {
    this.keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES)));
  }

  encrypt(text: string, boundTo: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.keys[0]!, nonce).setAAD(Buffer.from(boundTo));
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
  }

  /** @throws when the bytes were made with another secret, for another row, or were changed */
  decrypt(bytes: Buffer, boundTo: string): string {
    for (const key of this.keys.slice(0, -1)) {
      const text = tryToDecrypt(key, bytes, boundTo);
      if (text !== null) return text;
    }
    return decryptWith(this.keys.at(-1)!, bytes, boundTo);
  }
}

/** Null when it is another key's; the tag tells. */
function tryToDecrypt(key: Buffer, bytes: Buffer, boundTo: string): string | null {
  try {
    return decryptWith(key, bytes, boundTo);
  } catch {
    return null;
  }
}

function decryptWith(key: Buffer, bytes: Buffer, boundTo: string): string {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(boundTo))
    .setAuthTag(tag);
  return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}
