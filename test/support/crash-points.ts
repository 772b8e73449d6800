/** What becomes of a process at one of its points; `late`: its request reaches the other side after its death. */
export type Fate = 'dies before' | 'dies after' | 'dies, request late' | 'stalls before' | 'stalls after';

export interface Plan {
  at: number;
  fate: Fate;
}

/** One thing that a process does to the world: a statement, or a call. */
export interface Point {
  label: string;
  kind: 'sql' | 'http';
}

/** Locks nothing and changes nothing. The queue's own functions do both. */
const READS = /^(GET|SELECT(?!.*(FOR UPDATE|graphile_worker)))/i;

/**
 * The places of the points that leave something behind: calls, commits, and
 * statements that are a transaction of their own. Between two of them a death
 * undoes whatever was done.
 */
export function lastingPoints(points: readonly Point[]): number[] {
  let isInTransaction = false;
  return points.flatMap(({ label }, at) => {
    if (label === 'START TRANSACTION') isInTransaction = true;
    if (label === 'COMMIT') isInTransaction = false;
    return isInTransaction || READS.test(label) ? [] : [at];
  });
}

type Effect<T> = () => Promise<T>;

/**
 * Numbers everything that a process does to the world, as it does it, and lets
 * the process end, or stand still, at one of those points. A dead process does
 * nothing any more and learns nothing any more: no effect, no answer, no error.
 */
export class CrashPoints {
  points: Point[] = [];
  /** Resolves when the process has died, or stands still. */
  reached: Promise<void>;
  isDead = false;
  /** Lets a request arrive that was under way when its process died. */
  late: Effect<unknown> | null = null;
  private plan: Plan | null = null;
  private isCounting = false;
  private noteReached: () => void;
  private goOn: () => void;
  private mayGoOn: Promise<void>;
  private readonly burials: (() => void)[] = [];

  /** Counts from 0 from now on; without a plan nothing happens at any of the points. */
  arm(plan: Plan | null = null): void {
    this.isCounting = true;
    this.plan = plan;
    this.points = [];
    this.reached = new Promise((resolve) => (this.noteReached = resolve));
    this.mayGoOn = new Promise((resolve) => (this.goOn = resolve));
  }

  disarm(): void {
    this.isCounting = false;
  }

  /** Ends a stall. */
  release(): void {
    this.goOn();
  }

  onDeath(bury: () => void): void {
    this.burials.push(bury);
  }

  die(): void {
    this.isDead = true;
    for (const bury of this.burials) bury();
    this.noteReached();
  }

  async pass<T>(point: Point, effect: Effect<T>): Promise<T> {
    if (this.isDead) return never();
    if (!this.isCounting) return effect();
    const at = this.points.push(point) - 1;
    const answer = await (at === this.plan?.at ? this.meet(this.plan.fate, effect) : effect());
    return this.isDead ? never() : answer;
  }

  private async meet<T>(fate: Fate, effect: Effect<T>): Promise<T> {
    if (fate === 'stalls before') await this.stall();
    if (fate === 'dies, request late') this.late = effect;
    if (fate === 'dies, request late' || fate === 'dies before') {
      this.die();
      return never();
    }
    const answer = await effect();
    if (fate === 'dies after') this.die();
    if (fate === 'stalls after') await this.stall();
    return answer;
  }

  private async stall(): Promise<void> {
    this.noteReached();
    await this.mayGoOn;
  }
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
