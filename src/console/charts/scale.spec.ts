import { niceScale } from './scale';

describe('niceScale', () => {
  it.each<[number, number[]]>([
    [0, [0, 1]],
    [4, [0, 1, 2, 3, 4]],
    [90, [0, 50, 100]],
    [171_900, [0, 50_000, 100_000, 150_000, 200_000]],
  ])('of %s is %j', (value, ticks) => expect(niceScale(value)).toEqual(ticks));
});
