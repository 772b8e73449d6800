import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { projectRoot } from '../scripts/local/project';

/** What the load generator is told; it runs in a process of its own, as clients do. */
export interface Load {
  url: string;
  connections: number;
  seconds: number;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Instead of `headers`: each request takes one of these in turn. */
  headersInTurn?: Record<string, string>[];
  /** Signs each request anew, as Dodo does, with this secret. */
  webhookSecret?: string;
  /** Requests a second at most; as many as there are answers when left out. */
  rate?: number;
}

export interface LoadResult {
  answers: number;
  perSecond: number;
  medianMs: number;
  p99Ms: number;
}

/** @throws when anything but a 2xx was answered: a fast refusal is no result. */
export async function load(options: Load): Promise<LoadResult> {
  const child = spawn(process.execPath, [join(projectRoot, 'bench', 'load-generator.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(options));
  const result = JSON.parse(await text(child.stdout)) as LoadResult & { failures: number; sample: string };
  if (result.failures > 0)
    throw new Error(`${options.url}: ${result.failures} failed requests: ${result.sample}`);
  return result;
}
