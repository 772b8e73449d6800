import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderedFault } from './sandbox-client';
import {
  FAULT_ROUTES,
  FIRST_STRIKES,
  STRIKES,
  READ_STATUSES,
  WRITE_STATUSES,
  HOUSE_STYLES,
  KINDS,
} from './weather-kinds';
import type { SeededRandom } from './seeded-random';
import type { World } from './world';

const FAULT_EVERY_MS = 120;
/** Calls to Dodo that go wrong, for each webhook or call that reaches the service: whatever the machine's speed. */
const FAULTS_PER_ARRIVAL = 0.12;
const WATCH_EVERY_MS = 250;
const COUNT_EVERY_MS = 2_000;
/**
 * The calm between two strikes, in units of what the last recovery took, least and most: so the service is up for most
 * of the time, and struck as often as the machine can take, whatever its speed.
 */
const CALM_PER_RECOVERY = [0.6, 2.5] as const;
const SHORTEST_RECOVERY_MS = 2_500;
/** The share of strikes that hit what is still recovering from the one before. */
const STRUCK_EARLY = 0.12;
const EARLY_MS = [200, 4_000] as const;
/** Least and most milliseconds from one of these to the next. */
const CUT_MS = [1_500, 5_000] as const;
const HALF_OPEN_LASTS_MS = [1_000, 6_000] as const;
const FRONT_MS = [5_000, 10_000] as const;
const RESEND_MS = [20_000, 40_000] as const;
const RESEND_DAYS = 2;
const DAY_MS = 86_400_000;

/**
 * Everything that goes wrong, on a schedule that the seed decides: each kind has its own chance, so that one does not
 * change the others. It lasts until `isOver`, and leaves clear sky behind.
 */
export class Weather {
  private ordered = 0;
  private readonly opening = [...FIRST_STRIKES];

  constructor(
    private readonly world: World,
    private readonly chanceOf: (name: string) => SeededRandom,
  ) {}

  /** The least that a run has to have: a slow machine takes longer for it. */
  get hasStruck(): boolean {
    return this.opening.length === 0;
  }

  async storm(isOver: () => boolean): Promise<void> {
    await Promise.all([
      this.every('faults', [FAULT_EVERY_MS, FAULT_EVERY_MS], isOver, (random) => this.orderFault(random)),
      this.every('watch', [WATCH_EVERY_MS, WATCH_EVERY_MS], isOver, () => this.watch()),
      this.every('count', [COUNT_EVERY_MS, COUNT_EVERY_MS], isOver, () => this.countFaults()),
      this.strike(isOver),
      this.every('cuts', CUT_MS, isOver, (random) => this.cut(random)),
      this.every('fronts', FRONT_MS, isOver, (random) => this.changeFront(random)),
      this.every('resends', RESEND_MS, isOver, () => this.resend()),
    ]);
    await this.clear();
  }

  private async every(
    name: string,
    [least, most]: readonly [number, number],
    isOver: () => boolean,
    act: (random: SeededRandom) => Promise<unknown>,
  ): Promise<void> {
    const random = this.chanceOf(`weather:${name}`);
    if (name === 'fronts') await act(random);
    while (!isOver()) {
      await sleep(random.between(least, most));
      if (!isOver()) await act(random);
    }
  }

  private async watch(): Promise<void> {
    const up = this.world.processes.filter(({ isUp }) => isUp).length;
    this.world.spent.add(`Processes that are up: ${up}`, WATCH_EVERY_MS);
  }

  /** As many as what has arrived deserves, one after the other. */
  private async orderFault(random: SeededRandom): Promise<void> {
    if (this.ordered >= 1 + this.world.balancer.arrivals * FAULTS_PER_ARRIVAL) return;
    this.ordered += 1;
    const [method, path] = random.weighted(FAULT_ROUTES);
    const kind = random.weighted(KINDS);
    await this.world.sandbox.order({ method, path, kind, ...shapeOf(random, method, kind) });
  }

  private async countFaults(): Promise<void> {
    for (const [kind, hits] of Object.entries(await this.world.sandbox.clearFaults())) {
      if (hits > 0) this.world.tally.add(`Dodo: ${kind}`, hits);
    }
  }

