import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchBrowser } from '../support/browser';
import { CARDS } from '../support/sandbox-control';
import { TestService } from '../support/test-service';
import type { Caller } from '../support/test-service';

const withBrowser = chromiumPath() ? describe : describe.skip;
if (!chromiumPath()) console.warn('Skipped: there is no Chromium on this machine (CHROMIUM_PATH names one).');

withBrowser('in the browser', () => {
  let service: TestService;
  let browser: Browser;
  let shop: Server;
  let page: Page;

  beforeAll(async () => {
    service = await TestService.start();
    browser = (await launchBrowser())!;
    shop = createServer((_, response) => response.end('<title>The shop</title>')).listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await browser.close();
    shop.close();
    await service.stop();
  });

  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(() => page.close());

  const shopUrl = () => `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;

  async function openCheckout({ key }: Caller): Promise<void> {
    const { body } = await service.checkout(key, {
      successUrl: `${shopUrl()}/thanks?from=checkout`,
      cancelUrl: `${shopUrl()}/cart`,
    });
    await page.goto(body.data.checkoutUrl);
  }

  async function fillIn(card: string): Promise<void> {
    await page.fill('#card-number', card);
    await page.fill('#expiry', '12 / 34');
    await page.fill('#cvc', '123');
    await page.fill('#name', 'Ada Lovelace');
    await page.selectOption('#country', 'US');
    await page.fill('#zip', '94107');
  }

  it('shows what is charged today, what comes back, and what is charged after the trial', async () => {
    await openCheckout(await service.newOrg());
    const text = await page.innerText('body');
    expect(text).toMatch(/\$1\.00/);
    expect(text).toMatch(/refunded/i);
    expect(text).toMatch(/3[- ]day/i);
    expect(text).toMatch(/\$49\.00/);
    expect(await page.locator('[data-card]').count()).toBeGreaterThanOrEqual(4);
  });

  it('takes a card, goes to the success URL, starts the trial and gives the fee back', async () => {
    const org = await service.newOrg();
    await openCheckout(org);
    await fillIn(CARDS.success);
    await Promise.all([page.waitForURL(`${shopUrl()}/**`), page.click('#pay')]);
    const arrived = new URL(page.url());
    expect(arrived.pathname).toBe('/thanks');
    expect(arrived.searchParams.get('from')).toBe('checkout');
    expect(arrived.searchParams.get('session_id')).toMatch(/^cs_/);
    expect(arrived.searchParams.get('status')).toBe('active');
    await service.untilStatus(org, 'trialing');
    await service.untilRefund(await service.untilPaid(org), 'succeeded');
  });

  it('says why a card was declined, keeps what was typed, and takes another', async () => {
    const org = await service.newOrg();
    await openCheckout(org);
    await fillIn(CARDS.declined);
    await page.click('#pay');
    await page.waitForSelector('[role=alert]');
    expect(await page.inputValue('#name')).toBe('Ada Lovelace');
    await fillIn(CARDS.success);
    await Promise.all([page.waitForURL(`${shopUrl()}/**`), page.click('#pay')]);
    await service.untilStatus(org, 'trialing');
  });

  it('fills in a test card at a click', async () => {
    await openCheckout(await service.newOrg());
    await page.click(`[data-card="${CARDS.failsOnRenewal}"]`);
    expect((await page.inputValue('#card-number')).replaceAll(' ', '')).toBe(CARDS.failsOnRenewal);
  });

  it('lets a person try the checkout in Swagger UI with a pasted key', async () => {
    const { key } = await service.newOrg();
    const outside: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(service.url) && !request.url().startsWith('data:'))
        outside.push(request.url());
    });
    await page.goto(`${service.url}/docs`);
    await page.click('button.authorize');
    const scheme = page.locator('.auth-container').filter({ hasText: 'bearerAuth' });
    await scheme.locator('input').fill(key);
    await scheme.locator('button.authorize').click();
    await page.click('.btn-done');
    const operation = page.locator('#operations-Billing-createBillingCheckout');
    await operation.locator('.opblock-summary').click();
    await operation.locator('button.execute').click();
    const answer = operation.locator('.live-responses-table td.response-col_description').last();
    await answer.locator('text=checkoutUrl').first().waitFor();
    expect(await answer.innerText()).toContain('"sessionId": "cs_');
    expect(outside).toEqual([]);
  });
});
