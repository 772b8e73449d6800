import { OverviewRepository } from '../../src/console/overview/overview.repository';
import { StillService } from '../support/still-service';

const DAY_MS = 86_400_000;
const endOf = (day: string): Date => new Date(`${day}T23:59:59.999Z`);

describe('the revenue of each day, where clocks are changed for summer', () => {
  const service = StillService.ofThisSuite({ timeZone: 'America/New_York' });
  let paymentId: string;

  beforeAll(async () => {
    const org = await service.newOrg();
    const { payment_id, subscription_id } = await service.buy(org);
    await service.tell('payment.succeeded', payment_id);
    await service.tell('subscription.active', subscription_id!);
    await service.passDays(4);
    [paymentId] = (await service.sandbox.paymentsFor(subscription_id!)) as [string];
    await service.tell('payment.succeeded', paymentId);
  });

  const paidAt = (at: string): Promise<unknown> =>
    service.query('UPDATE payments SET dodo_created_at = $1 WHERE dodo_payment_id = $2', [at, paymentId]);

  const revenueOf = async (first: string, last: string): Promise<[day: string, amountMinor: number][]> => {
    const points = await service.get(OverviewRepository).listRevenue(endOf(first), endOf(last), 'USD');
    return points.map(({ day, amountMinor }) => [day.toISOString().slice(0, 10), amountMinor]);
  };

  it.each([
    ['in spring', '2027-03-12', '2027-03-16'],
    ['in autumn', '2026-10-30', '2026-11-03'],
  ])('has every day, and what was paid on the last one, %s', async (_, first, last) => {
    await paidAt(`${last}T12:00:00Z`);
    const days = [0, 1, 2, 3, 4].map((n) =>
      new Date(endOf(first).getTime() + n * DAY_MS).toISOString().slice(0, 10),
    );
    expect(await revenueOf(first, last)).toEqual(days.map((day) => [day, day === last ? 4900 : 0]));
  });

  it('ends a month after the payment, by the calendar of Dodo', async () => {
    await paidAt('2026-10-31T02:00:00Z');
    expect(await revenueOf('2026-11-28', '2026-12-01')).toEqual([
      ['2026-11-28', 4900],
      ['2026-11-29', 4900],
      ['2026-11-30', 0],
      ['2026-12-01', 0],
    ]);
  });
});
