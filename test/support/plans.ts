import { DataSource } from 'typeorm';
import type { Type } from '@nestjs/common';

/** Where the statements are made, and where they are explained. */
interface Asked {
  get<T>(part: Type<T>): T;
  query(sql: string, parameters?: unknown[]): Promise<any>;
}

interface Statement {
  sql: string;
  parameters: unknown[];
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

/**
 * The steps of all statements that `work` makes, as Postgres plans a statement once for any parameters: it may, of one that
 * is prepared and comes again. What it is told by a parameter, it can't choose an index by then.
 */
export async function plannedFor(service: Asked, work: () => Promise<unknown>): Promise<Node[]> {
  return plan(await statementsOf(service, work), service);
}

/**
 * The same, where rows are read one by one as an index names them, or not at all where it has all that is wanted. Else
 * Postgres chooses by how much of the table a vacuum has just seen, which another session may have kept from it.
 */
export async function plannedByIndex(service: Asked, work: () => Promise<unknown>): Promise<Node[]> {
  const statements = await statementsOf(service, work);
  return service.get(DataSource).transaction(async (tx) => {
    await tx.query('SET LOCAL enable_bitmapscan = off');
    await tx.query('SET LOCAL enable_seqscan = off');
    return plan(statements, tx);
  });
}

async function plan(statements: Statement[], asked: Pick<Asked, 'query'>): Promise<Node[]> {
  const nodes: Node[] = [];
  for (const { sql } of statements) {
    const [row] = await asked.query(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${sql}`);
    nodes.push(...nodesOf(row['QUERY PLAN'][0].Plan));
  }
  return nodes;
}

/** What goes through all of a table, in its own order or in that of its key. */
export function wholeReads(nodes: Node[], tables: readonly string[]): string[] {
  return nodes
    .filter((it) => tables.includes(it['Relation Name']!))
    .filter(
      (it) => it['Node Type'] === 'Seq Scan' || (it['Index Name']?.endsWith('_pkey') && !it['Index Cond']),
    )
    .map((it) => `${it['Node Type']} of ${it['Relation Name']}`);
}

/** How many rows of a table the statements of `work`, which only read, look at. */
export async function rowsRead(service: Asked, table: string, work: () => Promise<unknown>): Promise<number> {
  let rows = 0;
  for (const { sql, parameters } of await statementsOf(service, work)) {
    const [row] = await service.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, parameters);
    for (const node of nodesOf(row['QUERY PLAN'][0].Plan))
      if (node['Relation Name'] === table)
        rows += (node['Actual Rows']! + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']!;
  }
  return rows;
}

async function statementsOf(service: Asked, work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const dataSource = service.get(DataSource);
  const { logger } = dataSource;
  dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
    logQuery: (sql: string, parameters: unknown[] = []) => void statements.push({ sql, parameters }),
  });
  try {
    await work();
  } finally {
    dataSource.logger = logger;
  }
  return statements;
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
