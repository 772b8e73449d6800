import { comparePrice } from './plan-price';

describe('comparePrice', () => {
  const currency = 'USD';
  const month = (amountMinor: number) => ({ amountMinor, currency, interval: 'month' as const });
  const year = (amountMinor: number) => ({ amountMinor, currency, interval: 'year' as const });

  it('puts the cheaper plan first', () => {
    expect(comparePrice(month(1900), month(4900))).toBeLessThan(0);
    expect(comparePrice(month(4900), month(1900))).toBeGreaterThan(0);
    expect(comparePrice(month(4900), month(4900))).toBe(0);
  });

  it('compares by the day when intervals differ', () => {
    expect(comparePrice(year(49_000), month(4900))).toBeLessThan(0);
    expect(comparePrice(year(70_000), month(4900))).toBeGreaterThan(0);
  });

  it('knows no order between currencies: 5,000 yen are less than 49 dollars', () => {
    expect(comparePrice({ ...month(5000), currency: 'JPY' }, month(4900))).toBeNull();
  });
});
