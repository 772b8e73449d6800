import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../app-error';
import { Clock } from '../clock';
import { Config } from '../config';

const WINDOW_SECONDS = 60;
/** One org may make no more calls that make Dodo work than Dodo takes; with less than this, none could be served. */
const MIN_ORG_CALLS = 10;
/** Nobody waits longer than this for Redis: counting calls must not be what makes them slow. */
const REDIS_PATIENCE_MS = 250;

/** What is left of a minute's calls. */
export interface Allowance {
  limit: number;
  remaining: number;
  resetAt: Date;
  secondsToReset: number;
  isExceeded: boolean;
}

export class RateLimited extends AppError {
  constructor({ limit, secondsToReset }: Allowance) {
    const again = secondsToReset === 1 ? 'in a second' : `in ${secondsToReset} seconds`;
    super(429, 'rate_limited', `More than ${limit} calls in a minute. Try again ${again}.`, {
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
  private readonly guesses: RateLimiterMemory;
  private readonly redis: Redis | null;
  private isRedisAway = false;

  constructor(
    config: Config,
    private readonly clock: Clock,
  ) {
    this.limit = config.rateLimitPerMinute;
    this.guesses = new RateLimiterMemory({ points: this.limit, duration: WINDOW_SECONDS });
    this.redis = config.redisUrl === null || this.limit === 0 ? null : connectionTo(config.redisUrl);
    // Without a listener, an error of the connection would end the process.
    this.redis?.on('error', (error: Error) => this.noteAway(error));
    this.calls = counterOf('calls', this.limit, this.redis);
    const orgCalls = Math.max(MIN_ORG_CALLS, config.dodo.requestsPerMinute);
    this.costlyCalls = counterOf('costly', orgCalls, this.redis);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  /** Counts one call; null when nothing is limited. */
  async take(keyId: string): Promise<Allowance | null> {
    return this.limit === 0 ? null : this.toAllowance(this.calls, await this.count(this.calls, keyId));
  }

  /**
   * Counts a call that makes Dodo work for the org as a whole, whichever key and route it is: what Dodo takes in a
   * minute is for all orgs. The route is for the log, which says once a minute who asks for more.
   * Null when nothing is limited.
   */
  async takeCostly(orgId: string, route: string): Promise<Allowance | null> {
    if (this.limit === 0) return null;
    const counted = await this.count(this.costlyCalls, orgId);
    const allowance = this.toAllowance(this.costlyCalls, counted);
    if (counted.consumedPoints === allowance.limit + 1)
      this.logger.warn(`Organization ${orgId} has no calls left that make Dodo work: ${route} is refused.`);
    return allowance;
  }

  /**
   * Counts a guess at the operator token by its address, here alone: noise from
   * outside is worth no round trip. API keys are not worth counting: 178 bits
   * are not guessed, and garbage is refused for next to nothing.
   * @throws {RateLimited}
   */
  async takeGuess(address: string): Promise<void> {
    if (this.limit === 0) return;
    const allowance = this.toAllowance(this.guesses, await consume(this.guesses, address));
    if (allowance.isExceeded) throw new RateLimited(allowance);
  }

  private async count({ local, shared }: Counter, key: string): Promise<RateLimiterRes> {
    if (this.redis && shared) {
      try {
        if (this.redis.status === 'wait') await this.redis.connect();
        if (this.redis.status === 'ready') {
          const counted = await consume(shared, key);
          this.noteBack();
          return counted;
        }
      } catch (error) {
        this.noteAway(error as Error);
      }
    }
    return consume(local, key);
  }

  private toAllowance(
    { points: limit }: { points: number },
    { msBeforeNext, consumedPoints }: RateLimiterRes,
  ): Allowance {
    const secondsToReset = Math.max(1, Math.ceil(msBeforeNext / 1000));
    return {
      limit,
      remaining: Math.max(0, limit - consumedPoints),
      resetAt: this.clock.secondsFromNow(secondsToReset),
      secondsToReset,
      isExceeded: consumedPoints > limit,
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
  points: number;
  local: RateLimiterMemory;
  shared: RateLimiterRedis | null;
}

function counterOf(name: string, limit: number, redis: Redis | null): Counter {
  const points = Math.floor(limit);
  const window = { points, duration: WINDOW_SECONDS, keyPrefix: `autoposting-billing:${name}` };
  return {
    points,
    local: new RateLimiterMemory(window),
    shared: redis && new RateLimiterRedis({ ...window, storeClient: redis }),
  };
}

/** Connects when it is first used: jobs and commands never do. */
function connectionTo(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    // It looks for its version in a file beside its own, and there is none beside a bundle.
    disableClientInfo: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: REDIS_PATIENCE_MS,
    commandTimeout: REDIS_PATIENCE_MS,
    disconnectTimeout: REDIS_PATIENCE_MS,
  });
}

/** The library rejects with the count when it is over; everything else is an error. */
async function consume(limiter: RateLimiterMemory | RateLimiterRedis, key: string): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key);
  } catch (reason) {
    if (reason instanceof RateLimiterRes) return reason;
    throw reason;
  }
}
