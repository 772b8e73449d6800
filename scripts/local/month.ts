import { setTimeout as sleep } from 'node:timers/promises';
import { same } from './demo-checks';
import { ServiceClient, request } from './demo-client';
import type { Checkout, SandboxClient } from './demo-client';
import { newcomersByDay } from './month-story';
import type { Newcomer } from './month-story';
import type { CustomersServer } from './customers-server';

const DAYS = 36;
/** Those who come on these have their refunds refused by the bank. */
const BAD_DAYS = [19, 20];
/** Somebody buys at another shop of the same Dodo account. */
const FOREIGN_DAY = 15;
/** Dodo answers some reads with errors. */
const HICCUP_DAY = 24;
/** Somebody who has a plan is sold another one, by a link that the merchant sent. */
const SOLD_TWICE_DAY = 28;
/** Somebody asks the bank for the money of a month. */
const DISPUTE_DAY = 34;
const QUIET_DEADLINE_MS = 30_000;

const GOOD_CARD = '4242424242424242';
const DECLINED_CARD = '4000000000000002';
const RENEWAL_FAILURE_CARD = '4000000000000341';

interface Customer extends Newcomer {
  orgId: string;
  service: ServiceClient;
  cameOn: number;
}

/** A month in the life of an instance, lived through its API while the sandbox's clock runs ahead. */
export class Month {
  private readonly customers: Customer[] = [];
  private listeners = 0;

  constructor(
    private readonly serviceUrl: string,
    private readonly operatorToken: string,
    private readonly sandbox: SandboxClient,
    private readonly customersServer: CustomersServer,
  ) {}

  async live(onDay: (day: number, of: number) => void): Promise<void> {
    for (const [day, newcomers] of newcomersByDay(DAYS).entries()) {
      if (day > 0) await this.sandbox.advanceClock('1d');
      await this.untilQuiet();
      await this.sandbox.behave({ refundOutcome: BAD_DAYS.includes(day) ? 'failed' : 'succeeded' });
      if (day === FOREIGN_DAY) await this.sandbox.sellElsewhere(GOOD_CARD);
      if (day === HICCUP_DAY) await this.sandbox.fault('GET', '/payments/*', 3);
      if (day === SOLD_TWICE_DAY) {
        const { email, orgId } = this.loyal(0);
        await this.sandbox.sellByLink(email, orgId, GOOD_CARD);
      }
      if (day === DISPUTE_DAY) await this.sandbox.dispute(this.loyal(1).email);
      await Promise.all(this.customers.map((customer) => this.goOn(customer, day - customer.cameOn)));
      await Promise.all(newcomers.map((newcomer) => this.arrive(newcomer, day)));
      // The hours pass: what was asked for today is settled today.
      await this.sandbox.advanceClock('1m');
      await this.untilQuiet();
      onDay(day + 1, DAYS);
    }
  }

  private async arrive(newcomer: Newcomer, day: number): Promise<void> {
    const { name, email, planId, fate } = newcomer;
    const answer = await this.operator('POST', '/organizations', { name, email });
    const { id: orgId, apiKey } = (answer as { data: { id: string; apiKey: { key: string } } }).data;
    const service = new ServiceClient(this.serviceUrl, apiKey.key);
    await this.listen(service, planId);
    const { status, body } = await service.checkout(planId);
    same('POST /billing/checkout answers', status, 200);
    const { checkoutUrl } = (body as { data: Checkout }).data;
    if (fate === 'does not pay') return;
    const cards: Partial<Record<typeof fate, string>> = {
      'is declined': DECLINED_CARD,
      'can not pay': RENEWAL_FAILURE_CARD,
    };
    await this.sandbox.pay(checkoutUrl, cards[fate] ?? GOOD_CARD);
    if (fate !== 'is declined') this.customers.push({ ...newcomer, orgId, service, cameOn: day });
  }

  /** Of those who came early and stay: the same ones every time, whoever of a day was quicker to pay. */
  private loyal(index: number): Customer {
    const stays = this.customers.filter(({ fate }) => fate === 'stays');
    return stays.toSorted((a, b) => a.cameOn - b.cameOn || a.email.localeCompare(b.email))[index]!;
  }

  /** Those with the smallest plan do not care for webhooks; of the others, some have trouble taking them. */
  private async listen(service: ServiceClient, planId: string): Promise<void> {
    if (planId === 'plan_starter') return;
    this.listeners += 1;
    const path = this.listeners % 9 === 0 ? '/broken' : this.listeners % 5 === 0 ? '/flaky' : '/good';
    const { status } = await service.post('/webhooks', {
      url: this.customersServer.urlOf(path),
      events: ['*'],
    });
    same('POST /webhooks answers', status, 200);
  }

  /** What a customer does on its nth day. */
  private async goOn({ service, planId, fate }: Customer, age: number): Promise<void> {
    if (age > 0 && age % 3 === 0 && fate !== 'can not pay') await service.consume(5 * age);
    if (fate === 'leaves in the trial' && age === 2) {
      await ask(service, '/billing/cancel', { when: 'now', reason: 'unused' });
    }
    if (fate === 'leaves' && age === 9)
      await ask(service, '/billing/cancel', { when: 'now', reason: 'too_expensive' });
    if (fate === 'upgrades' && age === 8)
      await ask(service, '/billing/change-plan', { planId: above(planId) });
    if (fate === 'downgrades' && age === 11)
      await ask(service, '/billing/change-plan', { planId: 'plan_starter' });
  }

  /** Every webhook has been taken, and every event been followed. */
  private async untilQuiet(): Promise<void> {
    const deadline = Date.now() + QUIET_DEADLINE_MS;
    while (!(await this.isQuiet())) {
      if (Date.now() > deadline)
        throw new Error(`Events were still waiting after ${QUIET_DEADLINE_MS / 1000} s.`);
      await sleep(40);
    }
  }

  private async isQuiet(): Promise<boolean> {
    if (!(await this.sandbox.isQuiet())) return false;
    const answer = await this.operator('GET', '/operator/dodo-events?status=pending&limit=1');
    return (answer as { data: { total: number } }).data.total === 0;
  }

  private async operator(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { 'x-operator-token': this.operatorToken, 'x-operator-name': 'Sign-up form' };
    const answer = await request(method, this.serviceUrl + path, { headers, body });
    same(`${method} ${path} answers`, answer.status, 200);
    return answer.body;
  }
}

/** A plan is not above the dearest: then nothing changes, and the API says so. */
async function ask(service: ServiceClient, path: string, body: object): Promise<void> {
  const { status } = await service.post(path, body);
  if (status !== 200 && status !== 409) same(`POST ${path} answers`, status, 200);
}

function above(planId: string): string {
  return planId === 'plan_starter' ? 'plan_pro' : 'plan_business';
}
