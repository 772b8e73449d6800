import { StillService } from '../support/still-service';

const HOUR = 3600;
const DAY = 24 * HOUR;

interface Debt {
  id: string;
  paymentId: string;
  disputeId: string;
}

/** Dodo takes a refund of a disputed payment, and can't carry it out. */
describe('the fee of a payment that is disputed', () => {
  const service = StillService.ofThisSuite();

  /** As from here on: paid, owed, and disputed before anybody has asked for it. */
  async function disputed(): Promise<Debt> {
    const { payment_id: paymentId } = await service.buy(await service.newOrg());
    await service.tell('payment.succeeded', paymentId);
    const { dispute_id: disputeId } = await service.sandbox.dispute(paymentId);
    const [{ id }] = await service.query('SELECT id FROM refunds WHERE dodo_payment_id = $1', [paymentId]);
    return { id, paymentId, disputeId };
  }

  const drive = ({ id }: Debt) => service.run('refund.drive', { refundId: id });

  /** Asks, if it is time; and reads what has become of it. */
  async function ask(debt: Debt): Promise<Record<string, any>> {
    await drive(debt);
    await service.sandbox.advance('2s');
    await drive(debt);
    return row(debt);
  }

  const row = async ({ id }: Debt): Promise<Record<string, any>> =>
    (await service.query('SELECT * FROM refunds WHERE id = $1', [id]))[0];

  const outcomes = async ({ paymentId }: Debt): Promise<string[]> =>
    (await service.sandbox.refundsOf(paymentId)).map(({ status }) => status);

  it('stays owed, and is asked for less and less often', async () => {
    const debt = await disputed();
    expect(await ask(debt)).toMatchObject({ state: 'failed', failure_code: 'refund_failed', asks: 1 });
    await service.passSeconds(HOUR - 60);
    expect(await ask(debt)).toMatchObject({ asks: 1 });
    await service.passSeconds(60);
    expect(await ask(debt)).toMatchObject({ state: 'failed', asks: 2 });
    await service.passSeconds(HOUR);
    expect(await ask(debt)).toMatchObject({ asks: 2 });
    await service.passSeconds(HOUR);
    expect(await ask(debt)).toMatchObject({ asks: 3 });
    expect(await outcomes(debt)).toEqual(['failed', 'failed', 'failed']);
  });

  it('comes back once, within a day, when the dispute is won', async () => {
    const debt = await disputed();
    for (let day = 0; day < 7; day += 1) {
      await ask(debt);
      await service.passSeconds(DAY);
    }
    await service.sandbox.moveDispute(debt.disputeId, 'won');
    expect(await ask(debt)).toMatchObject({ state: 'succeeded', asks: 8, failure_code: null });
    await service.passSeconds(DAY);
    await ask(debt);
    expect((await outcomes(debt)).filter((status) => status === 'succeeded')).toHaveLength(1);
  });

  it('is left to a person when it is not decided within the time that Dodo takes refunds', async () => {
    const debt = await disputed();
    await service.sandbox.moveDispute(debt.disputeId, 'lost');
    for (let day = 0; day <= 31; day += 1) {
      await ask(debt);
      await service.passSeconds(DAY);
    }
    const left = await row(debt);
    expect(left).toMatchObject({ state: 'failed', failure_code: 'REFUND_WINDOW_EXPIRED' });
    expect(left.asks).toBeLessThanOrEqual(32);
    await service.passSeconds(DAY);
    expect(await ask(debt)).toEqual(left);
    expect(new Set(await outcomes(debt))).toEqual(new Set(['failed']));
  });
});
