import { setTimeout as sleep } from 'node:timers/promises';
import type { Fate, Plan, Point } from '../support/crash-points';
import type { Life } from '../support/life';
import { RefundPath } from '../support/refund-path';
import type { Debt } from '../support/refund-path';

const LONG_MS = 240_000;

/**
 * Every statement and every call on the way of the setup fee is a point. At each
 * of them a process dies, or stands still while others go on, once in every way
 * that there is; nothing is sampled.
 */
describe('Law 1: the fee comes back once, wherever a process dies on the way', () => {
  let path: RefundPath;
  let points: Point[];
  const count = { deaths: 0, stalls: 0 };

  beforeAll(async () => {
    path = await RefundPath.open();
    points = await walkOnce();
  }, LONG_MS);

  afterAll(async () => {
    await path.close();
    process.stdout.write(`Law 1: ${points.length} points, ${count.deaths} deaths, ${count.stalls} stalls\n`);
  });

  async function walkOnce(): Promise<Point[]> {
    const debt = await path.newDebt();
    const life = await path.begin();
    life.points.arm();
    await path.walk(life, [debt]);
    const met = life.points.points;
    await path.recover([debt]);
    await path.expectOneRefund(debt);
    await life.end();
    return met;
  }

  function numbered(isMeant: (point: Point) => boolean): number[] {
    return points.flatMap((point, at) => (isMeant(point) ? [at] : []));
  }

  /** A life on its debt's way until it has met its fate; what it leaves is hidden from the next one. */
  async function dies(debt: Debt, plan: Plan): Promise<Life> {
    const life = await path.begin();
    life.points.arm(plan);
    const walk = path
      .walk(life, [debt])
      .then(() => Promise.reject(new Error(`Point ${plan.at} was not met`)));
    await Promise.race([walk, life.points.reached]);
    count.deaths += 1;
    await path.hideJobs();
    return life;
  }

  async function expectRecovery(debts: Debt[], dead: Life[]): Promise<void> {
    const arrive = () => Promise.all(dead.map((life) => life.points.late?.()));
    await path.recover(debts, arrive);
    for (const debt of debts) await path.expectOneRefund(debt);
    for (const life of dead) await life.end();
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

  it.each<[Fate, (point: Point) => boolean]>([
    ['dies before', () => true],
    ['dies after', () => true],
    ['dies, request late', ({ kind }) => kind === 'http'],
  ])(
    'when it %s each of them',
    async (fate, isMeant) => {
      const debts: Debt[] = [];
      const dead: Life[] = [];
      for (const at of numbered(isMeant)) {
        const debt = await path.newDebt();
        debts.push(debt);
        dead.push(await dies(debt, { at, fate }));
      }
      await expectRecovery(debts, dead);
    },
    LONG_MS,
  );

  it(
    'when the answer to its request is lost with it, and the next one dies at each of its own points',
    async () => {
      const ask = points.findIndex(({ label }) => label === 'POST /refunds');
      const debts: Debt[] = [];
      const dead: Life[] = [];
      for (let at = 0, isThere = true; isThere; at += 1) {
        const debt = await path.newDebt();
        debts.push(debt);
        dead.push(await dies(debt, { at: ask, fate: 'dies after' }));
        isThere = await diesAgain(debt, at, dead);
      }
      expect(debts.length).toBeGreaterThan(20);
      await expectRecovery(debts, dead);
    },
    LONG_MS,
  );

  /** False when its way is over before it comes to this point. */
  async function diesAgain(debt: Debt, at: number, dead: Life[]): Promise<boolean> {
    const next = await path.begin();
    dead.push(next);
    await path.freeJobsOf(debt);
    next.points.arm({ at, fate: 'dies after' });
    await Promise.race([path.walk(next, [debt]), next.points.reached]);
    if (next.points.isDead) count.deaths += 1;
    await path.hideJobs();
    return next.points.isDead;
  }

  it.each<Fate>(['stalls before', 'stalls after'])(
    'when it %s each of them, and another one does all the rest meanwhile',
    async (fate) => {
      const life = await path.begin();
      for (let at = 0; at < points.length; at += 1) {
        const debt = await path.newDebt();
        life.points.arm({ at, fate });
        const walk = path.walk(life, [debt]);
        await Promise.race([walk, life.points.reached]);
        await others(life, debt);
        await walk;
        life.points.disarm();
        await path.recover([debt]);
        await path.expectOneRefund(debt);
        count.stalls += 1;
      }
      await life.end();
    },
    LONG_MS,
  );

  /** Where they come to wait for a lock of the one that stands still, it goes on beside them. */
  async function others(life: Life, debt: Debt): Promise<void> {
    let isDone = false;
    const rest = path
      .recover([{ ...debt, unacknowledged: [...debt.unacknowledged] }])
      .finally(() => (isDone = true));
    while (!isDone && !(await path.isAnyoneWaiting())) await sleep(5);
    life.points.release();
    await rest;
  }
});
