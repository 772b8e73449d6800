import type { Context } from '../context';
import type { PlanChange, Subscription } from '../model/subscriptions';
import type { Price, Product } from '../model/products';
import { quotePlanChange } from './plan-change';
import { lineOf, refuseTooSmall, unitAmountOf } from './quote';
import type { Quote } from './quote';

const NOW = Date.parse('2026-11-16T00:00:00Z');

const product = (price: object) =>
  ({ product_id: 'pdt_1', name: 'Pro', description: '', price }) as unknown as Product;

function contextOf(switches: object, ...products: Product[]): Context {
  const store = { products: new Map(products.map((it) => [it.product_id, it])) };
  return { switches: { current: switches }, store, clock: { now: () => NOW } } as unknown as Context;
}

describe('what something costs', () => {
  it.each([
    [1000, 1, 10, false, 1100, 100],
    [333, 3, 7, false, 1069, 70],
    [1100, 1, 10, true, 1100, 100],
    [999, 2, 19, true, 1998, 319],
    [1000, 2, 0, true, 2000, 0],
  ])('%i times %i with a tax of %i %%, included: %p', (unit, quantity, rate, isIncluded, amount, tax) => {
    const context = contextOf({ taxRatePercent: rate });
    const sold = product({ type: 'one_time_price', tax_inclusive: isIncluded });
    expect(lineOf(context, sold, quantity, unit)).toMatchObject({ quantity, amount, tax });
  });

  it('is less by the discount, of which the finer one counts', () => {
    const price = (discounts: object) => ({ price: 999, ...discounts }) as unknown as Price;
    expect(unitAmountOf(price({ discount: 0 }))).toBe(999);
    expect(unitAmountOf(price({ discount: 10 }))).toBe(899);
    expect(unitAmountOf(price({ discount: 12, discount_bps: 1250 }))).toBe(874);
    expect(unitAmountOf(price({ discount: 10, discount_bps: 0 }))).toBe(999);
  });

  it('is refused below half a unit of the currency, but for a plan that is free today', () => {
    const quote = (total: number, recurring = false) =>
      ({ total, currency: 'USD', items: [{ recurring }] }) as unknown as Quote;
    expect(() => refuseTooSmall(quote(49))).toThrow('Minimum amount of 0.50 USD');
    expect(() => refuseTooSmall(quote(50))).not.toThrow();
    expect(() => refuseTooSmall(quote(0))).toThrow('Minimum amount');
    expect(() => refuseTooSmall(quote(0, true))).not.toThrow();
    expect(() => refuseTooSmall(quote(49, true))).toThrow('Minimum amount');
  });
});

describe('what a change of plan costs in the middle of a month of 1000', () => {
  const held = {
    recurring_pre_tax_amount: 1000,
    credit: 0,
    trial_ends_at: null,
    previous_billing_date: '2026-11-01T00:00:00Z',
    next_billing_date: '2026-12-01T00:00:00Z',
  } as unknown as Subscription;
  const quote = (
    proration_billing_mode: PlanChange['proration_billing_mode'],
    price: number,
    changes: Partial<Subscription> = {},
    planChangePeriod = 'begins',
  ) => {
    const plan = product({ type: 'recurring_price', price, discount: 0 });
    const context = contextOf({ taxRatePercent: 0, planChangePeriod }, plan);
    const change = { product_id: 'pdt_1', quantity: 1, proration_billing_mode } as PlanChange;
    const { total, creditLeft } = quotePlanChange(context, { ...held, ...changes } as Subscription, change);
    return [total, creditLeft];
  };

  it.each<[Parameters<typeof quote>, number, number]>([
    [['prorated_immediately', 3000], 2500, 0],
    [['prorated_immediately', 3000, {}, 'stays'], 1000, 0],
    [['prorated_immediately', 300], 0, 200],
    [['prorated_immediately', 3000, { credit: 200 }], 2300, 0],
    [['difference_immediately', 3000], 2000, 0],
    [['difference_immediately', 3000, { credit: 200 }], 1800, 0],
    [['full_immediately', 3000], 3000, 0],
    [['do_not_bill', 3000, { credit: 200 }], 0, 200],
    [['prorated_immediately', 3000, { trial_ends_at: '2026-11-17T00:00:00Z' }], 3000, 0],
  ])('%j', (change, total, creditLeft) => {
    expect(quote(...change)).toEqual([total, creditLeft]);
  });
});