  /** Processes are killed, one or all, and Postgres crashes; mostly when all is up again after the last time. */
  private async strike(isOver: () => boolean): Promise<void> {
    const random = this.chanceOf('weather:strikes');
    while (!isOver()) {
      const isEarly = random.chance(STRUCK_EARLY);
      const calm = random.between(...CALM_PER_RECOVERY);
      // The first ones come whatever the machine's speed, so that the shortest run has them.
      if (!this.hasStruck) await sleep(calm * SHORTEST_RECOVERY_MS);
      else if (isEarly) await sleep(random.between(...EARLY_MS));
      else await sleep(calm * Math.max(SHORTEST_RECOVERY_MS, await this.untilAllUp(isOver)));
      const kind = this.opening[0] ?? random.weighted(STRIKES);
      const chosen = random.pick(this.world.processes);
      if (isOver()) return;
      this.opening.shift();
      const victims = kind === 'all processes' ? this.world.processes : [chosen];
      await Promise.all([
        ...(kind === 'Postgres' ? [] : victims.map((victim) => victim.kill())),
        ...(kind.startsWith('Postgres') ? [this.crash()] : []),
      ]);
    }
  }

  /** Says how long it took, in milliseconds. */
  private async untilAllUp(isOver: () => boolean): Promise<number> {
    const startedAt = performance.now();
    while (!isOver() && !this.world.processes.every(({ isUp }) => isUp)) await sleep(WATCH_EVERY_MS);
    return performance.now() - startedAt;
  }

  private async cut(random: SeededRandom): Promise<void> {
    const [target, links] = random.pick([
      ['Postgres', this.world.databaseLinks],
      ['Dodo', this.world.dodoLinks],
    ] as const);
    const link = random.pick(links);
    const lasts = random.between(...HALF_OPEN_LASTS_MS);
    if (random.chance(0.5)) {
      this.world.tally.add(`connections to ${target} reset`);
      return link.cut();
    }
    this.world.tally.add(`connections to ${target} half-open`);
    await link.halfOpenFor(lasts);
  }

  private async crash(): Promise<void> {
    this.world.tally.add('Postgres crashed and restarted');
    await this.world.postgres.crash();
  }

  /** What Dodo leaves open, and how badly its webhooks travel, changes with every front. */
  private async changeFront(random: SeededRandom): Promise<void> {
    await this.world.database.hastenWebhooks();
    const isRateLimited = random.chance(0.15);
    if (isRateLimited) this.world.tally.add('spells of a tight rate limit');
    this.world.balancer.lose(random.pick([0, 0.01, 0.04]));
    await this.world.sandbox.behave({
      ...Object.fromEntries(
        Object.entries(HOUSE_STYLES).map(([name, values]) => [name, random.pick<unknown>(values)]),
      ),
      rateLimit: isRateLimited ? { perSecond: 8, perMinute: 100_000 } : null,
      webhooks: {
        dropRate: this.world.canReconcile ? random.pick([0, 0.02, 0.1]) : 0,
        duplicateRate: random.pick([0.1, 0.3, 0.6]),
        shuffle: true,
        maxDelayMs: random.pick([0, 200, 2_000]),
        seed: random.whole(1, 1_000_000),
      },
    });
  }

  /** Old news, under their old ids: what a merchant does who believes that something was lost. */
  private async resend(): Promise<void> {
    const { resent } = await this.world.sandbox.resendSince(this.world.time.now - RESEND_DAYS * DAY_MS);
    this.world.tally.add('webhooks sent again on demand', resent);
  }

  private async clear(): Promise<void> {
    this.world.receivers.calm();
    await this.countFaults();
    this.world.balancer.lose(0);
    await this.world.sandbox.behave({
      rateLimit: null,
      refundOutcome: 'succeeded',
      refundSettleSeconds: 1,
      webhooks: { dropRate: 0, duplicateRate: 0, shuffle: false, maxDelayMs: 0 },
    });
  }
}

function shapeOf(random: SeededRandom, method: string, kind: string): Partial<OrderedFault> {
  const statuses = method === 'GET' ? READ_STATUSES : WRITE_STATUSES;
  // After the effect only what a gateway would say: Dodo itself does not refuse what it has done.
  const status = kind === 'error_after' ? random.pick([500, 502, 503, 504]) : random.pick(statuses);
  return {
    status,
    code: status === 429 ? 'TOO_MANY_REQUESTS' : 'INTERNAL_SERVER_ERROR',
    times: random.whole(1, 2),
    delayMs: random.whole(100, 4_000),
    ...(random.chance(0.2) && { body: '<html><body>Bad gateway</body></html>' }),
  };
}
