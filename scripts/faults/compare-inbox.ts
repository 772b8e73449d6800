import type { Deliveries } from './deliveries';
import type { Tables } from './tables';
import type { Findings } from './violation';

const LAW = 'Acknowledged means stored';
const FOLLOWED = new Set(['processed', 'ignored']);

/** No event that was acknowledged is lost, all that were stored are followed, and no job is stuck. */
export function compareInbox(deliveries: Deliveries, tables: Tables, findings: Findings): void {
  const stored = new Set(tables.events.map(({ webhook_id }) => webhook_id));
  for (const id of deliveries.acknowledged()) {
    findings.check(stored.has(id), LAW, null, () => `Event ${id} was acknowledged and is not stored`);
  }
  for (const { webhook_id, type, status, error } of tables.events) {
    findings.check(
      FOLLOWED.has(status),
      LAW,
      null,
      () => `Event ${webhook_id} (${type}) is ${status} at the end: ${error ?? 'no error noted'}`,
    );
  }
  for (const { name, attempts, max_attempts, locked_by, error } of tables.jobs) {
    const isAlive = attempts < max_attempts && locked_by === null;
    findings.check(
      isAlive,
      LAW,
      null,
      () => `A job ${name} is stuck (try ${attempts} of ${max_attempts}, held by ${locked_by}): ${error}`,
    );
  }
}
