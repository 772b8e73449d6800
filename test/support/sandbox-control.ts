import type { Behaviour } from '../../sandbox/behaviour';
import { createSandbox, type Sandbox } from '../../sandbox/server';

export const CARDS = {
  success: '4242424242424242',
  declined: '4000000000000002',
  insufficientFunds: '4000000000009995',
  failsOnRenewal: '4000000000000341',
  /** A renewal is processing for two days. */
  settlesLate: '4576238912771450',
};

export interface Fault {
  method: string;
  path: string;
  kind: string;
  status?: number;
  code?: string;
  delayMs?: number;
  times?: number;
  body?: string;
  headers?: Record<string, string>;
}

export interface PaidCheckout {
  status: string;
  payment_id: string;
  subscription_id: string | null;
  redirect_url: string;
  error_code: string | null;
}

export interface SandboxRefund {
  refund_id: string;
  payment_id: string;
  status: string;
  amount: number;
  items: { item_id: string; amount: number }[];
}

export interface SandboxDispute {
  dispute_id: string;
  payment_id: string;
  dispute_status: string;
}

export interface Books {
  payments: {
    payment_id: string;
    status: string;
    total_amount: number;
    subscription_id: string | null;
    disputes: SandboxDispute[];
  }[];
  refunds: SandboxRefund[];
  subscriptions: { subscription_id: string; status: string }[];
  checkouts: { session_id: string }[];
}

/** A sandbox of the test's own, and its control routes. */
export class SandboxControl {
  private constructor(private readonly sandbox: Sandbox) {}

  static async start(): Promise<SandboxControl> {
    return new SandboxControl(await createSandbox());
  }

  get url(): string {
    return this.sandbox.url;
  }

  /** Makes it post its webhooks to `url`; answers the signing secret. */
  async addEndpoint(url: string): Promise<string> {
    const { id } = await this.call<{ id: string }>('POST', '/webhooks', { url });
    const { secret } = await this.call<{ secret: string }>('GET', `/webhooks/${id}/secret`);
    return secret;
  }

  pay(checkoutUrl: string, card: string = CARDS.success): Promise<PaidCheckout> {
    const sessionId = new URL(checkoutUrl).pathname.split('/').at(-1);
    return this.call('POST', `/_sandbox/checkouts/${sessionId}/pay`, { card });
  }

  /** Pays for a cart on a page that the service has not opened. */
  async buyElsewhere(cart: object, card?: string): Promise<PaidCheckout> {
    const { checkout_url } = await this.call<{ checkout_url: string }>('POST', '/checkouts', cart);
    return this.pay(checkout_url, card);
  }

  /** Makes a product that is paid again and again, beside those that are there from the start; answers its id. */
  async sellRecurring(
    name: string,
    price: number,
    { currency = 'USD', every = 'Month' }: { currency?: string; every?: 'Month' | 'Year' } = {},
  ): Promise<string> {
    const { product_id } = await this.call<{ product_id: string }>('POST', '/products', {
      name,
      tax_category: 'saas',
      price: {
        type: 'recurring_price',
        price,
        currency,
        discount: 0,
        purchasing_power_parity: false,
        payment_frequency_count: 1,
        payment_frequency_interval: every,
        subscription_period_count: 10,
        subscription_period_interval: 'Year',
      },
    });
    return product_id;
  }

  /** What a customer does on the page behind a payment link. */
  async enterCard(paymentLink: string, card: string): Promise<void> {
    const form = {
      card_number: card,
      expiry: '12/34',
      cvc: '123',
      name: 'Test Buyer',
      country: 'US',
      zip: '94107',
    };
    const response = await fetch(paymentLink, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
    if (response.status !== 303) throw new Error(`The card was not taken: ${response.status}`);
  }

  /** Moves the clock; what falls due on the way has happened when this resolves. */
  advance(span: string): Promise<unknown> {
    return this.call('POST', '/_sandbox/clock', { advance: span });
  }

  behave(changes: Omit<Partial<Behaviour>, 'webhooks'> & { webhooks?: Partial<Behaviour['webhooks']> }) {
    return this.call<unknown>('PATCH', '/_sandbox/behaviour', changes);
  }

  /** The next call to a route goes wrong in this way. */
  fault(fault: Fault): Promise<unknown> {
    return this.call('POST', '/_sandbox/faults', fault);
  }

  /** Nothing goes wrong any more, and reads lag no longer. */
  clearFaults(): Promise<unknown> {
    return this.call('DELETE', '/_sandbox/faults');
  }

  /** The next reads of this object show it as it was when it had these values: Dodo's reads may lag behind. */
  async lag(path: string, values: object, times = 1): Promise<void> {
    const body = JSON.stringify({ ...(await this.call<object>('GET', path)), ...values });
    const headers = { 'content-type': 'application/json' };
    await this.fault({ method: 'GET', path, kind: 'error_before', status: 200, body, headers, times });
  }

  /** Whether the fault that was ordered for this path has struck. */
  async hasHit(path: string): Promise<boolean> {
    const { items } = await this.call<{ items: { path: string; hits: number }[] }>('GET', '/_sandbox/faults');
    return items.some((fault) => fault.path === path && fault.hits > 0);
  }

  books(): Promise<Books> {
    return this.call('GET', '/_sandbox/state');
  }

  /** The ids of what has been paid for a subscription, newest first. */
  async paymentsFor(subscriptionId: string): Promise<string[]> {
    const { items } = await this.call<{ items: { payment_id: string }[] }>(
      'GET',
      `/payments?subscription_id=${subscriptionId}`,
    );
    return items.map(({ payment_id: id }) => id);
  }

  /** Refunds of one payment, whatever became of them. */
  async refundsOf(paymentId: string): Promise<SandboxRefund[]> {
    return (await this.books()).refunds.filter((refund) => refund.payment_id === paymentId);
  }

  /** A customer asks their bank for the money back. */
  dispute(paymentId: string): Promise<SandboxDispute> {
    return this.call('POST', `/_sandbox/payments/${paymentId}/dispute`, {});
  }

  moveDispute(disputeId: string, status: string): Promise<SandboxDispute> {
    return this.call('POST', `/_sandbox/disputes/${disputeId}`, { status });
  }

  resendAll(): Promise<unknown> {
    return this.call('POST', '/_sandbox/deliveries/resend', {});
  }

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.sandbox.url}${path}`, {
      method,
      headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path} → ${response.status} ${await response.text()}`);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}
