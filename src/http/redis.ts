import { Redis } from 'ioredis';

/** Nobody waits longer than this for Redis: counting calls must not be what makes them slow. */
const PATIENCE_MS = 250;

/** Connects when it is first used: jobs and commands never do. */
export function redisAt(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    // It looks for its version in a file beside its own, and there is none beside a bundle.
    disableClientInfo: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    disconnectTimeout: PATIENCE_MS,
  });
}

/** @throws when it does not answer in time, or refuses the user */
export async function pingRedis(url: string): Promise<void> {
  const redis = redisAt(url);
  let reason: Error | undefined;
  redis.on('error', (error) => (reason = error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}
