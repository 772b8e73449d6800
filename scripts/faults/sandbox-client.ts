import type { Books } from './books';

export const CARDS = {
  good: '4242424242424242',
  declined: '4000000000000002',
  poor: '4000000000009995',
  failsLater: '4000000000000341',
  settlesLate: '4576238912771450',
} as const;

export interface Paid {
  status: string;
  payment_id: string;
  subscription_id: string | null;
}

export interface OrderedFault {
  method: string;
  path: string;
  kind: string;
  status?: number;
  code?: string;
  body?: string;
  delayMs?: number;
  times?: number;
}

/** The sandbox by its own front door, past the faults: as the customer at the hosted page, and as fate. */
export class SandboxClient {
  constructor(readonly url: string) {}

  async ensureEndpoint(url: string): Promise<string> {
    const { id } = await this.call<{ id: string }>('POST', '/webhooks', { url });
    return (await this.call<{ secret: string }>('GET', `/webhooks/${id}/secret`)).secret;
  }

  /** Subscriptions to this product end after so many months. */
  async limitTerm(productId: string, months: number): Promise<void> {
    const { price } = await this.call<{ price: object }>('GET', `/products/${productId}`);
    await this.call('PATCH', `/products/${productId}`, {
      price: { ...price, subscription_period_count: months, subscription_period_interval: 'Month' },
    });
  }

  /** Null when the session can't be paid any more. */
  async pay(checkoutUrl: string, card: string): Promise<Paid | null> {
    const sessionId = new URL(checkoutUrl).pathname.split('/').at(-1);
    const response = await this.send('POST', `/_sandbox/checkouts/${sessionId}/pay`, { card });
    if (response.status === 409 || response.status === 410) return null;
    return (await this.read(response)) as Paid;
  }

  /** What a customer does on the page behind a payment link. False when the card was not taken. */
  async enterCard(paymentLink: string, card: string): Promise<boolean> {
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
    await response.arrayBuffer();
    return response.status === 303;
  }

  /** Moves the clock; answers what time it is now, and how many events that made. */
  async advance(seconds: number): Promise<{ now: number; events: number }> {
    const { now, happened } = await this.call<{ now: string; happened: unknown[] }>(
      'POST',
      '/_sandbox/clock',
      {
        advance: Math.round(seconds),
      },
    );
    return { now: Date.parse(now), events: happened.length };
  }

  async now(): Promise<number> {
    return Date.parse((await this.call<{ now: string }>('GET', '/_sandbox/clock')).now);
  }

  behave(changes: object): Promise<unknown> {
    return this.call('PATCH', '/_sandbox/behaviour', changes);
  }

  order(fault: OrderedFault): Promise<unknown> {
    return this.call('POST', '/_sandbox/faults', fault);
  }

  /** Takes back all faults; answers how often those of each kind have struck. */
  async clearFaults(): Promise<Record<string, number>> {
    const { items } = await this.call<{ items: { kind: string; hits: number }[] }>(
      'DELETE',
      '/_sandbox/faults',
    );
    const hits: Record<string, number> = {};
    for (const { kind, hits: times } of items) hits[kind] = (hits[kind] ?? 0) + times;
    return hits;
  }

  /** Sends again, under its old id, everything that has happened since then. */
  resendSince(moment: number): Promise<{ resent: number }> {
    return this.call('POST', '/_sandbox/deliveries/resend', { since: new Date(moment).toISOString() });
  }

  countDeliveries(): Promise<Record<'pending' | 'succeeded' | 'failed' | 'dropped', number>> {
    return this.call('GET', '/_sandbox/deliveries/counts');
  }

  settleRefund(id: string, status: 'succeeded' | 'failed'): Promise<unknown> {
    return this.call('POST', `/_sandbox/refunds/${id}/settle`, { status });
  }

  /** What the holder of the card does at their bank. Null when that payment can't be disputed any more. */
  async dispute(paymentId: string): Promise<string | null> {
    const response = await this.send('POST', `/_sandbox/payments/${paymentId}/dispute`, {});
    if (response.status === 409) return null;
    return ((await this.read(response)) as { dispute_id: string }).dispute_id;
  }

  /** `status`: `challenged`, `won`, `lost`, … */
  moveDispute(id: string, status: string): Promise<unknown> {
    return this.call('POST', `/_sandbox/disputes/${id}`, { status });
  }

  books(): Promise<Books> {
    return this.call('GET', '/_sandbox/state');
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    return (await this.read(await this.send(method, path, body))) as T;
  }

  private send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { authorization: 'Bearer sandbox', ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
  }

  private async read(response: Response): Promise<unknown> {
    const text = await response.text();
    if (!response.ok) throw new Error(`The sandbox answered ${response.status} for ${response.url}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
