import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Asked with every event of a subscription: without it, each entry of the organization, or of all of them, is looked at. */
export class FindWhoHasHadCreditsForATrial1796400000000 implements MigrationInterface {
  name = 'FindWhoHasHadCreditsForATrial1796400000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE INDEX credit_entries_trial_idx ON credit_entries (org_id)
        WHERE kind = 'allocation' AND dodo_payment_id IS NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX credit_entries_trial_idx`);
  }
}
