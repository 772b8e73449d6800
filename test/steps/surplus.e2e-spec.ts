import type { Principal } from '../../src/auth/principal';
import { ReactivationService } from '../../src/billing/reactivation/reactivation.service';
import { BillingStatusService } from '../../src/billing/status/billing-status.service';
import { CancellationsService } from '../../src/billing/subscription-orders/cancellations.service';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { StillService } from '../support/still-service';
import { CHECKOUT } from '../support/test-service';

interface Twice extends Principal {
  /** The subscription that was seen first, and so stays. */
  first: string;
  /** The one that is too many: it is set to end with its period. */
  second: string;
}

describe('a subscription that is one too many, step by step', () => {
  let service: StillService;

  beforeAll(async () => {
    service = await StillService.start();
  });
  afterEach(() => service.sandbox.call('DELETE', '/_sandbox/faults'));
  afterAll(() => service.stop());

  async function settle(): Promise<void> {
    for (const { payload } of await service.takeJobs('subscription.end-surplus'))
      await service.run('subscription.end-surplus', payload);
  }

  const cancel = ({ orgId }: Principal, when: 'now' | 'period_end') =>
    service.get(CancellationsService).cancel(orgId, { when }, UNKEYED_CALL);

  /** Two pages that were open at the same time have been paid in full. */
  async function subscribedTwice(): Promise<Twice> {
    const caller = await service.newOrg();
    const trial = await service.buy(caller);
    await service.tell('subscription.active', trial.subscription_id!);
    await cancel(caller, 'now');
    service.clock.passSeconds(1);
    const open = () => service.get(ReactivationService).reactivate(caller, CHECKOUT, UNKEYED_CALL);
    const pages = [await open(), await open()];
    const bought: string[] = [];
    for (const { checkoutUrl } of pages) {
      const { subscription_id } = await service.sandbox.pay(checkoutUrl);
      await service.tell('subscription.active', subscription_id!);
      bought.push(subscription_id!);
    }
    await settle();
    service.clock.passSeconds(1);
    const [first, second] = bought as [string, string];
    expect(await atDodo(second)).toMatchObject({ status: 'active', cancel_at_next_billing_date: true });
    return { ...caller, first, second };
  }

  const atDodo = (id: string) => service.sandbox.call<Record<string, any>>('GET', `/subscriptions/${id}`);
  const change = (id: string, changes: object) =>
    service.sandbox.call('PATCH', `/subscriptions/${id}`, changes);
  const statusOf = ({ orgId }: Principal) => service.get(BillingStatusService).view(orgId);

  it('goes on when the other one has ended', async () => {
    const org = await subscribedTwice();
    await change(org.first, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.first);
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ status: 'active', cancel_at_next_billing_date: false });
    expect(await statusOf(org)).toMatchObject({ status: 'active', cancelAtPeriodEnd: false });
    // Told again, nothing is left to do.
    await service.tell('subscription.cancelled', org.first);
    expect(await service.takeJobs('subscription.end-surplus')).toEqual([]);
  });

  it('goes on also when Dodo is away at first', async () => {
    const org = await subscribedTwice();
    await change(org.first, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.first);
    await service.sandbox.fault({
      method: 'PATCH',
      path: '/subscriptions/*',
      kind: 'error_before',
      status: 500,
    });
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ cancel_at_next_billing_date: true });
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ cancel_at_next_billing_date: false });
  });

  it.each<[string, (org: Twice) => Promise<unknown>]>([
    ['all was to end with its period', (org) => cancel(org, 'period_end')],
    [
      'the other one was set to end at Dodo',
      (org) => change(org.first, { cancel_at_next_billing_date: true }),
    ],
  ])('ends all the same when %s', async (_, end) => {
    const org = await subscribedTwice();
    await end(org);
    await change(org.first, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.first);
    await settle();
    const { status, cancel_at_next_billing_date } = await atDodo(org.second);
    expect(status === 'cancelled' || cancel_at_next_billing_date).toBe(true);
  });

  it('ends all the same when that was asked for before it could go on', async () => {
    const org = await subscribedTwice();
    await change(org.first, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.first);
    await cancel(org, 'period_end');
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ status: 'active', cancel_at_next_billing_date: true });
    await expect(cancel(org, 'period_end')).rejects.toMatchObject({ status: 409 });
  });

  it('is in no way of a cancellation: what is billed beside it ends', async () => {
    const org = await subscribedTwice();
    await change(org.first, { status: 'paused' });
    await service.tell('subscription.paused', org.first);
    await cancel(org, 'period_end');
    expect(await atDodo(org.first)).toMatchObject({ status: 'cancelled' });
    await expect(cancel(org, 'period_end')).rejects.toMatchObject({ status: 409 });
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ status: 'active', cancel_at_next_billing_date: true });
  });
});
