import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepThePreviousSecretOfARotatedKey1795100000000 implements MigrationInterface {
  name = 'KeepThePreviousSecretOfARotatedKey1795100000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE api_keys
        ADD COLUMN previous_hash       bytea,
        ADD COLUMN previous_expires_at timestamptz,
        ADD CONSTRAINT api_keys_previous_hash_key UNIQUE (previous_hash),
        ADD CONSTRAINT api_keys_previous_hash_length_check CHECK (octet_length(previous_hash) = 32),
        ADD CONSTRAINT api_keys_previous_secret_expires_check
          CHECK ((previous_hash IS NULL) = (previous_expires_at IS NULL))`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE api_keys DROP COLUMN previous_hash, DROP COLUMN previous_expires_at`);
  }
}
