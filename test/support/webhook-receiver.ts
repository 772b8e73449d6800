import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until';

export interface ReceivedWebhook {
  headers: IncomingHttpHeaders;
  /** As it came. */
  text: string;
  body: Record<string, any>;
}

type Answer = (response: ServerResponse, webhook: ReceivedWebhook) => void;

/** Answers with this status, and perhaps headers and a body. */
export const withStatus =
  (status: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body);

/** Never answers. */
export const withSilence: Answer = () => {};

/** A customer's own server: it keeps what it is told, and answers as the test says. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** Answers for the next ones, used up in order. */
  readonly next: Answer[] = [];
  /** What comes after that. */
  answer: Answer = withStatus(200);

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const webhook = { headers: request.headers, text, body: JSON.parse(text) };
        receiver.received.push(webhook);
        (receiver.next.shift() ?? receiver.answer)(response, webhook);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`;
  }

  /** Names of the events that came, in order. */
  get events(): string[] {
    return this.received.map(({ body }) => body.event);
  }

  /** Resolves with the first one that came of this event. */
  async of(event: string): Promise<ReceivedWebhook> {
    return until(`the receiver hears of ${event}`, async () =>
      this.received.find(({ body }) => body.event === event),
    );
  }

  async count(count: number): Promise<ReceivedWebhook[]> {
    return until(`the receiver has heard ${count} times`, async () =>
      this.received.length >= count ? this.received : null,
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
