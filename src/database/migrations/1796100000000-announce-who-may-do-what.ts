import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whatever changes what a key may do is announced in the transaction that
 * changes it, whoever writes: this service of any version, or a person in psql.
 * The payload is the organization, or nothing for all of them.
 */
export class AnnounceWhoMayDoWhat1796100000000 implements MigrationInterface {
  name = 'AnnounceWhoMayDoWhat1796100000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE FUNCTION announce_changed_access() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('access_changed', coalesce(to_jsonb(OLD) ->> TG_ARGV[0], ''));
        RETURN NULL;
      END $$`);
    await db.query(`
      CREATE TRIGGER announce_changed_status AFTER UPDATE OF billing_status ON organizations FOR EACH ROW
        WHEN (OLD.billing_status IS DISTINCT FROM NEW.billing_status) EXECUTE FUNCTION announce_changed_access('id')`);
    await db.query(`
      CREATE TRIGGER announce_changed_key
        AFTER UPDATE OF org_id, hash, previous_hash, previous_expires_at, scopes, expires_at ON api_keys
        FOR EACH ROW EXECUTE FUNCTION announce_changed_access('org_id')`);
    await db.query(`
      CREATE TRIGGER announce_deleted_key AFTER DELETE ON api_keys
        FOR EACH ROW EXECUTE FUNCTION announce_changed_access('org_id')`);
    await db.query(`
      CREATE TRIGGER announce_emptied_keys AFTER TRUNCATE ON api_keys
        FOR EACH STATEMENT EXECUTE FUNCTION announce_changed_access('org_id')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TRIGGER announce_emptied_keys ON api_keys`);
    await db.query(`DROP TRIGGER announce_deleted_key ON api_keys`);
    await db.query(`DROP TRIGGER announce_changed_key ON api_keys`);
    await db.query(`DROP TRIGGER announce_changed_status ON organizations`);
    await db.query(`DROP FUNCTION announce_changed_access`);
  }
}
