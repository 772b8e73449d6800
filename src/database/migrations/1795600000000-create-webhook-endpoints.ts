import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateWebhookEndpoints1795600000000 implements MigrationInterface {
  name = 'CreateWebhookEndpoints1795600000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE webhook_endpoints (
        id                  text PRIMARY KEY,
        org_id              text NOT NULL,
        url                 text NOT NULL,
        name                text,
        events              text[] NOT NULL,
        enabled             boolean NOT NULL,
        disabled_reason     text,
        disabled_at         timestamptz,
        secret              bytea NOT NULL,
        previous_secret     bytea,
        previous_expires_at timestamptz,
        failing_since       timestamptz,
        paused_until        timestamptz,
        is_slow             boolean NOT NULL DEFAULT false,
        lease_id            text,
        leased_until        timestamptz,
        created_at          timestamptz NOT NULL,
        updated_at          timestamptz NOT NULL,
        CONSTRAINT webhook_endpoints_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id) ON DELETE CASCADE,
        CONSTRAINT webhook_endpoints_events_check CHECK (cardinality(events) > 0),
        CONSTRAINT webhook_endpoints_disabled_reason_check CHECK (disabled_reason IN ('gone', 'failing')),
        CONSTRAINT webhook_endpoints_disabled_check CHECK
          (num_nonnulls(disabled_reason, disabled_at) IN (0, 2) AND NOT (enabled AND disabled_at IS NOT NULL)),
        CONSTRAINT webhook_endpoints_previous_secret_check CHECK
          (num_nonnulls(previous_secret, previous_expires_at) IN (0, 2)),
        CONSTRAINT webhook_endpoints_lease_check CHECK (num_nonnulls(lease_id, leased_until) IN (0, 2))
      )`);
    await db.query(`CREATE INDEX webhook_endpoints_org_id_idx ON webhook_endpoints (org_id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE webhook_endpoints`);
  }
}
