import { newId, randomBase62, toBase62 } from './ids';

describe('ids', () => {
  it('say what they name, and never come twice', () => {
    const ids = Array.from({ length: 20_000 }, () => newId('cs'));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^cs_[0-9A-Za-z]{22}$/);
  });

  it('have each character as often as any other, at each place', () => {
    const length = 31;
    const counts = Array.from({ length }, () => new Map<string, number>());
    const texts = 62 * 400;
    for (let i = 0; i < texts; i += 1)
      [...randomBase62(length)].forEach((character, at) =>
        counts[at]!.set(character, (counts[at]!.get(character) ?? 0) + 1),
      );
    // Pearson's chi-squared with 61 degrees of freedom: above 170 three times in 10¹² tries. Bytes
    // that were taken modulo 62 as they come would be at 220.
    const expected = texts / 62;
    for (const ofPlace of counts) {
      const chi = [...ofPlace.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      expect([ofPlace.size, chi < 170]).toEqual([62, true]);
    }
  });

  it('may be empty, and count in base62', () => {
    expect(randomBase62(0)).toBe('');
    expect([0, 61, 62, 3843, 3844].map((n) => toBase62(n, 3))).toEqual(['000', '00z', '010', '0zz', '100']);
  });
});
