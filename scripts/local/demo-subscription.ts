import { becomes, contains, same, step } from './demo-checks';
import type { SandboxClient, ServiceClient } from './demo-client';
import { cyan } from './terminal';

const PRO_MINOR = 4900;
const BUSINESS_MINOR = 14_900;

/** A subscriber takes the bigger plan at once, and then leaves at the end of the period that is paid. */
export async function planIsChangedAndCancelled(
  service: ServiceClient,
  sandbox: SandboxClient,
  subscriptionId: string,
): Promise<void> {
  await step('An upgrade starts at once', async () => {
    const { status, body } = await service.post('/billing/change-plan', { planId: 'plan_business' });
    same('The answer', status, 200);
    const { currentPlanId } = (body as { data: { currentPlanId: string } }).data;
    same('The plan', currentPlanId, 'plan_business');
    const [difference] = (await sandbox.payments(subscriptionId))
      .map((payment) => payment.total_amount)
      .filter((minor) => minor > PRO_MINOR && minor < BUSINESS_MINOR);
    if (difference === undefined) throw new Error('No payment for the difference was made');
    return `$${(difference / 100).toFixed(2)} paid: the new period, less what is left of the old one`;
  });
  await step('A cancellation waits for the end of the period', async () => {
    const { status } = await service.post('/billing/cancel', { reason: 'unused' });
    same('The answer', status, 200);
    same('The status until then', (await service.status()).status, 'active');
    const now = await sandbox.advanceClock('32d');
    await becomes('The status after it', 'cancelled', async () => (await service.status()).status);
    const { status: gate, body } = await service.checkout('plan_pro');
    const { error } = body as { error: string };
    same('POST /billing/checkout then', [gate, error], [403, 'billing_suspended']);
    return `it is ${now}; nothing more was charged, and the gate is shut`;
  });
  await step('The way back has no second trial', async () => {
    const page = `${service.url}/docs`;
    const { status, body } = await service.post('/billing/reactivate', { successUrl: page, cancelUrl: page });
    same('The answer', status, 200);
    const { checkoutUrl } = (body as { data: { checkoutUrl: string } }).data;
    const text = await (await fetch(checkoutUrl)).text();
    contains('Charged today', text, /\$149\.00/);
    return `${cyan(checkoutUrl)} asks for $149.00 today, without a fee`;
  });
}
