import { z } from 'zod';
import { objectOf } from '../../http/openapi.decorators';
import type { Schema } from '../../http/openapi.decorators';
import { pageExample, pageSchema } from '../../http/pagination';
import type { Page } from '../../http/pagination';
import { JSON_OBJECT } from '../../http/request-fields';
import type { Count } from './reconciliation-findings.repository';
import { FINDINGS, OBJECT_KINDS, OUTCOMES } from './reconciliation-finding.entity';
import type { ObjectKind, Outcome, ReconciliationFinding } from './reconciliation-finding.entity';
import { RECONCILIATION_STATUSES, RECONCILIATION_TRIGGERS } from './reconciliation.entity';
import type { Reconciliation } from './reconciliation.entity';

export const reconcileRequestSchema = z
  .object(
    {
      full: z.boolean({ error: 'must be true or false.' }).default(false).meta({
        description: 'Everything that Dodo has ever had, instead of what is new since the last time.',
      }),
    },
    JSON_OBJECT,
  )
  .prefault({})
  .meta({ example: { full: true } });

export type ReconcileRequest = z.output<typeof reconcileRequestSchema>;

export interface Tally {
  /** Rows of Dodo's list. */
  looked: number;
  differed: number;
  mended: number;
  waiting: number;
  unmatched: number;
  failed: number;
}

export type ReconciliationView = Pick<
  Reconciliation,
  'id' | 'trigger' | 'status' | 'isFull' | 'createdSince' | 'startedAt' | 'finishedAt'
> & { subscriptions: Tally; payments: Tally; refunds: Tally };

export type FindingView = Pick<
  ReconciliationFinding,
  'kind' | 'objectId' | 'orgId' | 'found' | 'outcome' | 'detail' | 'foundAt' | 'settledAt'
>;

export interface ReconciliationDetail extends ReconciliationView {
  findings: Page<FindingView>;
}

/** `counts` may be of several reconciliations. */
export function viewOfReconciliation(row: Reconciliation, counts: Count[]): ReconciliationView {
  const ours = counts.filter(({ reconciliationId }) => reconciliationId === row.id);
  const ofKind = (kind: ObjectKind) => ours.filter((count) => count.kind === kind);
  return {
    id: row.id,
    trigger: row.trigger,
    status: row.status,
    isFull: row.isFull,
    createdSince: row.createdSince,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    subscriptions: tally(row.subscriptionsLooked, row.subscriptionsUnmatched, ofKind('subscription')),
    payments: tally(row.paymentsLooked, row.paymentsUnmatched, ofKind('payment')),
    refunds: tally(row.refundsLooked, row.refundsUnmatched, ofKind('refund')),
  };
}

/** `folded`: of those that are unmatched, how many have no finding any more. */
function tally(looked: number, folded: number, counts: Count[]): Tally {
  const of = (outcome: Outcome) => counts.find((count) => count.outcome === outcome)?.count ?? 0;
  return {
    looked,
    differed: counts.reduce((sum, { count }) => sum + count, folded),
    mended: of('mended'),
    waiting: of('waiting'),
    unmatched: of('unmatched') + folded,
    failed: of('failed'),
  };
}

export function viewOfFinding(finding: ReconciliationFinding): FindingView {
  const { kind, objectId, orgId, found, outcome, detail, foundAt, settledAt } = finding;
  return { kind, objectId, orgId, found, outcome, detail, foundAt, settledAt };
}

const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description });

const tallyProperties = {
  looked: count('How many Dodo has listed.'),
  differed: count('How many were not the same here, or not settled.'),
  mended: count('How many of them are right now.'),
  waiting: count('How many depend on Dodo, such as refunds that are pending there.'),
  unmatched: count(
    'How many belong to no organization here; the newest comparison alone lists them one by one.',
  ),
  failed: count('How many could not be mended; `detail` says why.'),
};

const tallySchema = objectOf(tallyProperties);

const instantOrNull = { type: ['string', 'null'], format: 'date-time' };
const textOrNull = { type: ['string', 'null'] };

const properties = {
  id: { type: 'string' },
  trigger: { type: 'string', enum: [...RECONCILIATION_TRIGGERS], description: 'What has started it.' },
  status: { type: 'string', enum: [...RECONCILIATION_STATUSES] },
  isFull: { type: 'boolean', description: 'Whether it lists everything that Dodo has ever had.' },
  createdSince: {
    ...instantOrNull,
    description:
      'Payments, refunds and disputes that were created before are not listed; subscriptions all are.',
  },
  startedAt: { type: 'string', format: 'date-time' },
  finishedAt: instantOrNull,
  subscriptions: tallySchema,
  payments: tallySchema,
  refunds: tallySchema,
};

export const reconciliationSchema = objectOf(properties);

const findingProperties = {
  kind: { type: 'string', enum: [...OBJECT_KINDS] },
  objectId: { type: 'string', description: 'Dodo’s id; of a refund, ours.' },
  orgId: textOrNull,
  found: { type: 'string', enum: [...FINDINGS] },
  outcome: { type: 'string', enum: [...OUTCOMES], description: '`open`: still to be looked into.' },
  detail: { ...textOrNull, description: 'What was different, or why it could not be mended.' },
  foundAt: { type: 'string', format: 'date-time' },
  settledAt: instantOrNull,
};

const findingSchema = objectOf(findingProperties);

export const reconciliationDetailSchema = objectOf({ ...properties, findings: pageSchema(findingSchema) });

const nothing: Tally = { looked: 0, differed: 0, mended: 0, waiting: 0, unmatched: 0, failed: 0 };

export const reconciliationExample = {
  id: 'rec_4fPkq0aVbX2mZr8sTnYw1E',
  trigger: 'operator',
  status: 'completed',
  isFull: false,
  createdSince: '2026-10-19T12:00:00.000Z',
  startedAt: '2026-11-23T12:00:00.000Z',
  finishedAt: '2026-11-23T12:00:09.000Z',
  subscriptions: { ...nothing, looked: 212, differed: 1, mended: 1 },
  payments: { ...nothing, looked: 340 },
  refunds: { ...nothing, looked: 198 },
};

export const reconciliationDetailExample = {
  ...reconciliationExample,
  findings: pageExample({
    kind: 'subscription',
    objectId: 'sub_123',
    orgId: 'org_4fPkq0aVbX2mZr8sTnYw1E',
    found: 'outdated',
    outcome: 'mended',
    detail: 'status active → on_hold',
    foundAt: '2026-11-23T12:00:02.000Z',
    settledAt: '2026-11-23T12:00:03.000Z',
  }),
};
