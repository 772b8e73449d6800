import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ListOrganizationsNewestFirst1795100200000 implements MigrationInterface {
  name = 'ListOrganizationsNewestFirst1795100200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`CREATE INDEX organizations_created_at_idx ON organizations (created_at DESC, id DESC)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX organizations_created_at_idx`);
  }
}
