import { Logger } from '@nestjs/common';
import type { INestApplicationContext } from '@nestjs/common';
import { loadPlanCatalogue } from './billing/plans/plan-catalogue';
import { savePlanCatalogue } from './billing/plans/plans.repository';
import { saveSoldProducts } from './billing/products/sold-products.repository';
import { ConfigError, loadConfig, secretsOf } from './config';
import type { Config } from './config';
import { CannotConnect, DatabaseIsNewer, migrate } from './database/migrate';
import { openLog } from './watch/log-destination';
import { createScrub } from './watch/scrub';
import { ServiceLogger } from './watch/service-logger';

interface Prepared {
  config: Config;
  logger: ServiceLogger;
  /** What a stop ends with. */
  afterwards: () => Promise<void>;
}

/** What every serving process does first: read the settings, then bring schema and plan catalogue up to date. */
export async function prepare(): Promise<Prepared> {
  const { config, catalogue } = loadSettings();
  const logger = new ServiceLogger(await openLog(config.watch), config.watch, createScrub(secretsOf(config)));
  Logger.overrideLogger(logger);
  endOnUncaughtErrors();
  const afterwards = config.watch.isTraced ? await trace() : async () => {};
  [...config.warnings, ...catalogue.warnings].forEach((warning) => new Logger('Config').warn(warning));
  await migrate(config.databaseUrl, (dataSource) =>
    dataSource.transaction((tx) => savePlanCatalogue(tx, catalogue)),
  );
  return { config, logger, afterwards };
}

/** @throws {ConfigError} that lists what is wrong with the settings and with the plans file, which is one of them */
function loadSettings() {
  try {
    const config = loadConfig();
    return { config, catalogue: loadPlanCatalogue(config.plansFile, config.dodo.setupFeeProductId) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...new Set([...error.problems, ...problemsOfPlansFile()])]);
  }
}

function problemsOfPlansFile(): string[] {
  try {
    loadPlanCatalogue(process.env.PLANS_FILE?.trim() || null, '');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/**
 * What a command does first. It says nothing, and leaves the catalogue to the processes that sell from it; but payments
 * that it reads may carry the fee.
 */
export async function prepareQuietly(): Promise<Config> {
  const config = loadConfig();
  Logger.overrideLogger(false);
  const fee = { setupFeeProductId: config.dodo.setupFeeProductId, plans: [], creditPacks: [] };
  await migrate(config.databaseUrl, (dataSource) =>
    dataSource.transaction((tx) => saveSoldProducts(tx, fee)),
  );
  return config;
}

/** As Node would, with 1; but what such an error says goes where it is scrubbed. */
function endOnUncaughtErrors(): void {
  process.on('uncaughtException', (error) => {
    new Logger('Main').fatal(error.message, error.stack);
    process.exit(1);
  });
}

/** Loaded only where there is somewhere to send traces to. */
async function trace(): Promise<() => Promise<void>> {
  const { startTracing } = await import('./watch/start-tracing.js');
  return startTracing();
}

/** On SIGTERM and SIGINT, what is in flight is finished; then the process ends with 0. */
export function stopOnSignals(
  app: INestApplicationContext,
  { before, afterwards }: { before: () => Promise<void>; afterwards: () => Promise<void> },
): void {
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    try {
      await before();
      await app.close();
      await afterwards();
      process.exit(0);
    } catch (error) {
      new Logger('Main').error(`The stop went wrong: ${(error as Error).message}`, (error as Error).stack);
      process.exit(1);
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop());
}

/** Runs a process's main function; a failure is told in a sentence and ends it with 1. */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${explain(error as StartError)}\n`);
    process.exitCode = 1;
    // Half-started parts must not keep a failed process alive.
    setImmediate(() => process.exit());
  }
}

type StartError = Error & { code?: string; port?: number; setting?: string };

/** What of the settings, or of what they name, has caused an error; undefined when it is something else. */
export function causeInSettings(error: unknown): string | undefined {
  const cause = (error instanceof CannotConnect ? error.cause : error) as StartError;
  return (
    EXPLANATIONS[cause.code ?? '']?.(cause) ?? (error instanceof CannotConnect ? error.message : undefined)
  );
}

/** Errors that a setting causes, by their code: SQLSTATE or the system's. */
const EXPLANATIONS: Record<string, (error: StartError) => string> = {
  EADDRINUSE: ({ port, setting = 'PORT' }) => `port ${port} is in use. Set ${setting} to another.`,
  EACCES: ({ port, setting = 'PORT' }) => `port ${port} may not be used. Set ${setting} to another.`,
  ECONNREFUSED: ({ message }) => `the database of DATABASE_URL does not answer (${message}).`,
  ENOTFOUND: ({ message }) => `the host of DATABASE_URL is not known (${message}).`,
  ETIMEDOUT: ({ message }) => `the database of DATABASE_URL does not answer (${message}).`,
  '25006': () => 'the database of DATABASE_URL takes no writes. It is a standby, or read-only.',
  '42501': ({ message }) => `the user of DATABASE_URL may not do what a start needs (${message}).`,
  '28P01': () => 'the user or the password of DATABASE_URL is wrong.',
  '28000': ({ message }) => `the database of DATABASE_URL does not let us in (${message}).`,
  '3D000': () => 'the database that DATABASE_URL names does not exist.',
};

function explain(error: StartError): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof DatabaseIsNewer) return `Cannot start: ${error.message}`;
  return `Cannot start: ${causeInSettings(error) ?? error.stack ?? error.message}`;
}
