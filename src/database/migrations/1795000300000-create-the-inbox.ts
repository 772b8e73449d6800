import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTheInbox1795000300000 implements MigrationInterface {
  name = 'CreateTheInbox1795000300000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE dodo_events (
        id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        webhook_id   text NOT NULL,
        type         text NOT NULL,
        event_at     timestamptz,
        body         bytea NOT NULL,
        status       text NOT NULL,
        attempts     integer NOT NULL DEFAULT 0,
        error        text,
        match_keys   text[],
        received_at  timestamptz NOT NULL,
        processed_at timestamptz,
        CONSTRAINT dodo_events_webhook_id_key UNIQUE (webhook_id),
        CONSTRAINT dodo_events_status_check CHECK (status IN ('pending', 'processed', 'ignored', 'unmatched', 'dead'))
      )`);
    await db.query(
      `CREATE INDEX dodo_events_unmatched_idx ON dodo_events USING gin (match_keys) WHERE status = 'unmatched'`,
    );
    await db.query(
      `CREATE INDEX dodo_events_unfinished_idx ON dodo_events (status, id) WHERE status IN ('pending', 'unmatched', 'dead')`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE dodo_events`);
  }
}
