import { canonical } from './org-state';
import type { OrgRows } from './org-state';
import type { RecordedEvent, Recording } from './recorded-dodo';

type Run = (moment: number, event: RecordedEvent, before: OrgRows) => Promise<OrgRows>;

/** Which state follows from which state, moment and event; filled by running what really happens. */
export class TransitionTable {
  readonly states: OrgRows[] = [];
  private readonly numbers = new Map<string, number>();
  /** [moment][event][state] → state */
  private readonly next: number[][][];
  private readonly lastMoment: number;

  constructor(
    { truths }: Recording,
    readonly events: RecordedEvent[],
    private readonly run: Run,
  ) {
    this.lastMoment = truths.length - 1;
    this.next = truths.map(() => events.map(() => []));
  }

  /** Everything that can be reached from here, by any events that have happened, however often and whenever. */
  async fill(start: OrgRows): Promise<void> {
    const open = [{ state: this.numberOf(start), moment: 0 }];
    const seen = new Set<string>();
    for (let node = open.pop(); node; node = open.pop()) {
      const { state, moment } = node;
      if (seen.has(`${state}@${moment}`)) continue;
      seen.add(`${state}@${moment}`);
      if (moment < this.lastMoment) open.push({ state, moment: moment + 1 });
      for (const [at, event] of this.events.entries()) {
        if (event.moment > moment) continue;
        open.push({ state: await this.measure(moment, at, state), moment });
      }
    }
  }

  inOrder(): number {
    return this.events.reduce((state, { moment }, nth) => this.next[moment]![nth]![state]!, 0);
  }

  /**
   * Every order of the events, each also with any one of them once more at any
   * later place; both with the truth final from the start, and with the truth
   * only as far as what has come. `visit` gets the order and the state it ends in.
   */
  walkAll(visit: (order: readonly number[], end: number) => void): void {
    for (const moment of new Set([this.lastMoment, 0])) this.walk([], 0, moment, false, visit);
  }

  private walk(
    order: number[],
    state: number,
    moment: number,
    isOneDoubled: boolean,
    visit: (order: readonly number[], end: number) => void,
  ): void {
    const left = this.events.length + (isOneDoubled ? 1 : 0) - order.length;
    if (left === 0) visit(order, state);
    for (let at = 0; at < this.events.length; at += 1) {
      const hasCome = order.includes(at);
      if (hasCome && isOneDoubled) continue;
      const now = Math.max(moment, this.events[at]!.moment);
      order.push(at);
      this.walk(order, this.next[now]![at]![state]!, now, isOneDoubled || hasCome, visit);
      order.pop();
    }
  }

  /** One handler, called with one id, does one thing: events that share both share what follows. */
  private async measure(moment: number, at: number, state: number): Promise<number> {
    const known = this.next[moment]![at]![state];
    if (known !== undefined) return known;
    const { objectId, type } = this.events[at]!;
    const after = this.numberOf(await this.run(moment, this.events[at]!, this.states[state]!));
    for (const [other, event] of this.events.entries()) {
      const isSame = event.objectId === objectId && isPaid(event.type) === isPaid(type);
      if (isSame) this.next[moment]![other]![state] = after;
    }
    return after;
  }

  private numberOf(state: OrgRows): number {
    const key = JSON.stringify(canonical(state));
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.states.push(state) - 1);
    return this.states.length - 1;
  }
}

const isPaid = (type: string): boolean => type === 'payment.succeeded';
