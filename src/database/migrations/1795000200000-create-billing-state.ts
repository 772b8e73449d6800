import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBillingState1795000200000 implements MigrationInterface {
  name = 'CreateBillingState1795000200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(CHECKOUTS);
    await db.query(`CREATE INDEX checkouts_org_id_idx ON checkouts (org_id, created_at DESC)`);
    await db.query(SUBSCRIPTIONS);
    await db.query(`CREATE INDEX subscriptions_org_id_idx ON subscriptions (org_id, dodo_created_at DESC)`);
    await db.query(PAYMENTS);
    await db.query(`CREATE INDEX payments_org_id_idx ON payments (org_id, dodo_created_at DESC)`);
    await db.query(`CREATE INDEX payments_subscription_id_idx ON payments (dodo_subscription_id)`);
    await db.query(REFUNDS);
    await db.query(`CREATE INDEX refunds_org_id_idx ON refunds (org_id, created_at DESC)`);
    await db.query(
      `CREATE INDEX refunds_unsettled_idx ON refunds (created_at) WHERE state IN ('owed', 'requested', 'pending', 'review')`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE refunds`);
    await db.query(`DROP TABLE payments`);
    await db.query(`DROP TABLE subscriptions`);
    await db.query(`DROP TABLE checkouts`);
  }
}

const CHECKOUTS = `
  CREATE TABLE checkouts (
    id                   text PRIMARY KEY,
    org_id               text NOT NULL,
    plan_id              text NOT NULL,
    status               text NOT NULL,
    success_url          text NOT NULL,
    cancel_url           text NOT NULL,
    dodo_session_id      text,
    dodo_payment_id      text,
    dodo_subscription_id text,
    failure_code         text,
    failure_message      text,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    completed_at         timestamptz,
    CONSTRAINT checkouts_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id),
    CONSTRAINT checkouts_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans (id),
    CONSTRAINT checkouts_dodo_session_id_key UNIQUE (dodo_session_id),
    CONSTRAINT checkouts_status_check CHECK (status IN
      ('requested', 'open', 'completed', 'refused', 'unavailable', 'unknown')),
    CONSTRAINT checkouts_open_has_session_check CHECK (status <> 'open' OR dodo_session_id IS NOT NULL)
  )`;

const SUBSCRIPTIONS = `
  CREATE TABLE subscriptions (
    dodo_subscription_id text PRIMARY KEY,
    org_id               text NOT NULL,
    plan_id              text,
    dodo_product_id      text NOT NULL,
    status               text NOT NULL,
    trial_period_days    integer NOT NULL,
    current_period_start timestamptz,
    current_period_end   timestamptz,
    cancel_at_period_end boolean NOT NULL,
    cancelled_at         timestamptz,
    pending_product_id   text,
    pending_change_at    timestamptz,
    dodo_created_at      timestamptz NOT NULL,
    snapshot             jsonb NOT NULL,
    version              integer NOT NULL,
    synced_at            timestamptz NOT NULL,
    CONSTRAINT subscriptions_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id),
    CONSTRAINT subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans (id),
    CONSTRAINT subscriptions_status_check CHECK (status IN
      ('pending', 'active', 'past_due', 'on_hold', 'paused', 'cancelled', 'expired', 'failed', 'unknown'))
  )`;

const PAYMENTS = `
  CREATE TABLE payments (
    dodo_payment_id      text PRIMARY KEY,
    org_id               text NOT NULL,
    dodo_subscription_id text,
    checkout_id          text,
    status               text NOT NULL,
    total_minor          bigint NOT NULL,
    currency             text NOT NULL,
    setup_fee_minor      bigint,
    plan_minor           bigint NOT NULL,
    failure_code         text,
    invoice_url          text,
    dodo_created_at      timestamptz NOT NULL,
    version              integer NOT NULL,
    synced_at            timestamptz NOT NULL,
    CONSTRAINT payments_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id),
    CONSTRAINT payments_checkout_id_fkey FOREIGN KEY (checkout_id) REFERENCES checkouts (id),
    CONSTRAINT payments_status_check CHECK (status IN ('processing', 'succeeded', 'failed', 'cancelled'))
  )`;

const REFUNDS = `
  CREATE TABLE refunds (
    id                text PRIMARY KEY,
    org_id            text NOT NULL,
    dodo_payment_id   text NOT NULL,
    purpose           text NOT NULL,
    state             text NOT NULL,
    dodo_refund_id    text,
    amount_minor      bigint,
    currency          text,
    asks              integer NOT NULL DEFAULT 0,
    ask_again_at      timestamptz,
    failure_code      text,
    failure_message   text,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    settled_at        timestamptz,
    CONSTRAINT refunds_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id),
    CONSTRAINT refunds_dodo_payment_id_fkey FOREIGN KEY (dodo_payment_id) REFERENCES payments (dodo_payment_id),
    CONSTRAINT refunds_one_per_payment_and_purpose UNIQUE (dodo_payment_id, purpose),
    CONSTRAINT refunds_dodo_refund_id_key UNIQUE (dodo_refund_id),
    CONSTRAINT refunds_purpose_check CHECK (purpose IN ('setup_fee')),
    CONSTRAINT refunds_state_check CHECK (state IN
      ('owed', 'requested', 'pending', 'review', 'succeeded', 'failed'))
  )`;
