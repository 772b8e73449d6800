import { setTimeout as sleep } from 'node:timers/promises';
import { settleConsumption } from './consumption';
import type { SeededRandom } from './seeded-random';
import type { World } from './world';

const LOOK_EVERY_MS = 250;
const DELIVERY_PATIENCE_MS = 120_000;
const QUIET_PATIENCE_MS = 180_000;
const RECONCILE_PATIENCE_MS = 15 * 60_000;
/** Longer than Dodo waits before any of its tries. */
const LONGEST_RETRY_SECONDS = 10.5 * 3600;
const FAILED_REFUNDS = 0.05;
/** Dodo refunds for 30 days: where a no comes later than this, nothing that the service does could give the fee back. */
const REFUNDABLE_MS = 20 * 86_400_000;
/** How long planned tries are left alone before they are made due. */
const HASTEN_EVERY_MS = 1_000;
const PARALLEL = 8;
/** Jobs that are always planned. */
const COME_BACK = ['reconciliation.begin', 'webhook.sweep', 'inbox.retention'];

/**
 * After the storm: everything comes up, everything that is under way arrives, what was lost is looked for, and
 * nothing is left to do. Only then can what the service has be compared with what it must have.
 */
export class Calm {
  constructor(
    private readonly world: World,
    private readonly random: SeededRandom,
    private readonly say: (what: string) => void,
  ) {}

  async settle(): Promise<void> {
    this.say('waiting for the processes');
    await Promise.all(this.world.processes.map((process) => process.untilReady()));
    this.say('asking again what was spent');
    await this.settleConsumptions();
    this.say('delivering what is left');
    await this.settleRefunds();
    await this.deliver();
    this.say('waiting until nothing is left to do');
    await this.untilQuiet();
    if (!this.world.canReconcile) return;
    this.say('reconciling');
    await this.reconcile();
    this.say('waiting until nothing is left to do');
    await this.untilQuiet();
  }

  private async settleConsumptions(): Promise<void> {
    const open = this.world.diary.consumptions.filter(({ outcome }) => outcome === 'unknown');
    const work = async (): Promise<void> => {
      for (let next = open.pop(); next; next = open.pop()) {
        await settleConsumption(this.world.service, next, () => false);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  /** The bank makes up its mind about what was held, now and then with a no. */
  private async settleRefunds(): Promise<void> {
    const { payments, refunds } = await this.world.sandbox.books();
    const paidAt = new Map(payments.map((it) => [it.payment_id, Date.parse(it.created_at)]));
    for (const { refund_id, payment_id, status } of refunds) {
      if (status !== 'pending' && status !== 'review') continue;
      const isRefundable = this.world.time.now - paidAt.get(payment_id)! < REFUNDABLE_MS;
      const outcome = this.random.chance(FAILED_REFUNDS) && isRefundable ? 'failed' : 'succeeded';
      await this.world.sandbox.settleRefund(refund_id, outcome).catch((error: Error) => {
        // It has settled by itself in the meantime.
        if (!error.message.includes('REFUND_SETTLED')) throw error;
      });
    }
  }

  /** Dodo tries again for a day; the clock is moved for it, and what falls due on the way is delivered as well. */
  private async deliver(): Promise<void> {
    const deadline = Date.now() + DELIVERY_PATIENCE_MS;
    for (let look = 1; Date.now() < deadline; look += 1) {
      if ((await this.world.sandbox.countDeliveries()).pending === 0) return;
      if (look % 6 === 0) await this.world.sandbox.advance(LONGEST_RETRY_SECONDS);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** What the service plans for later it is made to do now: the queue's own function, as an operator would use it. */
  private async untilQuiet(): Promise<void> {
    const deadline = Date.now() + QUIET_PATIENCE_MS;
    let hastenAt = Date.now() + HASTEN_EVERY_MS;
    let quietLooks = 0;
    while (quietLooks < 2 && Date.now() < deadline) {
      await sleep(LOOK_EVERY_MS);
      quietLooks = (await this.isBusy()) ? 0 : quietLooks + 1;
      if (quietLooks > 0 || Date.now() < hastenAt) continue;
      await this.world.database.hasten();
      await this.world.database.hastenWebhooks();
      hastenAt = Date.now() + HASTEN_EVERY_MS;
    }
  }

  private async isBusy(): Promise<boolean> {
    const [row] = await this.world.database.rows<{ busy: boolean }>(
      `SELECT EXISTS (SELECT FROM dodo_events WHERE status = 'pending')
           OR EXISTS (SELECT FROM refunds WHERE state IN ('owed', 'requested'))
           OR EXISTS (SELECT FROM webhook_deliveries JOIN webhook_endpoints ON webhook_endpoints.id = endpoint_id
                       WHERE status = 'pending' AND enabled)
           OR EXISTS (SELECT FROM graphile_worker.jobs
                       WHERE run_at <= now() + interval '30 seconds' AND task_identifier <> ALL ($1)) AS busy`,
      [COME_BACK],
    );
    return row?.busy ?? true;
  }

  private async reconcile(): Promise<void> {
    const deadline = Date.now() + RECONCILE_PATIENCE_MS;
    while (Date.now() < deadline) {
      const { operatorToken, service } = this.world;
      const answer = await service.try('POST', '/operator/reconcile', { operatorToken });
      if (answer?.status === 200 && answer.data.status === 'completed') return;
      await sleep(LOOK_EVERY_MS);
    }
    throw new Error('The reconciliation did not come to its end');
  }
}
