import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepALogOfWhatIsDoneByHand1796000000000 implements MigrationInterface {
  name = 'KeepALogOfWhatIsDoneByHand1796000000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    // It refers to nothing: a log outlives what it tells of.
    await db.query(`
      CREATE TABLE operator_actions (
        id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at      timestamptz NOT NULL,
        who     text NOT NULL,
        via     text NOT NULL,
        what    text NOT NULL,
        target  text,
        org_id  text,
        reason  text,
        outcome text,
        CONSTRAINT operator_actions_via_check CHECK (via IN ('console', 'api', 'cli')),
        CONSTRAINT operator_actions_what_check CHECK (what ~ '^[a-z_]+[.][a-z_]+$'),
        CONSTRAINT operator_actions_reason_check CHECK
          (via <> 'console' OR what IN ('console.sign_in', 'console.sign_out') OR reason IS NOT NULL)
      )`);
    await db.query(`CREATE INDEX operator_actions_target_idx ON operator_actions (target, id DESC)`);
    await db.query(`CREATE INDEX operator_actions_org_id_idx ON operator_actions (org_id, at DESC)`);
    await db.query(`
      CREATE FUNCTION refuse_to_change_operator_actions() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'operator_actions is append-only';
      END $$`);
    await db.query(`
      CREATE TRIGGER operator_actions_are_final BEFORE UPDATE OR DELETE ON operator_actions
        FOR EACH ROW EXECUTE FUNCTION refuse_to_change_operator_actions()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE operator_actions`);
    await db.query(`DROP FUNCTION refuse_to_change_operator_actions`);
  }
}
