import { RefundFinder } from '../../src/billing/refunds/refund-finder';
import { RefundsByHand } from '../../src/billing/refunds/refunds-by-hand.service';
import type { Operator } from '../../src/auth/operator';
import { StillService } from '../support/still-service';
import { letTheBankWait, refundSteps } from '../support/refund-steps';
import type { Debt } from '../support/refund-steps';

const ADA: Operator = { name: 'Ada Operator', via: 'console', reason: 'Paid back by bank transfer' };
const MOVED_ON = { status: 409, message: expect.stringMatching(/has moved on meanwhile/) };
const JUST_ASKED = { status: 409, message: expect.stringMatching(/has just been asked/) };

describe('a refund that a person settles', () => {
  const service = StillService.ofThisSuite();

  beforeEach(() => letTheBankWait(service));

  const { owe, drive, row, atDodo, fails } = refundSteps(service);

  const settle = ({ id }: Debt) => service.get(RefundsByHand).settle(id, ADA);

  const deedsOn = ({ id }: Debt) =>
    service.query('SELECT what, outcome FROM operator_actions WHERE target = $1', [id]);

  /** Asked for once, and the request never got to Dodo. */
  async function askedInVain(): Promise<Debt> {
    const debt = await owe();
    await fails({ kind: 'drop_before' });
    await drive(debt);
    expect(await row(debt)).toMatchObject({ state: 'requested', asks: 1 });
    return debt;
  }

  /** `meanwhile` happens once Dodo has been read for the person. */
  function settleWhile(debt: Debt, meanwhile: () => Promise<void>): Promise<void> {
    const finder = service.get(RefundFinder);
    const find = finder.find.bind(finder);
    jest.spyOn(finder, 'find').mockImplementationOnce(async (refund) => {
      const found = await find(refund);
      await meanwhile();
      return found;
    });
    return settle(debt);
  }

  it('is not asked for any more', async () => {
    const debt = await askedInVain();
    service.clock.passSeconds(60);
    await settle(debt);
    await drive(debt);
    expect(await row(debt)).toMatchObject({ state: 'settled_by_hand', asks: 1 });
    expect(await atDodo(debt)).toEqual([]);
    expect(await deedsOn(debt)).toEqual([{ what: 'refund.settle', outcome: 'was requested' }]);
  });

  it('is left to Dodo while a request may be under way', async () => {
    const debt = await askedInVain();
    await expect(settle(debt)).rejects.toMatchObject(JUST_ASKED);
    expect((await row(debt)).state).toBe('requested');
  });

  it('is left to Dodo that was asked for it meanwhile', async () => {
    const debt = await owe();
    await expect(settleWhile(debt, () => drive(debt))).rejects.toMatchObject(MOVED_ON);
    expect([(await row(debt)).state, await deedsOn(debt)]).toEqual(['pending', []]);
    expect(await atDodo(debt)).toHaveLength(1);
  });

  it('is left to Dodo that was asked for it once more meanwhile, and has not answered', async () => {
    const debt = await askedInVain();
    service.clock.passSeconds(60);
    const askAgain = async () => {
      await fails({ kind: 'drop_after' });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'requested', asks: 2 });
    };
    await expect(settleWhile(debt, askAgain)).rejects.toMatchObject(MOVED_ON);
    expect([(await row(debt)).state, await deedsOn(debt)]).toEqual(['requested', []]);
  });
});
