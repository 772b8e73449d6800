import { Global, Module } from '@nestjs/common';
import { HealthController } from './health.controller';
import { IdempotencyRecordsRepository } from './idempotency/idempotency-records.repository';
import { IdempotencyService } from './idempotency/idempotency.service';
import { RateLimiter } from './rate-limiter';

/** Global, since every room has routes that are limited and can be repeated safely. */
@Global()
@Module({
  controllers: [HealthController],
  providers: [IdempotencyService, IdempotencyRecordsRepository, RateLimiter],
  exports: [IdempotencyService, RateLimiter],
})
export class HttpModule {}
