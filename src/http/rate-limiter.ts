import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../app-error';
import { Clock } from '../clock';
import { Config } from '../config';
import { CallWindows } from './call-windows';
import type { Counted } from './call-windows';
import { redisAt } from './redis';

const WINDOW_SECONDS = 60;
/** One org may make no more calls that make Dodo work than Dodo takes; with less than this, none could be served. */
const MIN_ORG_CALLS = 10;

/** What is left of a minute's calls. */
export interface Allowance {
  limit: number;
  remaining: number;
  /** When the window is over. */
  resetAt: Date;
  secondsToReset: number;
  isExceeded: boolean;
}

export class RateLimited extends AppError {
  /** `whose`: of whom they are counted together, where that is not the key. */
  constructor({ limit, secondsToReset }: Allowance, whose = '') {
    const again = secondsToReset === 1 ? 'in a second' : `in ${secondsToReset} seconds`;
    super(429, 'rate_limited', `More than ${limit} calls in a minute${whose}. Try again ${again}.`, {
      headers: { 'retry-after': String(secondsToReset) },
    });
  }
}

/**
 * Counts calls by the minute: in Redis, for all replicas together, when
 * REDIS_URL is set, else in this process. While Redis is away each process
 * counts for itself: the limit is looser then, and the API is up.
 */
@Injectable()
export class RateLimiter implements OnApplicationShutdown {
  private readonly logger = new Logger('RateLimit');
  private readonly limit: number;
  private readonly calls: Counter;
  private readonly costlyCalls: Counter;
  private readonly guesses: CallWindows;
  private readonly redis: Redis | null;
  private isRedisAway = false;

  constructor(
    config: Config,
    private readonly clock: Clock,
  ) {
    this.limit = config.rateLimitPerMinute;
    this.guesses = new CallWindows(WINDOW_SECONDS, clock);
    this.redis = config.redisUrl === null || this.limit === 0 ? null : redisAt(config.redisUrl);
    // Without a listener, an error of the connection would end the process.
    this.redis?.on('error', (error: Error) => this.noteAway(error));
    this.calls = this.counterOf('calls', this.limit);
    const orgCalls = Math.max(MIN_ORG_CALLS, Math.floor(config.dodo.requestsPerMinute));
    this.costlyCalls = this.counterOf('costly', orgCalls);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  /** Counts one call: at once where it is counted here. Null when nothing is limited. */
  take(keyId: string): Allowance | null | Promise<Allowance> {
    if (this.limit === 0) return null;
    const { limit, local, shared } = this.calls;
    if (!shared) return this.toAllowance(limit, local.count(keyId));
    return this.count(this.calls, keyId).then((counted) => this.toAllowance(limit, counted));
  }

  /**
   * Counts a call that makes Dodo work for the org as a whole, whichever key and route it is: what Dodo takes in a
   * minute is for all orgs. The route is for the log, which says once a minute who asks for more.
   * Null when nothing is limited.
   */
  async takeCostly(orgId: string, route: string): Promise<Allowance | null> {
    if (this.limit === 0) return null;
    const { limit } = this.costlyCalls;
    const counted = await this.count(this.costlyCalls, orgId);
    if (counted.calls === limit + 1)
      this.logger.warn(`Organization ${orgId} has no calls left that make Dodo work: ${route} is refused.`);
    return this.toAllowance(limit, counted);
  }

  /**
   * Counts a guess at the operator token by its address, here alone: noise from
   * outside is worth no round trip. API keys are not worth counting: 178 bits
   * are not guessed, and garbage is refused for next to nothing.
   * @throws {RateLimited}
   */
  takeGuess(address: string): void {
    if (this.limit === 0) return;
    const allowance = this.toAllowance(this.limit, this.guesses.count(address));
    if (allowance.isExceeded) throw new RateLimited(allowance);
  }

  private async count({ local, shared }: Counter, key: string): Promise<Counted> {
    if (this.redis && shared) {
      try {
        if (this.redis.status === 'wait') await this.redis.connect();
        if (this.redis.status === 'ready') {
          const counted = await this.countShared(shared, key);
          this.noteBack();
          return counted;
        }
      } catch (error) {
        this.noteAway(error as Error);
      }
    }
    return local.count(key);
  }

  private async countShared(shared: RateLimiterRedis, key: string): Promise<Counted> {
    const { consumedPoints, msBeforeNext } = await consume(shared, key);
    return { calls: consumedPoints, endsAt: this.clock.secondsFromNow(msBeforeNext / 1000) };
  }

  private toAllowance(limit: number, { calls, endsAt }: Counted): Allowance {
    const msToReset = endsAt.getTime() - this.clock.now().getTime();
    return {
      limit,
      remaining: Math.max(0, limit - calls),
      resetAt: endsAt,
      secondsToReset: Math.max(1, Math.ceil(msToReset / 1000)),
      isExceeded: calls > limit,
    };
  }

  private counterOf(name: string, limit: number): Counter {
    const window = { points: limit, duration: WINDOW_SECONDS, keyPrefix: `autoposting-billing:${name}` };
    return {
      limit,
      local: new CallWindows(WINDOW_SECONDS, this.clock),
      shared: this.redis && new RateLimiterRedis({ ...window, storeClient: this.redis }),
    };
  }

  /** Said once: an outage has thousands of calls. */
  private noteAway(error: Error): void {
    if (this.isRedisAway) return;
    this.isRedisAway = true;
    this.logger.warn(`Redis does not answer, so each process counts calls for itself: ${error.message}`);
  }

  private noteBack(): void {
    if (this.isRedisAway) this.logger.log('Redis answers again: calls are counted for all processes.');
    this.isRedisAway = false;
  }
}

/** The same count in two places: for all processes, and for this one while that can't be reached. */
interface Counter {
  limit: number;
  local: CallWindows;
  shared: RateLimiterRedis | null;
}

/** The library rejects with the count when it is over; everything else is an error. */
async function consume(limiter: RateLimiterRedis, key: string): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key);
  } catch (reason) {
    if (reason instanceof RateLimiterRes) return reason;
    throw reason;
  }
}
