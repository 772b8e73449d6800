import { Injectable, Logger } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorFunction } from '@nestjs/terminus';
import { AppError } from '../app-error';
import { Database } from '../database/database';
import { Lifecycle } from '../http/lifecycle';
import { JobRunner } from '../jobs/job-runner';

/** A probe's own time-out is often a second or a few: what takes longer is not ready. */
const PATIENCE_MS = 2_000;

const CHECKS = ['lifecycle', 'database', 'migrations', 'queue'] as const;

type Check = (typeof CHECKS)[number];

/** Public text: what keeps this process from being sent requests. */
const PROBLEMS: Record<Check, string> = {
  lifecycle: 'The service is stopping.',
  database: 'The database does not answer.',
  migrations: 'The database lacks migrations of this version.',
  queue: 'The job queue can not be reached.',
};

export type Readiness = { status: 'ok'; checks: Record<Exclude<Check, 'lifecycle'>, 'up'> };

/**
 * Says whether this process should be sent requests: its database answers, has
 * the schema that this version knows, and its queue is there. Dodo is none of
 * it: while Dodo is away, everything that does not need it is served, and all
 * replicas together would gain nothing by hiding.
 */
@Injectable()
export class ReadinessService {
  private readonly logger = new Logger('Health');
  private isReady = true;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly database: Database,
    private readonly runner: JobRunner,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** @throws {AppError} 503 that says what is missing */
  async check(): Promise<Readiness> {
    const problem = await this.findProblem();
    this.note(problem);
    if (problem) throw new AppError(503, 'service_unavailable', PROBLEMS[problem]);
    return { status: 'ok', checks: { database: 'up', migrations: 'up', queue: 'up' } };
  }

  /** The first of the list, since without the database nothing after it can be known. */
  private async findProblem(): Promise<Check | null> {
    try {
      await this.health.check([
        this.attempt('lifecycle', () => this.checkLifecycle()),
        this.attempt('database', () => this.database.ping()),
        this.attempt('migrations', () => this.checkMigrations()),
        this.attempt('queue', () => this.runner.ping()),
      ]);
      return null;
    } catch (error) {
      // Where no check has failed, the stop has begun meanwhile.
      return CHECKS.find((name) => name in failedChecks(error)) ?? 'lifecycle';
    }
  }

  private attempt(name: Check, work: () => Promise<void>): HealthIndicatorFunction {
    return async () => await this.indicator.check(name).attempt(work).withTimeout(PATIENCE_MS);
  }

  private async checkLifecycle(): Promise<void> {
    if (this.lifecycle.isStopping) throw new Error('stopping');
  }

  private async checkMigrations(): Promise<void> {
    const missing = await this.database.listMissingMigrations();
    if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  }

  /** Said when it changes, since probes come every few seconds. */
  private note(problem: Check | null): void {
    if (problem && this.isReady) this.logger.warn(`Not ready: ${PROBLEMS[problem]}`);
    if (!problem && !this.isReady) this.logger.log('Ready again.');
    this.isReady = problem === null;
  }
}

/** Terminus throws what it found: `{error: {database: {status: 'down', …}}}`. */
function failedChecks(error: unknown): object {
  const response = (error as { getResponse?: () => unknown }).getResponse?.();
  const failed = (response as { error?: object } | undefined)?.error;
  if (typeof failed !== 'object') throw error;
  return failed;
}
