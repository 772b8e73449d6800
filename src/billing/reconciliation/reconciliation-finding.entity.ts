import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const OBJECT_KINDS = ['subscription', 'payment', 'refund'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/**
 * missing: Dodo has it, we do not. outdated: we have it otherwise. incomplete: a
 * payment whose lines Dodo did not show, or whose fee has no refund here.
 * not_listed: Dodo's list did not show what we hold. not_at_dodo: Dodo says that
 * there is no such thing. no_organization: it is nobody's here. dispute_open:
 * a payment whose dispute, as far as we know, is not decided.
 */
export const FINDINGS = [
  'missing',
  'outdated',
  'incomplete',
  'not_listed',
  'not_at_dodo',
  'no_organization',
  'dispute_open',
  'refund_not_made',
  'refund_pending',
  'refund_failed',
] as const;
export type Found = (typeof FINDINGS)[number];

/** open: still to be looked at. waiting: it depends on Dodo now. unmatched: kept out, since it is nobody's. */
export const OUTCOMES = ['open', 'mended', 'waiting', 'unmatched', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One difference that a reconciliation has found, and what came of it; those that are open are its list of work. */
@Entity('reconciliation_findings')
export class ReconciliationFinding {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'reconciliation_findings_pkey',
  })
  id: string;

  @Column('text')
  reconciliationId: string;

  @Column('text')
  kind: ObjectKind;

  /** Dodo's id; of a refund, ours. */
  @Column('text')
  objectId: string;

  @Column('text', { nullable: true })
  orgId: string | null;

  @Column('text')
  found: Found;

  @Column('text')
  outcome: Outcome;

  /** What was different, or why it could not be mended, without personal data. */
  @Column('text', { nullable: true })
  detail: string | null;

  /** Tries that failed: Dodo was away, or it could not be stored. */
  @Column('integer')
  tries: number;

  @Column('timestamptz')
  foundAt: Date;

  @Column('timestamptz', { nullable: true })
  settledAt: Date | null;
}
