import type { Tables } from './tables';
import type { Findings } from './violation';

const LAW = 'What customers are told is true, and told';
const ENDED = new Set(['cancelled', 'expired']);
const SUSPENDED = new Set(['past_due', 'on_hold', 'paused']);

type Data = Record<string, unknown>;

/** Each change in the tables has its event, and each event a change: none is left of what was rolled back. */
export function compareTelling(tables: Tables, findings: Findings): void {
  const told = new Set(tables.outboundEvents.map(({ cause }) => cause));
  for (const [cause, orgId] of causesOf(tables)) {
    findings.check(told.has(cause), LAW, orgId, () => `${cause} was told to nobody`);
  }
  const begunOrEnded = new Set(
    tables.outboundEvents.map(({ event, body }) => `${event}:${idOf(dataOf(body))}`),
  );
  for (const { id, org_id, status, surplus } of tables.subscriptions) {
    // A second trial gave nothing, so its end takes nothing.
    if (surplus === 'second_trial') continue;
    const event = ENDED.has(status) ? 'cancelled' : SUSPENDED.has(status) ? 'suspended' : null;
    if (event === null) continue;
    const isTold = begunOrEnded.has(`subscription.${event}:${id}`);
    findings.check(isTold, LAW, org_id, () => `That ${id} is ${status} was told to nobody`);
  }
  const isTrue = truthOf(tables);
  for (const { id, org_id, event, body } of tables.outboundEvents) {
    const said = JSON.parse(body) as { id: string; event: string; orgId: string; data: Data };
    findings.same(said.id, id, LAW, org_id, `Event ${id}: the id in its body`);
    findings.same(said.orgId, org_id, LAW, org_id, `Event ${id}: the organization in its body`);
    findings.same(said.event, event, LAW, org_id, `Event ${id}: the name in its body`);
    findings.check(isTrue(event, said.data), LAW, org_id, () => `Event ${id} tells of what is not: ${body}`);
  }
}

/** What has happened once and for all, as the events of it are named. */
function causesOf(tables: Tables): [cause: string, orgId: string][] {
  const causes: [string, string][] = [];
  for (const { id, org_id, status } of tables.checkouts)
    if (status === 'completed') causes.push([`checkout.completed:${id}`, org_id]);
  for (const { id, org_id, status } of tables.payments)
    if (status === 'succeeded' || status === 'failed') causes.push([`payment.${status}:${id}`, org_id]);
  for (const { id, org_id, state } of tables.refunds)
    if (state === 'succeeded') causes.push([`refund.succeeded:${id}`, org_id]);
  for (const { org_id, kind, subscription_id, payment_id } of tables.entries)
    if (kind === 'allocation' && payment_id === null)
      causes.push([`subscription.trialing:${subscription_id}`, org_id]);
  return causes;
}

/** Says whether an event is about something that is in the tables, and that bears it out as far as it can. */
function truthOf(tables: Tables): (event: string, data: Data) => boolean {
  const checkouts = new Map(tables.checkouts.map((row) => [row.id, row]));
  const payments = new Map(tables.payments.map((row) => [row.id, row]));
  const refunds = new Map(tables.refunds.map((row) => [row.id, row]));
  const subscriptions = new Map(tables.subscriptions.map((row) => [row.id, row]));
  const endpoints = new Set(tables.endpoints.map(({ id }) => id));
  return (event, data) => {
    const id = idOf(data);
    switch (event) {
      case 'checkout.completed':
        return checkouts.get(String(data.sessionId))?.payment_id === data.paymentId;
      case 'payment.succeeded': {
        const row = payments.get(id);
        return row?.status === 'succeeded' && row.total === data.amount && row.currency === data.currency;
      }
      case 'payment.failed':
        return payments.has(id);
      case 'refund.succeeded':
        return refunds.get(id)?.state === 'succeeded' && refunds.get(id)?.amount === data.amount;
      case 'refund.failed':
        return refunds.has(id);
      case 'subscription.cancelled':
        return ENDED.has(subscriptions.get(id)?.status ?? '');
      case 'credits.low':
        return typeof data.balance === 'number';
      case 'webhook.disabled':
        return endpoints.has(String(data.endpointId));
      default:
        return event.startsWith('subscription.') && subscriptions.has(id);
    }
  };
}

const dataOf = (body: string): Data => (JSON.parse(body) as { data: Data }).data;

function idOf({ refundId, paymentId, subscriptionId }: Data): string {
  return String(refundId ?? paymentId ?? subscriptionId);
}
