import { toListedDisputes, toListedPayments, toListedRefunds, toListedSubscriptions } from './dodo.lists';

const created_at = '2026-11-23T12:00:00Z';

describe('Dodo’s lists, read leniently', () => {
  it('reads of a subscription what the list shows, and makes up nothing', () => {
    const row = { subscription_id: 'sub_1', status: 'active', product_id: 'pdt_1', created_at };
    const common = {
      id: 'sub_1',
      status: 'active',
      rawStatus: 'active',
      productId: 'pdt_1',
      customerId: null,
      metadata: {},
      createdAt: new Date(created_at),
    };
    expect(toListedSubscriptions([row])).toEqual([common]);
    expect(
      toListedSubscriptions([{ ...row, cancelled_at: null, next_billing_date: '2026-11-26T12:00:00Z' }]),
    ).toEqual([{ ...common, cancelledAt: null, currentPeriodEnd: new Date('2026-11-26T12:00:00Z') }]);
  });

  it('passes over rows of no shape that it knows, and keeps the others', () => {
    const subscription = { subscription_id: 'sub_1', status: 'active', product_id: 'pdt_1', created_at };
    const odd = [null, 'sub_2', {}, { ...subscription, created_at: 'soon' }];
    expect(toListedSubscriptions([...odd, subscription])).toHaveLength(1);
    const payment = { payment_id: 'pay_1', status: null, created_at };
    const common = {
      id: 'pay_1',
      status: 'processing',
      subscriptionId: null,
      customerId: null,
      metadata: {},
      createdAt: new Date(created_at),
    };
    const disputed = { ...payment, dispute_status: 'dispute_opened' };
    expect(toListedPayments([null, payment, { payment_id: 7 }, disputed])).toEqual([
      { ...common, disputeStatus: null },
      { ...common, disputeStatus: 'opened' },
    ]);
    const refund = { refund_id: 'ref_1', payment_id: 'pay_1', status: 'review', created_at };
    expect(toListedRefunds([refund, 'ref_2'])).toEqual([
      { id: 'ref_1', paymentId: 'pay_1', status: 'review', createdAt: new Date(created_at) },
    ]);
    const dispute = {
      dispute_id: 'dp_1',
      payment_id: 'pay_1',
      dispute_status: 'dispute_reopened',
      created_at,
    };
    expect(toListedDisputes([{ ...dispute, payment_id: null }, dispute])).toEqual([
      { id: 'dp_1', paymentId: 'pay_1', status: 'reopened', createdAt: new Date(created_at) },
    ]);
  });
});
