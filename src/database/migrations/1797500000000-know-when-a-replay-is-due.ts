import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An event that is followed once more waits since then, not since it came. The index holds what is being replayed. */
export class KnowWhenAReplayIsDue1797500000000 implements MigrationInterface {
  name = 'KnowWhenAReplayIsDue1797500000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE dodo_events ADD COLUMN due_at timestamptz`);
    await db.query(`
      CREATE INDEX dodo_events_replayed_idx ON dodo_events (due_at) WHERE status = 'pending' AND due_at IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE dodo_events DROP COLUMN due_at`);
  }
}
