import { Mischief } from './mischief';

const HARMLESS = { dropRate: 0, duplicateRate: 0, shuffle: false, maxDelayMs: 0, seed: 1 };

describe('what is done to deliveries', () => {
  const plans = (mischief: Mischief, settings: object, count = 40) =>
    Array.from({ length: count }, () => mischief.plan({ ...HARMLESS, ...settings }));

  it('is nothing, unless something is ordered', () => {
    expect(new Set(plans(new Mischief(), {}).map((plan) => JSON.stringify(plan)))).toEqual(
      new Set(['{"drop":false,"copies":1,"delays":[0]}']),
    );
  });

  it('is the same for the same seed, from the moment that it is set', () => {
    const wild = { dropRate: 0.3, duplicateRate: 0.3, maxDelayMs: 100, seed: 7 };
    const mischief = new Mischief();
    const first = plans(mischief, wild);
    plans(mischief, { ...wild, seed: 8 }, 3);
    expect(plans(mischief, wild)).toEqual(first);
    mischief.reseed(7);
    expect(plans(mischief, wild)).toEqual(first);
    expect(plans(mischief, { ...wild, seed: 8 })).not.toEqual(first);
    expect(plans(new Mischief(), wild)).toEqual(first);
  });

  it('happens about as often as was ordered', () => {
    const rough = plans(new Mischief(), { dropRate: 0.25, duplicateRate: 0.5 }, 2_000);
    const kept = rough.filter(({ drop }) => !drop);
    expect(rough.length - kept.length).toBeGreaterThan(400);
    expect(rough.length - kept.length).toBeLessThan(600);
    const doubled = kept.filter(({ copies, delays }) => copies === 2 && delays.length === 2);
    expect(doubled.length / kept.length).toBeGreaterThan(0.45);
    expect(doubled.length / kept.length).toBeLessThan(0.55);
  });

  it.each([
    ['up to what was ordered', { maxDelayMs: 400 }, 400],
    ['a little, to be shuffled', { shuffle: true }, 50],
    ['up to what was ordered, which shuffles as well', { shuffle: true, maxDelayMs: 400 }, 400],
  ])('holds them back %s', (_, settings, longest) => {
    const delays = plans(new Mischief(), settings, 200).flatMap((plan) => plan.delays);
    expect(Math.max(...delays)).toBeLessThanOrEqual(longest);
    expect(Math.max(...delays)).toBeGreaterThan(longest * 0.9);
    expect(Math.min(...delays)).toBeLessThan(longest * 0.1);
  });
});
