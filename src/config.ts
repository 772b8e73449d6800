import { z } from 'zod';
import { MIN_SECRET_LENGTH, dodoProblems, liveModeProblems, wellKnownKeys } from './config.problems';

/** Standard Webhooks asks for keys of 24 to 64 bytes; a shorter one could be guessed. */
const MIN_WEBHOOK_KEY_BYTES = 24;

/** Ten calls a second, minute after minute, of one key. */
const DEFAULT_RATE_LIMIT_PER_MINUTE = 600;

const SANDBOX_PEPPER = 'autoposting-billing-test-mode';
const SANDBOX_SECRETS_KEY = 'autoposting-billing-test-mode-secrets';

/** Space around a value, such as a file's last line break, is never meant. */
const trimmed = (value: unknown) => (typeof value === 'string' ? value.trim() || undefined : value);
const optional = <S extends z.ZodType>(schema: S) => z.preprocess(trimmed, schema.optional());

function withProtocol(protocols: string[], example: string) {
  return z
    .string({ error: `is required, such as ${example}` })
    .refine((value) => hasProtocol(value, protocols), {
      error: `must be a URL such as ${example}`,
    });
}

function hasProtocol(value: string, protocols: string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

/** Bytes of a Standard Webhooks secret: base64, with or without the `whsec_` prefix; null when it is neither. */
export function decodeWebhookKey(secret: string): Buffer | null {
  const base64 = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const isBase64 = base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  return isBase64 ? Buffer.from(base64, 'base64') : null;
}

const webhookKeys = z
  .string({ error: 'is required: the signing secret of the webhook endpoint at Dodo' })
  .transform((value) => value.split(',').map((secret) => secret.trim()))
  .superRefine((secrets, context) => {
    secrets.forEach((secret, index) => {
      const bytes = decodeWebhookKey(secret);
      const nth = secrets.length > 1 ? `secret ${index + 1} ` : '';
      if (bytes === null) context.addIssue(`${nth}must be base64, as Dodo shows it (whsec_…)`);
      else if (bytes.length < MIN_WEBHOOK_KEY_BYTES)
        context.addIssue(
          `${nth}decodes to ${bytes.length} bytes: at least ${MIN_WEBHOOK_KEY_BYTES} are needed for it to be safe`,
        );
    });
  });

const secretsKeys = z
  .string()
  .transform((value) => value.split(',').map((key) => key.trim()))
  .refine((keys) => keys.every((key) => key.length >= MIN_SECRET_LENGTH), {
    error: `must have at least ${MIN_SECRET_LENGTH} characters, each of several that are separated by commas`,
  });

const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a port number from 0 to 65535' })
  .transform(Number)
  .refine((value) => value <= 65_535, { error: 'must be a port number from 0 to 65535' });

const rateLimit = z
  .string()
  .regex(/^\d{1,7}$/, { error: 'must be a whole number of calls, or 0 for no limit' })
  .transform(Number);

const environmentSchema = z.object({
  PORT: z.preprocess(trimmed, port.default(3000)),
  DATABASE_URL: z.preprocess(
    trimmed,
    withProtocol(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/billing'),
  ),
  DODO_PAYMENTS_API_KEY: z.preprocess(
    trimmed,
    z.string({ error: 'is required: an API key of the Dodo account' }),
  ),
  DODO_PAYMENTS_ENVIRONMENT: optional(
    z.enum(['test_mode', 'live_mode'], { error: 'must be test_mode or live_mode' }),
  ),
  DODO_PAYMENTS_BASE_URL: optional(withProtocol(['http:', 'https:'], 'http://127.0.0.1:4010')),
  DODO_PAYMENTS_WEBHOOK_KEY: z.preprocess(trimmed, webhookKeys),
  DODO_SETUP_FEE_PRODUCT_ID: z.preprocess(
    trimmed,
    z.string({ error: 'is required: the id of the one-time setup-fee product at Dodo (pdt_…)' }),
  ),
  PLANS_FILE: optional(z.string()),
  API_KEY_PEPPER: optional(z.string()),
  SECRETS_KEY: optional(secretsKeys),
  ALLOW_LOOPBACK_WEBHOOKS: z.preprocess(
    trimmed,
    z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
  ),
  OPERATOR_TOKEN: optional(
    z.string().min(MIN_SECRET_LENGTH, {
      error: `must have at least ${MIN_SECRET_LENGTH} characters: it opens every organization`,
    }),
  ),
  RATE_LIMIT_PER_MINUTE: z.preprocess(trimmed, rateLimit.default(DEFAULT_RATE_LIMIT_PER_MINUTE)),
  REDIS_URL: optional(withProtocol(['redis:', 'rediss:'], 'redis://localhost:6379')),
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
  LOG_LEVEL: z.preprocess(
    trimmed,
    z
      .enum(['fatal', 'error', 'warn', 'log', 'debug', 'verbose'], {
        error: 'must be one of fatal, error, warn, log, debug, verbose',
      })
      .default('log'),
  ),
});

type Environment = z.infer<typeof environmentSchema>;

/** Everything the service can be told from outside; built once at start, injected everywhere. */
export class Config {
  port: number;
  databaseUrl: string;
  dodo: DodoConfig;
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
  /** Where all replicas count calls together; null: each counts for itself. */
  redisUrl: string | null;
  /** Path under which every route is mounted, without slashes at its ends; empty for the root. */
  globalPrefix: string;
  /** `inline`: this process also runs jobs; `off`: another one does (`worker`). */
  jobs: 'inline' | 'off';
  logLevel: Environment['LOG_LEVEL'];
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
} {
  const schema = environmentSchema.pick({
    DODO_PAYMENTS_API_KEY: true,
    DODO_PAYMENTS_ENVIRONMENT: true,
    DODO_PAYMENTS_BASE_URL: true,
    PLANS_FILE: true,
  });
  const env = parse(schema, environment, dodoProblems(environment));
  return { access: toDodoAccess(env), plansFile: env.PLANS_FILE ?? null };
}

function parse<S extends z.ZodType>(
  schema: S,
  environment: Record<string, string | undefined>,
  crossFieldProblems: string[],
): z.output<S> {
  const parsed = schema.safeParse(environment);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)),
    ...crossFieldProblems,
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
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
    },
    plansFile: env.PLANS_FILE ?? null,
    apiKeyPepper: env.API_KEY_PEPPER ?? SANDBOX_PEPPER,
    secretsKeys: env.SECRETS_KEY ?? [SANDBOX_SECRETS_KEY],
    allowLoopbackWebhooks: env.ALLOW_LOOPBACK_WEBHOOKS === 'true',
    operatorToken: env.OPERATOR_TOKEN ?? null,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    redisUrl: env.REDIS_URL ?? null,
    globalPrefix: env.GLOBAL_PREFIX ?? '',
    jobs: env.JOBS,
    logLevel: env.LOG_LEVEL,
    warnings: wellKnownKeys(env),
  };
}
