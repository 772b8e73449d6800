import { DataSource, Not } from 'typeorm';
import { Organization } from '../../src/auth/organization.entity';
import { Checkout } from '../../src/billing/checkouts/checkout.entity';
import { CreditBalance } from '../../src/billing/credits/credit-balance.entity';
import { CreditPack } from '../../src/billing/credits/credit-pack.entity';
import { Payment } from '../../src/billing/payments/payment.entity';
import { Plan } from '../../src/billing/plans/plan.entity';
import { Refund } from '../../src/billing/refunds/refund.entity';
import { Subscription } from '../../src/billing/subscriptions/subscription.entity';
import { TrialClaim } from '../../src/billing/trials/trial-claim.entity';
import { insertIfAbsent, readRow, readRows, updateRow } from '../../src/database/plain-rows';
import { StillService } from '../support/still-service';

describe('plain rows', () => {
  const service = StillService.ofThisSuite();

  beforeAll(async () => {
    const { payment_id: paymentId, subscription_id: subscriptionId } = await service.buy(
      await service.newOrg(),
    );
    await service.tell('subscription.active', subscriptionId!);
    await service.tell('payment.succeeded', paymentId);
  });

  const manager = () => service.get(DataSource).manager;

  it.each([
    Organization,
    Checkout,
    CreditBalance,
    CreditPack,
    Payment,
    Plan,
    Refund,
    Subscription,
    TrialClaim,
  ])('are read as the builder reads them: %p', async (entity) => {
    const [row] = await manager().find<object>(entity, { take: 1 });
    const key = service.get(DataSource).getMetadata(entity).primaryColumns[0]!;
    const isIt = `${key.databaseName} = $1`;
    const [same, ...others] = await readRows<object>(manager(), entity, isIt, [key.getEntityValue(row!)]);
    expect(same).toEqual({ ...row });
    expect(others).toEqual([]);
  });

  it('are null when there is none', async () => {
    expect(await readRow(manager(), Payment, 'dodo_payment_id = $1', ['pay_nobody'])).toBeNull();
  });

  it('are inserted once, to the same values', async () => {
    const [payment] = await manager().find(Payment);
    const copy = Object.assign(payment!, { dodoPaymentId: 'pay_copy', setupFeeMinor: null });
    expect(await insertIfAbsent(manager(), Payment, copy)).toBe(true);
    expect(await insertIfAbsent(manager(), Payment, copy)).toBe(false);
    expect(await manager().findOneBy(Payment, { dodoPaymentId: 'pay_copy' })).toEqual(copy);
  });

  it('are changed where all is as it was seen, and nowhere else', async () => {
    const [payment] = await manager().find(Payment);
    const { dodoPaymentId, version } = payment!;
    const changes = {
      status: 'failed',
      setupFeeMinor: null,
      version: version + 1,
      syncedAt: new Date(0),
    } as const;
    const others = () => manager().findBy(Payment, { dodoPaymentId: Not(dodoPaymentId) });
    const before = await others();
    expect(await updateRow(manager(), Payment, { dodoPaymentId, version: version + 1 }, changes)).toBe(false);
    expect(await manager().findOneBy(Payment, { dodoPaymentId })).toEqual(payment);
    expect(await updateRow(manager(), Payment, { dodoPaymentId, version }, changes)).toBe(true);
    expect(await manager().findOneBy(Payment, { dodoPaymentId })).toEqual(Object.assign(payment!, changes));
    expect(await others()).toEqual(before);
  });
});
