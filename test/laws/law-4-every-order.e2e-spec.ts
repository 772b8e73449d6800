import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module';
import { OrganizationsService } from '../../src/auth/organizations.service';
import { CheckoutsService } from '../../src/billing/checkouts/checkouts.service';
import { loadPlanCatalogue } from '../../src/billing/plans/plan-catalogue';
import { savePlanCatalogue } from '../../src/billing/plans/plans.repository';
import { loadConfig } from '../../src/config';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { DodoEventHandlers } from '../../src/webhooks/inbound/dodo-event.handlers';
import { callerOf } from '../support/caller';
import { createTestDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { LIFECYCLES } from '../support/lifecycles';
import type { Buyer } from '../support/lifecycles';
import { OrgState, books, outcome } from '../support/org-state';
import type { OrgRows } from '../support/org-state';
import { RecordedDodo } from '../support/recorded-dodo';
import type { RecordedEvent, Recording } from '../support/recorded-dodo';
import { SandboxControl } from '../support/sandbox-control';
import { SetClock } from '../support/set-clock';
import { CHECKOUT, THE_TESTS } from '../support/test-service';
import { TransitionTable } from '../support/transition-table';

const LONG_MS = 240_000;
/** What is delivered in every order: 8! = 40,320 orders. */
const MOST_EVENTS = 8;
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
    const { id: orgId } = await app.get(OrganizationsService).create('Acme', email, THE_TESTS);
    const { checkoutUrl } = await app.get(CheckoutsService).create(callerOf(orgId), CHECKOUT, UNKEYED_CALL);
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

  async function explore(name: string): Promise<TransitionTable> {
    dodo.show(null);
    clock.at = new Date((await sandbox.call<{ now: string }>('GET', '/_sandbox/clock')).now);
    const buyer = await newBuyer(name);
    const org = new OrgState(sql, buyer.orgId);
    const recording = await dodo.record(
      buyer.customerId,
      LIFECYCLES[name]!.map((step) => () => step(buyer)),
    );
    const events = told(recording);
    const table = new TransitionTable(recording, events, (truth, event, before) =>
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
      table.walkAll((order, end) => {
        count.walks += 1;
        if (outcomes[end] === outcomes[expected]) return;
        const names = order.map((at) => table.events[at]!.type);
        expect({ order: names, ...outcome(table.states[end]!) }).toEqual({
          order: names,
          ...outcome(table.states[expected]!),
        });
      });
    },
    LONG_MS,
  );
});
