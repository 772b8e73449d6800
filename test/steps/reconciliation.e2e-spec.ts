import { PaymentsRepository } from '../../src/billing/payments/payments.repository';
import { PaymentsService } from '../../src/billing/payments/payments.service';
import { Reconciler } from '../../src/billing/reconciliation/reconciler.service';
import { ReconciliationsService } from '../../src/billing/reconciliation/reconciliations.service';
import { StillService } from '../support/still-service';

describe('a reconciliation, step by step', () => {
  const service = StillService.ofThisSuite();

  afterEach(() => service.sandbox.clearFaults());

  /** Answers what has gone wrong on the way. */
  async function drive(id: string): Promise<string[]> {
    const failures: string[] = [];
    for (;;) {
      try {
        const { state } = await service.get(Reconciler).takeStep(id, 600);
        if (state !== 'moved') return failures;
      } catch (error) {
        failures.push((error as Error).message);
      }
    }
  }

  it.each(['{}', '[]', 'null', '"busy"', '{"items":{}}'])(
    'takes %s for no end of a list: the page is asked for again',
    async (body) => {
      const { payment_id } = await service.buy(await service.newOrg());
      const headers = { 'content-type': 'application/json' };
      const once = { method: 'GET', kind: 'error_before', status: 200, times: 1 } as const;
      await service.sandbox.fault({ ...once, path: '/payments', body, headers });
      const { id } = await service.get(ReconciliationsService).begin('operator', true, 600, null);
      expect(await drive(id)).toEqual(['Dodo is unavailable for listing payments (unreadable_answer)']);
      expect(await service.get(PaymentsRepository).findPayment(payment_id)).not.toBeNull();
    },
  );

  it('ends with a Dodo that answers every page with the same one', async () => {
    const { payment_id } = await service.buy(await service.newOrg());
    const { items } = await service.sandbox.call<{ items: object[] }>('GET', '/payments?page_number=0');
    const headers = { 'content-type': 'application/json' };
    const always = { method: 'GET', kind: 'error_before', status: 200, times: 1_000 } as const;
    await service.sandbox.fault({ ...always, path: '/payments', body: JSON.stringify({ items }), headers });
    const { id } = await service.get(ReconciliationsService).begin('operator', true, 600, null);
    expect(await drive(id)).toEqual([]);
    expect(await service.get(PaymentsRepository).findPayment(payment_id)).not.toBeNull();
  });

  it('reports what it could not store in words of its own, and goes on', async () => {
    const { payment_id } = await service.buy(await service.newOrg());
    const sync = jest.spyOn(service.get(PaymentsService), 'sync');
    sync.mockRejectedValue(new TypeError('a row of the inside'));
    const { id } = await service.get(ReconciliationsService).begin('operator', true, 600, null);
    expect(await drive(id)).toEqual([]);
    sync.mockRestore();
    const findings = `SELECT outcome, detail FROM reconciliation_findings WHERE reconciliation_id = $1 AND object_id = $2`;
    expect(await service.query(findings, [id, payment_id])).toEqual([
      { outcome: 'failed', detail: 'It could not be stored (TypeError).' },
    ]);
  });

  describe('on schedule', () => {
    const DAY_MS = 24 * 3600 * 1000;
    const begin = async (isFull = false): Promise<string> =>
      (await service.get(ReconciliationsService).begin('schedule', isFull, 600, null)).id;
    const daysBefore = (days: number) => new Date(service.clock.now().getTime() - days * DAY_MS);
    const createdSince = async (id: string): Promise<Date | null> => {
      const [row] = await service.query('SELECT created_since FROM reconciliations WHERE id = $1', [id]);
      return row.created_since;
    };
    /** It has run, began and came to its end then, and the newest that it saw is so old. */
    const ended = (id: string, startedAt: Date, newestSeenAt: Date | null) =>
      service.query(
        `UPDATE reconciliations SET status = 'completed', stage = 'end', started_at = $2, finished_at = $2, newest_seen_at = $3
          WHERE id = $1`,
        [id, startedAt, newestSeenAt],
      );

    beforeEach(() => service.query('TRUNCATE reconciliations CASCADE'));

    it('looks back 35 days from the last one, by whichever clock has come less far', async () => {
      const cases: [number, number][] = [
        [1, 3],
        [4, 2],
      ];
      for (const [startedDays, seenDays] of cases) {
        await service.query('TRUNCATE reconciliations CASCADE');
        await ended(await begin(), daysBefore(startedDays), daysBefore(seenDays));
        expect(await createdSince(await begin())).toEqual(daysBefore(Math.max(startedDays, seenDays) + 35));
      }
    });

    it('looks at everything while none has come to its end, or seen anything', async () => {
      const first = await begin();
      expect(await createdSince(first)).toBeNull();
      await ended(first, daysBefore(2), null);
      const second = await begin();
      expect(await createdSince(second)).toBeNull();
      // Still running: it is joined, and counts for nothing yet.
      expect(await begin()).toBe(second);
    });

    it('is kept for ninety days', async () => {
      const old = await begin();
      await ended(old, daysBefore(91), daysBefore(91));
      const kept = await begin();
      await ended(kept, daysBefore(89), daysBefore(89));
      const newest = await begin();
      const rows = await service.query('SELECT id FROM reconciliations ORDER BY started_at');
      expect(rows.map(({ id }: { id: string }) => id)).toEqual([kept, newest]);
    });
  });

  it('is taken a step further by one of two who drive it at once', async () => {
    const { id } = await service.get(ReconciliationsService).begin('cli', true, 0, null);
    const path = '/subscriptions';
    await service.sandbox.fault({ method: 'GET', path, kind: 'delay', delayMs: 300, times: 2 });
    const reconciler = service.get(Reconciler);
    const steps = await Promise.all([reconciler.takeStep(id, 0), reconciler.takeStep(id, 0)]);
    expect(steps.map(({ state }) => state).toSorted()).toEqual(['lost', 'moved']);
  });
});
