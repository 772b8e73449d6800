import { BoundCipher } from './bound-cipher';

describe('BoundCipher', () => {
  const cipher = new BoundCipher(['new'], 'tests');

  it('reads what it has written, and never writes it in the same way twice', () => {
    const [one, two] = [cipher.encrypt('secret', 'row 1'), cipher.encrypt('secret', 'row 1')];
    expect(one.equals(two)).toBe(false);
    expect(one.includes('secret')).toBe(false);
    expect([one, two].map((bytes) => cipher.decrypt(bytes, 'row 1'))).toEqual(['secret', 'secret']);
  });

  it('refuses what belongs to another row, was changed, or was written for another purpose', () => {
    const bytes = cipher.encrypt('secret', 'row 1');
    const changed = Buffer.from(bytes);
    changed[changed.length - 1]! ^= 1;
    expect(() => cipher.decrypt(bytes, 'row 2')).toThrow('authenticate');
    expect(() => cipher.decrypt(changed, 'row 1')).toThrow('authenticate');
    expect(() => new BoundCipher(['new'], 'others').decrypt(bytes, 'row 1')).toThrow('authenticate');
  });

  it('reads what an older key has written, as long as it is given that key', () => {
    const old = new BoundCipher(['old'], 'tests').encrypt('secret', 'row 1');
    const both = new BoundCipher(['new', 'old'], 'tests');
    expect(both.decrypt(old, 'row 1')).toBe('secret');
    expect(cipher.decrypt(both.encrypt('secret', 'row 1'), 'row 1')).toBe('secret');
    expect(() => cipher.decrypt(old, 'row 1')).toThrow('authenticate');
  });
});
