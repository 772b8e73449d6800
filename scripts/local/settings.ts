import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Reads a secret that an earlier start made, or makes it. */
export function keptSecret(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const secret = randomBytes(32).toString('base64url');
  writePrivate(file, `${secret}\n`);
  return secret;
}

/** For its owner's eyes only. */
export function writePrivate(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });
}

const FOR_COMMANDS =
  /^(PORT|DATABASE_URL|DODO_\w+|API_KEY_PEPPER|SECRETS_KEY|OPERATOR_TOKEN|PLANS_FILE|GLOBAL_PREFIX|ONE_TRIAL_PER_EMAIL|REDIS_URL)$/;

/** A file of what a command has to have like the service that runs. */
export function settingsForCommands(env: NodeJS.ProcessEnv): string {
  const lines = Object.entries(env).filter(([name]) => FOR_COMMANDS.test(name));
  return lines.map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join('');
}

export function portFrom(env: NodeJS.ProcessEnv, name: string, usual: number): number {
  const text = env[name];
  if (!text) return usual;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`${name} must be a port number from 1 to 65535, not "${text}"`);
}

/** Whoever names a Dodo environment of their own does not want the sandbox. */
export const usesOwnDodo = (env: NodeJS.ProcessEnv): boolean =>
  Boolean(env.DODO_PAYMENTS_BASE_URL || env.DODO_PAYMENTS_ENVIRONMENT);

/** Settings of a real environment have no business in a throw-away one. */
export function plainEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign =
    /^(DATABASE_URL|DODO_|API_KEY_PEPPER|OPERATOR_TOKEN|PLANS_FILE|GLOBAL_PREFIX|JOBS|REDIS_URL|RATE_LIMIT|PORT$|SANDBOX_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}
