import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberWhenAKeyChanged1795100100000 implements MigrationInterface {
  name = 'RememberWhenAKeyChanged1795100100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    // The default is for replicas of the version before, which still insert without this column.
    await db.query(`ALTER TABLE api_keys ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()`);
    await db.query(`UPDATE api_keys SET updated_at = created_at`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE api_keys DROP COLUMN updated_at`);
  }
}
