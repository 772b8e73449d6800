import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LetOperatorsSignInToTheConsole1796000100000 implements MigrationInterface {
  name = 'LetOperatorsSignInToTheConsole1796000100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE console_sessions (
        hash          bytea PRIMARY KEY,
        operator_name text NOT NULL,
        created_at    timestamptz NOT NULL,
        expires_at    timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX console_sessions_expires_at_idx ON console_sessions (expires_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE console_sessions`);
  }
}
