import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EmptyOldEvents1795500300000 implements MigrationInterface {
  name = 'EmptyOldEvents1795500300000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE dodo_events
        ALTER COLUMN body DROP NOT NULL,
        ADD COLUMN body_removed_at timestamptz,
        ADD CONSTRAINT dodo_events_body_check CHECK ((body IS NULL) = (body_removed_at IS NOT NULL)),
        ADD CONSTRAINT dodo_events_unfinished_has_body_check CHECK
          (body IS NOT NULL OR status IN ('processed', 'ignored'))`);
    await db.query(`
      CREATE INDEX dodo_events_with_body_idx ON dodo_events (received_at)
       WHERE body IS NOT NULL AND status IN ('processed', 'ignored')`);
  }

  /** What has been emptied stays so: an empty body keeps the rows, and the ids that they are kept for. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX dodo_events_with_body_idx`);
    await db.query(`UPDATE dodo_events SET body = '', body_removed_at = NULL WHERE body IS NULL`);
    await db.query(`
      ALTER TABLE dodo_events
        DROP CONSTRAINT dodo_events_unfinished_has_body_check,
        DROP CONSTRAINT dodo_events_body_check,
        DROP COLUMN body_removed_at,
        ALTER COLUMN body SET NOT NULL`);
  }
}
