import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource, EntityMetadata } from 'typeorm';
import { createDataSource } from '../../src/database/data-source';
import { ENTITIES } from '../../src/entities';
import { createTestDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';

interface Column {
  name: string;
  type: string;
  isNullable: boolean;
}

/** Migrations make the schema and entities read it: nothing but this compares the two. */
describe('the entities', () => {
  let database: TestDatabase;
  let source: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    source = await createDataSource(database.url, ENTITIES).initialize();
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const byName = (columns: Column[]) => columns.toSorted((one, other) => (one.name < other.name ? -1 : 1));

  const asDeclared = ({ columns }: EntityMetadata): Column[] =>
    columns.map((column) => ({
      name: column.databaseName,
      type: `${source.driver.normalizeType(column)}${column.isArray ? '[]' : ''}`,
      isNullable: column.isNullable,
    }));

  async function asInTheDatabase({ tableName }: EntityMetadata): Promise<Column[]> {
    return source.query(
      `SELECT attname AS name, format_type(atttypid, NULL) AS type, NOT attnotnull AS "isNullable" FROM pg_attribute
        WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
      [tableName],
    );
  }

  it.each(ENTITIES.map((entity) => [entity.name, entity] as const))(
    '%s has the columns of its table, of the same types, and null where they may be',
    async (_, entity) => {
      const metadata = source.getMetadata(entity);
      expect(byName(asDeclared(metadata))).toEqual(byName(await asInTheDatabase(metadata)));
    },
  );

  it('have tables that ARCHITECTURE.md lists, all of them', async () => {
    const text = readFileSync(join(__dirname, '..', '..', 'ARCHITECTURE.md'), 'utf8');
    const listed = /## Tables\n\n([^.]+)\./.exec(text)![1]!.match(/\w+/g)!;
    const rows = await source.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
    );
    expect(listed.toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
  });
});
