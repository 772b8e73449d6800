import { Global, Module } from '@nestjs/common';
import { IdempotencyRecordsRepository } from './idempotency/idempotency-records.repository';
import { IdempotencyService } from './idempotency/idempotency.service';
import { Lifecycle } from './lifecycle';
import { RateLimiter } from './rate-limiter';

/** Global, since every room has routes that are limited and can be repeated safely. */
@Global()
@Module({
  providers: [IdempotencyService, IdempotencyRecordsRepository, Lifecycle, RateLimiter],
  exports: [IdempotencyService, Lifecycle, RateLimiter],
})
export class HttpModule {}
