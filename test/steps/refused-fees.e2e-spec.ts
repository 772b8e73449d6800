import { DodoLists } from '../../src/billing/reconciliation/dodo-lists.service';
import { Mender } from '../../src/billing/reconciliation/mender.service';
import type { Verdict } from '../../src/billing/reconciliation/reconciliation-findings.repository';
import { RefundsByHand } from '../../src/billing/refunds/refunds-by-hand.service';
import { FEE, StillService } from '../support/still-service';
import { letTheBankWait, refundSteps } from '../support/refund-steps';
import type { Debt } from '../support/refund-steps';
import { THE_TESTS } from '../support/test-service';

describe('a fee whose refund was refused for good, compared with Dodo', () => {
  const service = StillService.ofThisSuite();

  beforeEach(async () => {
    await letTheBankWait(service);
    await service.sandbox.behave({ grantTrial: false });
  });

  const { owe, drive, row, settle, refundByHand, fails } = refundSteps(service);

  async function refused(): Promise<Debt> {
    const debt = await owe();
    await fails({ status: 422, code: 'REFUND_WINDOW_EXPIRED' });
    await drive(debt);
    expect(await row(debt)).toMatchObject({ state: 'failed' });
    return debt;
  }

  /** What a comparison finds of it, and what comes of that. */
  async function compare({ id }: Debt): Promise<(Verdict | null)[]> {
    const { differences } = await service.get(DodoLists).lookAtRefunds({ page: 0, createdSince: null });
    const verdicts: (Verdict | null)[] = [];
    for (const found of differences.filter(({ objectId }) => objectId === id))
      verdicts.push(
        await service.get(Mender).mend({ ...found, foundAt: service.clock.now() } as never, false),
      );
    return verdicts;
  }

  it.each(['refused', 'settled by hand'])(
    'is no finding because another line of the payment was given back by hand (%s)',
    async (state) => {
      const debt = await refused();
      if (state !== 'refused') await service.get(RefundsByHand).settle(debt.id, THE_TESTS);
      await refundByHand(debt, [{ item_id: 'pdt_pro' }]);
      await settle(debt, 'succeeded');
      expect(await compare(debt)).toEqual([null]);
      expect(await compare(debt)).toEqual([null]);
    },
  );

  it('is mended, once, when a person has given it back', async () => {
    const debt = await refused();
    await refundByHand(debt, [{ item_id: FEE }]);
    await settle(debt, 'succeeded');
    expect(await compare(debt)).toMatchObject([{ outcome: 'mended', detail: 'succeeded' }]);
    expect(await compare(debt)).toEqual([]);
  });

  it('is found when it was refused since the comparison began', async () => {
    const debt = await owe();
    const found = { kind: 'refund', objectId: debt.id, orgId: debt.orgId, found: 'refund_not_made' };
    const foundAt = service.clock.now();
    service.clock.passSeconds(1);
    await fails({ status: 422, code: 'REFUND_WINDOW_EXPIRED' });
    await drive(debt);
    expect(await service.get(Mender).mend({ ...found, foundAt } as never, false)).toMatchObject({
      outcome: 'failed',
    });
  });

  it('is nothing when it is not there', async () => {
    const found = { kind: 'refund', objectId: 'rfd_nobody', orgId: null, foundAt: service.clock.now() };
    expect(await service.get(Mender).mend(found as never, false)).toBeNull();
  });

  it('is found once, by the comparison that had it asked for', async () => {
    const debt = await owe();
    await refundByHand(debt, [{ item_id: 'pdt_pro' }]);
    await settle(debt, 'succeeded');
    await fails({ status: 422, code: 'REFUND_WINDOW_EXPIRED' });
    expect(await compare(debt)).toMatchObject([
      { outcome: 'failed', detail: 'failed: REFUND_WINDOW_EXPIRED' },
    ]);
    expect(await compare(debt)).toEqual([null]);
  });
});
