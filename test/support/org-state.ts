import type { Client } from 'pg';

type Row = Record<string, unknown>;
/** Every row that is an organization's, by table. */
export type OrgRows = Record<string, Row[]>;

/** Parents first. */
const TABLES = `checkouts subscriptions trial_claims payments refunds credit_balances credit_entries`.split(
  ' ',
);

/** Times of our own clock, ids of our own making, and counters: no two ways to one state agree in them. */
const OUR_OWN = new Set(
  `version balance_after synced_at created_at updated_at completed_at settled_at claimed_at used_since`.split(
    ' ',
  ),
);

/** Reads and sets back all that is stored of one organization. */
export class OrgState {
  constructor(
    private readonly sql: Client,
    private readonly orgId: string,
  ) {}

  async read(): Promise<OrgRows> {
    const parts = TABLES.map(
      (table) =>
        `'${table}', (SELECT coalesce(jsonb_agg(to_jsonb(it) ORDER BY it::text), '[]') FROM ${table} it WHERE org_id = $1)`,
    );
    const { rows } = await this.sql.query(
      `SELECT jsonb_build_object('organizations', jsonb_build_array(jsonb_build_object(
                'billing_status', billing_status, 'suspended_at', suspended_at)), ${parts.join(', ')}) AS state
         FROM organizations WHERE id = $1`,
      [this.orgId],
    );
    return rows[0].state as OrgRows;
  }

  async write(state: OrgRows): Promise<void> {
    const deletes = ['plan_changes', ...TABLES].map(
      (table) => `d_${table} AS (DELETE FROM ${table} WHERE org_id = $1)`,
    );
    const [organization] = state.organizations!;
    await this.sql.query('BEGIN');
    // The ledger is append-only, by a trigger: what sets time back may not be stopped by it.
    await this.sql.query(`SET LOCAL session_replication_role = 'replica'`);
    await this.sql.query(
      `WITH ${deletes.join(', ')} UPDATE organizations SET billing_status = $2, suspended_at = $3 WHERE id = $1`,
      [this.orgId, organization!.billing_status, organization!.suspended_at],
    );
    const inserts = TABLES.map(
      (table) =>
        `i_${table} AS (INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb->'${table}'))`,
    );
    await this.sql.query(`WITH ${inserts.join(', ')} SELECT`, [JSON.stringify(state)]);
    await this.sql.query('COMMIT');
  }
}

/** The same for two states that nobody could tell apart. */
export function canonical(state: OrgRows): OrgRows {
  return Object.fromEntries(
    Object.entries(state).map(([table, rows]) => [
      table,
      rows
        .map((row) => strip(table, row))
        .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ]),
  );
}

function strip(table: string, row: Row): Row {
  const isOurId = (key: string) => key === 'id' && table !== 'checkouts';
  const kept = Object.entries(row).filter(([key]) => !OUR_OWN.has(key) && !isOurId(key));
  return Object.fromEntries(
    // Since when by our clock does not matter, whether does.
    kept.map(([key, value]) => [key, key === 'suspended_at' || key === 'low_since' ? value !== null : value]),
  );
}

/**
 * What has to be the same however one came there. The ledger remembers in which
 * periods the organization was seen: one that was over before anything was heard
 * of it has no entry, and one that was seen has two that cancel out. What is left
 * of a period while the gate is shut can't be spent, and goes with the next one.
 */
export function outcome(state: OrgRows): object {
  const { credit_balances, credit_entries, ...others } = canonical(state);
  const isSuspended = others.organizations![0]!.suspended_at;
  const [balance] = credit_balances!;
  const running = isSuspended ? null : (balance?.allocation_cause ?? null);
  return {
    ...others,
    balance: running === null ? null : balance,
    entries: credit_entries!
      .filter(({ kind, cause }) => cause === running || (kind !== 'allocation' && kind !== 'expiry'))
      .map(({ kind, cause, allocation_delta, purchased_delta }) => ({
        kind,
        cause,
        allocation_delta,
        purchased_delta,
      })),
  };
}

/** The balance, and what the ledger's entries add up to. */
export function books({ credit_balances, credit_entries }: OrgRows): { balance: unknown; entries: number } {
  const entries = credit_entries!.reduce((sum, { allocation_delta: delta }) => sum + Number(delta), 0);
  return { balance: credit_balances![0]?.allocation_left ?? 0, entries };
}
