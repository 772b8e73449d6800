import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module';
import { OrganizationsService } from '../../src/auth/organizations.service';
import { CheckoutsService } from '../../src/billing/checkouts/checkouts.service';
import { loadPlanCatalogue } from '../../src/billing/plans/plan-catalogue';
import { savePlanCatalogue } from '../../src/billing/plans/plans.repository';
import { Clock } from '../../src/clock';
import { loadConfig } from '../../src/config';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { DodoEventHandlers } from '../../src/webhooks/inbound/dodo-event.handlers';
import { createTestDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { LIFECYCLES } from '../support/lifecycles';
import type { Buyer } from '../support/lifecycles';
import { OrgState, books, canonical, outcome } from '../support/org-state';
import type { OrgRows } from '../support/org-state';
import { RecordedDodo } from '../support/recorded-dodo';
import type { RecordedEvent, Recording } from '../support/recorded-dodo';
import { SandboxControl } from '../support/sandbox-control';
import { CHECKOUT } from '../support/test-service';

const LONG_MS = 240_000;
/** What is delivered in every order: 8! = 40,320 orders. */
const MOST_EVENTS = 8;

class SetClock extends Clock {
  at = new Date();
  override now(): Date {
    return this.at;
  }
}

/**
 * What becomes of an organization is a function of what is stored of it, of
 * Dodo's truth, and of the event that comes. Every value that this function can
 * take in a lifecycle is found by running the service, once, against Dodo as it
 * was recorded; then every order of events, and every point of time at which
 * they may come, is a walk through that table.
 */
describe('Law 4: every order of every lifecycle ends in the same state', () => {
  const clock = new SetClock();
  let database: TestDatabase;
  let sandbox: SandboxControl;
  let dodo: RecordedDodo;
  let app: INestApplicationContext;
  let sql: Client;
  const count = { runs: 0, walks: 0 };

  beforeAll(async () => {
    [database, sandbox] = await Promise.all([createTestDatabase(), SandboxControl.start()]);
    dodo = await RecordedDodo.before(sandbox);
    const config = loadConfig({
      DATABASE_URL: database.url,
      DODO_PAYMENTS_API_KEY: 'sandbox',
      DODO_PAYMENTS_BASE_URL: dodo.url,
      DODO_PAYMENTS_WEBHOOK_KEY: Buffer.alloc(32, 1).toString('base64'),
      DODO_SETUP_FEE_PRODUCT_ID: 'pdt_setup_fee',
      JOBS: 'off',
    });
    app = await NestFactory.createApplicationContext(AppModule.with(config, clock), { logger: false });
    const plans = loadPlanCatalogue(null, 'pdt_setup_fee');
    await app.get(DataSource).transaction((tx) => savePlanCatalogue(tx, plans));
    sql = new Client({ connectionString: database.url });
    await sql.connect();
  }, LONG_MS);

  afterAll(async () => {
    await app.close();
    await sql.end();
    await dodo.close();
    await sandbox.close();
    await database.drop();
    process.stdout.write(`Law 4: ${count.walks} orders, by ${count.runs} runs of handlers\n`);
  });

  /** An org with an open checkout, and the customer it is at Dodo. */
  async function newBuyer(name: string): Promise<Buyer & { orgId: string; customerId: string }> {
    const email = `${name.replaceAll(/\W/g, '-')}@example.com`;
    const { id: orgId } = await app.get(OrganizationsService).create('Acme', email);
    const caller = { orgId, keyId: 'key', scopes: [], billingStatus: 'none' as const };
    const { checkoutUrl } = await app.get(CheckoutsService).create(caller, CHECKOUT, UNKEYED_CALL);
    const { rows } = await sql.query('SELECT dodo_customer_id AS id FROM organizations WHERE id = $1', [
      orgId,
    ]);
    return { sandbox, checkoutUrl, subscriptionId: '', paymentId: '', orgId, customerId: rows[0].id };
  }

  /** Of events that say "updated" beside another one, the last is as good as all of them. */
  function told({ events }: Recording): RecordedEvent[] {
    const last = events.findLast(({ type }) => type === 'subscription.updated');
    return events.filter((event) => event.type !== 'subscription.updated' || event === last);
  }

  async function explore(name: string): Promise<Table> {
    dodo.show(null);
    clock.at = new Date((await sandbox.call<{ now: string }>('GET', '/_sandbox/clock')).now);
    const buyer = await newBuyer(name);
    const org = new OrgState(sql, buyer.orgId);
    const recording = await dodo.record(
      buyer.customerId,
      LIFECYCLES[name]!.map((step) => () => step(buyer)),
    );
    const table = new Table(recording, told(recording), (truth, event, before) =>
      run(recording, truth, event, org, before),
    );
    await table.fill(await org.read());
    return table;
  }

  async function run(
    { truths, times }: Recording,
    moment: number,
    { type, objectId }: RecordedEvent,
    org: OrgState,
    before: OrgRows,
  ): Promise<OrgRows> {
    count.runs += 1;
    dodo.show(truths[moment]!);
    clock.at = times[moment]!;
    await org.write(before);
    await deliver(type, objectId);
    return org.read();
  }

  function deliver(type: string, objectId: string): Promise<void> {
    const field = `${type.split('.')[0]}_id`;
    return app.get(DodoEventHandlers).find(type)!({ type, data: { [field]: objectId } });
  }

  it.each(Object.keys(LIFECYCLES))(
    '%s',
    async (name) => {
      const table = await explore(name);
      expect(table.events.length).toBeLessThanOrEqual(MOST_EVENTS);
      for (const state of table.states) {
        const { balance, entries } = books(state);
        expect(entries).toBe(balance);
      }
      const outcomes = table.states.map((state) => JSON.stringify(outcome(state)));
      const expected = table.inOrder();
      for (const [order, end] of table.walks()) {
        count.walks += 1;
        if (outcomes[end] === outcomes[expected]) continue;
        const names = order.map((at) => table.events[at]!.type);
        expect({ order: names, ...outcome(table.states[end]!) }).toEqual({
          order: names,
          ...outcome(table.states[expected]!),
        });
      }
      console.log(
        name,
        table.events.map((e) => `${e.type}@${e.moment}`).join(' '),
        'states',
        table.states.length,
        'runs',
        count.runs,
        new Set(outcomes).size,
      );
    },
    LONG_MS,
  );
});

type Run = (moment: number, event: RecordedEvent, before: OrgRows) => Promise<OrgRows>;

/** Which state follows from which state, moment and event; filled by running what really happens. */
class Table {
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
    return this.events.reduce((state, event, at) => this.next[event.moment]![at]![state]!, 0);
  }

  /**
   * Each order with its end: with the truth final from the start, and with the
   * truth only as far as what has come; each of them alone, and with each event
   * once more at each later place.
   */
  *walks(): Generator<[order: number[], end: number]> {
    for (const order of permutations(this.events.map((_, at) => at))) {
      for (const all of withOneTwice(order)) {
        yield [all, this.walk(all, this.lastMoment)];
        yield [all, this.walk(all, 0)];
      }
    }
  }

  private walk(order: number[], from: number): number {
    let [state, moment] = [0, from];
    for (const at of order) {
      moment = Math.max(moment, this.events[at]!.moment);
      state = this.next[moment]![at]![state]!;
    }
    return state;
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

function* permutations(items: number[]): Generator<number[]> {
  if (items.length === 0) yield [];
  for (const [at, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(at, 1))) yield [item, ...rest];
  }
}

function* withOneTwice(order: number[]): Generator<number[]> {
  yield order;
  for (const [at, item] of order.entries()) {
    for (let to = at + 1; to <= order.length; to += 1) yield order.toSpliced(to, 0, item);
  }
}
