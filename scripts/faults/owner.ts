import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cardholder } from './cardholder';
import { PACKS, PLANS } from './catalogue';
import { settleConsumption } from './consumption';
import type { Org } from './diary';
import type { Stage } from './stage';
import { CARDS } from './sandbox-client';
import type { SeededRandom, Weighted } from './seeded-random';
import type { Answer } from './service-client';
import type { Outcome } from './steps';

const URLS = { successUrl: 'https://app.example.com/done', cancelUrl: 'https://app.example.com/back' };
const ORDERS = 4;
const LOOKS = 60;
const LOOK_EVERY_MS = 300;
const LOOKS_PER_RETURN = 12;

const FIRST_CARDS: Weighted<string> = [
  [70, CARDS.good],
  [22, CARDS.failsLater],
  [8, CARDS.settlesLate],
];
const BAD_CARDS = [CARDS.declined, CARDS.poor];

const RUNNING = new Set(['active', 'trialing']);

/** Whoever acts for an organization: each thing that can be done, as its owner would do it, and noted as a step. */
export class Owner {
  /** A plan was paid for, and the service has not shown it yet: nobody pays for another one then. */
  private isWaitingForPlan = false;
  /** It has asked to end with the period, and not changed its mind since. */
  isLeaving = false;
  private endpointId: string | null = null;
  readonly cardholder: Cardholder;

  constructor(
    private readonly stage: Stage,
    private readonly random: SeededRandom,
    private readonly org: Org,
  ) {
    this.cardholder = new Cardholder(stage, random);
  }

  /** Null while there is no answer. */
  async look(): Promise<{ status: string; plan: string | null } | null> {
    const answer = await this.read('/billing/status');
    if (answer?.status !== 200) return null;
    const { status, plan } = answer.data as { status: string | null; plan: string | null };
    return { status: status ?? 'none', plan };
  }

  /** True once the service says that it is subscribed. Who finds that the page has expired orders again. */
  async subscribe(path: '/billing/checkout' | '/billing/reactivate'): Promise<boolean> {
    if (this.isWaitingForPlan) return false;
    for (let tries = 0; tries < ORDERS && !this.stage.isOver(); tries += 1) {
      const bought = await this.stage.time.whileBuying(() => this.buyPlan(path));
      if (bought === 'expired') continue;
      if (bought === null) return false;
      if (this.random.chance(0.5)) await this.verify(bought.sessionId);
      await this.untilRunning(bought.sessionId);
      return !this.isWaitingForPlan;
    }
    return false;
  }

  private async buyPlan(path: '/billing/checkout' | '/billing/reactivate') {
    const kind = path === '/billing/checkout' ? 'check out' : 'come back after the end';
    const answer = await this.post(kind, path, { planId: this.random.pick(PLANS).id, ...URLS });
    if (answer?.status !== 200) return null;
    if (this.random.chance(0.06)) return this.abandon();
    const { checkoutUrl, sessionId } = answer.data as { checkoutUrl: string; sessionId: string };
    if (this.random.chance(0.2)) await this.pay(checkoutUrl, this.random.pick(BAD_CARDS));
    const paid = await this.pay(checkoutUrl, this.random.weighted(FIRST_CARDS));
    if (paid === null) return 'expired';
    if (paid.status !== 'succeeded') return null;
    this.isWaitingForPlan = true;
    if (path === '/billing/checkout') {
      this.stage.diary.fees.push({ paymentId: paid.payment_id, paidAt: this.stage.time.now });
    }
    return { sessionId };
  }

  async giveAnotherCard(): Promise<void> {
    const answer = await this.post('ask to renew the card', '/billing/reactivate', URLS);
    if (answer?.status !== 200) return;
    const { checkoutUrl, sessionId } = answer.data as { checkoutUrl: string; sessionId: string };
    if (!checkoutUrl.includes('/payment-method/')) return;
    const card = this.random.chance(0.25) ? this.random.pick(BAD_CARDS) : CARDS.good;
    const isTaken = await this.stage.sandbox.enterCard(checkoutUrl, card);
    this.note('give another card', isTaken ? 'done' : 'refused');
    if (isTaken) await this.verify(sessionId);
  }

  spend(): Promise<void> {
    return this.consume(this.random.whole(1, 300));
  }

  async spendAtOnce(): Promise<void> {
    const amounts = Array.from({ length: 4 }, () => this.random.whole(1, 700));
    await Promise.all(amounts.map((amount) => this.consume(amount)));
  }

  buyPack(): Promise<void> {
    return this.stage.time.whileBuying(async () => {
      const packId = this.random.pick(PACKS).id;
      const answer = await this.post('order credits', '/billing/credits/purchase', { packId, ...URLS });
      if (answer?.status !== 200) return;
      const { checkoutUrl } = answer.data as { checkoutUrl: string };
      const paid = await this.pay(checkoutUrl, this.random.chance(0.15) ? CARDS.declined : CARDS.good);
      if (paid?.status === 'succeeded' && this.random.chance(0.3))
        await this.cardholder.dispute(paid.payment_id);
    });
  }

