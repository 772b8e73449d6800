// `npm run demo`: the whole story against a throw-away instance, checked at every step.
import { readFileSync } from 'node:fs';
import { alertIn, CheckoutPage, type Submitted } from './checkout-page';
import { becomes, contains, same, step } from './demo-checks';
import { SandboxClient, ServiceClient, type Checkout } from './demo-client';
import { creditsAreSpent } from './demo-credits';
import { createOrg } from './demo-org';
import { planIsChangedAndCancelled } from './demo-subscription';
import { refuseArguments } from './no-arguments';
import { plainEnvironment } from './settings';
import { startStack, type Stack } from './stack';
import { bold, cyan, dim, green, print, red } from './terminal';

const FEE_MINOR = 100;
const PRO_MINOR = 4900;
const GOOD_CARD = '4242424242424242';
const DECLINED_CARD = '4000000000000002';
const RENEWAL_FAILURE_CARD = '4000000000000341';
const LOG_LINES_SHOWN = 40;

async function tell(stack: Stack): Promise<void> {
  if (!stack.sandboxUrl) throw new Error('The demo needs the sandbox');
  const sandbox = new SandboxClient(stack.sandboxUrl);
  print(bold('\nA customer who pays\n'));
  const ada = new ServiceClient(stack.serviceUrl, stack.demo.key);
  const page = await openCheckout(ada);
  await declineFirst(page);
  const subscriptionId = await payFor(page, 'ada@example.com', GOOD_CARD);
  await trialStarts(ada, sandbox, subscriptionId);
  await trialEnds(ada, sandbox, subscriptionId);
  await creditsAreSpent(ada, 'ada@example.com', GOOD_CARD);
  await planIsChangedAndCancelled(ada, sandbox, subscriptionId);

  print(bold('\nA customer whose renewal fails\n'));
  const org = await createOrg(stack.env, 'Bob', 'bob@example.com');
  const bob = new ServiceClient(stack.serviceUrl, org.key);
  const bobs = await payFor(await openCheckout(bob), 'bob@example.com', RENEWAL_FAILURE_CARD);
  await trialStarts(bob, sandbox, bobs);
  await renewalFails(bob, sandbox, bobs);
}

async function openCheckout(service: ServiceClient): Promise<CheckoutPage> {
  let checkout: Checkout | undefined;
  await step('POST /billing/checkout', async () => {
    const { status, body } = await service.checkout('plan_pro');
    same('The answer', [status, (body as { success?: unknown }).success], [200, true]);
    checkout = (body as { data: Checkout }).data;
    contains('Our session id', checkout.sessionId, /^cs_/);
    return `${checkout.sessionId}, to be paid at ${cyan(checkout.checkoutUrl)}`;
  });
  let page: CheckoutPage | undefined;
  await step('The hosted page', async () => {
    page = await CheckoutPage.open(checkout!.checkoutUrl);
    contains('Charged today', page.text, /\$1\.00/);
    contains('The trial', page.text, /3[- ]day/i);
    contains('Charged after the trial', page.text, /\$49\.00/);
    return 'shows $1.00 today, a 3-day trial, and $49.00 a month after it';
  });
  return page!;
}

async function declineFirst(page: CheckoutPage): Promise<void> {
  await step('Paying with a card that is declined', async () => {
    const { location, html } = await page.pay({
      email: 'ada@example.com',
      name: 'Ada Demo',
      card: DECLINED_CARD,
    });
    same('Sent on to', location, null);
    const reason = alertIn(html);
    contains('The alert on the page', reason, /declined/i);
    return `the page says: ${reason}`;
  });
}

async function payFor(page: CheckoutPage, email: string, card: string): Promise<string> {
  let subscriptionId = '';
  await step(`Paying with ${card.replaceAll(/(\d{4})(?=\d)/g, '$1 ')}`, async () => {
    const submitted: Submitted = await page.pay({ email, name: 'Demo Customer', card });
    same(`The status of the answer (${alertIn(submitted.html)})`, submitted.status, 303);
    const back = new URL(submitted.location ?? '');
    same('What was in successUrl', back.searchParams.get('from'), 'demo');
    contains('Our session id in it', back.searchParams.get('session_id') ?? '', /^cs_/);
    subscriptionId = back.searchParams.get('subscription_id') ?? '';
    contains('The new subscription', subscriptionId, /^sub_/);
    return `back at ${cyan(back.href)}`;
  });
  return subscriptionId;
}

