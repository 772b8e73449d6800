import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateReconciliations1795500200000 implements MigrationInterface {
  name = 'CreateReconciliations1795500200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(RECONCILIATIONS);
    await db.query(
      `CREATE UNIQUE INDEX reconciliations_one_at_a_time ON reconciliations (status) WHERE status = 'running'`,
    );
    await db.query(`CREATE INDEX reconciliations_newest_idx ON reconciliations (started_at DESC, id DESC)`);
    await db.query(FINDINGS);
    await db.query(
      `CREATE INDEX reconciliation_findings_open_idx ON reconciliation_findings (reconciliation_id, tries, id) WHERE outcome = 'open'`,
    );
    await db.query(`CREATE INDEX reconciliation_findings_org_id_idx ON reconciliation_findings (org_id)`);
    await db.query(`ALTER TABLE subscriptions ADD COLUMN seen_by_reconciliation_id text`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE subscriptions DROP COLUMN seen_by_reconciliation_id`);
    await db.query(`DROP TABLE reconciliation_findings`);
    await db.query(`DROP TABLE reconciliations`);
  }
}

const RECONCILIATIONS = `
  CREATE TABLE reconciliations (
    id                   text PRIMARY KEY,
    trigger              text NOT NULL,
    status               text NOT NULL,
    is_full              boolean NOT NULL,
    created_since        timestamptz,
    stage                text NOT NULL,
    cursor               text NOT NULL,
    subscriptions_looked integer NOT NULL,
    payments_looked      integer NOT NULL,
    refunds_looked       integer NOT NULL,
    newest_seen_at       timestamptz,
    version              integer NOT NULL,
    started_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    finished_at          timestamptz,
    CONSTRAINT reconciliations_trigger_check CHECK (trigger IN ('schedule', 'operator', 'cli')),
    CONSTRAINT reconciliations_status_check CHECK (status IN ('running', 'completed')),
    CONSTRAINT reconciliations_stage_check CHECK (stage IN
      ('subscriptions', 'payments', 'refunds', 'our_subscriptions', 'our_payments', 'our_refunds', 'settling', 'end')),
    CONSTRAINT reconciliations_finished_check CHECK
      ((status = 'completed') = (finished_at IS NOT NULL) AND (status = 'completed') = (stage = 'end'))
  )`;

const FINDINGS = `
  CREATE TABLE reconciliation_findings (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reconciliation_id text NOT NULL,
    kind              text NOT NULL,
    object_id         text NOT NULL,
    org_id            text,
    found             text NOT NULL,
    outcome           text NOT NULL,
    detail            text,
    tries             integer NOT NULL,
    found_at          timestamptz NOT NULL,
    settled_at        timestamptz,
    CONSTRAINT reconciliation_findings_reconciliation_fkey
      FOREIGN KEY (reconciliation_id) REFERENCES reconciliations (id),
    CONSTRAINT reconciliation_findings_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id),
    CONSTRAINT reconciliation_findings_once UNIQUE (reconciliation_id, kind, object_id),
    CONSTRAINT reconciliation_findings_kind_check CHECK (kind IN ('subscription', 'payment', 'refund')),
    CONSTRAINT reconciliation_findings_found_check CHECK (found IN
      ('missing', 'outdated', 'incomplete', 'not_listed', 'not_at_dodo', 'no_organization',
       'refund_not_made', 'refund_pending', 'refund_failed')),
    CONSTRAINT reconciliation_findings_outcome_check CHECK (outcome IN
      ('open', 'mended', 'waiting', 'unmatched', 'failed'))
  )`;
