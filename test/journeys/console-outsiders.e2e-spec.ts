import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ConsoleModule } from '../../src/console/console.module';
import { STYLES_PATH } from '../../src/console/page/assets';
import { ConsoleVisitor } from '../support/console-visitor';
import { TestService } from '../support/test-service';

const TOKEN = 'a token of the operator of these tests';
const REASON = { reason: 'because of a test' };

const PAGES = [
  '',
  '/organizations',
  '/organizations/org_1',
  '/organizations/org_1/adopt',
  '/events',
  '/events/1',
  '/payments',
  '/payments/pay_1',
  '/refunds',
  '/refunds/rfd_1',
  '/deliveries',
  '/deliveries/wd_1',
  '/comparisons',
  '/comparisons/rec_1',
  '/audit',
  '/nothing/of/the/kind',
];

const DEEDS: [path: string, fields: Record<string, string>][] = [
  ['/organizations/org_1/adopt', { ...REASON, dodoCustomerId: 'cus_1' }],
  ['/events/1/replay', REASON],
  ['/events/replay', { ...REASON, status: 'dead' }],
  ['/payments/pay_1/keep', REASON],
  ['/refunds/rfd_1/retry', REASON],
  ['/refunds/rfd_1/settle', REASON],
  ['/deliveries/wd_1/redeliver', REASON],
  ['/comparisons', REASON],
  ['/sign-out', {}],
];

/** As `GET /organizations/:id`, below the console's base. */
function routesOf(module: Type): string[] {
  const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as Type[];
  return controllers.flatMap((controller) => {
    const base = (Reflect.getMetadata(PATH_METADATA, controller) as string).replace(/^console/, '');
    const handlers = Object.values(Object.getOwnPropertyDescriptors(controller.prototype))
      .map(({ value }): object => value)
      .filter((value) => Reflect.hasMetadata(METHOD_METADATA, value));
    return handlers.map((handler) => {
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler)];
      const path = (Reflect.getMetadata(PATH_METADATA, handler) as string).replace(/^\/?/, '/');
      return `${method} ${`${base}${path}`.replace(/\/$/, '')}`.trim();
    });
  });
}

