import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Point } from '../support/crash-points';
import { RefundPath } from '../support/refund-path';

jest.setTimeout(120_000);

const SRC = join(__dirname, '../../src');

describe('Law 10: no HTTP inside a transaction, and no time but the clock’s', () => {
  it('asks Dodo nothing while a transaction is open, from the event of a payment to the refund that is made', async () => {
    const path = await RefundPath.open();
    const life = await path.begin();
    try {
      const debts = await path.newDebts(1);
      life.points.arm();
      await path.walk(life, debts);
      const { points } = life.points;
      const labels = points.map(({ label }) => label);
      expect(labels).toEqual(expect.arrayContaining(['START TRANSACTION', 'COMMIT', 'POST /refunds']));
      expect(callsInTransactions(points)).toEqual([]);
    } finally {
      await life.end();
      await path.close();
    }
  });

  it('reads the time of day in one place', () => {
    const readers = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .filter((file) => /new Date\(\)|Date\.now\(/.test(readFileSync(join(SRC, file), 'utf8')));
    expect(readers).toEqual(['clock.ts']);
  });
});

function callsInTransactions(points: readonly Point[]): string[] {
  let isOpen = false;
  return points.flatMap(({ kind, label }) => {
    if (label === 'START TRANSACTION') isOpen = true;
    if (label === 'COMMIT' || label === 'ROLLBACK') isOpen = false;
    return kind === 'http' && isOpen ? [label] : [];
  });
}
