import { instant } from './dodo.fields';
import {
  toCheckoutSession,
  toCustomerIdByMetadata,
  toLineItems,
  toPayment,
  toPaymentLink,
  toPortalLink,
  toRefund,
  toSubscription,
} from './dodo.mapper';

describe('Dodo’s objects, read leniently', () => {
  const payment = {
    payment_id: 'pay_1',
    status: 'succeeded',
    total_amount: 100,
    currency: 'USD',
    customer: { customer_id: 'cus_1' },
    created_at: '2026-11-23T12:00:00Z',
  };

  it('reads a payment that has nothing more than it must', () => {
    expect(toPayment(payment)).toEqual({
      id: 'pay_1',
      status: 'succeeded',
      totalMinor: 100,
      currency: 'USD',
      subscriptionId: null,
      subscriptionIds: [],
      checkoutSessionId: null,
      customerId: 'cus_1',
      metadata: {},
      failureCode: null,
      invoiceUrl: null,
      createdAt: new Date('2026-11-23T12:00:00Z'),
      cart: [],
      isCardExchange: false,
      refunds: [],
      disputes: [],
      lineItems: [],
    });
  });

  it.each([0, -1, 1.5, null, 'many'])('takes %j bought for one bought', (quantity) => {
    const { cart } = toPayment({ ...payment, product_cart: [{ product_id: 'pdt_1', quantity }] });
    expect(cart).toEqual([{ productId: 'pdt_1', quantity: 1 }]);
  });

  it('reads fields that are null, numbers that are text, and metadata that is not', () => {
    const odd = {
      ...payment,
      total_amount: '104',
      product_cart: null,
      tax: null,
      subscription_id: null,
      subscription_ids: ['sub_1'],
      metadata: { org_id: 'org_1', n: 7, on: true, list: [1] },
      refunds: null,
      disputes: [7, { dispute_id: 'dsp_1', dispute_status: 'dispute_reopened', created_at: 'one day' }],
      invented: { tomorrow: true },
    };
    expect(toPayment(odd)).toMatchObject({
      totalMinor: 104,
      subscriptionId: 'sub_1',
      metadata: { org_id: 'org_1', n: '7', on: 'true', list: '' },
      refunds: [],
      disputes: [{ id: 'dsp_1', status: 'reopened', createdAt: null }],
    });
  });

  it.each([
    '2026-12-01T06:23:00.5',
    '2026-12-01 06:23:00.5',
    '2026-12-01T06:23:00.500Z',
    '2026-12-01T08:23:00.5+02:00',
  ])('reads %s as the same instant, in whatever zone this process is', (created_at) => {
    expect(instant.parse(created_at)).toEqual(new Date('2026-12-01T06:23:00.500Z'));
  });

  it.each([
    '9999-12-31T23:59:59-05:00',
    '0000-01-01T00:00:00+05:00',
    '0000-01-01T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '',
  ])('takes %j for no instant', (created_at) => {
    const refund = { refund_id: 'ref_1', payment_id: 'pay_1', status: 'pending', amount: 1, created_at };
    expect(toRefund(refund).createdAt).toBeNull();
  });

  it.each([null, undefined, 'requires_capture', 'partially_captured', 'something_new'])(
    'takes the payment status %s for money that has not moved',
    (status) => {
      expect(toPayment({ ...payment, status }).status).toBe('processing');
    },
  );

  it('reads line items, also without what is left to refund', () => {
    expect(toLineItems({ currency: 'USD', items: [{ items_id: 'pdt_1', amount: 100, tax: 0 }] })).toEqual([
      { productId: 'pdt_1', amountMinor: 100, taxMinor: 0, refundableMinor: 100 },
    ]);
  });

  it('passes over a line that can not be read, and keeps the others', () => {
    const items = [
      { amount: 1 },
      null,
      { items_id: 'pdt_plan', amount: null },
      { items_id: 'pdt_fee', amount: 100 },
    ];
    expect(toLineItems({ currency: 'USD', items }).map((line) => line.productId)).toEqual([
      'pdt_plan',
      'pdt_fee',
    ]);
  });

  it('takes nothing odd in what only describes for a reason to refuse', () => {
    const odd = {
      ...payment,
      error_code: 7,
      invoice_url: {},
      subscription_ids: [null],
      metadata: ['x'],
      customer: null,
      refunds: [{ status: 'pending' }, { refund_id: 'ref_1', status: 'pending', amount: 100 }],
    };
    expect(toPayment(odd)).toMatchObject({
      failureCode: null,
      invoiceUrl: null,
      subscriptionId: null,
      customerId: null,
      metadata: {},
      refunds: [{ id: 'ref_1', status: 'pending', amountMinor: 100 }],
    });
  });

  it('takes nothing but a page for a link that browsers are sent to', () => {
    const script = 'javascript:alert(1)';
    expect(() => toCheckoutSession({ session_id: 'cks_1', checkout_url: script })).toThrow(/URL/);
    expect(() => toPaymentLink({ payment_link: script })).toThrow(/URL/);
    expect(() => toPortalLink({ link: script })).toThrow(/URL/);
    expect(toPayment({ ...payment, invoice_url: script }).invoiceUrl).toBeNull();
    const page = 'https://test.dodopayments.com/invoices/payments/pay_1';
    expect(toPayment({ ...payment, invoice_url: page }).invoiceUrl).toBe(page);
    expect(toPortalLink({ link: page })).toBe(page);
  });

  it.each([
    [
      'https://test.dodopayments.com/invoices/№ \0/7',
      'https://test.dodopayments.com/invoices/%E2%84%96%20%00/7',
    ],
    ['https://Pay.example.com:443', 'https://Pay.example.com:443'],
  ])('reads the link %j as an address, which it may be already', (invoice_url, address) => {
    expect(toPayment({ ...payment, invoice_url }).invoiceUrl).toBe(address);
  });

  it('takes out of metadata, and of all other text, what the database could not hold', () => {
    const odd = { ...payment, metadata: { 'a\0': 'b\0c\ud83d' }, error_code: 'NO\0\ude00' };
    expect(toPayment(odd)).toMatchObject({ metadata: { a: 'bc\ufffd' }, failureCode: 'NO\ufffd' });
  });

  it('takes a refund status that is new for one that is pending', () => {
    const refund = { refund_id: 'ref_1', payment_id: 'pay_1', status: 'queued', amount: null };
    expect(toRefund(refund)).toMatchObject({ status: 'pending', amountMinor: null, metadata: {} });
  });

  it('keeps a subscription status that is new apart from those we know', () => {
    const subscription = {
      subscription_id: 'sub_1',
      status: 'hibernating',
      product_id: 'pdt_1',
      customer: { customer_id: 'cus_1' },
      previous_billing_date: '2026-11-23T12:00:00Z',
      next_billing_date: null,
      created_at: '2026-11-23T12:00:00Z',
    };
    expect(toSubscription(subscription)).toMatchObject({
      status: 'unknown',
      rawStatus: 'hibernating',
      trialPeriodDays: 0,
      currentPeriodEnd: null,
      scheduledChange: null,
    });
  });

  it('finds the customer that carries a metadata pair, and none when none does', () => {
    const customers = [{ customer_id: 'cus_1' }, { customer_id: 'cus_2', metadata: { org_id: 'org_2' } }];
    expect(toCustomerIdByMetadata(customers, 'org_id', 'org_2')).toBe('cus_2');
    expect(toCustomerIdByMetadata(customers, 'org_id', 'org_3')).toBeNull();
  });

  it.each([
    ['no id', { ...payment, payment_id: undefined }],
    ['an empty id', { ...payment, payment_id: '' }],
    ['a broken date', { ...payment, created_at: 'yesterday' }],
    ['a text', 'hello'],
  ])('refuses a payment with %s', (_, wire) => {
    expect(() => toPayment(wire)).toThrow(/invalid|expected|is no instant|too small/i);
  });
});
