import { ConsoleLogger, Logger } from '@nestjs/common';
import type { INestApplicationContext, LogLevel } from '@nestjs/common';
import { loadPlanCatalogue } from './billing/plans/plan-catalogue';
import { savePlanCatalogue } from './billing/plans/plans.repository';
import { ConfigError, loadConfig } from './config';
import type { Config } from './config';
import { migrate } from './database/migrate';

const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/** What every process does first: read the settings, then bring schema and plan catalogue up to date. */
export async function prepare({ quiet = false } = {}): Promise<{ config: Config; logger: ConsoleLogger }> {
  const config = loadConfig();
  const catalogue = loadPlanCatalogue(config.plansFile);
  const logger = createLogger(config);
  Logger.overrideLogger(quiet ? false : logger);
  config.warnings.forEach((warning) => new Logger('Config').warn(warning));
  await migrate(config.databaseUrl, (dataSource) =>
    dataSource.transaction((tx) => savePlanCatalogue(tx, catalogue)),
  );
  return { config, logger };
}

function createLogger({ logLevel }: Config): ConsoleLogger {
  const isTerminal = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
  return new ConsoleLogger({
    logLevels: LEVELS.slice(0, LEVELS.indexOf(logLevel) + 1),
    colors: isTerminal,
    json: !isTerminal,
  });
}

/** On SIGTERM and SIGINT, what is in flight is finished; then the process ends with 0. */
export function stopOnSignals(app: INestApplicationContext): void {
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
}

/** Runs a process's main function; a failure is told in a sentence and ends it with 1. */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
    // Half-started parts must not keep a failed process alive.
    setImmediate(() => process.exit());
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `Cannot start: port ${(error as { port?: number }).port} is in use. Set PORT to another.`;
  if (code === 'ECONNREFUSED')
    return `Cannot start: the database of DATABASE_URL does not answer (${message}).`;
  return `Cannot start: ${stack ?? message}`;
}
