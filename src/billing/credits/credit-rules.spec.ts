import { amountOf, isLow, spend, totalOf } from './credit-rules';

describe('spend', () => {
  it.each([
    ['of the allocation first', 30, { allocationDelta: -30, purchasedDelta: 0 }],
    ['all of the allocation, and the rest of the packs', 70, { allocationDelta: -50, purchasedDelta: -20 }],
    ['the last credit', 150, { allocationDelta: -50, purchasedDelta: -100 }],
  ])('takes %s', (_, amount, taken) => {
    expect(spend({ allocationLeft: 50, purchasedLeft: 100 }, amount)).toEqual(taken);
    expect(amountOf(taken)).toBe(amount);
  });

  it('takes nothing when it is one credit short', () => {
    expect(spend({ allocationLeft: 50, purchasedLeft: 100 }, 151)).toBeNull();
    expect(totalOf({ allocationLeft: 50, purchasedLeft: 100 })).toBe(150);
  });
});

describe('isLow', () => {
  it.each([
    [200, 0, 2000, false],
    [199, 0, 2000, true],
    [0, 200, 2000, false],
    [0, 0, 0, false],
  ])('%i and %i of packs, of %i: %s', (allocationLeft, purchasedLeft, allocation, low) => {
    expect(isLow({ allocationLeft, purchasedLeft, allocation })).toBe(low);
  });
});
