import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberWhomAnEventNames1796000200000 implements MigrationInterface {
  name = 'RememberWhomAnEventNames1796000200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE dodo_events ADD COLUMN subjects text[] NOT NULL DEFAULT '{}'`);
    // What has come so far is read by its bytes, since a body may be anything.
    await db.query(`
      UPDATE dodo_events SET subjects = ARRAY(
        SELECT DISTINCT found[1]
          FROM regexp_matches(encode(body, 'escape'),
            '"(?:payment|subscription|refund|dispute|customer|checkout_session|checkout|org)_id"\\s*:\\s*"([\\w-]{1,100})"',
            'g') found)`);
    await db.query(`CREATE INDEX dodo_events_subjects_idx ON dodo_events USING gin (subjects)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE dodo_events DROP COLUMN subjects`);
  }
}