async function trialStarts(
  service: ServiceClient,
  sandbox: SandboxClient,
  subscriptionId: string,
): Promise<void> {
  await step('The setup fee comes back, once', async () => {
    const payments = (await sandbox.payments(subscriptionId)).filter(({ status }) => status === 'succeeded');
    same(
      'Paid',
      payments.map(({ total_amount, currency }) => [total_amount, currency]),
      [[FEE_MINOR, 'USD']],
    );
    const ids = payments.map(({ payment_id }) => payment_id);
    await becomes('Refunds of it', [[FEE_MINOR, 'succeeded']], async () =>
      (await sandbox.refunds(ids)).map(({ amount, status }) => [amount, status]),
    );
    return `one refund of $1.00 for ${ids.join(', ')}`;
  });
  await step('GET /billing/status', async () => {
    await becomes(
      'The status',
      { plan: 'plan_pro', status: 'trialing', isTrialing: true, fee: true },
      async () => {
        const { plan, status, isTrialing, setupFeeVerified } = await service.status();
        return { plan, status, isTrialing, fee: setupFeeVerified };
      },
    );
    return `trialing plan_pro until ${(await service.status()).trialEnd}`;
  });
}

async function trialEnds(
  service: ServiceClient,
  sandbox: SandboxClient,
  subscriptionId: string,
): Promise<void> {
  await step('Four days later, the plan is charged', async () => {
    const now = await sandbox.advanceClock('4d');
    await becomes('Paid by now', [FEE_MINOR, PRO_MINOR], async () => {
      const payments = await sandbox.payments(subscriptionId);
      const amounts = payments
        .filter(({ status }) => status === 'succeeded')
        .map((payment) => payment.total_amount);
      return amounts.toSorted((a, b) => a - b);
    });
    await becomes('The status', { status: 'active', isTrialing: false }, async () => {
      const { status, isTrialing } = await service.status();
      return { status, isTrialing };
    });
    return `it is ${now}; $49.00 paid, the organization is active`;
  });
  await step('Still one refund only', async () => {
    const ids = (await sandbox.payments(subscriptionId)).map(({ payment_id }) => payment_id);
    same(
      'Refunds',
      (await sandbox.refunds(ids)).map(({ amount }) => amount),
      [FEE_MINOR],
    );
    return 'the charge of the plan was not touched';
  });
}

async function renewalFails(
  service: ServiceClient,
  sandbox: SandboxClient,
  subscriptionId: string,
): Promise<void> {
  await step('Four days later, the card is refused', async () => {
    const now = await sandbox.advanceClock('4d');
    await becomes(
      'The subscription at Dodo',
      'on_hold',
      async () => (await sandbox.subscription(subscriptionId)).status,
    );
    await becomes('The status', { status: 'on_hold', isTrialing: false }, async () => {
      const { status, isTrialing } = await service.status();
      return { status, isTrialing };
    });
    return `it is ${now}; the organization is on hold`;
  });
  await step('The gate is shut', async () => {
    const { status, body } = await service.checkout('plan_pro');
    same('POST /billing/checkout', [status, (body as { error?: unknown }).error], [403, 'billing_suspended']);
    return `403 ${(body as { error: string }).error}: ${(body as { message: string }).message}`;
  });
}

function printLogs(stack: Stack): void {
  for (const [name, file] of Object.entries(stack.logs)) {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES_SHOWN);
    print(`\n${bold(`The last lines of the ${name}'s log`)}\n${dim(lines.join('\n'))}`);
  }
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Error('Stopped half-way.'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
  const { signal } = stopping;
  const stack = await startStack({
    stateDir: null,
    servicePort: 0,
    sandboxPort: 0,
    env: plainEnvironment(process.env),
    onProgress: (what) => print(dim(`${what} …`)),
    signal,
  });
  try {
    const broken = stack.failed.then((how) => Promise.reject(new Error(how)));
    await Promise.race([tell(stack), rejectOn(signal), broken]);
  } catch (error) {
    if (!signal.aborted) printLogs(stack);
    throw error;
  } finally {
    await stack.stop();
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  print(`\n${green('Everything happened as it should')} ${dim(`in ${seconds} s.`)}`);
}

refuseArguments('npm run demo: plays the whole story in the terminal, and checks every step.');
main().then(
  () => process.exit(0),
  (error: Error) => {
    print(`\n${red(error.message)}`);
    process.exit(1);
  },
);