  async changePlan(current: string | null): Promise<void> {
    const others = PLANS.filter(({ id }) => id !== current);
    const { id, price } = this.random.pick(others);
    const before = PLANS.find((plan) => plan.id === current)?.price.amount ?? 0;
    const kind = price.amount > before ? 'change to a dearer plan' : 'change to a cheaper plan';
    await this.post(kind, '/billing/change-plan', { planId: id });
  }

  async withdrawChange(): Promise<void> {
    const answer = await this.stage.service.try('DELETE', '/billing/change-plan', { key: this.org.key });
    this.note('withdraw a change of plan', outcomeOf(answer));
  }

  async cancel(when: 'now' | 'period_end'): Promise<void> {
    const kind = when === 'now' ? 'cancel now' : 'cancel at the end of the period';
    const answer = await this.post(kind, '/billing/cancel', { when, reason: 'other' });
    if (when === 'period_end' && answer?.status === 200) this.isLeaving = true;
  }

  async resume(): Promise<void> {
    await this.post('resume', '/billing/resume', {});
    this.isLeaving = false;
  }

  /** Has a server of its own told of every change. */
  async listen(): Promise<void> {
    const { diary, receivers } = this.stage;
    const url = receivers.urlOf(this.org.name);
    const answer = await this.post('register a webhook endpoint', '/webhooks', { url, events: ['*'] });
    if (answer?.status !== 200) return;
    const { id, secret } = answer.data as { id: string; secret: string };
    receivers.trust(this.org.name, secret);
    this.endpointId = id;
    diary.listening.push({ org: this.org, endpointId: id, since: Date.now() });
  }

  /** One that was switched off, for it has said that it is gone, is switched on again; else its secret is changed. */
  async lookAfterEndpoint(): Promise<void> {
    if (this.endpointId === null) return;
    const path = `/webhooks/${this.endpointId}`;
    const seen = await this.read(path);
    if (seen?.status !== 200) return;
    if (seen.data.enabled === false) {
      this.stage.diary.switchedOff.push(this.endpointId);
      await this.patch('switch the endpoint on again', path, { enabled: true });
      return;
    }
    const answer = await this.post('rotate the endpoint’s secret', `${path}/rotate-secret`, {});
    if (answer?.status === 200) this.stage.receivers.trust(this.org.name, answer.data.secret as string);
  }

  async openPortal(): Promise<void> {
    await this.post('open the portal', '/billing/portal', {});
  }

  async lookAround(): Promise<void> {
    const path = this.random.pick(['/billing/history', '/billing/credits', '/billing/credit-summary']);
    this.note('read history or credits', outcomeOf(await this.read(path)));
  }

  private abandon(): null {
    this.note('abandon the checkout', 'done');
    return null;
  }

  private async pay(checkoutUrl: string, card: string) {
    const paid = await this.stage.sandbox.pay(checkoutUrl, card);
    const kind = paid === null ? 'find the hosted page expired' : 'pay at the hosted page';
    this.note(kind, paid === null || paid.status === 'succeeded' ? 'done' : 'refused');
    return paid;
  }

  /** A webhook may be lost: after a while the customer comes back by themselves, and that makes the service look. */
  private async untilRunning(sessionId: string): Promise<void> {
    for (let look = 1; look <= LOOKS && !this.stage.isOver(); look += 1) {
      if (RUNNING.has((await this.look())?.status ?? '')) {
        this.isWaitingForPlan = false;
        return;
      }
      if (look % LOOKS_PER_RETURN === 0) await this.verify(sessionId);
      await sleep(LOOK_EVERY_MS);
    }
  }

  private verify(sessionId: string): Promise<Answer | null> {
    const { key } = this.org;
    return this.stage.service.try('POST', '/billing/verify-checkout', { key, body: { sessionId } });
  }

  /** The same key until there is an answer: spent once, or not at all. */
  private async consume(amount: number): Promise<void> {
    const { service, diary, isOver } = this.stage;
    const consumption = diary.noteConsumption(this.org, randomUUID(), amount);
    this.note('spend credits', outcomeOf(await settleConsumption(service, consumption, isOver)));
  }

  private read(path: string): Promise<Answer | null> {
    return this.stage.service.try('GET', path, { key: this.org.key });
  }

  private post(kind: string, path: string, body: object): Promise<Answer | null> {
    return this.insist(kind, 'POST', path, body);
  }

  private patch(kind: string, path: string, body: object): Promise<Answer | null> {
    return this.insist(kind, 'PATCH', path, body);
  }

  private async insist(kind: string, method: string, path: string, body: object): Promise<Answer | null> {
    const answer = await this.stage.service.insist(this.org, method, path, body, this.stage.isOver);
    this.note(kind, outcomeOf(answer));
    return answer;
  }

  private note(kind: string, outcome: Outcome): void {
    this.stage.diary.steps.note(kind, outcome);
  }
}

function outcomeOf(answer: Answer | null): Outcome {
  if (answer === null || answer.status >= 500) return 'open';
  return answer.status < 300 ? 'done' : 'refused';
}
