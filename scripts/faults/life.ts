import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PACKS, PLANS } from './catalogue';
import type { Diary, Org } from './diary';
import { CARDS, type SandboxClient } from './sandbox-client';
import type { SandboxTime } from './sandbox-time';
import type { SeededRandom, Weighted } from './seeded-random';
import type { Answer, ServiceClient } from './service-client';

/** What a life goes on in. */
export interface Stage {
  service: ServiceClient;
  sandbox: SandboxClient;
  time: SandboxTime;
  diary: Diary;
  operatorToken: string;
  isOver: () => boolean;
}

const URLS = { successUrl: 'https://app.example.com/done', cancelUrl: 'https://app.example.com/back' };
const SUSPENDED_BY_MONEY = new Set(['on_hold', 'past_due']);
const ENDED = new Set(['cancelled', 'expired']);
const RUNNING = new Set(['active', 'trialing']);
const LOOKS = 40;
const LOOK_EVERY_MS = 500;

const FIRST_CARDS: Weighted<string> = [
  [70, CARDS.good],
  [22, CARDS.failsLater],
  [8, CARDS.settlesLate],
];
const BAD_CARDS = [CARDS.declined, CARDS.poor];

type Step = (org: Org) => Promise<unknown>;

/**
 * One organization from its first checkout to its end, acting on what the service tells it, as its owner would. It
 * never pays for a plan while another payment for one may be under way.
 */
export class Life {
  /** A plan was paid for, and the service has not shown it yet. */
  private isWaitingForPlan = false;

  private readonly steps: Weighted<Step> = [
    [30, (org) => this.spend(org)],
    [8, (org) => this.spendAtOnce(org)],
    [12, (org) => this.buyPack(org)],
    [16, (org) => this.post(org, '/billing/change-plan', { planId: this.random.pick(PLANS).id })],
    [4, (org) => this.withdraw(org)],
    [8, (org) => this.post(org, '/billing/cancel', { when: 'period_end', reason: 'other' })],
    [8, (org) => this.post(org, '/billing/resume', {})],
    [3, (org) => this.post(org, '/billing/cancel', { when: 'now' })],
    [3, (org) => this.post(org, '/billing/portal', {})],
    [4, (org) => this.read(org, '/billing/history')],
    [4, (org) => this.read(org, '/billing/credits')],
  ];

  constructor(
    private readonly stage: Stage,
    private readonly random: SeededRandom,
    private readonly name: string,
  ) {}

