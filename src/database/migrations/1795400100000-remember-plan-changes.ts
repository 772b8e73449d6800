import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberPlanChanges1795400100000 implements MigrationInterface {
  name = 'RememberPlanChanges1795400100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE plan_changes (
        id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        org_id               text NOT NULL,
        dodo_subscription_id text NOT NULL,
        from_plan_id         text,
        to_plan_id           text,
        subscription_version integer NOT NULL,
        changed_at           timestamptz NOT NULL,
        CONSTRAINT plan_changes_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id),
        CONSTRAINT plan_changes_once UNIQUE (dodo_subscription_id, subscription_version)
      )`);
    await db.query(`CREATE INDEX plan_changes_org_id_idx ON plan_changes (org_id, changed_at DESC)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE plan_changes`);
  }
}
