import type { Org } from '../faults/diary';
import { CARDS } from '../faults/sandbox-client';
import { Company, until } from './company';
import type { Stage } from './stage';

const DAY_SECONDS = 86_400;

/** Where things stood when the dump was made. */
export interface AtDump {
  /** How often Dodo had been asked for the refund of a payment. */
  asks: Map<string, number>;
  sessions: Set<string>;
}

/**
 * Eleven organizations, each of which is somewhere else when the backup is made, goes on after it, and is to be found
 * again at Dodo. What each is there for stands beside its name.
 */
export class Story {
  private readonly company: Company;
  private readonly orgs = new Map<string, Org>();
  private readonly payments = new Map<string, string>();
  private readonly checkouts = new Map<string, string>();
  /** Refunds that Dodo had made before everything was lost. */
  readonly made = new Set<string>();

  constructor(private readonly stage: Stage) {
    this.company = new Company(stage);
  }

  async beforeTheBackup(): Promise<string> {
    const { sandbox } = this.stage;
    await this.restart('inline');
    // Settled; will spend credits that nobody remembers, change plan, leave, or fail to pay.
    for (const name of ['spender', 'mover', 'leaver']) await this.subscribe(name);
    await this.subscribe('defaulter', CARDS.failsLater);
    for (const payment of this.payments.values()) await this.company.untilRefund(payment, 'succeeded');
    await this.company.consume(this.org('spender'), 'before-the-backup', 40);
    await this.company.buyPack(this.org('spender'));
    // Its refund is pending at Dodo.
    await sandbox.behave({ refundOutcome: 'stuck_pending' });
    await this.company.untilRefund(await this.subscribe('patient'), 'pending');
    await sandbox.behave({ refundOutcome: 'succeeded' });
    // Its refund has been asked for, and nobody knows whether it is made.
    await sandbox.order({ method: 'POST', path: '/refunds', kind: 'error_before', times: 100 });
    await this.company.untilRefund(await this.subscribe('unlucky'), 'requested');
    // Each has a checkout; whose payment waits in the inbox, who pays later, and who pays while all is down.
    for (const name of ['unread', 'visitor', 'stranded']) {
      const org = await this.found(name);
      this.checkouts.set(name, await this.company.openCheckout(org));
    }
    // Subscribes later, without a trace before.
    await this.found('late');
    await this.restart('off');
    await this.pay('unread');
    await until('its events are in the inbox', async () => (await this.waiting()) > 0);
    return `${this.orgs.size} organizations: refunds settled, pending, asked for, owed by an event that waits in the inbox`;
  }

  async noteWhereThingsStand(): Promise<AtDump> {
    const rows = await this.stage
      .database()
      .rows<{ id: string; asks: number }>('SELECT dodo_payment_id AS id, asks FROM refunds');
    const { checkouts } = await this.stage.sandbox.books();
    return {
      asks: new Map(rows.map(({ id, asks }) => [id, asks])),
      sessions: new Set(checkouts.map(({ session_id }) => session_id)),
    };
  }

  async afterTheBackup(): Promise<string> {
    await this.stage.sandbox.clearFaults();
    await this.restart('inline');
    await this.settlePending();
    await this.pay('visitor');
    await this.subscribeKnown('late');
    // Nobody will know it after the restore.
    await this.subscribe('newcomer');
    for (const payment of this.payments.values()) await this.company.untilRefund(payment, 'succeeded');
    await this.company.post(this.org('mover'), '/billing/change-plan', { planId: 'plan_business' });
    await this.company.post(this.org('leaver'), '/billing/cancel', { when: 'now' });
    await this.company.consume(this.org('spender'), 'after-the-backup', 60);
    await until('all webhooks are delivered', async () => {
      const { pending } = await this.stage.sandbox.countDeliveries();
      return pending === 0 && (await this.waiting()) === 0;
    });
    const { refunds } = await this.stage.sandbox.books();
    refunds.forEach(({ payment_id }) => this.made.add(payment_id));
    return `5 refunds made or settled, 1 plan changed, 1 cancelled, credits spent, 1 organization born`;
  }

  /** The process and its database are gone, and Dodo's webhooks go nowhere. */
  async loseEverything(): Promise<string> {
    await this.stage.sandbox.behave({ webhooks: { dropRate: 1 } });
    await this.stage.service.kill();
    await this.stage.replaceDatabase();
    await this.pay('stranded');
    await this.stage.sandbox.advance(4 * DAY_SECONDS);
    return 'a fee was paid meanwhile, and all trials have ended: renewals were paid, and one was not';
  }

  get newcomer(): Org {
    return this.org('newcomer');
  }

  private async settlePending(): Promise<void> {
    const { refunds } = await this.stage.sandbox.books();
    const pending = refunds.filter(({ status }) => status === 'pending');
    for (const { refund_id, payment_id } of pending) {
      if (payment_id !== this.payments.get('patient')) continue;
      await this.stage.sandbox.settleRefund(refund_id, 'succeeded');
    }
  }

  private async subscribe(name: string, card?: string): Promise<string> {
    await this.found(name);
    return this.subscribeKnown(name, card);
  }

  private async subscribeKnown(name: string, card?: string): Promise<string> {
    const payment = await this.company.subscribe(this.org(name), card);
    this.payments.set(name, payment);
    return payment;
  }

  private async pay(name: string): Promise<void> {
    this.payments.set(name, await this.company.pay(this.checkouts.get(name)!));
  }

  private async found(name: string): Promise<Org> {
    const org = await this.company.found(name);
    this.orgs.set(name, org);
    return org;
  }

  private org(name: string): Org {
    const org = this.orgs.get(name);
    if (!org) throw new Error(`The story has no ${name} yet`);
    return org;
  }

  private async restart(jobs: 'inline' | 'off'): Promise<void> {
    await this.stage.service.stop();
    await this.stage.service.start(this.stage.databaseUrl(), jobs);
  }

  private async waiting(): Promise<number> {
    return (await this.stage.database().countWaiting()) ?? 0;
  }
}
