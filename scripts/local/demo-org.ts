import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { built } from './project';
import { writePrivate } from './settings';

const run = promisify(execFile);

export interface DemoOrg {
  orgId: string;
  key: string;
}

/** The org that an earlier start made, if the database still knows its key; otherwise a new one. */
export async function ensureDemoOrg(
  serviceUrl: string,
  env: NodeJS.ProcessEnv,
  file: string,
): Promise<DemoOrg> {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoOrg) : null;
  if (kept && (await isKnown(serviceUrl, kept.key))) return kept;
  const made = await createOrg(env, 'Demo', 'demo@example.com');
  writePrivate(file, `${JSON.stringify(made, null, 2)}\n`);
  return made;
}

export async function createOrg(env: NodeJS.ProcessEnv, name: string, email: string): Promise<DemoOrg> {
  const org = await cli<{ id: string }>(env, 'org', 'create', '--name', name, '--email', email);
  const { key } = await cli<{ key: string }>(env, 'key', 'create', '--org', org.id, '--name', 'demo');
  return { orgId: org.id, key };
}

async function isKnown(serviceUrl: string, key: string): Promise<boolean> {
  const response = await fetch(`${serviceUrl}/billing/status`, { headers: { 'x-api-key': key } });
  await response.arrayBuffer();
  return response.status !== 401;
}

async function cli<T>(env: NodeJS.ProcessEnv, ...args: string[]): Promise<T> {
  try {
    const { stdout } = await run(process.execPath, [built('cli.js'), ...args], { env });
    return JSON.parse(stdout) as T;
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new Error(`"cli ${args.slice(0, 2).join(' ')}" failed: ${stderr || String(cause)}`, { cause });
  }
}
