import type { Diary } from './diary';
import { groupBy } from './group-by';
import { digestOf, type Receivers } from './receivers';
import type { Tables } from './tables';
import { compareTelling } from './compare-telling';
import type { Findings } from './violation';

const LAW = 'What customers are told is true, and told';
const MOST_TRIES = 8;

/** Every event of ours has reached each endpoint that was to hear of it, in the words of its row, and nothing else has. */
export function compareOutbound(
  tables: Tables,
  diary: Diary,
  receivers: Receivers,
  findings: Findings,
): void {
  compareTelling(tables, findings);
  compareMade(tables, diary, findings);
  compareDelivered(tables, diary, receivers, findings);
  compareHeard(tables, diary, receivers, findings);
}

/** An event makes a delivery for every endpoint that was there and on. */
function compareMade(tables: Tables, diary: Diary, findings: Findings): void {
  const made = new Set(tables.outboundDeliveries.map((it) => `${it.endpoint_id}:${it.event_id}`));
  const events = groupBy(tables.outboundEvents, ({ org_id }) => org_id);
  const switchedOff = new Set(diary.switchedOff);
  for (const { id, enabled } of tables.endpoints) if (!enabled) switchedOff.add(id);
  for (const { org, endpointId, since } of diary.listening) {
    if (switchedOff.has(endpointId)) continue;
    for (const { id, event, at } of events.get(org.id) ?? []) {
      if (at <= since || event === 'webhook.disabled') continue;
      findings.check(
        made.has(`${endpointId}:${id}`),
        LAW,
        org.id,
        () => `Event ${id} (${event}) has no delivery to ${endpointId}`,
      );
    }
  }
}

/** It was answered with 2xx, or given up for a reason; it waits only where nobody may be told. */
function compareDelivered(tables: Tables, diary: Diary, receivers: Receivers, findings: Findings): void {
  const names = new Map(diary.listening.map(({ endpointId, org }) => [endpointId, org.name]));
  const enabled = new Map(tables.endpoints.map((endpoint) => [endpoint.id, endpoint.enabled]));
  for (const { id, endpoint_id, event_id, status, attempt, failure } of tables.outboundDeliveries) {
    const name = names.get(endpoint_id);
    const what = `Delivery ${id} of ${event_id}`;
    if (status === 'pending')
      findings.same(enabled.get(endpoint_id), false, LAW, null, `${what} waits: its endpoint's switch`);
    if (status === 'failed')
      findings.check(
        failure === 'gone' || attempt >= MOST_TRIES,
        LAW,
        null,
        () => `${what} was given up after ${attempt} tries (${failure})`,
      );
    if (status !== 'delivered' || name === undefined) continue;
    const heard = receivers.heardBy(name).events.get(event_id);
    findings.check(
      (heard?.acknowledged ?? 0) > 0,
      LAW,
      null,
      () => `${what} counts as delivered, and ${name} has not answered it with 2xx`,
    );
  }
}

/** What came is an event of that organization, always in the words of its row, and signed. */
function compareHeard(tables: Tables, diary: Diary, receivers: Receivers, findings: Findings): void {
  const rows = new Map(tables.outboundEvents.map((row) => [row.id, row]));
  for (const org of diary.orgs) {
    const { events, forged } = receivers.heardBy(org.name);
    findings.same(forged.length, 0, LAW, org.id, 'The number of deliveries that are not signed');
    for (const [id, { digests }] of events) {
      const row = rows.get(id);
      findings.same(row?.org_id, org.id, LAW, org.id, `Event ${id}, which was heard: its organization`);
      findings.same(digests.size, 1, LAW, org.id, `The number of wordings of event ${id}`);
      findings.check(
        row !== undefined && digests.has(digestOf(row.body)),
        LAW,
        org.id,
        () => `Event ${id} was heard in other words than it has here`,
      );
    }
  }
}
