import { CreditsRepository } from '../../src/billing/credits/credits.repository';
import { HeldObjectsRepository } from '../../src/billing/reconciliation/held-objects.repository';
import { ReconciliationFindingsRepository } from '../../src/billing/reconciliation/reconciliation-findings.repository';
import { SubscriptionOrdersRepository } from '../../src/billing/subscription-orders/subscription-orders.repository';
import { OverviewRepository } from '../../src/console/overview/overview.repository';
import { DodoEventsRepository } from '../../src/webhooks/inbound/dodo-events.repository';
import { DeliveriesRepository } from '../../src/webhooks/outbound/deliveries.repository';
import { plannedByIndex, plannedFor, rowsRead, wholeReads } from '../support/plans';
import { StillService } from '../support/still-service';

const GROWING = [
  'credit_entries',
  'dodo_events',
  'payments',
  'reconciliation_findings',
  'refunds',
  'subscription_orders',
  'webhook_deliveries',
];

/** One organization with much behind it, and many more of each that are not its own. */
describe('after a long history', () => {
  const service = StillService.ofThisSuite();
  const order = { orgId: 'org_7', dodoSubscriptionId: 'sub_7' };
  const now = new Date();

  beforeAll(async () => {
    const each = `FROM generate_series(1, 20000) AS n`;
    await service.query(
      `INSERT INTO organizations (id, name, email, created_at)
       SELECT 'org_' || n, 'Acme', n || '@example.com', now() FROM generate_series(0, 999) AS n`,
    );
    await service.query(
      `INSERT INTO subscriptions (dodo_subscription_id, org_id, plan_id, dodo_product_id, status, trial_period_days,
                                  cancel_at_period_end, dodo_created_at, snapshot, version, synced_at)
       SELECT 'sub_' || n, 'org_' || n, 'plan_pro', 'pdt_pro', 'active', 3, false, now(), '{}', 1, now()
         FROM generate_series(0, 999) AS n`,
    );
    await service.query(
      `INSERT INTO dodo_events (webhook_id, type, body, status, subjects, received_at)
       SELECT 'msg_' || n, 'payment.succeeded', '{}', 'processed', ARRAY['cus_' || n % 1000, 'pay_' || n], now() ${each}`,
    );
    await service.query(
      `INSERT INTO payments (dodo_payment_id, org_id, dodo_subscription_id, status, total_minor, currency, setup_fee_minor,
                             plan_minor, plan_product_id, has_line_items, dodo_created_at, version, synced_at)
       SELECT 'pay_' || n, 'org_' || n % 1000, 'sub_' || n % 1000, 'succeeded', 4900, 'USD', 100, 4800, 'pdt_pro', true,
              now() - n * interval '20 minutes', 1, now() ${each}`,
    );
    await service.query(
      `INSERT INTO refunds (id, org_id, dodo_payment_id, purpose, state, dodo_refund_id, asks, created_at, updated_at)
       SELECT 'rfd_' || n, 'org_' || n % 1000, 'pay_' || n, 'setup_fee', 'succeeded', 'ref_' || n, 1, now(), now() ${each}`,
    );
    await service.query(
      `INSERT INTO subscription_orders (id, org_id, dodo_subscription_id, kind, state, created_at, settled_at)
       SELECT 'ord_' || n, 'org_' || n % 1000, 'sub_' || n % 1000, 'cancel', 'done', now(), now() ${each}`,
    );
    await service.query(
      `INSERT INTO credit_balances (org_id, updated_at) SELECT id, now() FROM organizations`,
    );
    await service.query(
      `INSERT INTO credit_entries (id, org_id, kind, cause, allocation_delta, purchased_delta, balance_after, category,
                                   created_at)
       SELECT 'cre_' || n, 'org_' || n % 1000, 'consumption', 'consume:' || n, 0, -1, 0, 'posts', now() ${each}`,
    );
    await service.query(
      `INSERT INTO webhook_endpoints (id, org_id, url, events, enabled, secret, is_slow, created_at, updated_at)
       VALUES ('whe_7', 'org_7', 'https://example.com', '{*}', true, '', false, now(), now())`,
    );
    await service.query(
      `INSERT INTO outbound_events (id, org_id, event, cause, body, created_at)
       SELECT 'evt_' || n, 'org_7', 'payment.succeeded', n, '{}', now() ${each}`,
    );
    await service.query(
      `INSERT INTO webhook_deliveries (id, org_id, endpoint_id, event_id, event, status, created_at)
       SELECT 'dlv_' || n, 'org_7', 'whe_7', 'evt_' || n, 'payment.succeeded', 'delivered', now() ${each}`,
    );
    await service.query(
      `INSERT INTO reconciliations (id, trigger, status, is_full, stage, cursor, version, subscriptions_looked,
                                    payments_looked, refunds_looked, started_at, updated_at)
       VALUES ('rec_7', 'operator', 'running', true, 'payments', '', 1, 0, 0, 0, now(), now())`,
    );
    await service.query(
      `INSERT INTO reconciliation_findings (reconciliation_id, kind, object_id, found, outcome, tries, found_at, settled_at)
       SELECT 'rec_7', 'payment', 'pay_' || n, 'no_organization', 'unmatched', 0, now(), now() ${each}`,
    );
    await service.query('VACUUM (ANALYZE)');
  }, 60_000);

  it.each<[what: string, index: string, work: () => Promise<unknown>]>([
    [
      'for how long an event has waited',
      'dodo_events_unfinished_idx',
      () => service.get(DodoEventsRepository).findOldestPendingTime(),
    ],
    [
      'events that fit nobody yet',
      'dodo_events_unfinished_idx',
      () => service.get(DodoEventsRepository).listUnmatched(['customer:cus_7'], 100),
    ],
    [
      'the events that carry an id',
      'dodo_events_subjects_idx',
      () => service.get(DodoEventsRepository).listEvents({ subject: 'cus_7' }, 1, 0),
    ],
    [
      'what is to be sent to an endpoint',
      'webhook_deliveries_due_idx',
      () => service.get(DeliveriesRepository).findDue('whe_7', now),
    ],
    [
      'what an organization has spent last',
      'credit_entries_consumption_idx',
      () => service.get(CreditsRepository).listConsumption('org_7', 20),
    ],
    [
      'whether an order is unclear',
      'subscription_orders_org_id_idx',
      () => service.get(SubscriptionOrdersRepository).isUnclear(order, now),
    ],
    [
      'an order that nobody will settle',
      'subscription_orders_org_id_idx',
      () => service.get(SubscriptionOrdersRepository).saveAbandoned(order, new Date(0), now),
    ],
    [
      'what a comparison has still to look at',
      'reconciliation_findings_open_idx',
      () => service.get(ReconciliationFindingsRepository).listOpen('rec_7', 20),
    ],
  ])('%s is found by an index that holds little else', async (_, index, work) => {
    const nodes = await plannedFor(service, work);
    expect(nodes.map((it) => it['Index Name'])).toContain(index);
    expect(wholeReads(nodes, GROWING)).toEqual([]);
  });

  it('fees without a refund are looked for by ids alone', async () => {
    const nodes = await plannedByIndex(service, () =>
      service.get(HeldObjectsRepository).listIncompletePayments('', 100),
    );
    const fees = nodes.filter((it) => it['Index Name'] === 'payments_with_fee_idx');
    expect(fees.map((it) => it['Node Type'])).toEqual(['Index Only Scan']);
    expect(wholeReads(nodes, ['payments'])).toEqual([]);
  });

  it('what an organization has spent is summed from an index alone', async () => {
    const nodes = await plannedByIndex(service, () =>
      service.get(CreditsRepository).listSpentByCategory('org_7', new Date(0)),
    );
    expect(nodes.map((it) => [it['Node Type'], it['Index Name']])).toContainEqual([
      'Index Only Scan',
      'credit_entries_consumption_idx',
    ]);
  });

  it('events are counted without being sorted', async () => {
    const nodes = await plannedFor(service, () => service.get(DodoEventsRepository).listEvents({}, 50, 0));
    expect(nodes.map((it) => it['Node Type'])).not.toContain('Sort');
  });

  it('the revenue of a week is told by the payments of that time', async () => {
    const read = () =>
      service.get(OverviewRepository).listRevenue(new Date(now.getTime() - 7 * 86_400_000), now, 'USD');
    // Of this week, and of a month and a day before it, at 72 a day.
    expect(await rowsRead(service, 'payments', read)).toBeLessThan(72 * 40);
  });
});
