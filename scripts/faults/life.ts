import { setTimeout as sleep } from 'node:timers/promises';
import type { Org } from './diary';
import { Owner } from './owner';
import type { SeededRandom, Weighted } from './seeded-random';
import type { Stage } from './stage';

/** The share of organizations with a webhook endpoint. */
const LISTENS = 0.5;
const TRY_AGAIN_MS = 500;
const SUSPENDED_BY_MONEY = new Set(['on_hold', 'past_due']);
const ENDED = new Set(['cancelled', 'expired']);
const RUNNING = new Set(['active', 'trialing']);
/** At each step after a cancellation that has not come to pass. */
const CHANGES_ITS_MIND = 0.35;
/** Days from one step to the next, least and most. */
const DAYS_APART = [0.3, 10] as const;

type Step = (owner: Owner, plan: string | null) => Promise<unknown>;

const STEPS: Weighted<Step> = [
  [30, (owner) => owner.spend()],
  [8, (owner) => owner.spendAtOnce()],
  [14, (owner) => owner.buyPack()],
  [18, (owner, plan) => owner.changePlan(plan)],
  [5, (owner) => owner.withdrawChange()],
  [8, (owner) => owner.cancel('period_end')],
  [3, (owner) => owner.cancel('now')],
  [3, (owner) => owner.openPortal()],
  [6, (owner) => owner.lookAround()],
  [6, (owner) => owner.lookAfterEndpoint()],
  [10, (owner) => owner.cardholder.hearFromTheBank()],
];

/** One organization from its first checkout to its end, acting on what the service tells it, as its owner would. */
export class Life {
  constructor(
    private readonly stage: Stage,
    private readonly random: SeededRandom,
    private readonly name: string,
  ) {}

  async live(): Promise<void> {
    const { spent, time, isOver } = this.stage;
    const org = await spent.during('Lives register', () => this.beBorn());
    if (!org) return;
    const owner = new Owner(this.stage, this.random, org);
    if (this.random.chance(LISTENS)) await spent.during('Lives register', () => owner.listen());
    if (!(await spent.during('Lives check out', () => owner.subscribe('/billing/checkout')))) return;
    const stepsLeft = this.random.whole(4, 14);
    for (let step = 0; step < stepsLeft; step += 1) {
      const days = this.random.between(...DAYS_APART);
      if (!(await spent.during('Lives let days pass', () => time.untilLater(days, isOver)))) return;
      await spent.during('Lives take a step', () => this.doSomething(owner));
    }
    if (this.random.chance(0.5)) await owner.cancel(this.random.chance(0.6) ? 'now' : 'period_end');
  }

  /** An answer that is lost leaves an organization behind that nobody knows: as in life, it never does anything. */
  private async beBorn(): Promise<Org | null> {
    const { service, diary, operatorToken, isOver } = this.stage;
    const body = { name: this.name, email: `${this.name}@example.com` };
    while (!isOver()) {
      const answer = await service.try('POST', '/organizations', { operatorToken, body });
      if (answer?.status === 200) {
        const { id, apiKey } = answer.data as { id: string; apiKey: { key: string } };
        const org = { id, name: this.name, key: apiKey.key };
        diary.orgs.push(org);
        return org;
      }
      await sleep(TRY_AGAIN_MS);
    }
    return null;
  }

  private async doSomething(owner: Owner): Promise<void> {
    const now = await owner.look();
    if (now === null) return;
    if (SUSPENDED_BY_MONEY.has(now.status)) await owner.giveAnotherCard();
    else if (RUNNING.has(now.status) && owner.isLeaving && this.random.chance(CHANGES_ITS_MIND))
      await owner.resume();
    else if (RUNNING.has(now.status)) await this.random.weighted(STEPS)(owner, now.plan);
    else if (ENDED.has(now.status) && this.random.chance(0.6)) await owner.subscribe('/billing/reactivate');
  }
}