describe('the console and outsiders', () => {
  const service = TestService.ofThisSuite({ OPERATOR_TOKEN: TOKEN });

  const countActions = async (): Promise<number> => {
    const [{ count }] = await service.query('SELECT count(*) FROM operator_actions');
    return Number(count);
  };

  const someone = (cookie: string): ConsoleVisitor =>
    Object.assign(new ConsoleVisitor(service), { cookie: `billing_console=${cookie}` });

  /** By what they hold instead of a session that counts. */
  async function outsiders(): Promise<[string, ConsoleVisitor, Record<string, string>][]> {
    const { key } = await service.newOrg();
    const forgotten = await ConsoleVisitor.signedIn(service, TOKEN);
    service.clock.advanceSeconds(12 * 3600 + 1);
    // Only now: else its time would be over as well.
    const signedOut = await ConsoleVisitor.signedIn(service, TOKEN);
    const old = signedOut.cookie;
    await signedOut.submit('/sign-out', {});
    const nobody = new ConsoleVisitor(service);
    return [
      ['nothing', nobody, {}],
      ['a wrong cookie', someone('x'.repeat(43)), {}],
      ['an empty cookie', someone(''), {}],
      ['the token as a cookie', someone(TOKEN.replaceAll(' ', '')), {}],
      ['the operator’s header', nobody, { 'x-operator-token': TOKEN }],
      ['an API key', nobody, { authorization: `Bearer ${key}` }],
      ['a session that was signed out', Object.assign(new ConsoleVisitor(service), { cookie: old }), {}],
      ['a session that has expired', forgotten, {}],
    ];
  }

  it('has no other routes than those that are tried here', () => {
    const tried = [
      ...['', '/sign-in', STYLES_PATH, ...PAGES].map((path) => `GET ${path}`.trim()),
      ...['/sign-in', ...DEEDS.map(([path]) => path)].map((path) => `POST ${path}`),
    ];
    const routes = routesOf(ConsoleModule).filter((route) => route !== 'ALL /*');
    expect(routes.length).toBeGreaterThan(20);
    const isTried = (route: string) => {
      const pattern = new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`);
      return tried.some((one) => pattern.test(one));
    };
    expect(routes.filter((route) => !isTried(route))).toEqual([]);
  });

  it('shows no page to who has no session that counts', async () => {
    for (const [what, visitor, headers] of await outsiders()) {
      for (const page of PAGES) {
        const { status, headers: answered, html } = await visitor.get(page, headers);
        const signIn = page === '' ? '/console/sign-in' : `/console/sign-in?next=${encodeURIComponent(page)}`;
        expect([what, page, status, answered.get('location'), html]).toEqual([what, page, 303, signIn, '']);
      }
    }
  });

  it('says by HEAD what it says by GET', async () => {
    for (const page of ['/console', '/console/refunds', '/console/sign-in']) {
      const answers = ['GET', 'HEAD'].map((method) =>
        fetch(`${service.url}${page}`, { method, redirect: 'manual' }),
      );
      const [get, head] = (await Promise.all(answers)).map(({ status, headers }) => [
        status,
        headers.get('location'),
      ]);
      expect([page, head]).toEqual([page, get]);
    }
  });

  it('knows who has signed in for twelve hours, and no longer, though nobody else signs in', async () => {
    const visitor = await ConsoleVisitor.signedIn(service, TOKEN);
    service.clock.advanceSeconds(12 * 3600 - 60);
    expect((await visitor.get('')).status).toBe(200);
    service.clock.advanceSeconds(61);
    expect((await visitor.get('')).status).toBe(303);
  });

  it('does nothing for who has no session that counts', async () => {
    const everybody = await outsiders();
    const before = await countActions();
    for (const [what, visitor, headers] of everybody) {
      for (const [path, fields] of DEEDS) {
        const { status, html } = await visitor.post(path, fields, { origin: service.url, ...headers });
        expect([what, path, status]).toEqual([what, path, 401]);
        expect(html).toContain('Sign in to go on.');
      }
    }
    expect(await countActions()).toBe(before);
  });

  it('does nothing for a forged form', async () => {
    const visitor = await ConsoleVisitor.signedIn(service, TOKEN);
    const other = await ConsoleVisitor.signedIn(service, TOKEN);
    const csrf = await visitor.csrf();
    const own = { origin: service.url };
    const forgeries: [string, Record<string, string>, Record<string, string>][] = [
      ['no token', {}, own],
      ['an empty token', { csrf: '' }, own],
      ['a wrong token', { csrf: csrf.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) }, own],
      ['the token of another session', { csrf: await other.csrf() }, own],
      ['the page of another site', { csrf }, { origin: 'https://evil.example' }],
      ['a page that hides where it is', { csrf }, { origin: 'null' }],
      ['another port', { csrf }, { origin: 'http://127.0.0.1:1' }],
      ['no page at all', { csrf }, {}],
      ['a site that the browser tells of', { csrf }, { ...own, 'sec-fetch-site': 'cross-site' }],
      ['a neighbour that the browser tells of', { csrf }, { ...own, 'sec-fetch-site': 'same-site' }],
      ['another type of body', { csrf }, { ...own, 'content-type': 'text/plain' }],
    ];
    const before = await countActions();
    for (const [what, fields, headers] of forgeries) {
      for (const [path, deed] of DEEDS) {
        const { status } = await visitor.post(path, { ...deed, ...fields }, headers);
        expect([what, path, status]).toEqual([what, path, 403]);
      }
    }
    expect(await countActions()).toBe(before);
    expect((await visitor.get('')).status).toBe(200);
  });

  it('changes nothing by GET', async () => {
    const visitor = await ConsoleVisitor.signedIn(service, TOKEN);
    const csrf = await visitor.csrf();
    const before = await countActions();
    for (const [path, fields] of DEEDS.filter(([deed]) => deed !== '/comparisons')) {
      const { status } = await visitor.get(`${path}?${new URLSearchParams({ csrf, ...fields }).toString()}`);
      expect([path, status]).toEqual([path, 404]);
    }
    expect(await countActions()).toBe(before);
  });

  it('refuses to sign in from another site, and with another token', async () => {
    const before = await countActions();
    for (const headers of [{ origin: 'https://evil.example' }, {}, { 'sec-fetch-site': 'cross-site' }]) {
      const { status } = await new ConsoleVisitor(service).post(
        '/sign-in',
        { name: 'Eve', token: TOKEN },
        headers as Record<string, string>,
      );
      expect(status).toBe(403);
    }
    for (const token of ['', 'wrong', `${TOKEN}x`, TOKEN.slice(0, -1)]) {
      const { status, headers, html } = await new ConsoleVisitor(service).signIn('Eve', token);
      expect([token, status, headers.get('set-cookie')]).toEqual([token, 401, null]);
      expect(html).toContain('That is not the operator token');
    }
    for (const name of ['', ' ', '\u200b', 'a\u0000b', 'x'.repeat(101)]) {
      const { status, html } = await new ConsoleVisitor(service).signIn(name, TOKEN);
      expect([name, status, html]).toEqual([name, 400, expect.stringContaining('name="token"')]);
      expect(html).toMatch(/id="problem">The name m(ust|ay) [^<]+\.</);
    }
    expect(await countActions()).toBe(before);
  });

  it('leads on to the page that was wanted, also after a mistake, and nowhere else', async () => {
    const visitor = new ConsoleVisitor(service);
    const path = (await visitor.get('/payments?concern=disputed')).headers.get('location')!;
    const { html } = await visitor.get(path.slice('/console'.length));
    const next = /name="next" value="([^"]+)"/.exec(html)![1]!;
    expect(next).toBe('/payments?concern=disputed');
    expect(html).toContain(`<a href="/console${next}">`);
    const wrong = await visitor.post('/sign-in', { name: 'Ada', token: 'wrong', next });
    expect(wrong.html).toContain(`name="next" value="${next}"`);
    const signedIn = await visitor.post('/sign-in', { name: 'Ada', token: TOKEN, next });
    expect(signedIn.headers.get('location')).toBe(`/console${next}`);
    for (const evil of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/\t/evil.example',
      '"><b>',
    ]) {
      const answer = await visitor.post('/sign-in', { name: 'Ada', token: TOKEN, next: evil });
      expect([evil, answer.headers.get('location')]).toEqual([evil, '/console']);
      const shown = await visitor.get(`/sign-in?next=${encodeURIComponent(evil)}`);
      expect(shown.html).not.toContain('name="next"');
    }
  });

  it('gives back the name that was typed, as text, and says once what is missing', async () => {
    const { html } = await new ConsoleVisitor(service).signIn('Eve "O"<b>', 'wrong');
    expect(html).toContain('value="Eve &#34;O&#34;&#60;b&#62;"');
    const nothing = await new ConsoleVisitor(service).post('/sign-in', {});
    expect([nothing.status, /id="problem">([^<]+)</.exec(nothing.html)?.[1]]).toEqual([
      400,
      'The name is required. The token is required.',
    ]);
  });

  it('keeps of a session nothing that could sign in', async () => {
    const visitor = await ConsoleVisitor.signedIn(service, TOKEN);
    const secret = visitor.cookie.split('=')[1]!;
    const rows = await service.query(
      `SELECT encode(hash, 'hex') AS hash, operator_name FROM console_sessions`,
    );
    const held = [
      secret,
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret, 'base64url').toString('hex'),
    ];
    for (const { hash } of rows) expect(held).not.toContain(hash);
    expect((await someone(rows[0].hash).get('')).status).toBe(303);
  });

  it('hands out a cookie that scripts, other sites and plain connections do not get', async () => {
    const signIn = (host: string, origin = `https://${host}`) =>
      service.app.inject({
        method: 'POST',
        url: '/console/sign-in',
        headers: {
          host,
          origin,
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: new URLSearchParams({ name: 'Ada', token: TOKEN }).toString(),
      });
    const near = String(
      (await signIn('127.0.0.1:3000', 'http://127.0.0.1:3000')).headers['set-cookie'],
    ).split('; ');
    expect(near.slice(1)).toEqual(['Path=/console', 'Max-Age=43200', 'HttpOnly', 'SameSite=Strict']);
    const elsewhere = ['console.acme.com', 'localhost.acme.com', '127.0.0.1.acme.com', '10.0.0.1'];
    const answers = [
      ...elsewhere.map((host) => signIn(host)),
      // A proxy that ends TLS, and calls us by the address that it was told.
      signIn('127.0.0.1:3000', 'https://console.acme.com'),
    ];
    for (const { headers } of await Promise.all(answers))
      expect(String(headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
  });

  it('lets nothing in from elsewhere on any page', async () => {
    const visitor = await ConsoleVisitor.signedIn(service, TOKEN);
    for (const page of [...PAGES, '/sign-in']) {
      const { headers, html } = await visitor.get(page);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect([headers.get('x-content-type-options'), headers.get('x-frame-options')]).toEqual([
        'nosniff',
        'DENY',
      ]);
      expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual([
        'same-origin',
        'no-store',
      ]);
      expect(html).not.toMatch(/<script|style="|\son\w+=|https?:\/\//);
    }
  });

  it('says what is not there as a page, and nothing about the inside', async () => {
    const visitor = await ConsoleVisitor.signedIn(service, TOKEN);
    for (const page of PAGES.filter((path) => /_1$|\/1$|nothing/.test(path))) {
      const { status, headers, html } = await visitor.get(page);
      expect([page, status, headers.get('content-type')]).toEqual([page, 404, 'text/html; charset=utf-8']);
      expect(html).not.toMatch(/at .*\.ts|node_modules|select /i);
    }
  });

  it('reads any address that a person may type', async () => {
    const visitor = await ConsoleVisitor.signedIn(service, TOKEN);
    for (const query of [
      'offset=-1',
      'offset=x',
      'days=0',
      'days=1e9',
      'q=%00',
      'status=none+such',
      'q=1&q=2',
    ]) {
      for (const page of [
        '',
        '/organizations',
        '/events',
        '/refunds',
        '/audit',
        '/comparisons',
        '/deliveries',
      ]) {
        expect([page, query, (await visitor.get(`${page}?${query}`)).status]).toEqual([page, query, 200]);
      }
    }
    expect((await visitor.get('/organizations/%00')).status).toBe(404);
    expect((await visitor.get('/refunds/%00')).status).toBe(404);
    expect((await visitor.get('/deliveries/%00')).status).toBe(404);
  });

  it('is no part of the API’s document', async () => {
    const document = await (await fetch(`${service.url}/openapi.json`)).text();
    expect(document).not.toContain('/console');
  });
});

describe('the console after the operator token was changed', () => {
  const service = TestService.ofThisSuite({ OPERATOR_TOKEN: TOKEN });

  it('knows nobody of before', async () => {
    const visitor = await ConsoleVisitor.signedIn(service, TOKEN);
    expect((await visitor.get('')).status).toBe(200);
    const another = `${TOKEN}, and another`;
    await service.restart({ OPERATOR_TOKEN: another });
    expect((await visitor.get('')).status).toBe(303);
    expect((await visitor.signIn('Ada', TOKEN)).status).toBe(401);
    const { status } = await service.call('GET', '/organizations', {
      headers: { 'x-operator-token': TOKEN },
    });
    expect(status).toBe(401);
    await ConsoleVisitor.signedIn(service, another);
  });
});

describe('the console behind a prefix', () => {
  const service = TestService.ofThisSuite({
    OPERATOR_TOKEN: TOKEN,
    GLOBAL_PREFIX: 'api-proxy',
    RATE_LIMIT_PER_MINUTE: '3',
  });

  it('stays below it', async () => {
    const visitor = new ConsoleVisitor(service, '/api-proxy/console');
    const { headers } = await visitor.signIn('Ada', TOKEN);
    expect(headers.get('location')).toBe('/api-proxy/console');
    expect(headers.get('set-cookie')).toContain('; Path=/api-proxy/console;');
    const { html } = await visitor.get('');
    const links = [...html.matchAll(/(?:href|action)="(\/[^"]*)"/g)].map(([, link]) => link!);
    expect(links.filter((link) => !link.startsWith('/api-proxy/console'))).toEqual([]);
    const sheet = links.find((link) => link.endsWith('.css'))!;
    const styles = await fetch(service.url + sheet);
    expect([styles.status, styles.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  });

  it('counts guesses at the token, and not those who know it', async () => {
    const visitor = new ConsoleVisitor(service, '/api-proxy/console');
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await visitor.signIn('Eve', 'wrong')).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await visitor.signIn('Ada', TOKEN)).status).toBe(303);
  });
});

describe('the console without an operator token', () => {
  const service = TestService.ofThisSuite();

  it('is not told from routes that do not exist', async () => {
    const asked: [string, string][] = [
      ...PAGES.map((path): [string, string] => ['GET', `/console${path}`]),
      ['GET', '/console/sign-in'],
      ['POST', '/console/sign-in'],
      ...DEEDS.map(([path]): [string, string] => ['POST', `/console${path}`]),
    ];
    for (const [method, path] of asked) {
      const body = method === 'POST' ? new URLSearchParams({ name: 'Ada', token: TOKEN }) : undefined;
      const response = await fetch(service.url + path, { method, body, headers: { origin: service.url } });
      expect([path, response.status, response.headers.get('content-security-policy')]).toEqual([
        path,
        404,
        null,
      ]);
      expect(await response.json()).toEqual({
        success: false,
        error: 'not_found',
        code: 'not_found',
        message: `There is no route ${method} ${path}.`,
      });
    }
  });
});
