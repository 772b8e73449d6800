import { setTimeout as sleep } from 'node:timers/promises';
import { PACKS } from '../faults/catalogue';
import { settleConsumption } from '../faults/consumption';
import type { Org } from '../faults/diary';
import { CARDS } from '../faults/sandbox-client';
import type { Stage } from './stage';

const URLS = { successUrl: 'https://app.example.com/done', cancelUrl: 'https://app.example.com/back' };
const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 200;

export const never = (): boolean => false;

/** Waits until `look` says so; an error names what was waited for. */
export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain until ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** What customers do, one after the other, as the story has it. */
export class Company {
  constructor(private readonly stage: Stage) {}

  async found(name: string): Promise<Org> {
    const { client, operatorToken, diary } = this.stage;
    const body = { name, email: `${name}@example.com` };
    const answer = await client.try('POST', '/organizations', { operatorToken, body });
    if (answer?.status !== 200) throw new Error(`${name} was not made: ${answer?.message ?? 'no answer'}`);
    const { id, apiKey } = answer.data as { id: string; apiKey: { key: string } };
    const org = { id, name, key: apiKey.key };
    diary.orgs.push(org);
    return org;
  }

  /** Answers where it is to be paid. */
  async openCheckout(org: Org): Promise<string> {
    return (await this.post(org, '/billing/checkout', { planId: 'plan_pro', ...URLS })).checkoutUrl as string;
  }

  /** Answers the payment. */
  async pay(checkoutUrl: string, card: string = CARDS.good): Promise<string> {
    const paid = await this.stage.sandbox.pay(checkoutUrl, card);
    if (paid?.status !== 'succeeded') throw new Error(`${checkoutUrl} was not paid`);
    return paid.payment_id;
  }

  /** Answers the payment that carries the fee. */
  async subscribe(org: Org, card: string = CARDS.good): Promise<string> {
    return this.pay(await this.openCheckout(org), card);
  }

  async buyPack(org: Org): Promise<void> {
    const answer = await this.post(org, '/billing/credits/purchase', { packId: PACKS[0]!.id, ...URLS });
    await this.pay(answer.checkoutUrl as string);
  }

  async consume(org: Org, key: string, amount: number): Promise<void> {
    const consumption = this.stage.diary.noteConsumption(org, key, amount);
    await settleConsumption(this.stage.client, consumption, never);
  }

  async post(org: Org, path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await this.stage.client.insist(org, 'POST', path, body, never);
    if (answer?.status !== 200) throw new Error(`${path} of ${org.name}: ${answer?.message ?? 'no answer'}`);
    return answer.data;
  }

  /** Waits until the service says so of the refund of this payment. */
  async untilRefund(paymentId: string, state: string): Promise<void> {
    await until(`the refund of ${paymentId} is ${state}`, async () => {
      const sql = 'SELECT state FROM refunds WHERE dodo_payment_id = $1';
      const [row] = await this.stage.database().rows<{ state: string }>(sql, [paymentId]);
      return row?.state === state;
    });
  }
}
