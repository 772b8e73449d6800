import type { EntryRow } from './tables';
import type { Findings } from './violation';

const LAW = 'Credits follow from what was paid';

interface Purse {
  allocation: number;
  purchased: number;
  /** Cause of the running allocation. */
  running: string | null;
}

/**
 * Goes through an organization's ledger one entry after the other, as if nothing had ever happened at the same time,
 * and says where an entry is not what the rules make of the state before it.
 */
export function replayLedger(
  orgId: string,
  entries: EntryRow[],
  balance: { allocation_left: number; purchased_left: number },
  findings: Findings,
): void {
  const purse: Purse = { allocation: 0, purchased: 0, running: null };
  const waiting = entries.toSorted((a, b) => a.created_at.localeCompare(b.created_at));
  while (waiting.length > 0) {
    const entry = takeNext(waiting, purse);
    const wrong = wrongIn(entry, purse);
    findings.check(wrong === null, LAW, orgId, () => `Entry ${entry.id} (${entry.cause}): ${wrong}`);
    purse.allocation += entry.allocation_delta;
    purse.purchased += entry.purchased_delta;
    if (entry.kind === 'allocation') purse.running = entry.cause;
    if (entry.kind === 'expiry') purse.running = null;
  }
  findings.same(balance.allocation_left, purse.allocation, LAW, orgId, 'What is left of the allocation');
  findings.same(balance.purchased_left, purse.purchased, LAW, orgId, 'What is left of packs');
}

/** Entries of the same millisecond: the one that follows from the balance before it. */
function takeNext(waiting: EntryRow[], purse: Purse): EntryRow {
  const { created_at } = waiting[0]!;
  const total = purse.allocation + purse.purchased;
  const follows = waiting.findIndex(
    (entry) =>
      entry.created_at === created_at &&
      entry.balance_after === total + entry.allocation_delta + entry.purchased_delta,
  );
  return waiting.splice(Math.max(0, follows), 1)[0]!;
}

function wrongIn(entry: EntryRow, { allocation, purchased, running }: Purse): string | null {
  const { kind, allocation_delta, purchased_delta, balance_after } = entry;
  const after = allocation + purchased + allocation_delta + purchased_delta;
  if (balance_after !== after)
    return `leaves ${balance_after} where ${after} follow from the entries before it`;
  if (after < 0) return `leaves ${after}`;
  if (kind === 'allocation' && allocation !== 0) return `begins while ${allocation} of the last one are left`;
  if (kind === 'expiry' && allocation_delta !== -allocation)
    return `takes ${-allocation_delta} where ${allocation} are left`;
  if (kind === 'expiry' && entry.cause !== `expiry:${running}`)
    return `ends what is not running (${running})`;
  const amount = -(allocation_delta + purchased_delta);
  if (kind === 'consumption' && -allocation_delta !== Math.min(allocation, amount))
    return `takes ${-allocation_delta} of an allocation of which ${allocation} were left`;
  return null;
}
