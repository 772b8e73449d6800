import { same } from './demo-checks';

export interface Answer {
  status: number;
  body: unknown;
}

export interface BillingStatus {
  plan: string | null;
  status: string;
  isTrialing: boolean;
  trialEnd: string | null;
  setupFeeVerified: boolean;
}

export interface Checkout {
  checkoutUrl: string;
  sessionId: string;
}

/** The service as its consumers see it. */
export class ServiceClient {
  constructor(
    readonly url: string,
    private readonly key: string,
  ) {}

  async checkout(planId: string): Promise<Answer> {
    const page = `${this.url}/docs`;
    return this.post('/billing/checkout', { planId, successUrl: `${page}?from=demo`, cancelUrl: page });
  }

  purchase(packId: string): Promise<Answer> {
    const page = `${this.url}/docs`;
    return this.post('/billing/credits/purchase', { packId, successUrl: page, cancelUrl: page });
  }

  consume(amount: number): Promise<Answer> {
    return this.post('/billing/credits/consume', { amount, category: 'posts.generate' });
  }

  post(path: string, body: object): Promise<Answer> {
    return request('POST', `${this.url}${path}`, { headers: { 'x-api-key': this.key }, body });
  }

  credits(): Promise<Answer> {
    return request('GET', `${this.url}/billing/credits`, { headers: { 'x-api-key': this.key } });
  }

  async status(): Promise<BillingStatus> {
    const { status, body } = await request('GET', `${this.url}/billing/status`, {
      headers: { 'x-api-key': this.key },
    });
    same('GET /billing/status answers', status, 200);
    return (body as { data: BillingStatus }).data;
  }
}

export interface Payment {
  payment_id: string;
  status: string;
  total_amount: number;
  currency: string;
}

export interface Refund {
  payment_id: string;
  status: string;
  amount: number;
}

/** The sandbox through Dodo's own API, and through its controls. */
export class SandboxClient {
  constructor(readonly url: string) {}

  payments(subscriptionId: string): Promise<Payment[]> {
    return this.list(`/payments?subscription_id=${subscriptionId}&page_size=100`);
  }

  async refunds(paymentIds: string[]): Promise<Refund[]> {
    const all = await this.list<Refund>('/refunds?page_size=100');
    return all.filter(({ payment_id }) => paymentIds.includes(payment_id));
  }

  async subscription(id: string): Promise<{ status: string; next_billing_date: string }> {
    return (await this.get(`/subscriptions/${id}`)) as { status: string; next_billing_date: string };
  }

  async advanceClock(by: string): Promise<string> {
    const { status, body } = await request('POST', `${this.url}/_sandbox/clock`, { body: { advance: by } });
    same('POST /_sandbox/clock answers', status, 200);
    return (body as { now: string }).now;
  }

  /** What a person does on the hosted page. */
  async pay(checkoutUrl: string, card: string): Promise<{ status: string }> {
    const id = new URL(checkoutUrl).pathname.split('/').at(-1);
    const { status, body } = await request('POST', `${this.url}/_sandbox/checkouts/${id}/pay`, {
      body: { card },
    });
    same('Paying answers', status, 200);
    return body as { status: string };
  }

  /** Switches what Dodo leaves open. */
  async behave(changes: object): Promise<void> {
    const { status } = await request('PATCH', `${this.url}/_sandbox/behaviour`, { body: changes });
    same('PATCH /_sandbox/behaviour answers', status, 200);
  }

  /** A sale that the service has no part in: its events fit no organization. */
  sellElsewhere(card: string): Promise<void> {
    const customer = { email: 'someone@elsewhere.example', name: 'Another shop' };
    return this.sell({ product_cart: [{ product_id: 'pdt_pack_1000', quantity: 1 }], customer }, card);
  }

  /** A plan without a trial, by a payment link of the merchant's own. */
  sellByLink(email: string, orgId: string, card: string): Promise<void> {
    const product_cart = [{ product_id: 'pdt_starter', quantity: 1 }];
    return this.sell({ product_cart, customer: { email }, metadata: { org_id: orgId } }, card);
  }

  private async sell(order: object, card: string): Promise<void> {
    const headers = { authorization: 'Bearer sandbox' };
    const { status, body } = await request('POST', `${this.url}/checkouts`, { headers, body: order });
    same('POST /checkouts of the sandbox answers', status, 200);
    await this.pay((body as { checkout_url: string }).checkout_url, card);
  }

  /** The customer asks the bank for what was paid last, but for the setup fee. */
  async dispute(email: string): Promise<void> {
    const payments = await this.list<Payment & { customer: { email: string } }>('/payments?page_size=100');
    const paid = payments.find(
      ({ status, total_amount, customer }) =>
        status === 'succeeded' && total_amount > 100 && customer.email === email,
    );
    const path = `/_sandbox/payments/${paid?.payment_id}/dispute`;
    const { status } = await request('POST', this.url + path, { body: { reason: 'fraudulent' } });
    same(`POST ${path} answers`, status, 200);
  }

  /** The next calls to a route are answered with 500. */
  async fault(method: string, path: string, times: number): Promise<void> {
    const body = { method, path, kind: 'error_before', times };
    const { status } = await request('POST', `${this.url}/_sandbox/faults`, { body });
    same('POST /_sandbox/faults answers', status, 200);
  }

  /** Whether every webhook has been taken. */
  async isQuiet(): Promise<boolean> {
    const { items } = (await this.get('/_sandbox/deliveries')) as { items: { status: string }[] };
    return items.every(({ status }) => status !== 'pending');
  }

  private async list<T>(path: string): Promise<T[]> {
    return ((await this.get(path)) as { items: T[] }).items;
  }

  private async get(path: string): Promise<unknown> {
    const { status, body } = await request('GET', this.url + path, {
      headers: { authorization: 'Bearer sandbox' },
    });
    same(`GET ${path} of the sandbox answers`, status, 200);
    return body;
  }
}

export async function request(
  method: string,
  url: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: object },
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}
