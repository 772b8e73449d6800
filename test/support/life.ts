import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Logger, runTaskListOnce } from 'graphile-worker';
import { Pool } from 'pg';
import { Webhook } from 'standardwebhooks';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module';
import type { Clock } from '../../src/clock';
import { loadConfig } from '../../src/config';
import { JobHandlers } from '../../src/jobs/job-handlers';
import { JobTasks } from '../../src/jobs/job-tasks';
import type { JobName } from '../../src/jobs/jobs';
import { DodoWebhookService } from '../../src/webhooks/inbound/dodo-webhook.service';
import { CrashPoints } from './crash-points';
import { watchHttp, watchPostgres } from './watched-wires';
import type { Arrived, Wire } from './watched-wires';

export interface SentEvent {
  id: string;
  type: string;
  body: string;
}

/** The jobs that carry what Dodo tells to its end; those that recur by themselves are left alone. */
export const JOBS_ON_THE_WAY: JobName[] = [
  'dodo-event.process',
  'dodo-event.rematch',
  'refund.drive',
  'subscription.sync',
];

const SILENT = new Logger(() => () => undefined);

/**
 * One life of the service: the whole of it in this process, with the queue's
 * own worker, whose every way out leads over wires that can be watched and cut.
 */
export class Life {
  private constructor(
    readonly points: CrashPoints,
    readonly app: INestApplicationContext,
    private readonly clock: Clock,
    private readonly secret: string,
    private readonly wires: Wire[],
    private readonly queue: Pool,
  ) {}

  static async begin(environment: Record<string, string>, clock: Clock, arrived: Arrived): Promise<Life> {
    const points = new CrashPoints();
    const postgres = await watchPostgres(environment.DATABASE_URL!, points);
    const dodo = await watchHttp(environment.DODO_PAYMENTS_BASE_URL!, points, arrived);
    const config = loadConfig({
      ...environment,
      JOBS: 'off',
      DATABASE_URL: postgres.url,
      DODO_PAYMENTS_BASE_URL: dodo.url,
    });
    const app = await NestFactory.createApplicationContext(AppModule.with(config, clock), { logger: false });
    const queue = new Pool({ connectionString: postgres.url, max: 1 });
    queue.on('error', () => undefined);
    return new Life(points, app, clock, config.dodo.webhookKeys[0]!, [postgres, dodo], queue);
  }

  /** As Dodo posts it, signed anew with each attempt; resolves with the acknowledgement. */
  receive({ id, body }: SentEvent): Promise<void> {
    const at = this.clock.now();
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(this.secret).sign(id, at, body),
    };
    return this.app.get(DodoWebhookService).receive(headers, Buffer.from(body));
  }

  /** Runs every such job that is due, one after the other, until none is. */
  async work(): Promise<void> {
    const onTheWay = [...this.app.get(JobHandlers).all()].filter(([name]) => JOBS_ON_THE_WAY.includes(name));
    const tasks = this.app.get(JobTasks).of(new Map(onTheWay));
    const connection = await this.queue.connect();
    try {
      await runTaskListOnce({ logger: SILENT, noHandleSignals: true }, tasks, connection).promise;
    } finally {
      connection.release();
    }
  }

  async end(): Promise<void> {
    if (this.points.isDead) return this.bury();
    await this.queue.end();
    await this.app.close();
    await Promise.all(this.wires.map((wire) => wire.close()));
  }

  /** What still wakes in it, such as the end of a time-out, gets no connection, and so no further. */
  private bury(): void {
    this.wires.forEach((wire) => wire.abandon());
    const { master } = this.app.get(DataSource).driver as unknown as { master: Pool };
    for (const pool of [master, this.queue]) pool.connect = () => new Promise<never>(() => undefined);
  }
}
