import { Bench, FEE, refusal } from './support';

describe('invoices', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.close());

  const pdf = async (response: Response) => {
    expect(response.headers.get('content-type')).toBe('application/pdf');
    const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
    expect(text).toMatch(/^%PDF-1\.4\n[^]+%%EOF\n$/);
    const table = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    expect(text.slice(table, table + 4)).toBe('xref');
    for (const [row, place] of [...text.matchAll(/^(\d{10}) 00000 n/gm)].entries()) {
      expect(text.slice(Number(place[1]))).toMatch(new RegExp(`^${row + 1} 0 obj\n`));
    }
    return text;
  };

  it('are where a payment says, and need no key', async () => {
    const customer = { email: 'ada@example.com', name: 'Ada (of Łódź) \\' };
    const { customer_id } = await bench.dodo.customers.create(customer);
    const { payment_id } = await bench.buy(undefined, { customer: { customer_id } });
    const { invoice_url } = await bench.dodo.payments.retrieve(payment_id);
    const text = await pdf(await fetch(invoice_url ?? ''));
    for (const phrase of ['1 x Setup fee \\(refunded\\): 1.00 USD', 'Paid: 1.00 USD', payment_id])
      expect(text).toContain(phrase);
    expect(text).toContain('(Ada \\(of ?ód?\\) \\\\, ada@example.com)');
    expect(await pdf(await bench.dodo.invoices.payments.retrieve(payment_id))).toBe(text);
  });

  it('are there for a refund that was made', async () => {
    const { payment_id } = await bench.buy();
    const { refund_id } = await bench.dodo.refunds.create({ payment_id, items: [{ item_id: FEE }] });
    const early = bench.dodo.invoices.payments.retrieveRefund(refund_id);
    expect(await refusal(early)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    await bench.advance('2s');
    expect(await pdf(await bench.dodo.invoices.payments.retrieveRefund(refund_id))).toContain(
      'Refunded: 1.00 USD',
    );
  });

  it('are not for what was never paid, nor for payouts, which the sandbox has none of', async () => {
    const { payment_id } = await bench.buy('4000000000000002');
    expect((await bench.dodo.payments.retrieve(payment_id)).invoice_url).toBeNull();
    const { invoices } = bench.dodo;
    expect(await refusal(invoices.payments.retrieve(payment_id))).toMatchObject({ status: 404 });
    expect(await refusal(invoices.payments.retrieve('pay_none'))).toMatchObject({ status: 404 });
    expect(await refusal(invoices.payments.retrievePayout('pyt_none'))).toMatchObject({ status: 501 });
  });
});
