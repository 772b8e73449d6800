// `npm run screenshots`: pictures of the console for docs/screenshots, of an instance with a month of life in it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Cookie, Page } from 'playwright-core';
import { launchBrowser } from './chromium';
import { startMonth } from './month-stack';
import type { LivedIn } from './month-stack';
import { projectRoot } from './project';
import { dim, print, red } from './terminal';

const FOLDER = join(projectRoot, 'docs', 'screenshots');
const SIZE = { width: 1180, height: 790 };
/** From the funnel on. */
const END_HEIGHT = 885;

interface Shot {
  name: string;
  colorScheme: 'light' | 'dark';
  /** Goes to the page, from the overview. */
  open: (page: Page, consoleUrl: string) => Promise<unknown>;
  /** The end of a long page instead of its beginning. */
  isEnd?: boolean;
}

const openFirst = async (page: Page, list: string): Promise<void> => {
  await page.goto(list);
  await page.click('tbody a');
  await page.waitForLoadState();
};

const SHOTS: Shot[] = [
  { name: 'overview', colorScheme: 'light', open: (page, url) => page.goto(url) },
  { name: 'overview-dark', colorScheme: 'dark', open: (page, url) => page.goto(url), isEnd: true },
  {
    name: 'organization',
    colorScheme: 'light',
    open: (page, url) => openFirst(page, `${url}/organizations?q=Harbor+Media`),
  },
  { name: 'events-dark', colorScheme: 'dark', open: (page, url) => page.goto(`${url}/events`) },
  {
    name: 'payment',
    colorScheme: 'light',
    open: (page, url) => openFirst(page, `${url}/payments?concern=paid_twice`),
  },
  {
    name: 'refund',
    colorScheme: 'light',
    open: (page, url) => openFirst(page, `${url}/refunds?state=failed`),
  },
  { name: 'audit-dark', colorScheme: 'dark', open: (page, url) => page.goto(`${url}/audit`) },
];

/** With the addresses of a console that is there already, that one is photographed. */
async function main(): Promise<void> {
  const [consoleUrl, operatorToken] = process.argv.slice(2);
  const browser = await launchBrowser();
  if (!browser) throw new Error('There is no Chromium on this machine (CHROMIUM_PATH names one).');
  mkdirSync(FOLDER, { recursive: true });
  let lived: LivedIn | null = null;
  try {
    if (consoleUrl && operatorToken) return await takeAll(browser, { consoleUrl, operatorToken });
    lived = await startMonth({ service: 0, sandbox: 0 }, (what) => print(dim(`${what} …`)));
    await takeAll(browser, lived);
  } finally {
    await browser.close();
    await lived?.stop();
  }
}

async function takeAll(
  browser: Browser,
  { consoleUrl, operatorToken }: Pick<LivedIn, 'consoleUrl' | 'operatorToken'>,
): Promise<void> {
  const cookies = await signIn(browser, consoleUrl, operatorToken);
  for (const { name, colorScheme, open, isEnd } of SHOTS) {
    const context = await browser.newContext({ colorScheme, viewport: SIZE, reducedMotion: 'reduce' });
    await context.addCookies(cookies);
    const page = await context.newPage();
    await open(page, consoleUrl);
    const length = await page.evaluate<number>('document.documentElement.scrollHeight');
    const height = isEnd ? END_HEIGHT : SIZE.height;
    const clip = { x: 0, y: isEnd ? length - height : 0, width: SIZE.width, height };
    await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true, clip });
    await context.close();
    print(`docs/screenshots/${name}.png`);
  }
}

async function signIn(browser: Browser, consoleUrl: string, operatorToken: string): Promise<Cookie[]> {
  const page = await browser.newPage();
  await page.goto(`${consoleUrl}/sign-in`);
  await page.fill('input[name=name]', 'Demo operator');
  await page.fill('input[name=token]', operatorToken);
  await Promise.all([page.waitForURL(consoleUrl), page.click('button.primary')]);
  return page.context().cookies();
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    print(red(error.stack ?? error.message));
    process.exit(1);
  },
);
