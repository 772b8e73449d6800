import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import type { Operator } from '../../auth/operator';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import { Clock } from '../../clock';
import { Config } from '../../config';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { DodoError, retryAfterOf } from '../../dodo/dodo.errors';
import type { Page, PageRequest } from '../../http/pagination';
import { newId } from '../../ids';
import { JobHandlers } from '../../jobs/job-handlers';
import type { Jobs } from '../../jobs/jobs';
import { RecurringJobs } from '../../jobs/recurring-jobs';
import { retryDelaySeconds } from '../../jobs/retry-delay';
import { Reconciler } from './reconciler.service';
import { ReconciliationFindingsRepository } from './reconciliation-findings.repository';
import { ReconciliationSchedule } from './reconciliation-schedule';
import { viewOfFinding, viewOfReconciliation } from './reconciliation.dto';
import type { ReconciliationDetail, ReconciliationView } from './reconciliation.dto';
import type { Reconciliation, ReconciliationTrigger } from './reconciliation.entity';
import { ReconciliationsRepository } from './reconciliations.repository';

const SECONDS_PER_DAY = 86_400;
/** So much of what the last one has listed is listed again: payments and refunds take up to a month to settle. */
const OVERLAP_DAYS = 35;
const KEPT_DAYS = 90;
/** How long a call waits for the end before it answers what there is. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 200;
const FIRST_FINDINGS: PageRequest = { limit: 50, offset: 0 };

/**
 * Owns that one reconciliation runs at a time, on schedule and on command, and
 * what it reports. A scheduled one looks at every subscription, and at payments,
 * refunds and disputes since the last one that came to its end; a full one at everything.
 */
@Injectable()
export class ReconciliationsService implements OnModuleInit {
  private readonly logger = new Logger('Reconciliation');

  constructor(
    private readonly database: Database,
    private readonly reconciliations: ReconciliationsRepository,
    private readonly findings: ReconciliationFindingsRepository,
    private readonly reconciler: Reconciler,
    private readonly schedule: ReconciliationSchedule,
    private readonly recurringJobs: RecurringJobs,
    private readonly jobHandlers: JobHandlers,
    private readonly log: OperatorActionsRepository,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobHandlers.register('reconciliation.step', (payload) => this.takeStep(payload));
    this.recurringJobs.register('reconciliation.begin', this.config.reconcileEveryMinutes * 60, async () => {
      await this.begin('schedule', false, 0, null);
    });
  }

