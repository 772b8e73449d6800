import { inspect } from 'node:util';
import { HmacKey } from '../hmac';
import { PlainKey } from './api-key';

describe('PlainKey', () => {
  const key = PlainKey.generate();
  const text = key.reveal();

  it('carries 178 bits of secret and a checksum behind its prefix', () => {
    expect(text).toMatch(/^sk-social-[0-9A-Za-z]{36}$/);
    expect(30 * Math.log2(62)).toBeGreaterThan(178);
  });

  it('is read back as the same key', () => {
    const pepper = new HmacKey('pepper');
    expect(PlainKey.parse(text)?.hash(pepper).equals(key.hash(pepper))).toBe(true);
  });

  it('never comes twice', () => {
    expect(new Set(Array.from({ length: 1000 }, () => PlainKey.generate().reveal())).size).toBe(1000);
  });

  it.each([
    ['nothing', ''],
    ['another prefix', text.replace('sk-social-', 'sk-other--')],
    ['one character less', text.slice(0, -1)],
    ['one character more', `${text}0`],
    ['a letter outside base62', `${text.slice(0, -1)}_`],
    ['a line break behind it', `${text}\n`],
    ['other case', text.toUpperCase()],
  ])('refuses %s', (_, garbage) => {
    expect(PlainKey.parse(garbage)).toBeNull();
  });

  it('refuses every key with one character changed, by its checksum', () => {
    for (let at = 'sk-social-'.length; at < text.length; at += 1) {
      const changed = text[at] === 'a' ? 'b' : 'a';
      expect(PlainKey.parse(text.slice(0, at) + changed + text.slice(at + 1))).toBeNull();
    }
  });

  it('hashes to 32 bytes that depend on the pepper', () => {
    const [one, two] = [new HmacKey('one'), new HmacKey('two')];
    expect(key.hash(one).bytes).toHaveLength(32);
    expect(key.hash(one).equals(key.hash(two))).toBe(false);
  });

  it('does not show itself when printed', () => {
    for (const printed of [
      String(key),
      JSON.stringify({ key }),
      inspect(key),
      inspect({ deep: { key } }),
      `${key}`,
    ]) {
      expect(printed).not.toContain(text);
      expect(printed).toContain('sk-social-***');
    }
    expect(key.hint).toBe(`${text.slice(0, 14)}…${text.slice(-4)}`);
  });
});
