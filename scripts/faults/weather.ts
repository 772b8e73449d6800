import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderedFault } from './sandbox-client';
import { FAULT_ROUTES, READ_STATUSES, WRITE_STATUSES, HOUSE_STYLES, KINDS } from './weather-kinds';
import type { SeededRandom } from './seeded-random';
import type { World } from './world';

const FAULT_EVERY_MS = 120;
/** Calls to Dodo that go wrong, for each webhook or call that reaches the service: whatever the machine's speed. */
const FAULTS_PER_ARRIVAL = 0.12;
const COUNT_EVERY_MS = 2_000;
/** Least and most milliseconds from one of these to the next. */
const KILL_MS = [2_500, 6_000] as const;
/** The share of kills that do not wait until all processes are up. */
const KILLED_EARLY = 0.1;
const ALL_AT_ONCE = 0.08;
const CUT_MS = [1_500, 5_000] as const;
const HALF_OPEN_LASTS_MS = [1_000, 6_000] as const;
const CRASH_MS = [15_000, 35_000] as const;
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

  constructor(
    private readonly world: World,
    private readonly chanceOf: (name: string) => SeededRandom,
  ) {}

  async storm(isOver: () => boolean): Promise<void> {
    await Promise.all([
      this.every('faults', [FAULT_EVERY_MS, FAULT_EVERY_MS], isOver, (random) => this.orderFault(random)),
      this.every('count', [COUNT_EVERY_MS, COUNT_EVERY_MS], isOver, () => this.countFaults()),
      this.every('kills', KILL_MS, isOver, (random) => this.kill(random)),
      this.every('cuts', CUT_MS, isOver, (random) => this.cut(random)),
      this.every('crashes', CRASH_MS, isOver, () => this.crash()),
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

  /**
   * Most kills wait until everything is up again, or a slow machine would do nothing but start processes; some hit
   * whatever is there, and now and then all go at once: then nothing at all answers for a moment.
   */
  private async kill(random: SeededRandom): Promise<void> {
    const isEarly = random.chance(KILLED_EARLY);
    const areAll = random.chance(ALL_AT_ONCE);
    const chosen = random.pick(this.world.processes);
    if (!isEarly && !this.world.processes.every((process) => process.isUp)) return;
    const victims = areAll ? this.world.processes : [chosen];
    await Promise.all(victims.map((victim) => victim.kill()));
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
