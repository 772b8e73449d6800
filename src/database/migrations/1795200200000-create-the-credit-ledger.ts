import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTheCreditLedger1795200200000 implements MigrationInterface {
  name = 'CreateTheCreditLedger1795200200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(BALANCES);
    await db.query(ENTRIES);
    await db.query(
      `CREATE INDEX credit_entries_consumption_idx ON credit_entries (org_id, created_at DESC) WHERE kind = 'consumption'`,
    );
    await db.query(
      `CREATE INDEX credit_entries_allocation_idx ON credit_entries (dodo_subscription_id, period_start DESC) WHERE kind = 'allocation'`,
    );
    await db.query(REFUSE_CHANGES);
    await db.query(`
      CREATE TRIGGER credit_entries_are_final BEFORE UPDATE OR DELETE ON credit_entries
        FOR EACH ROW EXECUTE FUNCTION refuse_to_change_credit_entries()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE credit_entries`);
    await db.query(`DROP FUNCTION refuse_to_change_credit_entries`);
    await db.query(`DROP TABLE credit_balances`);
  }
}

const BALANCES = `
  CREATE TABLE credit_balances (
    org_id               text PRIMARY KEY,
    allocation_left      integer NOT NULL DEFAULT 0,
    purchased_left       integer NOT NULL DEFAULT 0,
    allocation           integer NOT NULL DEFAULT 0,
    allocation_cause     text,
    dodo_subscription_id text,
    used_since           timestamptz,
    resets_at            timestamptz,
    updated_at           timestamptz NOT NULL,
    CONSTRAINT credit_balances_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id),
    CONSTRAINT credit_balances_allocation_check CHECK (allocation_left BETWEEN 0 AND allocation),
    CONSTRAINT credit_balances_purchased_check CHECK (purchased_left >= 0)
  )`;

// Entries refer to the balance, not to the organization: who writes one holds the balance's lock already,
// and takes no second one that another transaction could hold in the other order.
const ENTRIES = `
  CREATE TABLE credit_entries (
    id                   text PRIMARY KEY,
    org_id               text NOT NULL,
    kind                 text NOT NULL,
    cause                text NOT NULL,
    allocation_delta     integer NOT NULL,
    purchased_delta      integer NOT NULL,
    balance_after        integer NOT NULL,
    category             text,
    description          text,
    dodo_subscription_id text,
    dodo_payment_id      text,
    paid_at              timestamptz,
    period_start         timestamptz,
    created_at           timestamptz NOT NULL,
    CONSTRAINT credit_entries_org_id_fkey FOREIGN KEY (org_id) REFERENCES credit_balances (org_id),
    CONSTRAINT credit_entries_one_per_cause UNIQUE (org_id, cause),
    CONSTRAINT credit_entries_balance_check CHECK (balance_after >= 0),
    CONSTRAINT credit_entries_kind_check CHECK (CASE kind
      WHEN 'allocation' THEN allocation_delta >= 0 AND purchased_delta = 0 AND period_start IS NOT NULL
      WHEN 'purchase' THEN allocation_delta = 0 AND purchased_delta > 0 AND dodo_payment_id IS NOT NULL
      WHEN 'consumption' THEN allocation_delta <= 0 AND purchased_delta <= 0
        AND allocation_delta + purchased_delta < 0 AND category IS NOT NULL
      WHEN 'expiry' THEN allocation_delta < 0 AND purchased_delta = 0
      ELSE false END)
  )`;

const REFUSE_CHANGES = `
  CREATE FUNCTION refuse_to_change_credit_entries() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'credit_entries is append-only';
  END $$`;
