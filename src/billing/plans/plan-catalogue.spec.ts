import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlanCatalogue } from './plan-catalogue';

describe('loadPlanCatalogue', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plans-'));
  const plan = {
    id: 'plan_pro',
    name: 'Pro',
    dodoProductId: 'pdt_1',
    price: { amount: 4900, currency: 'usd' },
    interval: 'monthly',
    monthlyCredits: 2000,
    accountLimit: 20,
  };

  const pack = {
    id: 'pack_small',
    name: 'Small',
    dodoProductId: 'pdt_pack',
    price: { amount: 500, currency: 'usd' },
    credits: 100,
  };

  function load(content: unknown) {
    const file = join(folder, 'plans.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return loadPlanCatalogue(file, 'pdt_fee');
  }

  it('sells the three plans of the sandbox when there is no file', () => {
    expect(loadPlanCatalogue(null, 'pdt_fee').plans.map(({ id }) => id)).toEqual([
      'plan_starter',
      'plan_pro',
      'plan_business',
    ]);
  });

  it('sells the two credit packs of the sandbox then', () => {
    expect(loadPlanCatalogue(null, 'pdt_fee').creditPacks).toMatchObject([
      { id: 'pack_1000', dodoProductId: 'pdt_pack_1000', amountMinor: 1000, credits: 1000 },
      { id: 'pack_5000', dodoProductId: 'pdt_pack_5000', amountMinor: 4000, credits: 5000 },
    ]);
  });

  it('reads a file as editors write it: with a byte-order mark, a schema and notes', () => {
    const notes = { _note: 'see the wiki', $comment: 'by sales', $comment2: 'in August' };
    const file = { $schema: './plans.schema.json', ...notes, plans: [{ ...plan, ...notes }] };
    const { plans, warnings } = load(`\uFEFF${JSON.stringify(file)}`);
    expect([plans.map(({ id }) => id), warnings]).toEqual([['plan_pro'], []]);
  });

  it('warns of fields that mean nothing', () => {
    const misspelt = {
      plans: [{ ...plan, monthlyCredit: 5, price: { ...plan.price, taxes: 1 } }],
      packs: [pack],
    };
    expect(load(misspelt).warnings).toEqual(
      ['plans.0.price.taxes', 'plans.0.monthlyCredit', 'packs'].map((field) =>
        expect.stringContaining(`plans.json: nothing is known by the name of ${field}.`),
      ),
    );
    expect(load([{ ...plan, monthlyCredit: 5 }]).warnings).toHaveLength(1);
    expect([load([plan]), load({ plans: [plan], creditPacks: [pack] })]).toMatchObject([
      { warnings: [] },
      { warnings: [] },
    ]);
  });

  it('reads a list of plans, and an object that has one', () => {
    const plans = [
      {
        id: 'plan_pro',
        name: 'Pro',
        dodoProductId: 'pdt_1',
        amountMinor: 4900,
        currency: 'USD',
        interval: 'month',
        monthlyCredits: 2000,
        accountLimit: 20,
        isActive: true,
        position: 0,
      },
    ];
    const onSale = { plans, creditPacks: [], setupFeeProductId: 'pdt_fee', warnings: [] };
    expect(load([plan])).toEqual(onSale);
    expect(load({ plans: [plan] })).toEqual(onSale);
    expect(load({ plans: [plan], creditPacks: [] })).toEqual(onSale);
  });

  it('reads credit packs beside the plans', () => {
    expect(load({ plans: [plan], creditPacks: [pack] }).creditPacks).toEqual([
      {
        id: 'pack_small',
        name: 'Small',
        dodoProductId: 'pdt_pack',
        amountMinor: 500,
        currency: 'USD',
        credits: 100,
        isActive: true,
        position: 0,
      },
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /can't be read as JSON/],
    ['no plans', [], /plans/],
    ['a text', '"plans"', /plans/],
    [
      'a price in dollars',
      [{ ...plan, price: { amount: 49.5, currency: 'USD' } }],
      /plans\.0\.price\.amount/,
    ],
    ['no currency', [{ ...plan, price: { amount: 1, currency: 'dollars' } }], /ISO 4217/],
    ['an unknown interval', [{ ...plan, interval: 'fortnight' }], /must be day, week, month or year/],
    ['the same id twice', [plan, { ...plan, dodoProductId: 'pdt_2' }], /plan_pro is there twice/],
    ['the same product twice', [plan, { ...plan, id: 'plan_two' }], /pdt_1 is there twice/],
    [
      'a pack of no credits',
      { plans: [plan], creditPacks: [{ ...pack, credits: 0 }] },
      /creditPacks\.0\.credits must be at least 1/,
    ],
    [
      'a pack of more than the ledger takes',
      { plans: [plan], creditPacks: [{ ...pack, credits: 2_000_000 }] },
      /creditPacks\.0\.credits must be at most 1000000/,
    ],
    [
      'a pack that is a plan’s product',
      { plans: [plan], creditPacks: [{ ...pack, dodoProductId: 'pdt_1' }] },
      /creditPacks\.0\.dodoProductId pdt_1 is there twice/,
    ],
  ])('refuses %s and says where', (_, content, problem) => {
    expect(() => load(content)).toThrow(problem);
  });

  it('refuses a plan that is the setup fee: all of it would be given back', () => {
    expect(() => load([{ ...plan, dodoProductId: 'pdt_fee' }])).toThrow(
      /DODO_SETUP_FEE_PRODUCT_ID is the product of/,
    );
  });

  it('says which file is missing', () => {
    expect(() => loadPlanCatalogue('/nowhere/plans.json', 'pdt_fee')).toThrow(/\/nowhere\/plans\.json/);
  });
});
