import { PaymentsRepository } from '../../src/billing/payments/payments.repository';
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

  it('is taken a step further by one of two who drive it at once', async () => {
    const { id } = await service.get(ReconciliationsService).begin('cli', true, 0, null);
    const path = '/subscriptions';
    await service.sandbox.fault({ method: 'GET', path, kind: 'delay', delayMs: 300, times: 2 });
    const reconciler = service.get(Reconciler);
    const steps = await Promise.all([reconciler.takeStep(id, 0), reconciler.takeStep(id, 0)]);
    expect(steps.map(({ state }) => state).toSorted()).toEqual(['lost', 'moved']);
  });
});
