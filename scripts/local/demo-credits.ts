import { CheckoutPage } from './checkout-page';
import { becomes, contains, same, step } from './demo-checks';
import type { Answer, Checkout, ServiceClient } from './demo-client';
import { cyan } from './terminal';

const PLAN_CREDITS = 2000;
const PACK_CREDITS = 1000;
const SPENT = 25;

/** A subscriber in a paid period spends, buys a pack, and spends until nothing is left. */
export async function creditsAreSpent(service: ServiceClient, email: string, card: string): Promise<void> {
  await step('Credits are spent', async () => {
    await becomes('The balance of a new period', PLAN_CREDITS, () => balanceOf(service));
    same('Left', await spend(service, SPENT), PLAN_CREDITS - SPENT);
    return `${SPENT} of the plan's ${PLAN_CREDITS} credits are gone`;
  });
  await step('A credit pack is bought', async () => {
    const { status, body } = await service.purchase('pack_1000');
    same('POST /billing/credits/purchase answers', status, 200);
    const page = await CheckoutPage.open((body as { data: Checkout }).data.checkoutUrl);
    contains('The price on the page', page.text, /\$10\.00/);
    same('The answer to paying', (await page.pay({ email, name: 'Demo Customer', card })).status, 303);
    const expected = PLAN_CREDITS - SPENT + PACK_CREDITS;
    await becomes('The balance', expected, () => balanceOf(service));
    return `$10.00 for ${PACK_CREDITS} credits; ${expected} are left`;
  });
  await step('Nothing is spent that is not there', async () => {
    const all = await balanceOf(service);
    same('Left', await spend(service, all), 0);
    const { status, body } = await service.consume(1);
    const { error, message } = body as { error: string; message: string };
    same('One more', [status, error], [402, 'insufficient_credits']);
    return `${cyan('402')} ${error}: ${message}`;
  });
}

async function balanceOf(service: ServiceClient): Promise<number> {
  return dataOf(await service.credits()).balance;
}

async function spend(service: ServiceClient, amount: number): Promise<number> {
  return dataOf(await service.consume(amount)).balance;
}

function dataOf({ status, body }: Answer): { balance: number } {
  same('The status of the answer', status, 200);
  return (body as { data: { balance: number } }).data;
}
