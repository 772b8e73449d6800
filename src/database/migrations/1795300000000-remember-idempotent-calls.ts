import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberIdempotentCalls1795300000000 implements MigrationInterface {
  name = 'RememberIdempotentCalls1795300000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE idempotency_records (
        org_id       text NOT NULL,
        operation    text NOT NULL,
        key          text NOT NULL,
        fingerprint  bytea NOT NULL,
        claim_id     text NOT NULL,
        resource_id  text,
        answer       bytea,
        claimed_at   timestamptz NOT NULL,
        leased_until timestamptz NOT NULL,
        expires_at   timestamptz NOT NULL,
        CONSTRAINT idempotency_records_pkey PRIMARY KEY (org_id, operation, key),
        CONSTRAINT idempotency_records_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id) ON DELETE CASCADE,
        CONSTRAINT idempotency_records_key_length_check CHECK (octet_length(key) BETWEEN 1 AND 255),
        CONSTRAINT idempotency_records_fingerprint_length_check CHECK (octet_length(fingerprint) = 32)
      )`);
    await db.query(`CREATE INDEX idempotency_records_expires_at_idx ON idempotency_records (expires_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE idempotency_records`);
  }
}
