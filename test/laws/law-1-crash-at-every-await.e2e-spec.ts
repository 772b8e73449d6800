import { setTimeout as sleep } from 'node:timers/promises';
import { lastingPoints } from '../support/crash-points';
import type { Fate, Plan, Point } from '../support/crash-points';
import type { Life } from '../support/life';
import { RefundPath } from '../support/refund-path';
import type { Debt } from '../support/refund-path';

const LONG_MS = 600_000;

/** `npm run exhaustive`: every point, where the suite takes those that leave something behind. */
const isExhaustive = process.env.EXHAUSTIVE === '1';
const exhaustively = isExhaustive ? it : it.skip;

/**
 * Every statement and every call on the way of the setup fee is a point. At each
 * of them a process dies, or stands still while others go on; none is left to chance.
 * Between two points nothing happens outside the process: so to die, or to stand
 * still, after one is the same as to do so before the next one.
 */
describe('Law 1: the fee comes back once, wherever a process dies on the way', () => {
  let path: RefundPath;
  let points: Point[];
  let next: Promise<Life>;
  const count = { deaths: 0, stalls: 0 };

  beforeAll(async () => {
    path = await RefundPath.open();
    points = await walkOnce();
    next = path.begin();
  }, LONG_MS);

  afterAll(async () => {
    await (await next).end();
    await path.close();
    process.stdout.write(`Law 1: ${points.length} points, ${count.deaths} deaths, ${count.stalls} stalls\n`);
  });

  /** Of the fee's line and nothing else, at Dodo and in our books; and Dodo never heard of it before they said so. */
  async function expectOneRefund(debt: Debt): Promise<void> {
    const { atDodo, inOurBooks, requests } = await path.refundsOf(debt);
    const line = { item_id: 'pdt_setup_fee', amount: 100 };
    expect(atDodo).toMatchObject([{ status: 'succeeded', amount: 100, items: [line] }]);
    const { refund_id } = atDodo[0]!;
    expect(inOurBooks).toMatchObject([
      { state: 'succeeded', dodo_refund_id: refund_id, amount_minor: '100' },
    ]);
    expect(requests).toBeLessThanOrEqual(inOurBooks[0]!.asks);
  }

  /** The one after is made meanwhile. */
  async function begin(): Promise<Life> {
    const life = await next;
    next = path.begin();
    return life;
  }

  async function walkOnce(): Promise<Point[]> {
    const [debt] = await path.newDebts(1);
    const life = await path.begin();
    life.points.arm();
    await path.walk(life, [debt!]);
    const met = life.points.points;
    await path.recover([debt!]);
    await expectOneRefund(debt!);
    await life.end();
    return met;
  }

  const everywhere = (fate: Fate): Plan[] => points.map((_, at) => ({ at, fate }));

  const whereItLasts = (fate: Fate): Plan[] =>
    isExhaustive ? everywhere(fate) : lastingPoints(points).map((at) => ({ at, fate }));

  const atCalls = (fate: Fate): Plan[] => everywhere(fate).filter(({ at }) => points[at]!.kind === 'http');

  /** A life on its debt's way until it has met its fate; what it leaves is hidden from the next one. */
  async function dies(debt: Debt, plan: Plan): Promise<Life> {
    const life = await begin();
    life.points.arm(plan);
    const walk = path.walk(life, [debt]);
    await Promise.race([walk, life.points.reached]);
    if (life.points.isDead) count.deaths += 1;
    await path.hideJobs();
    return life;
  }

  async function expectRecovery(debts: Debt[], lives: Life[]): Promise<void> {
    try {
      await path.recover(debts, async () => {
        for (const life of lives) await life.points.late?.();
      });
      for (const debt of debts) await expectOneRefund(debt);
    } finally {
      for (const life of lives) await life.end();
    }
  }

  it('leads past all that is known to matter', () => {
    const labels = points.map(({ label }) => label).join('\n');
    for (const known of [
      /INSERT INTO "refunds"/,
      /UPDATE "refunds" SET .*"asks"/,
      /POST \/refunds/,
      /COMMIT/,
    ]) {
      expect(labels).toMatch(known);
    }
  });

  async function expectOneRefundAfterDeaths(plans: Plan[]): Promise<void> {
    const debts = await path.newDebts(plans.length);
    const dead: Life[] = [];
    for (const [nth, plan] of plans.entries()) dead.push(await dies(debts[nth]!, plan));
    expect(dead.every((life) => life.points.isDead)).toBe(true);
    await expectRecovery(debts, dead);
  }

  it(
    'when it dies after each of them, or before the first',
    () => expectOneRefundAfterDeaths([{ at: 0, fate: 'dies before' }, ...whereItLasts('dies after')]),
    LONG_MS,
  );

  it(
    'when it dies at each call, and the call arrives after its death',
    () => expectOneRefundAfterDeaths(atCalls('dies, request late')),
    LONG_MS,
  );

  exhaustively(
    'when it dies before each of them',
    () => expectOneRefundAfterDeaths(everywhere('dies before')),
    LONG_MS,
  );

  exhaustively(
    'when it dies between its claim to ask and the answer, and the next one dies at each of its own points',
    async () => {
      const claim = points.findIndex(({ label }) => /UPDATE "refunds" SET .*"asks"/.test(label));
      const answer = points.findIndex(({ label }, at) => at > claim && label === 'COMMIT');
      for (let first = claim; first <= answer; first += 1) await diesTwice({ at: first, fate: 'dies after' });
    },
    LONG_MS,
  );

  async function diesTwice(first: Plan): Promise<void> {
    const debts: Debt[] = [];
    const lives: Life[] = [];
    for (let at = 0, isDead = true; isDead; at += 1) {
      const [debt] = await path.newDebts(1);
      debts.push(debt!);
      lives.push(await dies(debt!, first));
      await path.freeJobsOf(debt!);
      const second = await dies(debt!, { at, fate: 'dies after' });
      lives.push(second);
      isDead = second.points.isDead;
    }
    await expectRecovery(debts, lives);
  }

  async function expectOneRefundAfterStalls(plans: Plan[]): Promise<void> {
    const debts = await path.newDebts(plans.length);
    const life = await begin();
    try {
      for (const [nth, plan] of plans.entries()) await stalls(life, debts[nth]!, plan);
    } finally {
      await life.end();
    }
  }

  async function stalls(life: Life, debt: Debt, plan: Plan): Promise<void> {
    life.points.arm(plan);
    const walk = path.walk(life, [debt]);
    await Promise.race([walk, life.points.reached]);
    await others(life, debt);
    await walk;
    life.points.disarm();
    await path.recover([debt]);
    await expectOneRefund(debt);
    count.stalls += 1;
  }

  /** Where they come to wait for a lock of the one that stands still, it goes on beside them. */
  async function others(life: Life, debt: Debt): Promise<void> {
    const theirs = { ...debt, unacknowledged: [...debt.unacknowledged] };
    const rest = path.recover([theirs]).then(() => true);
    while (!(await Promise.race([rest, sleep(2, false)]))) if (await path.isAnyoneWaiting()) break;
    life.points.release();
    await rest;
  }

  it(
    'when it stands still before each of them, while another one does all the rest',
    () => expectOneRefundAfterStalls(whereItLasts('stalls before')),
    LONG_MS,
  );

  exhaustively(
    'when it stands still after each of them, while another one does all the rest',
    () => expectOneRefundAfterStalls(everywhere('stalls after')),
    LONG_MS,
  );
});
