import { until } from '../support/until';
import { Bench, FEE, PRO, Receiver, refusal, type Paid } from './support';

interface Dispute {
  dispute_id: string;
  payment_id: string;
  dispute_status: string;
  dispute_stage: string;
}

describe('disputes', () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await Bench.start();
  });
  beforeEach(() => bench.control('POST', '/reset', { endpoints: false }));
  afterAll(() => bench.close());

  const open = ({ payment_id }: Pick<Paid, 'payment_id'>, body?: object) =>
    bench.control<Dispute>('POST', `/payments/${payment_id}/dispute`, body);
  const move = ({ dispute_id }: Pick<Dispute, 'dispute_id'>, status: string) =>
    bench.control<Dispute>('POST', `/disputes/${dispute_id}`, { status });
  const list = async (filter: object = {}) =>
    (await bench.dodo.disputes.list({ page_number: 0, ...filter })).items.map(({ dispute_id }) => dispute_id);

  it('are opened by a customer, of all that was paid', async () => {
    const { payment_id } = await bench.buy();
    const { dispute_id } = await open({ payment_id }, { reason: 'fraudulent', remarks: 'Not me' });
    expect(await bench.dodo.disputes.retrieve(dispute_id)).toEqual({
      dispute_id: expect.stringMatching(/^dp_\w{22}$/),
      payment_id,
      business_id: 'bus_sandbox',
      brand_id: 'bus_sandbox',
      amount: '100',
      currency: 'USD',
      dispute_status: 'dispute_opened',
      dispute_stage: 'dispute',
      is_resolved_by_rdr: null,
      payment_provider: 'dodo',
      customer: expect.objectContaining({ email: 'ada@example.com' }),
      reason: 'fraudulent',
      remarks: 'Not me',
      created_at: expect.any(String),
    });
  });

  it('are shown by their payment, and where the latest stands by the list', async () => {
    const { payment_id } = await bench.buy();
    const status = async () => (await bench.dodo.payments.list({ page_number: 0 })).items[0]!.dispute_status;
    expect([await status(), (await bench.dodo.payments.retrieve(payment_id)).disputes]).toEqual([null, []]);
    await move(await open({ payment_id }, { stage: 'pre_dispute' }), 'won');
    expect(await status()).toBe('dispute_won');
    const second = await open({ payment_id });
    expect(await status()).toBe('dispute_opened');
    const { disputes } = await bench.dodo.payments.retrieve(payment_id);
    expect(disputes).toMatchObject([
      { dispute_status: 'dispute_won', dispute_stage: 'pre_dispute' },
      { dispute_id: second.dispute_id, dispute_status: 'dispute_opened', remarks: null },
    ]);
    expect(disputes[0]).not.toHaveProperty('customer');
  });

  it('are listed newest first, page by page, by what they are and whose', async () => {
    const first = await open(await bench.buy());
    await bench.advance('1d');
    const bob = await bench.buy(undefined, { customer: { email: 'bob@example.com', name: 'Bob' } });
    const second = await open(bob, { stage: 'pre_arbitration' });
    await move(first, 'challenged');
    const [one, two] = [first.dispute_id, second.dispute_id];
    expect(await list()).toEqual([two, one]);
    expect(await list({ page_size: 1, page_number: 1 })).toEqual([one]);
    expect(await list({ page_number: 2 })).toEqual([]);
    expect(await list({ dispute_status: 'dispute_challenged' })).toEqual([one]);
    expect(await list({ dispute_stage: 'pre_arbitration' })).toEqual([two]);
    const { customer, created_at } = await bench.dodo.disputes.retrieve(two);
    expect(await list({ customer_id: customer.customer_id })).toEqual([two]);
    expect(await list({ created_at_gte: created_at })).toEqual([two]);
    const before = new Date(Date.parse(created_at) - 1).toISOString();
    expect(await list({ created_at_lte: before })).toEqual([one]);
  });

  it('are listed without customer, brand and what was said', async () => {
    await open(await bench.buy(), { remarks: 'Not me' });
    const { items } = await bench.dodo.disputes.list({ page_number: 0 });
    expect(Object.keys(items[0]!).toSorted()).toEqual([
      'amount',
      'business_id',
      'created_at',
      'currency',
      'dispute_id',
      'dispute_stage',
      'dispute_status',
      'is_resolved_by_rdr',
      'payment_id',
      'payment_provider',
    ]);
  });

  it('are told, each of their turns, with the dispute as it is', async () => {
    const receiver = await Receiver.start();
    const endings = ['expired', 'accepted', 'cancelled', 'challenged', 'won', 'lost'];
    const { id } = await bench.dodo.webhooks.create({
      url: receiver.url,
      filter_types: ['opened', ...endings].map((word) => `dispute.${word}` as 'dispute.opened'),
    });
    for (const ending of endings) await move(await open(await bench.buy()), ending);
    await until('all have arrived', () => Promise.resolve(receiver.received.length === 12));
    for (const ending of endings) {
      const [{ body }] = receiver.ofType(`dispute.${ending}`) as [(typeof receiver.received)[0]];
      expect(Object.keys(body).toSorted()).toEqual(['business_id', 'data', 'timestamp', 'type']);
      const { dispute_id } = body.data as unknown as Dispute;
      expect(body.data).toEqual({
        payload_type: 'Dispute',
        ...(await bench.dodo.disputes.retrieve(dispute_id)),
      });
      expect(body.data.dispute_status).toBe(`dispute_${ending}`);
    }
    expect(receiver.ofType('dispute.opened')).toHaveLength(6);
    await bench.dodo.webhooks.delete(id);
    await receiver.close();
  });

  it('are on the front page, beside their payment', async () => {
    await move(await open(await bench.buy()), 'challenged');
    expect(await (await fetch(bench.url)).text()).toContain('<span class="status">challenged</span>');
  });

  describe('while one is not decided, a refund', () => {
    const refund = async (payment_id: string) =>
      (await bench.dodo.refunds.create({ payment_id, items: [{ item_id: FEE }] })).refund_id;
    const statusOf = async (refundId: string) => (await bench.dodo.refunds.retrieve(refundId)).status;

    it.each([[null], ['challenged'], ['lost'], ['accepted'], ['expired']])(
      'is taken, and fails (%s)',
      async (word) => {
        const paid = await bench.buy();
        const dispute = await open(paid);
        if (word) await move(dispute, word);
        const id = await refund(paid.payment_id);
        expect(await statusOf(id)).toBe('pending');
        expect((await bench.advance('2s')).happened).toMatchObject([{ type: 'refund.failed', id }]);
        expect(await statusOf(id)).toBe('failed');
        expect((await bench.dodo.payments.retrieve(paid.payment_id)).refund_status).toBeNull();
      },
    );

    it.each(['won', 'cancelled'])('and succeeds again once it is %s', async (word) => {
      const paid = await bench.buy();
      const dispute = await open(paid);
      await refund(paid.payment_id);
      await bench.advance('2s');
      await move(dispute, word);
      const id = await refund(paid.payment_id);
      await bench.advance('2s');
      expect(await statusOf(id)).toBe('succeeded');
    });
  });

  describe('refuse', () => {
    it('an id that nobody has', async () => {
      expect(await refusal(bench.dodo.disputes.retrieve('dp_unknown'))).toEqual({
        status: 404,
        code: 'NOT_FOUND',
        message: 'Dispute dp_unknown not found',
      });
      await expect(move({ dispute_id: 'dp_unknown' }, 'won')).rejects.toThrow('404');
    });

    it('a payment that nobody has, that failed, or that moved nothing', async () => {
      await expect(open({ payment_id: 'pay_unknown' })).rejects.toThrow('404');
      await expect(open(await bench.buy('4000000000000002'))).rejects.toThrow('PAYMENT_NOT_SUCCEEDED');
      const free = await bench.buy(undefined, { product_cart: [{ product_id: PRO, quantity: 1 }] });
      await expect(open(free)).rejects.toThrow('PAYMENT_NOT_SUCCEEDED');
    });

    it('a payment that is disputed already', async () => {
      const paid = await bench.buy();
      await open(paid);
      await expect(open(paid)).rejects.toThrow('409');
    });

    it('any turn of one that is over, one backwards, and a word of nobody’s', async () => {
      const dispute = await open(await bench.buy());
      await expect(move(dispute, 'opened')).rejects.toThrow('422');
      await move(dispute, 'dispute_challenged');
      await expect(move(dispute, 'expired')).rejects.toThrow('DISPUTE_NOT_THERE');
      await move(dispute, 'lost');
      await expect(move(dispute, 'won')).rejects.toThrow('DISPUTE_OVER');
    });

    it('a filter that is none', async () => {
      const call = bench.dodo.disputes.list({ dispute_status: 'won' as 'dispute_won', page_number: 0 });
      expect(await refusal(call)).toMatchObject({ status: 422, code: 'INVALID_REQUEST_PARAMETERS' });
    });
  });
});
