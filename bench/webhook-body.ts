const BYTES = 2_048;

/** An event as Dodo sends it, as JSON of exactly 2 kB; `withId` names the payment that it is about. */
export function webhookBody(paymentId = 'pay_0000000000000000000000'): string {
  const short = JSON.stringify(eventWith(paymentId, ''));
  const body = JSON.stringify(eventWith(paymentId, 'x'.repeat(BYTES - Buffer.byteLength(short))));
  return body;
}

function eventWith(paymentId: string, note: string) {
  return {
    business_id: 'bus_P3SXLi0MFIcIwRuYWGGnF',
    type: 'payment.succeeded',
    timestamp: '2026-11-23T12:00:00.000Z',
    data: {
      payload_type: 'Payment',
      billing: { city: 'New York', country: 'US', state: 'NY', street: '1 Main Street', zipcode: '10001' },
      brand_id: 'bus_P3SXLi0MFIcIwRuYWGGnF',
      business_id: 'bus_P3SXLi0MFIcIwRuYWGGnF',
      card_holder_name: 'Test Buyer',
      card_issuing_country: 'US',
      card_last_four: '4242',
      card_network: 'VISA',
      card_type: 'CREDIT',
      checkout_session_id: 'cks_0000000000000000000000',
      created_at: '2026-11-23T11:59:58.000Z',
      currency: 'USD',
      custom_field_responses: null,
      customer: {
        customer_id: 'cus_0000000000000000000000',
        email: 'buyer@example.com',
        metadata: {},
        name: 'Test Buyer',
        phone_number: null,
      },
      digital_products_delivered: false,
      discount_id: null,
      discounts: null,
      disputes: [],
      error_code: null,
      error_message: null,
      invoice_id: 'inv_0000000000000000000000',
      invoice_url: 'https://test.dodopayments.com/invoices/payments/pay_0000000000000000000000',
      is_update_payment_method: false,
      metadata: { org_id: 'org_0000000000000000000000', plan_id: 'plan_pro', note },
      payment_id: paymentId,
      payment_link: null,
      payment_method: 'card',
      payment_method_type: null,
      payment_provider: 'stripe',
      product_cart: [{ product_id: 'pdt_setup_fee', quantity: 1 }],
      refund_status: null,
      refunds: [],
      retry_attempt: 0,
      settlement_amount: 100,
      settlement_currency: 'USD',
      settlement_tax: 0,
      status: 'succeeded',
      subscription_id: 'sub_0000000000000000000000',
      tax: 0,
      total_amount: 100,
      updated_at: null,
    },
  };
}
