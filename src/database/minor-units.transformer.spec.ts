import { minorUnits } from './minor-units.transformer';

describe('minor units', () => {
  it('go to the database as they are, and come back as numbers', () => {
    expect([minorUnits.to(100), minorUnits.to(null)]).toEqual([100, null]);
    expect([minorUnits.from('100'), minorUnits.from('0'), minorUnits.from(null)]).toEqual([100, 0, null]);
  });
});
