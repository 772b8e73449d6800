import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock';
import { Config } from '../../config';
import { Database } from '../../database/database';
import { DodoUnavailable } from '../../dodo/dodo.errors';
import { Pace, atPace } from '../../dodo/dodo.pace';
import { DodoLists } from './dodo-lists.service';
import type { LookedAt } from './dodo-lists.service';
import { HeldObjectsRepository } from './held-objects.repository';
import { Mender } from './mender.service';
import { OurOpenObjects } from './our-open-objects.service';
import type { OpenObjects } from './our-open-objects.service';
import { PageCursor } from './page-cursor';
import type { ReconciliationFinding } from './reconciliation-finding.entity';
import { ReconciliationFindingsRepository } from './reconciliation-findings.repository';
import type { Difference } from './reconciliation-findings.repository';
import { ReconciliationSchedule } from './reconciliation-schedule';
import { STAGES } from './reconciliation.entity';
import type { Reconciliation, Stage } from './reconciliation.entity';
import { ReconciliationsRepository } from './reconciliations.repository';

/** Findings looked into in one step: few, so that a process that is told to stop can. */
const MENDED_PER_STEP = 4;
/** Tries of one object, with pauses that grow to minutes, before it is left to the next reconciliation. */
const MAX_TRIES = 8;
/** Looks at refunds that were asked for a moment ago, and how far apart. */
const SETTLING_ROUNDS = 5;
const SETTLING_PAUSE_SECONDS = 2;

/** moved: there is more to do. lost: someone else has taken this step. ended: nothing is left. */
export type Progress = { state: 'moved'; pauseSeconds: number } | { state: 'lost' | 'ended' };

interface Step {
  changes: Partial<Reconciliation>;
  differences?: Difference[];
  seenSubscriptionIds?: string[];
  pauseSeconds?: number;
}

/**
 * Owns one step of a reconciliation: a page of Dodo's, a batch of ours, or a few
 * findings to mend. What a step has found, where the next one goes on and the job
 * for it are committed together, by compare-and-set; so a reconciliation goes on
 * wherever it stood when a process died, and two who drive it do no harm.
 *
 * Lists are read without an upper bound and without filters that their objects
 * could leave: what is created meanwhile pushes others to later pages only, so
 * none is passed over, and Dodo's clock need not agree with ours. What moves
 * within a list is either seen or, as one of ours, asked about by its id.
 */
@Injectable()
export class Reconciler {
  private readonly logger = new Logger('Reconciliation');
  private readonly pace: Pace;

  constructor(
    config: Config,
    private readonly database: Database,
    private readonly reconciliations: ReconciliationsRepository,
    private readonly findings: ReconciliationFindingsRepository,
    private readonly schedule: ReconciliationSchedule,
    private readonly lists: DodoLists,
    private readonly held: HeldObjectsRepository,
    private readonly ours: OurOpenObjects,
    private readonly mender: Mender,
    private readonly clock: Clock,
  ) {
    this.pace = new Pace(config.dodo.requestsPerMinute);
  }

  /**
   * `nextInSeconds`: when the job comes that goes on, unless someone does before.
   * @throws {DodoError} when Dodo is away: the step is to be taken again later
   */
  async takeStep(id: string, nextInSeconds: number): Promise<Progress> {
    const seen = await this.reconciliations.findReconciliation(id);
    if (seen?.status !== 'running') return { state: 'ended' };
    const step = await atPace(this.pace, () => this.work(seen));
    return this.commit(seen, step, nextInSeconds);
  }

  private async work(seen: Reconciliation): Promise<Step> {
    const open = await this.findings.listOpen(seen.id, MENDED_PER_STEP);
    if (open.length > 0) return this.mend(seen, open);
    const request = { page: PageCursor.parse(seen.cursor).page, createdSince: seen.createdSince };
    switch (seen.stage) {
      case 'subscriptions':
        return this.ofDodo(seen, 'subscriptionsLooked', await this.lists.lookAtSubscriptions(request));
      case 'payments':
        return this.ofDodo(seen, 'paymentsLooked', await this.lists.lookAtPayments(request));
      case 'refunds':
        return this.ofDodo(seen, 'refundsLooked', await this.lists.lookAtRefunds(request));
      case 'disputes':
        return this.ofDodo(seen, null, await this.lists.lookAtDisputes(request));
      case 'our_subscriptions':
        return ofOurs(seen, await this.ours.subscriptions(seen.id, seen.cursor));
      case 'our_payments':
        return ofOurs(seen, await this.ours.payments(seen.cursor));
      case 'our_disputes':
        return ofOurs(seen, await this.ours.disputes(seen.cursor));
      case 'our_refunds':
        return ofOurs(seen, await this.ours.refunds(seen.cursor));
      case 'settling':
      case 'end':
        return this.settle(seen);
    }
  }

