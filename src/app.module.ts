import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { BillingModule } from './billing/billing.module.js';
import { Clock } from './clock.js';
import { Config } from './config.js';
import { DatabaseModule } from './database/database.module.js';
import { ENTITIES } from './entities.js';
import { HttpModule } from './http/http.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The table of contents. */
@Global()
@Module({})
export class AppModule {
  static with(config: Config, clock: Clock = new Clock()): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forEntities(ENTITIES),
        JobsModule,
        HttpModule,
        AuthModule,
        BillingModule,
        WebhooksModule,
      ],
      providers: [
        { provide: Config, useValue: config },
        { provide: Clock, useValue: clock },
      ],
      exports: [Config, Clock],
    };
  }
}
