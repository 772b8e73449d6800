import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';

const TYPES = { 1: 'A', 28: 'AAAA' } as const;

/** A name server that says what a test tells it to; it knows no other names. */
export class DnsServer {
  /** Names asked for, in order. */
  readonly questions: string[] = [];
  private readonly names = new Map<string, () => string[]>();

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, { port, address }) => {
      const answer = this.answer(query);
      if (answer) socket.send(answer, port, address);
    });
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** IPv4 addresses; a list for each time that it is asked, the last one for ever after. */
  set(name: string, ...answers: string[][]): void {
    let index = 0;
    this.names.set(name, () => answers[Math.min(index++, answers.length - 1)]!);
  }

  /** Never answers for this name. */
  silence(name: string): void {
    this.names.set(name, () => []);
    this.silent.add(name);
  }

  close(): void {
    this.socket.close();
  }

  private readonly silent = new Set<string>();

  private answer(query: Buffer): Buffer | null {
    const { name, type, end } = readQuestion(query);
    if (this.silent.has(name)) return null;
    if (type === 'A') this.questions.push(name);
    const known = this.names.get(name);
    const addresses = (type === 'A' && known?.()) || [];
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(addresses.length, 6);
    header.writeUInt32BE(0, 8);
    return Buffer.concat([header, query.subarray(12, end), ...addresses.map(toRecord)]);
  }
}

function readQuestion(query: Buffer): { name: string; type: string | undefined; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = TYPES[query.readUInt16BE(at + 1) as keyof typeof TYPES];
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 };
}

function toRecord(address: string): Buffer {
  if (!isIPv4(address)) throw new Error(`${address} is no IPv4 address`);
  // A pointer to the name of the question, type A, class IN, no time to live, four bytes.
  return Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
}
