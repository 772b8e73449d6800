import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Operator } from '../../auth/operator';
import { DodoError } from '../../dodo/dodo.errors';
import { Reconciler } from './reconciler.service';
import type { Progress } from './reconciler.service';
import type { ReconciliationDetail } from './reconciliation.dto';
import { ReconciliationsRepository } from './reconciliations.repository';
import { ReconciliationsService, pauseSeconds } from './reconciliations.service';

/** Should this process die, the service goes on after so long. */
const WATCHDOG_SECONDS = 30;
/** Whoever else drives it counts as dead after so long without a step. */
const SILENCE_MS = 30_000;
const LOOK_EVERY_MS = 1_000;
/** Tries in a row for which Dodo may be away, about five minutes in all; then it is left to the service. */
const MAX_TRIES = 8;
const REPORTED = { limit: 100, offset: 0 };

/**
 * Drives a reconciliation to its end in this process, so that a command heals
 * also where no service runs. Every step plans a job for the next one, for later.
 */
@Injectable()
export class ReconciliationRunner {
  constructor(
    private readonly service: ReconciliationsService,
    private readonly reconciler: Reconciler,
    private readonly reconciliations: ReconciliationsRepository,
  ) {}

  /** The report, at the end; `running` in it means that Dodo was away for too long. */
  async run(isFull: boolean, by: Operator, report: (line: string) => void): Promise<ReconciliationDetail> {
    const { id, isNew } = await this.service.begin('cli', isFull, WATCHDOG_SECONDS, by);
    if (!isNew) report(`${id} is running already: joining it.`);
    let tries = 0;
    let progress: Progress = isNew ? { state: 'moved', pauseSeconds: 0 } : { state: 'lost' };
    while (progress.state !== 'ended' && tries < MAX_TRIES) {
      if (progress.state === 'moved') await sleep(progress.pauseSeconds * 1000);
      else await this.watch(id);
      try {
        progress = await this.reconciler.takeStep(id, WATCHDOG_SECONDS);
        tries = 0;
        await this.tell(id, report);
      } catch (error) {
        if (!(error instanceof DodoError)) throw error;
        progress = { state: 'moved', pauseSeconds: pauseSeconds(error, tries) };
        tries += 1;
        report(`${error.message}. Trying again in ${progress.pauseSeconds} s.`);
      }
    }
    return this.service.view(id, REPORTED);
  }

  /** Resolves when it has ended, or nobody has taken a step for a while. */
  private async watch(id: string): Promise<void> {
    let seen = await this.reconciliations.getReconciliation(id);
    let quietSince = performance.now();
    while (seen.status === 'running' && performance.now() - quietSince < SILENCE_MS) {
      await sleep(LOOK_EVERY_MS);
      const now = await this.reconciliations.getReconciliation(id);
      if (now.version !== seen.version) quietSince = performance.now();
      seen = now;
    }
  }

  private async tell(id: string, report: (line: string) => void): Promise<void> {
    const { stage, subscriptionsLooked, paymentsLooked, refundsLooked } =
      await this.reconciliations.getReconciliation(id);
    report(
      `${stage}: ${subscriptionsLooked} subscriptions, ${paymentsLooked} payments, ${refundsLooked} refunds looked at`,
    );
  }
}
