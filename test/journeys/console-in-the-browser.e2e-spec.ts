import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, launchBrowser } from '../support/browser';
import { TestService } from '../support/test-service';
import { until } from '../support/until';

const TOKEN = 'a token of the operator of these tests';
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** It looks at every element of a dozen pages. */
const AXE_TIMEOUT_MS = 90_000;
/** A browser starts, and a life is lived, before the first page is looked at. */
const PREPARATION_TIMEOUT_MS = 120_000;
/** What would be seen at once if any page let it through: as text, in an attribute, and out of a title. */
const EVIL = `"><script>window.pwned=1</script><img src=x onerror="window.pwned=1"></title></textarea>'\`\${1}`;

const withBrowser = chromiumPath() ? describe : describe.skip;
if (!chromiumPath()) console.warn('Skipped: there is no Chromium on this machine (CHROMIUM_PATH names one).');

withBrowser('the console in the browser', () => {
  let service: TestService;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** A page of every kind, with something on it. */
  let pages: string[];
  let failedRefund: string;
  /** A customer's endpoint, which answers with markup. */
  let endpoint: Server;

  beforeAll(async () => {
    service = await TestService.start({ OPERATOR_TOKEN: TOKEN, ALLOW_LOOPBACK_WEBHOOKS: 'true' });
    browser = (await launchBrowser())!;
    endpoint = createServer((_, response) => response.writeHead(500).end(EVIL)).listen(0, '127.0.0.1');
    await live();
  }, PREPARATION_TIMEOUT_MS);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    endpoint?.close();
  });

  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterEach(() => context?.close());

  const url = (path: string): string => `${service.url}/console${path}`;

  async function live(): Promise<void> {
    const org = await service.newOrg();
    const { port } = endpoint.address() as AddressInfo;
    const hook = { url: `http://127.0.0.1:${port}/hook`, events: ['*'], name: EVIL.slice(0, 60) };
    expect((await service.call('POST', '/webhooks', { key: org.key, body: hook })).status).toBe(200);
    await service.buy(org);
    await service.untilStatus(org, 'trialing');
    await service.sandbox.advance('4d');
    await service.untilStatus(org, 'active');
    await service.sandbox.behave({ refundOutcome: 'failed' });
    const other = await service.newOrg();
    const { payment_id: paymentId } = await service.buy(other);
    ({ id: failedRefund } = await service.untilRefund(paymentId, 'failed'));
    await service.untilQuiet();
    const stranger = await service.newOrg();
    const { customer_id: customerId } = await service.sandbox.call<{ customer_id: string }>(
      'POST',
      '/customers',
      { name: EVIL, email: 'before@acme.com' },
    );
    const { checkout_url: checkoutUrl } = await service.sandbox.call<{ checkout_url: string }>(
      'POST',
      '/checkouts',
      { product_cart: [{ product_id: 'pdt_pro', quantity: 1 }], customer: { customer_id: customerId } },
    );
    await service.sandbox.pay(checkoutUrl);
    const unmatched = await until('nobody is found for it', async () => {
      const [row] = await service.query(`SELECT id FROM dodo_events WHERE status = 'unmatched'`);
      return row?.id as string | undefined;
    });
    await service.call('POST', '/operator/reconcile', { body: {}, headers: { 'x-operator-token': TOKEN } });
    const answered = await until('a delivery was answered', async () => {
      const [attempt] = await service.query('SELECT delivery_id FROM webhook_attempts');
      return attempt?.delivery_id as string | undefined;
    });
    const [[event], [comparison]] = [
      await service.query('SELECT min(id) AS id FROM dodo_events'),
      await service.query('SELECT id FROM reconciliations'),
    ];
    pages = [
      '',
      '/organizations',
      `/organizations/${org.orgId}`,
      `/organizations/${stranger.orgId}`,
      `/organizations/${stranger.orgId}/adopt?dodoCustomerId=${customerId}`,
      '/events?status=processed',
      `/events/${event.id}`,
      `/events/${unmatched}`,
      '/refunds',
      `/refunds/${failedRefund}`,
      '/deliveries',
      `/deliveries/${answered}`,
      '/comparisons',
      `/comparisons/${comparison.id}`,
      '/audit',
      '/not/there',
    ];
  }

  async function signIn(name = 'Ada Operator'): Promise<void> {
    await page.goto(url('/sign-in'));
    await page.fill('input[name=name]', name);
    await page.fill('input[name=token]', TOKEN);
    await Promise.all([page.waitForURL(url('')), page.click('button.primary')]);
  }

  /** What axe finds serious or critical. It is run beside the page: the page itself lets no script in. */
  async function violations(): Promise<string[]> {
    await page.evaluate(AXE);
    const found = await page.evaluate<axe.Result[]>('axe.run().then((results) => results.violations)');
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  it.each(['light', 'dark'] as const)(
    'has no serious finding of axe on any page, in the %s',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(url('/sign-in'));
      expect(await violations()).toEqual([]);
      await signIn();
      for (const path of pages) {
        await page.goto(url(path));
        expect([path, await violations()]).toEqual([path, []]);
      }
    },
    AXE_TIMEOUT_MS,
  );

  it('takes nothing from elsewhere, and looks different in the dark', async () => {
    const outside: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(service.url) && !request.url().startsWith('data:'))
        outside.push(request.url());
    });
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));
    await signIn();
    const colours: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of pages.slice(0, -1)) await page.goto(url(path));
      colours.push(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'));
    }
    expect(outside).toEqual([]);
    expect(refused).toEqual([]);
    expect(new Set(colours).size).toBe(2);
  });

  it('fits a small screen without scrolling sideways', async () => {
    await page.setViewportSize({ width: 320, height: 740 });
    await signIn();
    for (const path of pages) {
      await page.goto(url(path));
      const [wide, room] = await page.evaluate<number[]>(
        '[document.documentElement.scrollWidth, window.innerWidth]',
      );
      expect([path, wide]).toEqual([path, room]);
    }
  });

  it('shows the newest days of a chart on a small screen, not the oldest', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await signIn();
    const [newest, right, room] = await page.evaluate<number[]>(
      `(() => {
        const chart = document.querySelector('.wide-chart:has(polyline)');
        const { right: newest } = chart.querySelector('polyline').getBoundingClientRect();
        const { right } = chart.getBoundingClientRect();
        return [newest, right, chart.scrollWidth - chart.clientWidth];
      })()`,
    );
    expect(room).toBeGreaterThan(0);
    expect(newest).toBeLessThan(right!);
  });

  it('says where its forms come from, whatever host a proxy names: the cookie goes by it', async () => {
    const form = page.waitForRequest((request) => request.method() === 'POST');
    await signIn();
    expect((await (await form).allHeaders()).origin).toBe(service.url);
  });

  it('keeps every row of a list readable, however long a name or an address is', async () => {
    const name = 'W'.repeat(100);
    const org = await service.newOrg();
    await service.query('UPDATE organizations SET name = $1 WHERE id = $2', [name, org.orgId]);
    const { port } = endpoint.address() as AddressInfo;
    const hook = { url: `http://127.0.0.1:${port}/${'w'.repeat(100)}`, events: ['checkout.completed'] };
    expect((await service.call('POST', '/webhooks', { key: org.key, body: hook })).status).toBe(200);
    const { payment_id: paymentId } = await service.buy(org);
    await service.untilRefund(paymentId, 'failed');
    await service.untilQuiet();
    await signIn();
    for (const width of [375, 1280])
      for (const path of ['/organizations', '/payments', '/refunds', '/deliveries']) {
        await page.setViewportSize({ width, height: 740 });
        await page.goto(url(path));
        expect(await page.locator('table').innerText()).toContain(name);
        const odd = await page.evaluate<number[][]>(
          `[...document.querySelectorAll('td')].map((cell) => [cell.offsetWidth, cell.offsetHeight])
            .filter(([width, height]) => width > 500 || height > 250)`,
        );
        expect([path, width, odd]).toEqual([path, width, []]);
      }
  });

  it('shows all columns of the audit log side by side, whatever was replayed', async () => {
    const filter = { status: 'dead', type: 'x'.repeat(100), receivedFrom: '2024-01-01T00:00:00Z' };
    const replay = { body: filter, headers: { 'x-operator-token': TOKEN, 'x-operator-reason': 'To see it' } };
    expect((await service.call('POST', '/operator/dodo-events/replay', replay)).status).toBe(200);
    await page.setViewportSize({ width: 1200, height: 800 });
    await signIn();
    await page.goto(url('/audit'));
    expect(await page.locator('table').innerText()).toContain('x'.repeat(100));
    const [wide, room] = await page.evaluate<number[]>(
      `(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.querySelector('.scroll'))`,
    );
    expect(wide).toBe(room);
  });

  it('is used by the keyboard alone: signing in, skipping to the content, settling a refund, signing out', async () => {
    await page.goto(url('/sign-in'));
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Keyboard Operator');
    await page.keyboard.press('Tab');
    await page.keyboard.type(TOKEN);
    await Promise.all([page.waitForURL(url('')), page.keyboard.press('Enter')]);
    await page.goto(url(`/refunds/${failedRefund}`));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.getByRole('button', { name: 'It is settled' }).focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('Paid back by bank transfer');
    await Promise.all([page.waitForURL(/done=settled/), page.keyboard.press('Enter')]);
    expect(await page.getByRole('status').innerText()).toBe('The refund is settled by hand.');
    expect(await page.locator('table').innerText()).toContain('Keyboard Operator');
    await page.getByRole('button', { name: 'Sign out' }).focus();
    await Promise.all([page.waitForURL(url('/sign-in')), page.keyboard.press('Enter')]);
    await page.goto(url(''));
    expect(page.url()).toBe(url('/sign-in'));
  });

  it('says on the page why somebody is not let in', async () => {
    await page.goto(url('/sign-in'));
    await page.fill('input[name=name]', 'Eve');
    await page.fill('input[name=token]', 'wrong');
    await page.click('button.primary');
    expect(await page.getByRole('alert').innerText()).toContain('not the operator token');
    expect(await page.getAttribute('input[name=token]', 'aria-describedby')).toBe('problem');
    expect(await page.inputValue('input[name=name]')).toBe('Eve');
    expect(await violations()).toEqual([]);
    await page.fill('input[name=name]', '   ');
    await page.fill('input[name=token]', TOKEN);
    await page.click('button.primary');
    expect(await page.getByRole('alert').innerText()).toBe('The name must not be empty.');
    expect(await page.getAttribute('input[name=name]', 'aria-invalid')).toBe('true');
    expect(await page.getAttribute('input[name=token]', 'aria-invalid')).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('shows what others have written as text, wherever it is stored', async () => {
    const org = await poison();
    await signIn(`Ada ${EVIL}`.slice(0, 100));
    await page.goto(url(`/refunds/${org.refundId}`));
    const retry = page.locator('form.deed').first();
    await retry.locator('input[name=reason]').fill(EVIL);
    await Promise.all([page.waitForURL(/done=retried/), retry.locator('button').click()]);
    const query = encodeURIComponent(EVIL);
    const everywhere = [
      ...pages,
      `/organizations/${org.orgId}`,
      `/refunds/${org.refundId}`,
      `/events/${org.eventId}`,
      `/organizations?q=${query}`,
      `/events?type=${query}&subject=${query}&done=${query}&status=dead`,
      `/refunds?state=${query}`,
      `/?days=${query}`,
      `/${query}`,
      `/organizations/${query}`,
    ];
    const shown = new Set<string>();
    for (const path of everywhere) {
      await page.goto(url(path));
      expect([path, await page.evaluate("'pwned' in window")]).toEqual([path, false]);
      const found = await page.locator('script, img, iframe, textarea, base, object, main style').count();
      expect([path, found]).toEqual([path, 0]);
      const place = /\/adopt\b/.test(path) ? 'adopt' : path.split(/[?/]/)[1];
      if ((await page.content()).includes('window.pwned')) shown.add(place ?? '');
    }
    // It was there to be seen: each place has shown it, and as text.
    expect([...shown].toSorted()).toEqual(
      expect.arrayContaining(['', 'adopt', 'audit', 'deliveries', 'events', 'organizations', 'refunds']),
    );
  });

  /** An org of which every text that anybody else can write is evil. */
  async function poison(): Promise<{ orgId: string; refundId: string; eventId: string }> {
    const org = await service.newOrg();
    const { payment_id: paymentId } = await service.buy(org);
    const { id: refundId } = await service.untilRefund(paymentId, 'failed');
    await service.untilQuiet();
    const set = (sql: string) => service.query(sql, [EVIL, org.orgId]);
    await set('UPDATE organizations SET name = $1, email = $1 WHERE id = $2');
    await set('UPDATE api_keys SET name = $1, hint = $1 WHERE org_id = $2');
    await set('UPDATE checkouts SET failure_code = $1, failure_message = $1 WHERE org_id = $2');
    await set('UPDATE payments SET failure_code = $1 WHERE org_id = $2');
    await set('UPDATE refunds SET failure_code = $1, failure_message = $1 WHERE org_id = $2');
    await set(
      `INSERT INTO subscription_orders (id, org_id, dodo_subscription_id, kind, reason, comment, state, failure_code, failure_message, created_at)
       SELECT 'ord_evil', org_id, dodo_subscription_id, 'cancel', $1, $1, 'refused', $1, $1, now() FROM subscriptions WHERE org_id = $2`,
    );
    const [{ id: eventId }] = await service.query(
      `INSERT INTO dodo_events (webhook_id, type, subjects, body, status, attempts, error, match_keys, received_at)
       VALUES ($1, $1, ARRAY[$2], convert_to(json_build_object('data', json_build_object('customer', $1::text))::text, 'UTF8'),
               'dead', 1, $1, ARRAY[$1], now()) RETURNING id`,
      [EVIL, org.orgId],
    );
    return { orgId: org.orgId, refundId, eventId };
  }
});
