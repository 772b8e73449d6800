import { z } from 'zod';
import { optional, port, trimmed, withProtocol } from '../config-fields';

/** From silent to talkative. */
export const LOG_LEVELS = ['off', 'fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;

/** What other programs call some of them. */
const OTHER_NAMES = new Map([
  ['silent', 'off'],
  ['info', 'log'],
  ['trace', 'verbose'],
]);
const logLevel = oneOf(LOG_LEVELS, 'log');

/** Longer than any load balancer takes to notice. */
const MAX_SHUTDOWN_DELAY_SECONDS = 600;

const delayError = { error: `must be a whole number of seconds from 0 to ${MAX_SHUTDOWN_DELAY_SECONDS}` };
const delay = z
  .string()
  .regex(/^\d{1,3}$/, delayError)
  .transform(Number)
  .refine((seconds) => seconds <= MAX_SHUTDOWN_DELAY_SECONDS, delayError);

/** The settings of logs, metrics, traces and probes. */
export const watchSettings = {
  LOG_LEVEL: z.preprocess((value) => OTHER_NAMES.get(String(trimmed(value))) ?? value, logLevel),
  LOG_FORMAT: oneOf(['auto', 'json', 'pretty'], 'auto'),
  ACCESS_LOG: oneOf(['all', 'failures', 'off'], 'all'),
  METRICS_PORT: optional(port),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(withProtocol(['http:', 'https:'], 'http://collector:4318')),
  SHUTDOWN_DELAY_SECONDS: z.preprocess(trimmed, delay.default(0)),
};

type WatchEnvironment = z.infer<z.ZodObject<typeof watchSettings>>;

export interface WatchConfig {
  logLevel: WatchEnvironment['LOG_LEVEL'];
  /** `auto`: readable on a terminal, JSON everywhere else. */
  logFormat: WatchEnvironment['LOG_FORMAT'];
  /** Which requests get a line: `failures` are those that were answered with 400 or more. */
  accessLog: WatchEnvironment['ACCESS_LOG'];
  /** Where `/metrics` and `/health/*` are served without a credential; null: nowhere. */
  metricsPort: number | null;
  /** Whether traces are made; where they go, the exporter reads from its own standard settings. */
  isTraced: boolean;
  /** For how long requests are served after a stop has begun and readiness has said so. */
  shutdownDelaySeconds: number;
}

export function toWatchConfig(env: WatchEnvironment): WatchConfig {
  return {
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT,
    accessLog: env.ACCESS_LOG,
    metricsPort: env.METRICS_PORT ?? null,
    isTraced: env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    shutdownDelaySeconds: env.SHUTDOWN_DELAY_SECONDS,
  };
}

/** A setting that is one of these words, the first of which is meant when it is not set. */
function oneOf<const Words extends readonly [string, ...string[]]>(words: Words, usual: Words[number]) {
  return z.preprocess(trimmed, z.enum(words, { error: `must be one of ${words.join(', ')}` }).default(usual));
}
