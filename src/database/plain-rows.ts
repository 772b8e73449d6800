import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import type { Tx } from './database';

// For what every event reads and writes: TypeORM's builder takes longer to make such a statement than Postgres to answer
// it. Names and types of columns are the entity's all the same.

const selections = new WeakMap<EntityMetadata, string>();

/** The rows of which `condition` is true: all that may follow WHERE, in SQL. */
export async function readRows<Row extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<Row>,
  condition: string,
  parameters: unknown[],
): Promise<Row[]> {
  const { driver } = tx.connection;
  const metadata = tx.connection.getMetadata(entity);
  const rows: Record<string, unknown>[] = await tx.query(
    `${selectionOf(tx, metadata)} WHERE ${condition}`,
    parameters,
  );
  for (const row of rows) {
    for (const column of metadata.columns)
      row[column.propertyName] = driver.prepareHydratedValue(row[column.propertyName], column);
  }
  return rows as Row[];
}

/** The first of them; null when there is none. */
export async function readRow<Row extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<Row>,
  condition: string,
  parameters: unknown[],
): Promise<Row | null> {
  const [row] = await readRows(tx, entity, condition, parameters);
  return row ?? null;
}

/** Says whether the row is new; a constraint decides, not a look. */
export async function insertIfAbsent<Row extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<Row>,
  row: Row,
): Promise<boolean> {
  const { driver } = tx.connection;
  const { columns, primaryColumns, tableName } = tx.connection.getMetadata(entity);
  const given = columns.filter(({ propertyName }) => row[propertyName] !== undefined);
  const added: unknown[] = await tx.query(
    `INSERT INTO ${driver.escape(tableName)} (${given.map((it) => driver.escape(it.databaseName)).join(', ')})
     VALUES (${given.map((_, index) => `$${index + 1}`).join(', ')})
     ON CONFLICT DO NOTHING RETURNING ${driver.escape(primaryColumns[0]!.databaseName)}`,
    given.map((it) => driver.preparePersistentValue(row[it.propertyName], it)),
  );
  return added.length === 1;
}

/** Sets `changes` where all columns are as in `match`, which has the key; says whether there was such a row. */
export async function updateRow<Row extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<Row>,
  match: Partial<Row>,
  changes: Partial<Row>,
): Promise<boolean> {
  const { driver } = tx.connection;
  const { columns, tableName } = tx.connection.getMetadata(entity);
  const parameters: unknown[] = [];
  const equations = (values: Partial<Row>): string[] =>
    columns
      .filter(({ propertyName }) => values[propertyName] !== undefined)
      .map((it) => {
        parameters.push(driver.preparePersistentValue(values[it.propertyName], it));
        return `${driver.escape(it.databaseName)} = $${parameters.length}`;
      });
  const [, affected]: [unknown[], number] = await tx.query(
    `UPDATE ${driver.escape(tableName)} SET ${equations(changes).join(', ')}
      WHERE ${equations(match).join(' AND ')}`,
    parameters,
  );
  return affected === 1;
}

function selectionOf({ connection: { driver } }: Tx, metadata: EntityMetadata): string {
  const made =
    selections.get(metadata) ??
    `SELECT ${metadata.columns
      .map((it) => `${driver.escape(it.databaseName)} AS ${driver.escape(it.propertyName)}`)
      .join(', ')} FROM ${driver.escape(metadata.tableName)}`;
  selections.set(metadata, made);
  return made;
}
