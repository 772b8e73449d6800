import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket, connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import type { CrashPoints } from './crash-points';

/** A way from a process to one of its servers, on which every request is a point. */
export interface Wire {
  url: string;
  close(): Promise<void>;
  /** For a wire of the dead: they must hear of nothing, not even of its end, so it is only forgotten. */
  abandon(): void;
}

const LENGTH_BYTES = 4;
const code = (letter: string): number => letter.charCodeAt(0);
/** Messages of the client that ask for an answer that ends with "ready for query". */
const ASKS = new Set([code('Q'), code('S')]);
const READY_FOR_QUERY = code('Z');
/** No point: it comes beside the way, at no certain place of it, and nothing depends on it. */
const WAKES_WORKERS = /^SELECT pg_notify\(/;

/**
 * To Postgres, by its wire protocol: a statement is all that is sent until the
 * next Query or Sync, its answer all that comes until ReadyForQuery.
 */
export async function watchPostgres(databaseUrl: string, points: CrashPoints): Promise<Wire> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createTcpServer((near) => {
    sockets.add(near.on('error', () => near.destroy()));
    if (points.isDead) return;
    const far = connect(Number(target.port), target.hostname);
    sockets.add(far.on('error', () => near.destroy()));
    // Its transactions are rolled back, and it never hears of it.
    points.onDeath(() => far.destroy());
    far.on('close', () => points.isDead || near.destroy());
    near.on('close', () => far.destroy());
    joinPostgres(near, far, points);
  });
  return listen(server, target, sockets);
}

function joinPostgres(near: Socket, far: Socket, points: CrashPoints): void {
  let answered: ((answer: Buffer) => void) | null = null;
  let answer: Buffer[] = [];
  const fromServer = new Messages(false, (type, message) => {
    if (answered === null) return void near.write(message);
    answer.push(message);
    if (type !== READY_FOR_QUERY) return;
    const [resolve, whole] = [answered, Buffer.concat(answer)];
    [answered, answer] = [null, []];
    resolve(whole);
  });
  let statement: Buffer[] = [];
  /** Statements that were sent together are points one after the other, as Postgres takes them. */
  let lastAnswered = Promise.resolve();
  const prepared = new Map<string, string>();
  const fromClient = new Messages(true, (type, message) => {
    if (type === null || type === code('p')) return void far.write(message);
    statement.push(message);
    if (!ASKS.has(type)) return;
    const whole = Buffer.concat(statement);
    statement = [];
    const effect = () =>
      new Promise<Buffer>((resolve) => {
        answered = resolve;
        far.write(whole);
      });
    const label = sqlIn(whole, prepared);
    const pass = () => (WAKES_WORKERS.test(label) ? effect() : points.pass({ kind: 'sql', label }, effect));
    lastAnswered = lastAnswered.then(pass).then((bytes) => void (near.destroyed || near.write(bytes)));
  });
  far.on('data', (chunk: Buffer) => fromServer.take(chunk));
  near.on('data', (chunk: Buffer) => fromClient.take(chunk));
}

/** Cuts a stream of Postgres into its messages. The client's first one has no type. */
class Messages {
  private rest = Buffer.alloc(0);

  constructor(
    private isFirstUntyped: boolean,
    private readonly onMessage: (type: number | null, message: Buffer) => void,
  ) {}

  take(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const typeBytes = this.isFirstUntyped ? 0 : 1;
      if (this.rest.length < typeBytes + LENGTH_BYTES) return;
      const end = typeBytes + this.rest.readInt32BE(typeBytes);
      if (this.rest.length < end) return;
      const message = this.rest.subarray(0, end);
      this.rest = this.rest.subarray(end);
      const type = this.isFirstUntyped ? null : message[0]!;
      this.isFirstUntyped = false;
      this.onMessage(type, message);
    }
  }
}

/** The statement's own words: Query and Parse have them, Bind has the name that Parse has given them. */
function sqlIn(bytes: Buffer, prepared: Map<string, string>): string {
  const [first, second] = wordsIn(bytes);
  if (bytes[0] === code('Q')) return first;
  // Bind names a portal first.
  if (bytes[0] === code('B')) return prepared.get(second)!;
  prepared.set(first, second);
  return second;
}

function wordsIn(bytes: Buffer): [string, string] {
  const [first = '', second = ''] = bytes.toString('latin1', 1 + LENGTH_BYTES).split('\0', 2);
  const asOneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  return [asOneLine(first), asOneLine(second)];
}

interface Exchange {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** A call that has come to the other side. */
export type Arrived = (call: { method: string; path: string; body: string }) => void;

/** To an HTTP server: a call is a point, from its first byte to the last one of the answer. */
export async function watchHttp(targetUrl: string, points: CrashPoints, arrived: Arrived): Promise<Wire> {
  const target = new URL(targetUrl);
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  server.on('connection', (socket) => sockets.add(socket.on('error', () => socket.destroy())));

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    const point = { kind: 'http', label: `${incoming.method} ${incoming.url}` } as const;
    const answer = await points.pass(point, () => forward(incoming, body));
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async function forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Exchange> {
    const call = request({
      host: target.hostname,
      port: target.port,
      path: url,
      method,
      headers: { ...headers, host: target.host },
      agent,
    });
    call.end(body);
    arrived({ method: method!, path: url!, body: body.toString() });
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    const { 'transfer-encoding': _, ...rest } = response.headers;
    return { status: response.statusCode!, headers: rest, body: await bytesOf(response) };
  }

  const wire = await listen(server, target, sockets);
  return {
    ...wire,
    async close() {
      agent.destroy();
      await wire.close();
    },
  };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function listen(server: Server, target: URL, sockets: Set<Socket>): Promise<Wire> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href.replace(/\/$/, ''),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
    abandon() {
      server.close();
      sockets.forEach((socket) => socket.unref());
      clientSockets(port).forEach((socket) => socket.unref());
    },
  };
}

/** This process' own ends of its connections to a port. They belong to libraries, so that only Node knows them. */
function clientSockets(port: number): Socket[] {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): unknown[] };
  const sockets = handles().filter((handle): handle is Socket => handle instanceof Socket);
  return sockets.filter(({ remotePort }) => remotePort === port);
}
