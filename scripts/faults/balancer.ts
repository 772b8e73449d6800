import { Agent, createServer, request as send } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Deliveries } from './deliveries';
import type { SeededRandom } from './seeded-random';
import type { Tally } from './tally';

const UPSTREAM_TIMEOUT_MS = 20_000;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * The one address under which all replicas are reached, by consumers and by Dodo. It goes round, passes over replicas
 * that take no connection, and, when it is told to, loses requests on their way in and answers on their way out.
 */
export class Balancer {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly server: Server;
  private turn = 0;
  private lossRate = 0;
  arrivals = 0;

  private constructor(
    private readonly ports: readonly number[],
    private readonly deliveries: Deliveries,
    private readonly tally: Tally,
    private readonly random: SeededRandom,
  ) {
    this.server = createServer((request, response) => {
      this.arrivals += 1;
      this.pass(request, response).catch(() => response.destroy());
    });
  }

  static async start(
    ports: readonly number[],
    deliveries: Deliveries,
    tally: Tally,
    random: SeededRandom,
  ): Promise<Balancer> {
    const balancer = new Balancer(ports, deliveries, tally, random);
    await new Promise<void>((resolve) => balancer.server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The share of requests and of answers that get lost from now on. */
  lose(rate: number): void {
    this.lossRate = rate;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.agent.destroy();
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const webhookId = webhookIdOf(request);
    if (webhookId !== null) this.deliveries.noteSent(webhookId);
    const body = await read(request);
    if (this.loses('request lost on its way in')) return void response.destroy();
    const answer = await this.forward(request, body);
    const isAcknowledged = answer !== null && answer.status >= 200 && answer.status < 300;
    if (webhookId !== null && isAcknowledged) this.deliveries.noteAcknowledged(webhookId);
    if (this.loses('answer lost on its way out')) return void response.destroy();
    if (answer === null) response.writeHead(502).end();
    else response.writeHead(answer.status, withoutHop(answer.headers)).end(answer.body);
  }

  private loses(kind: string): boolean {
    if (!this.random.chance(this.lossRate)) return false;
    this.tally.add(kind);
    return true;
  }

  /** Null when no replica answers. One that has got the request is not asked again: it may have acted. */
  private async forward(request: IncomingMessage, body: Buffer): Promise<Answer | null> {
    this.turn += 1;
    for (let offset = 0; offset < this.ports.length; offset += 1) {
      const port = this.ports[(this.turn + offset) % this.ports.length]!;
      try {
        return await this.ask(port, request, body);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') return null;
      }
    }
    return null;
  }

  private ask(port: number, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const upstream = send(
        {
          host: '127.0.0.1',
          port,
          method,
          path: url,
          headers,
          agent: this.agent,
          timeout: UPSTREAM_TIMEOUT_MS,
        },
        (answer) => {
          read(answer).then(
            (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
            reject,
          );
        },
      );
      upstream.on('timeout', () => upstream.destroy(new Error('timeout')));
      upstream.on('error', reject);
      upstream.end(body);
    });
  }
}

function webhookIdOf({ headers, url }: IncomingMessage): string | null {
  const id = headers['webhook-id'];
  return url?.endsWith('/webhooks/dodo') && typeof id === 'string' ? id : null;
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What belongs to the connection that the answer came on. */
function withoutHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    connection: _connection,
    'keep-alive': _keepAlive,
    'transfer-encoding': _encoding,
    ...rest
  } = headers;
  return rest;
}