  /** `counter`: none for what is a part of something else. */
  private ofDodo(
    seen: Reconciliation,
    counter: 'subscriptionsLooked' | 'paymentsLooked' | 'refundsLooked' | null,
    { rows, first, newestAt, differences, seenSubscriptionIds }: LookedAt,
  ): Step {
    const isNewer = newestAt !== null && (seen.newestSeenAt === null || newestAt > seen.newestSeenAt);
    const next = rows > 0 ? PageCursor.parse(seen.cursor).after(first) : null;
    if (rows > 0 && !next)
      this.logger.warn(
        `Dodo lists the same ${seen.stage} page after page: what comes after ${first} is not compared.`,
      );
    return {
      changes: {
        ...(next ? { cursor: String(next) } : afterStage(seen.stage)),
        ...(counter !== null && { [counter]: seen[counter] + rows }),
        ...(isNewer && { newestSeenAt: newestAt }),
      },
      differences,
      seenSubscriptionIds,
    };
  }

  private async mend(seen: Reconciliation, open: ReconciliationFinding[]): Promise<Step> {
    for (const finding of open) {
      try {
        const verdict = await this.mender.mend(finding, seen.trigger !== 'schedule');
        if (verdict) await this.findings.saveVerdict(finding.id, verdict, this.clock.now());
        else await this.findings.deleteOpen(finding.id);
      } catch (error) {
        await this.noteTrouble(finding, error as Error);
      }
    }
    return { changes: {} };
  }

  /** What Dodo can't do now is tried again after a pause; what keeps failing is no reason to stop the others. */
  private async noteTrouble(finding: ReconciliationFinding, error: Error): Promise<void> {
    const isDodo = error instanceof DodoUnavailable;
    if (isDodo && error.isRateLimit) throw error;
    const { id, kind, objectId, found, orgId, tries } = finding;
    // What our own errors say may quote a row; it goes to the log alone.
    const detail = isDodo ? error.message : `It could not be stored (${error.name}).`;
    this.logger.warn(`The ${kind} ${objectId} could not be mended: ${error.message}`);
    if (tries + 1 >= MAX_TRIES) {
      await this.findings.saveVerdict(id, { outcome: 'failed', found, orgId, detail }, this.clock.now());
    } else {
      await this.findings.saveTry(id, detail);
      if (isDodo) throw error;
    }
  }

  /** Refunds that were asked for in this run are given a moment; then it is over. */
  private async settle(seen: Reconciliation): Promise<Step> {
    const round = Number(seen.cursor);
    const moving = round < SETTLING_ROUNDS ? await this.findings.countMoving(seen.id, seen.startedAt) : 0;
    if (moving > 0) return { changes: { cursor: String(round + 1) }, pauseSeconds: SETTLING_PAUSE_SECONDS };
    return { changes: { stage: 'end', status: 'completed', finishedAt: this.clock.now() } };
  }

  private async commit(seen: Reconciliation, step: Step, nextInSeconds: number): Promise<Progress> {
    const now = this.clock.now();
    const { changes, differences = [], seenSubscriptionIds = [], pauseSeconds = 0 } = step;
    const isMine = await this.database.transaction(async (tx) => {
      if (!(await this.reconciliations.saveStep(tx, seen, { ...changes, updatedAt: now }))) return false;
      await this.findings.insertFindings(tx, seen.id, differences, now);
      await this.held.saveSeen(tx, seenSubscriptionIds, seen.id);
      if (pauseSeconds > 0) await this.findings.reopenMoving(tx, seen.id, seen.startedAt);
      if (changes.status === 'completed') return true;
      const next = { reconciliationId: seen.id };
      await this.schedule.plan(tx, next, { delaySeconds: nextInSeconds + pauseSeconds });
      return true;
    });
    if (!isMine) return { state: 'lost' };
    return changes.status === 'completed' ? { state: 'ended' } : { state: 'moved', pauseSeconds };
  }
}

function ofOurs(seen: Reconciliation, { differences, nextCursor }: OpenObjects): Step {
  const changes = nextCursor === null ? afterStage(seen.stage) : { cursor: nextCursor };
  return { changes, differences };
}

function afterStage(stage: Stage): { stage: Stage; cursor: string } {
  return { stage: STAGES[STAGES.indexOf(stage) + 1]!, cursor: '' };
}
