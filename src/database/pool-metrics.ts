import type { Metrics } from '../watch/metrics';

/** What a pool of `pg` says of itself. */
interface Counts {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

/** Shows how many connections a pool has, and how many wait for one. `pool` answers null while there is none. */
export function watchPool(metrics: Metrics, name: string, pool: () => Counts | null): void {
  metrics.gauge(
    'billing_db_connections',
    'Connections to Postgres that are busy or idle, and callers that wait for one.',
    ['pool', 'state'],
    () => {
      const counts = pool() ?? { totalCount: 0, idleCount: 0, waitingCount: 0 };
      return [
        [{ pool: name, state: 'busy' }, counts.totalCount - counts.idleCount],
        [{ pool: name, state: 'idle' }, counts.idleCount],
        [{ pool: name, state: 'waiting' }, counts.waitingCount],
      ];
    },
  );
}
