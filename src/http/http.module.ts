import { Global, Module } from '@nestjs/common';
import { HealthController } from './health.controller';
import { IdempotencyRecordsRepository } from './idempotency/idempotency-records.repository';
import { IdempotencyService } from './idempotency/idempotency.service';

/** Global, since every room has routes that can be repeated safely. */
@Global()
@Module({
  controllers: [HealthController],
  providers: [IdempotencyService, IdempotencyRecordsRepository],
  exports: [IdempotencyService],
})
export class HttpModule {}
