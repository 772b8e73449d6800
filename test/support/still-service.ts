import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module';
import { OrganizationsService } from '../../src/auth/organizations.service';
import type { Principal } from '../../src/auth/principal';
import { CheckoutsService } from '../../src/billing/checkouts/checkouts.service';
import { CreditPacksService } from '../../src/billing/credits/credit-packs.service';
import { loadPlanCatalogue } from '../../src/billing/plans/plan-catalogue';
import { savePlanCatalogue } from '../../src/billing/plans/plans.repository';
import { loadConfig } from '../../src/config';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { JobHandlers } from '../../src/jobs/job-handlers';
import type { JobHandler } from '../../src/jobs/job-handlers';
import type { JobName, Jobs } from '../../src/jobs/jobs';
import { DodoEventHandlers } from '../../src/webhooks/inbound/dodo-event.handlers';
import { callerOf } from './caller';
import { createTestDatabase } from './database';
import type { TestDatabase } from './database';
import { SandboxControl } from './sandbox-control';
import type { PaidCheckout } from './sandbox-control';
import { SetClock } from './set-clock';
import { CHECKOUT, THE_TESTS } from './test-service';

export const FEE = 'pdt_setup_fee';

const DAY = 86_400;

/** A job that waits, and how long it was told to. */
export interface PlannedJob<N extends JobName> {
  payload: Jobs[N];
  delaySeconds: number;
}

interface Connections {
  /** That of its connections to the database, as a server may have any. */
  timeZone?: string;
}

/**
 * The whole service on a database and a sandbox of its own, of which nothing
 * moves by itself: no event arrives, no job runs and no time passes unless the
 * test says so. So a rule can be looked at one step at a time, without waiting.
 */
export class StillService {
  readonly clock = new SetClock();
  database: TestDatabase;
  sandbox: SandboxControl;
  private app: INestApplicationContext;
  private count = 0;

  private constructor(private readonly timeZone: string) {}

  /** One for all tests of the `describe` that asks for it: there before the first of them, gone after the last. */
  static ofThisSuite({ timeZone = 'UTC' }: Connections = {}): StillService {
    const service = new StillService(timeZone);
    beforeAll(() => service.begin());
    afterAll(() => service.stop());
    return service;
  }

  static async start({ timeZone = 'UTC' }: Connections = {}): Promise<StillService> {
    const service = new StillService(timeZone);
    await service.begin();
    return service;
  }

  private async begin(): Promise<void> {
    [this.database, this.sandbox] = await Promise.all([createTestDatabase(), SandboxControl.start()]);
    const config = loadConfig({
      DATABASE_URL: `${this.database.url}?options=-c%20TimeZone%3D${this.timeZone}`,
      DODO_PAYMENTS_API_KEY: 'sandbox',
      DODO_PAYMENTS_BASE_URL: this.sandbox.url,
      DODO_PAYMENTS_WEBHOOK_KEY: Buffer.alloc(32, 1).toString('base64'),
      DODO_SETUP_FEE_PRODUCT_ID: FEE,
      JOBS: 'off',
    });
    const module = AppModule.with(config, this.clock);
    this.app = await NestFactory.createApplicationContext(module, { logger: false });
    const plans = loadPlanCatalogue(null, FEE);
    await this.get(DataSource).transaction((tx) => savePlanCatalogue(tx, plans));
  }

  /** On both clocks; what falls due at Dodo on the way has happened there, and nobody has been told. */
  async passSeconds(seconds: number): Promise<void> {
    await this.sandbox.advance(`${seconds}s`);
    this.clock.passSeconds(seconds);
  }

  passDays(days: number): Promise<void> {
    return this.passSeconds(days * DAY);
  }

  get<T>(part: Type<T>): T {
    return this.app.get(part);
  }

  async newOrg(): Promise<Principal> {
    this.count += 1;
    const { id: orgId } = await this.get(OrganizationsService).create(
      'Acme',
      `acme-${this.count}@example.com`,
      THE_TESTS,
    );
    return callerOf(orgId);
  }

  /** A checkout that has been paid, of which nothing has been heard yet. */
  async buy(caller: Principal, card?: string): Promise<PaidCheckout> {
    const { checkoutUrl } = await this.get(CheckoutsService).create(caller, CHECKOUT, UNKEYED_CALL);
    return this.sandbox.pay(checkoutUrl, card);
  }

  /** Opens a checkout for a pack of 1,000 credits, and answers where it is paid. */
  async orderPack(orgId: string): Promise<string> {
    const { successUrl, cancelUrl } = CHECKOUT;
    const pack = { packId: 'pack_1000', successUrl, cancelUrl };
    const { checkoutUrl } = await this.get(CreditPacksService).purchase(orgId, pack, UNKEYED_CALL);
    return checkoutUrl;
  }

  /** What follows from an event of this type about this object. */
  tell(type: string, objectId: string): Promise<void> {
    const field = `${type.split('.')[0]}_id`;
    return this.get(DodoEventHandlers).find(type)!({ type, data: { [field]: objectId } });
  }

  run<N extends JobName>(name: N, payload: Jobs[N]): Promise<void> {
    return (this.get(JobHandlers).all().get(name) as JobHandler<N>)(payload);
  }

  /** The jobs of this name that wait; they are taken off the queue. */
  async takeJobs<N extends JobName>(name: N): Promise<PlannedJob<N>[]> {
    const [rows] = await this.query(
      `DELETE FROM graphile_worker._private_jobs
        WHERE task_id = (SELECT id FROM graphile_worker._private_tasks WHERE identifier = $1)
        RETURNING payload, extract(epoch FROM run_at - created_at)::float AS "delaySeconds"`,
      [name],
    );
    return rows;
  }

  query(sql: string, parameters: unknown[] = []): Promise<any> {
    return this.get(DataSource).query(sql, parameters);
  }

  async stop(): Promise<void> {
    await this.app?.close();
    await this.sandbox?.close();
    await this.database?.drop();
  }
}
