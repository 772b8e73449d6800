/** For every session of the database that begins from now on; `setting`: `lock_timeout = '100ms'`. */
export async function setForDatabase(
  query: (statement: string) => Promise<unknown>,
  setting: string,
): Promise<void> {
  await query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET %s', current_database(), $s$${setting}$s$); END $$`,
  );
}
