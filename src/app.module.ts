import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule } from './auth/auth.module';
import { BillingModule } from './billing/billing.module';
import { Clock } from './clock';
import { Config } from './config';
import { ConsoleModule } from './console/console.module';
import { DatabaseModule } from './database/database.module';
import { ENTITIES } from './entities';
import { HttpModule } from './http/http.module';
import { JobsModule } from './jobs/jobs.module';
import { OpsModule } from './ops/ops.module';
import { WatchModule } from './watch/watch.module';
import { WebhooksModule } from './webhooks/webhooks.module';

/** The table of contents. */
@Global()
@Module({})
export class AppModule {
  static with(config: Config, clock: Clock = new Clock()): DynamicModule {
    return {
      module: AppModule,
      imports: [
        WatchModule,
        DatabaseModule.forEntities(ENTITIES),
        JobsModule,
        HttpModule,
        AuthModule,
        BillingModule,
        WebhooksModule,
        OpsModule,
        ConsoleModule,
      ],
      providers: [
        { provide: Config, useValue: config },
        { provide: Clock, useValue: clock },
      ],
      exports: [Config, Clock],
    };
  }
}