  async live(): Promise<void> {
    const org = await this.beBorn();
    if (!org || !(await this.subscribe(org, '/billing/checkout'))) return;
    const stepsLeft = this.random.whole(3, 9);
    for (let step = 0; step < stepsLeft; step += 1) {
      if (!(await this.stage.time.untilLater(this.random.between(0.3, 16), this.stage.isOver))) return;
      await this.doSomething(org);
    }
    if (this.random.chance(0.8)) await this.leave(org);
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
      await sleep(LOOK_EVERY_MS);
    }
    return null;
  }

  private async doSomething(org: Org): Promise<void> {
    this.stage.diary.steps += 1;
    const status = await this.statusOf(org);
    if (status === null) return;
    if (SUSPENDED_BY_MONEY.has(status)) await this.giveAnotherCard(org);
    else if (ENDED.has(status)) await this.comeBack(org);
    else if (RUNNING.has(status)) await this.random.weighted(this.steps)(org);
  }

  /** True once the service says that it is subscribed. */
  private async subscribe(org: Org, path: string): Promise<boolean> {
    if (this.isWaitingForPlan) return false;
    const answer = await this.post(org, path, { planId: this.random.pick(PLANS).id, ...URLS });
    if (answer?.status !== 200 || this.random.chance(0.06)) return false;
    const { checkoutUrl, sessionId } = answer.data as { checkoutUrl: string; sessionId: string };
    if (this.random.chance(0.2)) await this.stage.sandbox.pay(checkoutUrl, this.random.pick(BAD_CARDS));
    const paid = await this.stage.sandbox.pay(checkoutUrl, this.random.weighted(FIRST_CARDS));
    if (paid?.status !== 'succeeded') return false;
    this.isWaitingForPlan = true;
    if (path === '/billing/checkout') {
      this.stage.diary.fees.push({ paymentId: paid.payment_id, paidAt: this.stage.time.now });
    }
    if (this.random.chance(0.5)) await this.verify(org, sessionId);
    await this.untilRunning(org, sessionId);
    return !this.isWaitingForPlan;
  }

  /** A webhook may be lost: after a while the customer comes back by themselves, and that makes the service look. */
  private async untilRunning(org: Org, sessionId: string): Promise<void> {
    for (let look = 1; look <= LOOKS && !this.stage.isOver(); look += 1) {
      if (RUNNING.has((await this.statusOf(org)) ?? '')) {
        this.isWaitingForPlan = false;
        return;
      }
      if (look % 10 === 0) await this.verify(org, sessionId);
      await sleep(LOOK_EVERY_MS);
    }
  }

  private verify(org: Org, sessionId: string): Promise<Answer | null> {
    return this.stage.service.try('POST', '/billing/verify-checkout', { key: org.key, body: { sessionId } });
  }

  private async giveAnotherCard(org: Org): Promise<void> {
    const answer = await this.post(org, '/billing/reactivate', URLS);
    if (answer?.status !== 200) return;
    const { checkoutUrl, sessionId } = answer.data as { checkoutUrl: string; sessionId: string };
    if (!checkoutUrl.includes('/payment-method/')) return;
    const card = this.random.chance(0.25) ? this.random.pick(BAD_CARDS) : CARDS.good;
    if (await this.stage.sandbox.enterCard(checkoutUrl, card)) await this.verify(org, sessionId);
  }

  private async comeBack(org: Org): Promise<void> {
    if (this.random.chance(0.6)) await this.subscribe(org, '/billing/reactivate');
  }

  private spend(org: Org): Promise<void> {
    return this.consume(org, this.random.whole(1, 300));
  }

  private async spendAtOnce(org: Org): Promise<void> {
    const amounts = Array.from({ length: 4 }, () => this.random.whole(1, 700));
    await Promise.all(amounts.map((amount) => this.consume(org, amount)));
  }

  /** The same key until there is an answer: spent once, or not at all. */
  private async consume(org: Org, amount: number): Promise<void> {
    const key = randomUUID();
    const consumption = this.stage.diary.noteConsumption(org, key, amount);
    await settleConsumption(this.stage.service, consumption, this.stage.isOver);
  }

  private async buyPack(org: Org): Promise<void> {
    const answer = await this.post(org, '/billing/credits/purchase', {
      packId: this.random.pick(PACKS).id,
      ...URLS,
    });
    if (answer?.status !== 200) return;
    const card = this.random.chance(0.15) ? CARDS.declined : CARDS.good;
    await this.stage.sandbox.pay((answer.data as { checkoutUrl: string }).checkoutUrl, card);
  }

  private withdraw(org: Org): Promise<Answer | null> {
    return this.stage.service.try('DELETE', '/billing/change-plan', { key: org.key });
  }

  private async leave(org: Org): Promise<void> {
    await this.post(org, '/billing/cancel', { when: this.random.chance(0.6) ? 'now' : 'period_end' });
  }

  private async statusOf(org: Org): Promise<string | null> {
    const answer = await this.read(org, '/billing/status');
    return answer?.status === 200 ? ((answer.data.status as string | null) ?? 'none') : null;
  }

  private read(org: Org, path: string): Promise<Answer | null> {
    return this.stage.service.try('GET', path, { key: org.key });
  }

  private post(org: Org, path: string, body: object): Promise<Answer | null> {
    return this.stage.service.insist(org, 'POST', path, body, this.stage.isOver);
  }
}

/** Asks until it is known whether it was spent. A closed gate says nothing about a try before it. */
export async function settleConsumption(
  service: ServiceClient,
  consumption: Diary['consumptions'][number],
  isOver: () => boolean,
): Promise<void> {
  const { org, key, amount } = consumption;
  const body = { amount, category: 'faults' };
  const answer = await service.insist(org, 'POST', '/billing/credits/consume', body, isOver, key);
  if (answer?.status === 402) consumption.outcome = 'refused';
  if (answer?.status !== 200) return;
  consumption.outcome = 'spent';
  consumption.entryId = answer.data.entryId as string;
}
