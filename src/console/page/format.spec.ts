import { money, shortMoney } from './format';

describe('money', () => {
  it.each([
    [4900, 'USD', '$49.00'],
    [5000, 'JPY', '¥5,000'],
    [15_500, 'KWD', 'KWD 15.500'],
    [15_500, 'IQD', 'IQD 15.500'],
    [1_990_000, 'HUF', 'HUF 19,900.00'],
    [1_650_050, 'IDR', 'IDR 16,500.50'],
    [28_000, 'PKR', 'PKR 280.00'],
    [9200, 'eur', '€92.00'],
    [100, 'no currency', '100 no currency'],
  ])('shows %i of the minor unit of %s as %s', (minor, currency, shown) => {
    expect(money(minor, currency).replaceAll('\u00a0', ' ')).toBe(shown);
  });

  it.each([
    [4900, 'USD', '$49'],
    [1_990_000, 'HUF', 'HUF 19,900'],
  ])('shows %i of the minor unit of %s on an axis as %s', (minor, currency, shown) => {
    expect(shortMoney(minor, currency).replaceAll('\u00a0', ' ')).toBe(shown);
  });
});
