import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { Tx } from './database';
import { insertIfAbsent, updateRow } from './plain-rows';

/** Stores it, unless someone has stored another since the version before it (0: no row); says whether it did. */
export async function saveIfUnchanged<Row extends ObjectLiteral & { version: number }>(
  tx: Tx,
  entity: EntityTarget<Row>,
  row: Row,
): Promise<boolean> {
  const seenVersion = row.version - 1;
  if (seenVersion === 0) return insertIfAbsent(tx, entity, row);
  const id = tx.connection.getMetadata(entity).getEntityIdMap(row)!;
  return updateRow(tx, entity, { ...id, version: seenVersion } as Partial<Row>, row);
}
