import { z } from 'zod';
import {
  dodoApiKey,
  dodoBaseUrl,
  headerToken,
  minutes,
  optional,
  port,
  rateLimit,
  requestsPerMinute,
  secretsKeys,
  trimmed,
  webhookKeys,
  withProtocol,
} from './config-fields';
import { dodoProblems, liveModeProblems, weakSecrets } from './config.problems';
import { toWatchConfig, watchSettings } from './watch/watch.config';
import type { WatchConfig } from './watch/watch.config';

/** Ten calls a second, minute after minute, of one key. */
const DEFAULT_RATE_LIMIT_PER_MINUTE = 600;

/** Dodo's lowest tier. */
const DEFAULT_DODO_REQUESTS_PER_MINUTE = 240;
const DEFAULT_RECONCILE_EVERY_MINUTES = 60;

const SANDBOX_PEPPER = 'autoposting-billing-test-mode';
const SANDBOX_SECRETS_KEY = 'autoposting-billing-test-mode-secrets';

const environmentSchema = z.object({
  PORT: z.preprocess(trimmed, port.default(3000)),
  DATABASE_URL: z.preprocess(
    trimmed,
    withProtocol(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/billing'),
  ),
  DODO_PAYMENTS_API_KEY: z.preprocess(trimmed, dodoApiKey),
  DODO_PAYMENTS_ENVIRONMENT: optional(
    z.enum(['test_mode', 'live_mode'], { error: 'must be test_mode or live_mode' }),
  ),
  DODO_PAYMENTS_BASE_URL: optional(dodoBaseUrl),
  DODO_PAYMENTS_WEBHOOK_KEY: z.preprocess(trimmed, webhookKeys),
  DODO_SETUP_FEE_PRODUCT_ID: z.preprocess(
    trimmed,
    z.string({ error: 'is required: the id of the one-time setup-fee product at Dodo (pdt_…)' }),
  ),
  DODO_REQUESTS_PER_MINUTE: z.preprocess(
    trimmed,
    requestsPerMinute.default(DEFAULT_DODO_REQUESTS_PER_MINUTE),
  ),
  RECONCILE_EVERY_MINUTES: z.preprocess(trimmed, minutes.default(DEFAULT_RECONCILE_EVERY_MINUTES)),
  PLANS_FILE: optional(z.string()),
  API_KEY_PEPPER: optional(z.string()),
  SECRETS_KEY: optional(secretsKeys),
  ALLOW_LOOPBACK_WEBHOOKS: z.preprocess(
    trimmed,
    z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
  ),
  OPERATOR_TOKEN: optional(headerToken),
  RATE_LIMIT_PER_MINUTE: z.preprocess(trimmed, rateLimit.default(DEFAULT_RATE_LIMIT_PER_MINUTE)),
  REDIS_URL: optional(withProtocol(['redis:', 'rediss:'], 'redis://localhost:6379')),
  ONE_TRIAL_PER_EMAIL: optional(z.enum(['on', 'off'], { error: 'must be on or off' })),
  GLOBAL_PREFIX: optional(
    z
      .string()
      .regex(/^\/?[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*\/?$/, { error: 'must be a path such as /api-proxy' })
      .transform((value) => value.replace(/^\/|\/$/g, '')),
  ),
  JOBS: z.preprocess(
    trimmed,
    z.enum(['inline', 'off'], { error: 'must be inline or off' }).default('inline'),
  ),
  ...watchSettings,
});

type Environment = z.infer<typeof environmentSchema>;

/** Everything the service can be told from outside; built once at start, injected everywhere. */
export class Config {
  port: number;
  databaseUrl: string;
  dodo: DodoConfig;
  /** How often what Dodo has is compared with what we have; 0: only when it is asked for. */
  reconcileEveryMinutes: number;
  /** Path of the plan catalogue; null means the built-in one, which the sandbox sells. */
  plansFile: string | null;
  /** Key of the keyed hash under which API keys are stored. */
  apiKeyPepper: string;
  /** Keys under which customers' signing secrets are encrypted: the first encrypts, all decrypt. */
  secretsKeys: string[];
  /** Whether customers' webhooks may go to this very machine, also by http; for local work. */
  allowLoopbackWebhooks: boolean;
  /** Opens the operator plane; null: there is none. */
  operatorToken: string | null;
  /** Calls a minute that one key may make; 0: any number. */
  rateLimitPerMinute: number;
  /** Whether organizations with one mail box have one trial together. */
  oneTrialPerEmail: boolean;
  /** Where all replicas count calls together; null: each counts for itself. */
  redisUrl: string | null;
  /** Path under which every route is mounted, without slashes at its ends; empty for the root. */
  globalPrefix: string;
  /** `inline`: this process also runs jobs; `off`: another one does (`worker`). */
  jobs: 'inline' | 'off';
  watch: WatchConfig;
  /** What the operator should know though nothing stops the start. */
  warnings: string[];
}

/** All that it takes to talk to a Dodo account. */
export interface DodoAccess {
  apiKey: string;
  /** Where the API is: an environment of Dodo's, or an address. */
  target: { environment: 'test_mode' | 'live_mode' } | { baseUrl: string };
}

export interface DodoConfig extends DodoAccess {
  /** Secrets that may have signed a webhook: two during a rotation, else one. */
  webhookKeys: string[];
  setupFeeProductId: string;
  /** What Dodo lets this account call. */
  requestsPerMinute: number;
}

/** What must not reach a log, by its value. */
export function secretsOf(config: Config): string[] {
  const { databaseUrl, redisUrl, dodo, apiKeyPepper, operatorToken } = config;
  const passwords = [databaseUrl, redisUrl]
    .flatMap((url) => (url === null ? [] : [new URL(url).password]))
    .flatMap((password) => [password, decodeURIComponent(password)]);
  return [
    ...passwords,
    dodo.apiKey,
    ...dodo.webhookKeys,
    apiKeyPepper,
    ...config.secretsKeys,
    operatorToken ?? '',
  ];
}

/** A start that can't happen: names every setting that is wrong, not just the first. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`Cannot start: ${problems.length} wrong setting(s)\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** @throws {ConfigError} that lists every missing or wrong setting. */
export function loadConfig(environment: Record<string, string | undefined> = process.env): Config {
  return toConfig(
    parse(environmentSchema, environment, [...liveModeProblems(environment), ...dodoProblems(environment)]),
  );
}

/**
 * What a command needs that sets a Dodo account up: it makes the other settings, and has no database.
 * @throws {ConfigError}
 */
export function loadDodoAccess(environment: Record<string, string | undefined> = process.env): {
  access: DodoAccess;
  plansFile: string | null;
  /** Null before there is one. */
  setupFeeProductId: string | null;
} {
  const schema = environmentSchema
    .pick({
      DODO_PAYMENTS_API_KEY: true,
      DODO_PAYMENTS_ENVIRONMENT: true,
      DODO_PAYMENTS_BASE_URL: true,
      PLANS_FILE: true,
    })
    .extend({ DODO_SETUP_FEE_PRODUCT_ID: optional(z.string()) });
  const env = parse(schema, environment, dodoProblems(environment));
  return {
    access: toDodoAccess(env),
    plansFile: env.PLANS_FILE ?? null,
    setupFeeProductId: env.DODO_SETUP_FEE_PRODUCT_ID ?? null,
  };
}

function parse<S extends z.ZodType>(
  schema: S,
  environment: Record<string, string | undefined>,
  crossFieldProblems: string[],
): z.output<S> {
  const parsed = schema.safeParse(environment);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => problemOf(issue, environment))),
    ...crossFieldProblems,
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

/** Settings whose value may hold a secret, which is said nowhere. */
const MAY_BE_SECRET = /KEY|TOKEN|PEPPER|URL$|ENDPOINT$/;

function problemOf(
  { path, message }: z.core.$ZodIssue,
  environment: Record<string, string | undefined>,
): string {
  const name = path.join('.');
  const value = environment[name]?.trim();
  return `${name} ${message}${value && !MAY_BE_SECRET.test(name) ? `, not ${JSON.stringify(value)}` : ''}`;
}

function toDodoAccess(
  env: Pick<Environment, 'DODO_PAYMENTS_API_KEY' | 'DODO_PAYMENTS_ENVIRONMENT' | 'DODO_PAYMENTS_BASE_URL'>,
): DodoAccess {
  return {
    apiKey: env.DODO_PAYMENTS_API_KEY,
    target:
      env.DODO_PAYMENTS_BASE_URL === undefined
        ? { environment: env.DODO_PAYMENTS_ENVIRONMENT ?? 'test_mode' }
        : { baseUrl: env.DODO_PAYMENTS_BASE_URL },
  };
}

function toConfig(env: Environment): Config {
  return {
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    dodo: {
      ...toDodoAccess(env),
      webhookKeys: env.DODO_PAYMENTS_WEBHOOK_KEY,
      setupFeeProductId: env.DODO_SETUP_FEE_PRODUCT_ID,
      requestsPerMinute: env.DODO_REQUESTS_PER_MINUTE,
    },
    reconcileEveryMinutes: env.RECONCILE_EVERY_MINUTES,
    plansFile: env.PLANS_FILE ?? null,
    apiKeyPepper: env.API_KEY_PEPPER ?? SANDBOX_PEPPER,
    secretsKeys: env.SECRETS_KEY ?? [SANDBOX_SECRETS_KEY],
    allowLoopbackWebhooks: env.ALLOW_LOOPBACK_WEBHOOKS === 'true',
    operatorToken: env.OPERATOR_TOKEN ?? null,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    // Against a sandbox one address is everybody's.
    oneTrialPerEmail: (env.ONE_TRIAL_PER_EMAIL ?? (env.DODO_PAYMENTS_BASE_URL ? 'off' : 'on')) === 'on',
    redisUrl: env.REDIS_URL ?? null,
    globalPrefix: env.GLOBAL_PREFIX ?? '',
    jobs: env.JOBS,
    watch: toWatchConfig(env),
    warnings: weakSecrets(env),
  };
}
