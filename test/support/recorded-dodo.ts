import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxControl } from './sandbox-control';

/** All that Dodo shows of one customer at one moment, by path. */
type Truth = Map<string, string>;

export interface RecordedEvent {
  type: string;
  objectId: string;
  /** The first moment at which it has happened. */
  moment: number;
}

export interface Recording {
  truths: Truth[];
  /** Dodo's time at each moment. */
  times: Date[];
  events: RecordedEvent[];
}

interface Records {
  clock: { now: string };
  payments: { payment_id: string; checkout_session_id: string | null; customer: { customer_id: string } }[];
  refunds: { refund_id: string; payment_id: string }[];
  subscriptions: { subscription_id: string; customer_id: string }[];
  events: { event_id: string; type: string; subject: { id: string } }[];
}

/**
 * Stands where Dodo stands. What the sandbox shows is passed on, or, once it was
 * recorded, shown again as it was at any moment: so Dodo can be set back.
 */
export class RecordedDodo {
  private server: Server;
  private shown: Truth | null = null;

  private constructor(private readonly sandbox: SandboxControl) {}

  static async before(sandbox: SandboxControl): Promise<RecordedDodo> {
    const dodo = new RecordedDodo(sandbox);
    dodo.server = createServer((request, response) => void dodo.answer(request, response));
    dodo.server.listen(0, '127.0.0.1');
    await once(dodo.server, 'listening');
    return dodo;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Null: as the sandbox has it now. */
  show(truth: Truth | null): void {
    this.shown = truth;
  }

  /** Does one step after the other, and notes what there is to see, and what was told, after each. */
  async record(customerId: string, steps: (() => Promise<unknown>)[]): Promise<Recording> {
    const recording: Recording = { truths: [], times: [], events: [] };
    let told = (await this.books()).events.length;
    for (const [moment, step] of steps.entries()) {
      await step();
      const books = await this.books();
      const truth = await this.look(customerId, books);
      recording.truths.push(truth);
      recording.times.push(new Date(books.clock.now));
      const ours = [...truth.keys()].map((path) => path.split('/')[2]);
      for (const { type, subject } of books.events.slice(told)) {
        if (ours.includes(subject.id)) recording.events.push({ type, objectId: subject.id, moment });
      }
      told = books.events.length;
    }
    return recording;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private books(): Promise<Records> {
    return this.sandbox.call('GET', '/_sandbox/state');
  }

  private async look(customerId: string, books: Records): Promise<Truth> {
    const payments = books.payments.filter(({ customer }) => customer.customer_id === customerId);
    const paymentIds = payments.map(({ payment_id: id }) => id);
    const paths = [
      ...paymentIds.flatMap((id) => [`/payments/${id}`, `/payments/${id}/line-items`]),
      ...payments.flatMap(({ checkout_session_id: id }) => (id ? [`/checkouts/${id}`] : [])),
      ...books.refunds
        .filter((refund) => paymentIds.includes(refund.payment_id))
        .map(({ refund_id: id }) => `/refunds/${id}`),
      ...books.subscriptions
        .filter((subscription) => subscription.customer_id === customerId)
        .map(({ subscription_id: id }) => `/subscriptions/${id}`),
    ];
    const seen = paths.map(
      async (path) => [path, JSON.stringify(await this.sandbox.call('GET', path))] as const,
    );
    return new Map(await Promise.all(seen));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('content-type', 'application/json');
    if (this.shown === null) return this.passOn(request, response);
    const body = request.method === 'GET' ? this.shown.get(request.url!) : undefined;
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body ?? '{"code":"NOT_FOUND","message":"Not at this moment"}');
  }

  private async passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await fetch(`${this.sandbox.url}${request.url}`, {
      method: request.method,
      headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
      body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
    });
    response.statusCode = answer.status;
    response.end(await answer.text());
  }
}