  /** For the operator: as it is when it ends, or after some seconds. */
  async run(isFull: boolean, by: Operator): Promise<ReconciliationDetail> {
    const { id } = await this.begin('operator', isFull, 0, by);
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline && (await this.isRunning(id))) await sleep(LOOK_EVERY_MS);
    return this.view(id, FIRST_FINDINGS);
  }

  /** Starts one, or joins the one that is running; its next step is due in `nextInSeconds` at the latest. `by`: who asks, if a person does. */
  async begin(
    trigger: ReconciliationTrigger,
    isFull: boolean,
    nextInSeconds: number,
    by: Operator | null,
  ): Promise<{ id: string; isNew: boolean }> {
    for (;;) {
      const begun = await this.database.transaction(async (tx) => {
        const row = await this.insert(tx, trigger, isFull, nextInSeconds);
        if (row && by) await this.note(tx, by, row, isFull);
        return row;
      });
      if (begun) return begun;
    }
  }

  async list({ limit, offset }: PageRequest): Promise<Page<ReconciliationView>> {
    const [rows, total] = await this.reconciliations.listReconciliations(limit, offset);
    const counts = await this.findings.countByOutcome(rows.map(({ id }) => id));
    return { items: rows.map((row) => viewOfReconciliation(row, counts)), total, limit, offset };
  }

  /** @throws {AppError} 404 */
  async view(id: string, { limit, offset }: PageRequest): Promise<ReconciliationDetail> {
    const row = await this.reconciliations.findReconciliation(id);
    if (!row) throw AppError.notFound(`There is no reconciliation ${quote(id)}.`);
    const [findings, total] = await this.findings.listFindings(id, limit, offset);
    const counts = await this.findings.countByOutcome([id]);
    const page = { items: findings.map(viewOfFinding), total, limit, offset };
    return { ...viewOfReconciliation(row, counts), findings: page };
  }

  async isRunning(id: string): Promise<boolean> {
    return (await this.reconciliations.findReconciliation(id))?.status === 'running';
  }

  /** Null when the one that was running has just ended. */
  private async insert(
    tx: Tx,
    trigger: ReconciliationTrigger,
    isFull: boolean,
    nextInSeconds: number,
  ): Promise<{ id: string; isNew: boolean } | null> {
    const last = isFull ? null : await this.reconciliations.findLastCompleted(tx);
    const begun = await this.reconciliations.insertUnlessRunning(tx, this.make(trigger, last));
    if (begun === null) return null;
    if (!begun.isNew && isFull) await this.reconciliations.saveFull(tx, begun.id);
    if (begun.isNew) await this.tidyUp(tx, begun.id);
    const options = { delaySeconds: nextInSeconds, keepsTime: !begun.isNew };
    await this.schedule.plan(tx, { reconciliationId: begun.id }, options);
    return begun;
  }

  private async tidyUp(tx: Tx, newestId: string): Promise<void> {
    await this.reconciliations.deleteOld(tx, this.daysAgo(KEPT_DAYS));
    await this.reconciliations.foldUnmatched(tx, newestId);
  }

  private note(tx: Tx, by: Operator, { id, isNew }: { id: string; isNew: boolean }, isFull: boolean) {
    const outcome = `${isFull ? 'full, ' : ''}${isNew ? 'started' : 'joined the one that was running'}`;
    return this.log.insertAction(tx, by, { what: 'reconciliation.run', target: id, outcome });
  }

  private make(trigger: ReconciliationTrigger, last: Reconciliation | null): Reconciliation {
    const now = this.clock.now();
    const createdSince = last && since(last);
    return {
      id: newId('rec'),
      trigger,
      status: 'running',
      isFull: createdSince === null,
      createdSince,
      stage: 'subscriptions',
      cursor: '',
      subscriptionsLooked: 0,
      paymentsLooked: 0,
      refundsLooked: 0,
      subscriptionsUnmatched: 0,
      paymentsUnmatched: 0,
      refundsUnmatched: 0,
      newestSeenAt: null,
      version: 1,
      startedAt: now,
      updatedAt: now,
      finishedAt: null,
    };
  }

  /** While Dodo is away the step waits, longer each time; nothing that was done is done again. */
  private async takeStep({ reconciliationId: id, tries = 0 }: Jobs['reconciliation.step']): Promise<void> {
    try {
      await this.reconciler.takeStep(id, 0);
    } catch (error) {
      if (!(error instanceof DodoError)) throw error;
      this.logger.warn(`Reconciliation ${id} waits for Dodo, try ${tries + 1}: ${error.message}`);
      const next = { reconciliationId: id, tries: tries + 1 };
      await this.schedule.plan(this.database.manager, next, { delaySeconds: pauseSeconds(error, tries) });
    }
  }

  private daysAgo(days: number): Date {
    return this.clock.secondsFromNow(-days * SECONDS_PER_DAY);
  }
}

/** As long as Dodo asks for, else longer each time. */
export function pauseSeconds(error: DodoError, tries: number): number {
  return retryAfterOf(error) ?? retryDelaySeconds(tries);
}

/**
 * By whichever clock has come less far, ours or Dodo's, so that neither has to
 * agree with the other. Null when nothing was listed, which is cheap to list again.
 */
function since({ startedAt, newestSeenAt }: Reconciliation): Date | null {
  if (newestSeenAt === null) return null;
  const earlier = Math.min(startedAt.getTime(), newestSeenAt.getTime());
  return new Date(earlier - OVERLAP_DAYS * SECONDS_PER_DAY * 1000);
}
