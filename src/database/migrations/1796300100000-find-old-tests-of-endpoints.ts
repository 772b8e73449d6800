import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tests are the only events that are forgotten: few beside the others, which would be walked to find them. */
export class FindOldTestsOfEndpoints1796300100000 implements MigrationInterface {
  name = 'FindOldTestsOfEndpoints1796300100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(
      `CREATE INDEX outbound_events_tests_idx ON outbound_events (created_at) WHERE event = 'webhook.test'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX outbound_events_tests_idx`);
  }
}
