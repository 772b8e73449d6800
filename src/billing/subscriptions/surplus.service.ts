import { Injectable, Logger } from '@nestjs/common';
import type { Organization } from '../../auth/organization.entity';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { JobQueue } from '../../jobs/job-queue';
import { TrialsService } from '../trials/trials.service';
import type { Subscription, Surplus } from './subscription.entity';
import { isLive, isOfPlan } from './subscription-status';
import { ENDED_UNDER, SubscriptionsRepository } from './subscriptions.repository';
import { surplusOf } from './surplus';

/**
 * Owns which subscriptions are one too many. A session at Dodo can't be taken
 * back, so several may be paid: of an org's subscriptions one stays, and of the
 * trials of one customer one counts. The verdict is committed with what it
 * follows from, and so is the job that ends the subscription.
 */
@Injectable()
export class SurplusService {
  private readonly logger = new Logger('Billing');

  constructor(
    private readonly database: Database,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly trials: TrialsService,
    private readonly jobs: JobQueue,
  ) {}

  /** Needs the org's lock, and the subscription stored. Answers all that the org has; they and `subscription` have the verdict. */
  async judge(
    tx: Tx,
    organization: Organization,
    subscription: Subscription,
    seen: Subscription | null,
  ): Promise<Subscription[]> {
    const { dodoSubscriptionId } = subscription;
    const isTrialItsOwn = await this.trials.claim(tx, organization, subscription);
    const all = await this.subscriptions.listByOrg(organization.id, tx);
    const surplus = surplusOf({
      subscription,
      wasLive: seen !== null && isLive(seen),
      isTrialItsOwn,
      others: all.filter((other) => other.dodoSubscriptionId !== dodoSubscriptionId),
    });
    if (seen !== null && hasEndedUnasked(seen, subscription)) await this.reconsider(tx, all);
    if (surplus === subscription.surplus) return all;
    await this.subscriptions.saveSurplus(tx, dodoSubscriptionId, surplus);
    if (surplus !== null && isOfPlan(subscription)) await this.end(tx, subscription, surplus);
    for (const it of [subscription, ...all])
      if (it.dodoSubscriptionId === dodoSubscriptionId) it.surplus = surplus;
    return all;
  }

  /** Has a job end it, or let it go on if it is none too many any more. `tries`: how many have failed in a row. */
  async settleLater(tx: Tx, subscriptionId: string, { tries = 0, delaySeconds = 0 } = {}): Promise<void> {
    await this.jobs.enqueue(
      tx,
      'subscription.end-surplus',
      { subscriptionId, ...(tries > 0 && { tries }) },
      { key: `${ENDED_UNDER}${subscriptionId}`, delaySeconds },
    );
  }

  /** One that others were too many beside has ended: each of them may be none any more. */
  private async reconsider(tx: Tx, all: readonly Subscription[]): Promise<void> {
    for (const other of all) {
      if (other.surplus === 'second_subscription' && isLive(other))
        await this.settleLater(tx, other.dodoSubscriptionId);
    }
  }

  private async end(tx: Tx, { dodoSubscriptionId, orgId }: Subscription, surplus: Surplus): Promise<void> {
    // For the operator: what was paid for it beside the fee is for a person to give back.
    this.database.afterCommit(tx, () =>
      this.logger.error(
        `Subscription ${dodoSubscriptionId} of organization ${orgId} is one too many (${surplus}): it is being ended.`,
      ),
    );
    await this.settleLater(tx, dodoSubscriptionId);
  }
}

/** Whoever set it to end, in Dodo's portal too, meant to leave: then the others end as well, as they are set to. */
function hasEndedUnasked(seen: Subscription, subscription: Subscription): boolean {
  const wasSetToEnd = seen.cancelAtPeriodEnd || subscription.cancelAtPeriodEnd;
  return isLive(seen) && !isLive(subscription) && !wasSetToEnd;
}
