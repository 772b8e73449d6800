import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an organization has spent is summed at each look at its credits: from the index, not from each entry's row. */
export class SumWhatWasSpentFromItsIndex1797000400010 implements MigrationInterface {
  name = 'SumWhatWasSpentFromItsIndex1797000400010';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    // The old one last: until then, reads go on by it.
    await db.query(`
      CREATE INDEX credit_entries_spending_idx ON credit_entries (org_id, created_at DESC)
             INCLUDE (category, allocation_delta, purchased_delta) WHERE kind = 'consumption'`);
    await db.query(`DROP INDEX credit_entries_consumption_idx`);
    await db.query(`ALTER INDEX credit_entries_spending_idx RENAME TO credit_entries_consumption_idx`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX credit_entries_consumption_idx`);
    await db.query(`
      CREATE INDEX credit_entries_consumption_idx ON credit_entries (org_id, created_at DESC) WHERE kind = 'consumption'`);
  }
}
