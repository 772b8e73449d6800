import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberRevokedKeys1796000500000 implements MigrationInterface {
  name = 'RememberRevokedKeys1796000500000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE revoked_api_keys (
        id         text PRIMARY KEY,
        org_id     text NOT NULL,
        name       text NOT NULL,
        hint       text NOT NULL,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz NOT NULL,
        CONSTRAINT revoked_api_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id)
      )`);
    await db.query(`CREATE INDEX revoked_api_keys_org_id_idx ON revoked_api_keys (org_id, revoked_at DESC)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE revoked_api_keys`);
  }
}
