import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTenantsAndKeys1795000000000 implements MigrationInterface {
  name = 'CreateTenantsAndKeys1795000000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE organizations (
        id                         text PRIMARY KEY,
        name                       text NOT NULL,
        email                      text NOT NULL,
        billing_status             text NOT NULL DEFAULT 'none',
        suspended_at               timestamptz,
        dodo_customer_id           text,
        dodo_customer_requested_at timestamptz,
        created_at                 timestamptz NOT NULL,
        CONSTRAINT organizations_billing_status_check CHECK (billing_status IN
          ('none', 'pending', 'active', 'past_due', 'on_hold', 'paused', 'cancelled', 'expired', 'failed', 'unknown')),
        CONSTRAINT organizations_dodo_customer_id_key UNIQUE (dodo_customer_id)
      )`);
    await db.query(`
      CREATE TABLE api_keys (
        id           text PRIMARY KEY,
        org_id       text NOT NULL,
        name         text NOT NULL,
        hash         bytea NOT NULL,
        hint         text NOT NULL,
        scopes       text[] NOT NULL,
        expires_at   timestamptz,
        last_used_at timestamptz,
        created_at   timestamptz NOT NULL,
        CONSTRAINT api_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id) ON DELETE CASCADE,
        CONSTRAINT api_keys_hash_key UNIQUE (hash),
        CONSTRAINT api_keys_hash_length_check CHECK (octet_length(hash) = 32)
      )`);
    await db.query(`CREATE INDEX api_keys_org_id_idx ON api_keys (org_id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE api_keys`);
    await db.query(`DROP TABLE organizations`);
  }
}
