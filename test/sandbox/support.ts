import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import DodoPayments, { APIError } from 'dodopayments';
import type { CheckoutSessionCreateParams } from 'dodopayments/resources/checkout-sessions';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server';

export const FEE = 'pdt_setup_fee';
export const PRO = 'pdt_pro';
export const BUSINESS = 'pdt_business';
export const STARTER = 'pdt_starter';

export interface Paid {
  status: string;
  payment_id: string;
  subscription_id: string;
  redirect_url: string | null;
  error_code: string | null;
}

export interface Moved {
  now: string;
  offsetSeconds: number;
  happened: { at: string; type: string; id: string }[];
}

/** A sandbox, the unmodified SDK pointed at it, and its control routes. */
export class Bench {
  readonly dodo: DodoPayments;

  private constructor(readonly sandbox: Sandbox) {
    this.dodo = new DodoPayments({ bearerToken: 'test', baseURL: sandbox.url, maxRetries: 0 });
  }

  static async start(options: SandboxOptions = {}): Promise<Bench> {
    return new Bench(await createSandbox(options));
  }

  get url(): string {
    return this.sandbox.url;
  }

  async control<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}/_sandbox${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  advance(span: string): Promise<Moved> {
    return this.control('POST', '/clock', { advance: span });
  }

  behave(patch: object): Promise<unknown> {
    return this.control('PATCH', '/behaviour', patch);
  }

  fault(fault: object): Promise<unknown> {
    return this.control('POST', '/faults', fault);
  }

  /** Setup fee and plan with a trial of three days, as the service sells it. */
  session(params: Partial<CheckoutSessionCreateParams> = {}) {
    return this.dodo.checkoutSessions.create({
      product_cart: [
        { product_id: FEE, quantity: 1 },
        { product_id: PRO, quantity: 1 },
      ],
      customer: { email: 'ada@example.com', name: 'Ada' },
      subscription_data: { trial_period_days: 3 },
      ...params,
    });
  }

  pay(sessionId: string, card = '4242424242424242'): Promise<Paid> {
    return this.control('POST', `/checkouts/${sessionId}/pay`, { card });
  }

  async buy(card?: string, params: Partial<CheckoutSessionCreateParams> = {}): Promise<Paid> {
    return this.pay((await this.session(params)).session_id, card);
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}

export interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** A merchant's webhook endpoint. It answers with the statuses it was given, then with 200. */
export class Receiver {
  readonly received: Received[] = [];
  readonly answers: (number | 'hang')[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  /** Milliseconds before each answer. */
  slowness = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      receiver.atOnce += 1;
      receiver.mostAtOnce = Math.max(receiver.mostAtOnce, receiver.atOnce);
      let raw = '';
      request.on('data', (chunk: Buffer) => (raw += chunk.toString()));
      request.on('end', () => {
        receiver.received.push({ headers: request.headers, raw, body: JSON.parse(raw) as Received['body'] });
        const status = receiver.answers.shift() ?? 200;
        setTimeout(() => {
          receiver.atOnce -= 1;
          if (status === 'hang') return;
          if (status >= 300 && status < 400) response.setHeader('location', '/elsewhere');
          response.statusCode = status;
          response.end();
        }, receiver.slowness);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhooks`;
  }

  ofType(type: string): Received[] {
    return this.received.filter((one) => one.body.type === type);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** What a refused call was refused with. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number; code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    const body = error.error as { code: string; message: string };
    return { status: error.status as number, code: body.code, message: body.message };
  }
  throw new Error('the call was not refused');
}
