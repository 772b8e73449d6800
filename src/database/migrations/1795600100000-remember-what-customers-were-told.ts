import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberWhatCustomersWereTold1795600100000 implements MigrationInterface {
  name = 'RememberWhatCustomersWereTold1795600100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE outbound_events (
        id         text PRIMARY KEY,
        org_id     text NOT NULL,
        event      text NOT NULL,
        cause      text NOT NULL,
        body       text NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT outbound_events_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id) ON DELETE CASCADE,
        CONSTRAINT outbound_events_one_per_cause UNIQUE (org_id, cause)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE outbound_events`);
  }
}
