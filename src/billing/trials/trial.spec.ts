import { setupFeeBeside } from './trial';

describe('setupFeeBeside', () => {
  const plansIn = (...currencies: string[]) => currencies.map((currency) => ({ currency }));

  it('is one of the currency that all plans have', () => {
    expect(setupFeeBeside(plansIn('EUR', 'EUR'))).toEqual({ amount: 100, currency: 'EUR' });
  });

  it('is a dollar beside plans of several currencies, and beside none', () => {
    const dollar = { amount: 100, currency: 'USD' };
    expect([setupFeeBeside(plansIn('EUR', 'USD')), setupFeeBeside([])]).toEqual([dollar, dollar]);
  });
});
