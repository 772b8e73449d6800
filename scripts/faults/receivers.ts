import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { SeededRandom, Weighted } from './seeded-random';
import type { Tally } from './tally';

/** Longer than the service waits for an answer. */
const SILENCE_MS = 12_000;
/** Longer than an endpoint may take without being counted among the slow. */
const SLOW_MS = 1_300;

type Mood = 'fine' | 'failing' | 'busy' | 'slow' | 'silent' | 'cut' | 'gone';

const MOODS: Weighted<Mood> = [
  [60, 'fine'],
  [12, 'failing'],
  [4, 'busy'],
  [8, 'slow'],
  [4, 'silent'],
  [10, 'cut'],
  [2, 'gone'],
];

/** What one address has heard. */
export interface Heard {
  /** By the event's id: digests of the bodies that came under it, how often they came, and were answered with 2xx. */
  readonly events: Map<string, { digests: Set<string>; times: number; acknowledged: number }>;
  /** Deliveries that no known secret has signed. */
  readonly forged: string[];
}

interface Customer extends Heard {
  readonly secrets: string[];
}

/** Customers' own servers, which keep what they are told and, until the weather is over, are seldom at their best. */
export class Receivers {
  private readonly customers = new Map<string, Customer>();
  private areCalm = false;

  private constructor(
    private readonly server: Server,
    private readonly tally: Tally,
    private readonly random: SeededRandom,
  ) {
    server.on('request', (request, response) => {
      this.receive(request, response).catch(() => response.destroy());
    });
  }

  static async start(tally: Tally, random: SeededRandom): Promise<Receivers> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Receivers(server, tally, random);
  }

  urlOf(name: string): string {
    this.customerOf(name);
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${name}`;
  }

  /** Known from now on; those before it are good for as long as a rotation lasts. */
  trust(name: string, secret: string): void {
    this.customerOf(name).secrets.push(secret);
  }

  heardBy(name: string): Heard {
    return this.customerOf(name);
  }

  all(): Heard[] {
    return [...this.customers.values()];
  }

  /** All of them answer with 200 from now on. */
  calm(): void {
    this.areCalm = true;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const customer = this.customerOf(request.url!.slice(1));
    const id = String(request.headers['webhook-id']);
    if (!isSigned(request.headers, body, customer.secrets)) customer.forged.push(id);
    const heard = customer.events.get(id) ?? { digests: new Set(), times: 0, acknowledged: 0 };
    customer.events.set(id, heard);
    heard.digests.add(digestOf(body));
    heard.times += 1;
    const mood = this.areCalm ? 'fine' : this.random.weighted(MOODS);
    if (mood !== 'fine') this.tally.add(`customer's server is ${mood}`);
    if (mood === 'silent') await sleep(SILENCE_MS, undefined, { ref: false });
    if (mood === 'slow') await sleep(SLOW_MS);
    if (mood === 'cut' || mood === 'silent') return void response.destroy();
    const [status, headers] = ANSWERS[mood];
    // Noted before it is sent: whoever gets it may be gone by then.
    if (status === 200) heard.acknowledged += 1;
    response.writeHead(status, headers).end();
  }

  private customerOf(name: string): Customer {
    const known = this.customers.get(name);
    if (known) return known;
    const customer: Customer = { events: new Map(), forged: [], secrets: [] };
    this.customers.set(name, customer);
    return customer;
  }
}

const ANSWERS: Record<Exclude<Mood, 'cut' | 'silent'>, [status: number, headers?: Record<string, string>]> = {
  fine: [200],
  slow: [200],
  failing: [500],
  busy: [503, { 'retry-after': '3' }],
  gone: [410],
};

export const digestOf = (body: string): string => createHash('sha256').update(body).digest('base64');

/** By both signatures. Whoever was never told a secret, because that answer was lost, believes what comes. */
function isSigned(headers: IncomingHttpHeaders, body: string, secrets: readonly string[]): boolean {
  if (secrets.length === 0) return true;
  const own = String(headers['x-autoposting-signature']).split(',');
  const signed = `${String(headers['x-autoposting-timestamp'])}.${body}`;
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(signed).digest('hex');
    return own.includes(expected) && isStandard(headers, body, secret);
  });
}

function isStandard(headers: IncomingHttpHeaders, body: string, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
