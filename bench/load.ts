import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectRoot } from '../scripts/local/project';
import { SIGNED_AHEAD, signedAhead } from './signed-events';
import { hasWrk } from './wrk';

export type Headers = Record<string, string>;

/** What the load generator is told; it runs in a process of its own, as clients do. */
export interface Load {
  url: string;
  connections: number;
  seconds: number;
  method?: 'GET' | 'POST';
  headers?: Headers;
  body?: string;
  /** Instead of `headers`: each request takes one of these in turn. */
  headersInTurn?: Headers[];
  /** Signs each request by itself, as Dodo does, with this secret. */
  webhookSecret?: string;
  /** Requests a second at most; as many as there are answers when left out. */
  rate?: number;
}

export interface LoadResult {
  answers: number;
  perSecond: number;
  p99Ms: number;
}

/** What a generator prints as JSON. */
interface Printed extends LoadResult {
  sent: number;
  failures: number;
  /** What the failures were. */
  sample: string;
}

const BENCH = join(projectRoot, 'bench');

/**
 * By wrk, which leaves nearly all of the machine to what is measured; by autocannon where there is no wrk, or a rate
 * is to be kept, which wrk can't.
 * @throws when anything but a 2xx was answered: a fast refusal is no result.
 */
export async function load(options: Load): Promise<LoadResult> {
  const { url, body = '', webhookSecret, headers = {} } = options;
  // Signing must not be what is measured, so it is done before the clock starts.
  const inTurn = webhookSecret ? signedAhead(webhookSecret, body) : (options.headersInTurn ?? [headers]);
  const isByWrk = options.rate === undefined && (await hasWrk());
  const result = await (isByWrk ? byWrk(options, inTurn) : byAutocannon(options, inTurn));
  if (result.failures > 0) throw new Error(`${url}: ${result.failures} failed requests: ${result.sample}`);
  if (webhookSecret && result.sent > SIGNED_AHEAD)
    throw new Error(`${url}: ${result.sent} events were sent, and only ${SIGNED_AHEAD} were signed ahead.`);
  return result;
}

async function byWrk(
  { url, connections, seconds, method = 'GET', body = '' }: Load,
  inTurn: Headers[],
): Promise<Printed> {
  const folder = await mkdtemp(join(tmpdir(), 'autoposting-wrk-'));
  try {
    const [heads, bodyFile] = [join(folder, 'heads'), join(folder, 'body')];
    const { host, pathname, search } = new URL(url);
    const asHead = (headers: Headers) => {
      const all = { host, ...headers, ...(body !== '' && { 'content-length': Buffer.byteLength(body) }) };
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      return `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`;
    };
    await writeFile(heads, inTurn.map(asHead).join('\0'));
    await writeFile(bodyFile, body);
    const script = join(BENCH, 'wrk.lua');
    const numbers = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s'];
    const printed = await run('wrk', [...numbers, '-s', script, url, heads, bodyFile]);
    return JSON.parse(printed.trim().split('\n').at(-1)!) as Printed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function byAutocannon(options: Load, inTurn: Headers[]): Promise<Printed> {
  const told = JSON.stringify({ ...options, inTurn });
  return JSON.parse(await run(process.execPath, [join(BENCH, 'autocannon.mjs')], told)) as Printed;
}

async function run(program: string, args: string[], input = ''): Promise<string> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  return text(child.stdout);
}
