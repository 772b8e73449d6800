import { createHash, randomUUID } from 'node:crypto';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { Deployment } from '../support/deployment';
import { logLines } from '../support/log-lines';
import { CARDS } from '../support/sandbox-control';
import { CHECKOUT, TestService } from '../support/test-service';
import { until } from '../support/until';

// Hundreds of requests, to a process.
jest.setTimeout(180_000);

/** Keeps every line that would have been logged. */
class LogKeeper extends ConsoleLogger {
  readonly lines: string[] = [];
  protected override printMessages(messages: unknown[]): void {
    this.lines.push(...messages.map(String));
  }
  protected override printStackTrace(stack: string): void {
    this.lines.push(stack);
  }
}

describe('Law 11: secrets stay secret', () => {
  let service: TestService;
  const log = new LogKeeper();

  beforeAll(async () => {
    service = await TestService.start();
    Logger.overrideLogger(log);
  });
  afterAll(async () => {
    Logger.overrideLogger(false);
    await service.stop();
  });

  it('stores an API key as a keyed hash only', async () => {
    const { key, orgId } = await service.newOrg();
    const [row] = await service.query('SELECT * FROM api_keys WHERE org_id = $1', [orgId]);
    expect(row.hash).toHaveLength(32);
    expect(row.hint).toBe(`${key.slice(0, 14)}…${key.slice(-4)}`);
    const everything = JSON.stringify(await service.query('SELECT k::text FROM api_keys k'));
    expect(everything).not.toContain(key.slice('sk-social-'.length, -6));
  });

  it('keeps nothing by which a secret that a customer has thought of could be guessed', async () => {
    const { key, orgId } = await service.newOrg();
    const body = { events: ['*'], secret: 'hunter22', url: 'https://app.acme.example/hook' };
    const register = (secret: string) =>
      service.call('POST', '/webhooks', {
        key,
        body: { ...body, secret },
        headers: { 'idempotency-key': 'register' },
      });
    const { body: created } = await register(body.secret);
    const [record] = await service.query('SELECT * FROM idempotency_records WHERE org_id = $1', [orgId]);
    const [{ id }] = await service.query('SELECT id FROM api_keys WHERE org_id = $1', [orgId]);
    const guess = `${record.operation}\n${id}\n${JSON.stringify(body)}`;
    expect(record.fingerprint).not.toEqual(createHash('sha256').update(guess).digest());
    // It tells calls apart all the same.
    expect((await register(body.secret)).body).toEqual(created);
    expect(await register('hunter23')).toMatchObject({ status: 422 });
  });

  it('writes when a key was last used, at most once a minute', async () => {
    const { key, orgId } = await service.newOrg();
    const lastUsed = async () =>
      (await service.query('SELECT last_used_at FROM api_keys WHERE org_id = $1', [orgId]))[0].last_used_at;
    expect(await lastUsed()).toBeNull();
    await service.status(key);
    const first = await lastUsed();
    await service.status(key);
    expect(await lastUsed()).toEqual(first);
    service.clock.advanceSeconds(61);
    await service.status(key);
    expect((await lastUsed()).getTime()).toBeGreaterThan(first.getTime() + 60_000);
  });

  it('lets no cache keep what is answered, no browser guess at it, and no page frame it', async () => {
    const { key } = await service.newOrg();
    const made = { name: 'x', scopes: ['billing:read'] };
    const answers = [
      await service.call('POST', '/api-keys', { key, body: made }),
      await service.call('GET', '/api-keys', { key }),
      await service.call('GET', '/billing/status', { key }),
      await service.call('GET', '/billing/status'),
      await service.call('POST', '/billing/checkout', { key, text: '{broken' }),
      await service.call('POST', '/billing/checkout', { key, text: 'x'.repeat(300_000) }),
      await service.call('GET', '/nowhere'),
      await service.call('GET', '/%zz'),
      await fetch(`${service.url}/docs`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 401, 400, 413, 404, 400, 200]);
    for (const { headers } of answers) {
      const names = ['cache-control', 'x-content-type-options', 'x-frame-options'];
      expect(names.map((name) => headers.get(name))).toEqual(['no-store', 'nosniff', 'DENY']);
    }
    const asset = await fetch(`${service.url}/docs/swagger-ui.css`);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([
      200,
      expect.stringMatching(/^public/),
    ]);
  });

  it('lets no key, secret, address, person or card reach the log, also when things fail', async () => {
    const org = await service.newOrg();
    const url = 'http://127.0.0.1:9/hooks?token=in-the-address';
    const { body: webhook } = await service.call('POST', '/webhooks', {
      key: org.key,
      body: { url, events: ['*'] },
    });
    const { id, secret: signing } = webhook.data;
    const rotated = await service.call('POST', `/webhooks/${id}/rotate-secret`, { key: org.key });
    await service.call('POST', `/webhooks/${id}/test`, { key: org.key });
    const [{ email }] = await service.query('SELECT email FROM organizations WHERE id = $1', [org.orgId]);
    await service.sandbox.fault({
      method: 'POST',
      path: '/customers',
      kind: 'error_before',
      status: 422,
      code: 'BLOCKED',
    });
    await service.checkout(org.key);
    await service.sandbox.fault({ method: 'POST', path: '/refunds', kind: 'error_before', status: 500 });
    const { body } = await service.checkout(org.key);
    const paid = await service.sandbox.pay(body.data.checkoutUrl);
    await service.untilRefund(paid.payment_id, 'succeeded');
    await service.query('ALTER TABLE payments RENAME TO gone');
    expect((await service.call('GET', '/billing/status', { key: org.key })).status).toBe(500);
    await service.query('ALTER TABLE gone RENAME TO payments');

    const text = log.lines.join('\n');
    expect(text).toContain('BLOCKED');
    expect(text).toContain('→');
    for (const secret of [
      org.key,
      email,
      '424242',
      body.data.checkoutUrl,
      service.environment.DODO_PAYMENTS_WEBHOOK_KEY!,
      service.environment.API_KEY_PEPPER!,
      service.environment.SECRETS_KEY!,
      signing,
      rotated.body.data.secret,
      'in-the-address',
    ]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('Law 11: whatever is fed to a real process, its log has none of it', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.create();
  });
  afterAll(() => deployment.dispose());

  const OPERATOR_TOKEN = 'operator-token-of-these-tests-0123456789';
  const PORTAL_LINK = 'https://portal.dodopayments.com/session/cps_s3cr3t?token=tok_s3cr3t';
  const PERSON = 'jo.doe@private.example.org';

  it('at its most talkative, in every header, query, body, and answer of Dodo’s', async () => {
    const { environment, sandbox, sql } = deployment;
    const service = await deployment.start('main', { LOG_LEVEL: 'verbose', OPERATOR_TOKEN });
    const key = await deployment.newKey();
    const url = `http://127.0.0.1:${environment.PORT}`;
    const links: string[] = [];
    const signedIn = await signIn(url);
    const known = {
      key,
      'webhook secret': environment.DODO_PAYMENTS_WEBHOOK_KEY!,
      pepper: environment.API_KEY_PEPPER!,
      'operator token': OPERATOR_TOKEN,
      'portal link': PORTAL_LINK,
      person: PERSON,
      'person, encoded': encodeURIComponent(PERSON),
      customer: 'acme@example.com',
      card: CARDS.success,
      'card, spaced': '4242 4242 4242 4242',
    };
    const call = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
      const answer = await fetch(url + path, { method, headers, body });
      links.push(...((await answer.text()).match(/https?:[^"]+\/(?:checkout|session|portal|p)[^"]*/g) ?? []));
      return answer.status;
    };
    const credentials = { 'x-api-key': key, 'content-type': 'application/json' };

    // Everything, everywhere a caller can put it.
    for (const secret of Object.values(known)) {
      const quoted = JSON.stringify(secret);
      for (const header of [
        'x-request-id',
        'idempotency-key',
        'x-api-key',
        'authorization',
        'x-operator-token',
        'user-agent',
        'traceparent',
        'cookie',
        'referer',
        'x-forwarded-for',
        'content-type',
        'webhook-id',
        'webhook-signature',
      ]) {
        await call('POST', '/billing/portal', { ...credentials, [header]: secret }, '{}');
      }
      await call('GET', `/billing/history?limit=${encodeURIComponent(secret)}`, credentials);
      await call(
        'GET',
        `/nowhere/${encodeURIComponent(secret)}?q=${encodeURIComponent(secret)}`,
        credentials,
      );
      await call('GET', `/organizations/${encodeURIComponent(secret)}`, {
        'x-operator-token': OPERATOR_TOKEN,
      });
      for (const field of ['planId', 'successUrl', secret]) {
        await call(
          'POST',
          '/billing/checkout',
          credentials,
          JSON.stringify({ ...CHECKOUT, [field]: secret }),
        );
      }
      const form = {
        origin: url,
        cookie: signedIn.cookie,
        'content-type': 'application/x-www-form-urlencoded',
      };
      const fields = {
        name: secret,
        token: secret,
        reason: secret,
        dodoCustomerId: secret,
        csrf: signedIn.csrf,
      };
      for (const path of [
        'sign-in',
        `refunds/${encodeURIComponent(secret)}/retry`,
        'organizations/org_1/adopt',
      ])
        await call('POST', `/console/${path}`, form, new URLSearchParams(fields).toString());
      await call('GET', `/console/organizations?q=${encodeURIComponent(secret)}`, form);
      await call('POST', '/billing/checkout', credentials, `{"broken": ${quoted}`);
      await call('POST', '/webhooks/dodo', { 'webhook-id': secret }, quoted);
      await postSigned(url, {
        type: secret,
        data: { payment_id: secret, metadata: { traceparent: secret } },
      });
      await postSigned(url, {
        type: 'payment.succeeded',
        data: { payment_id: secret, customer: { email: secret } },
      });
      await postSigned(url, { type: 'payment.succeeded', note: secret });
      // Everything that Dodo can say, too.
      for (const fault of [
        {
          kind: 'error_before',
          status: 422,
          code: 'REFUSED',
          body: `{"code":"REFUSED","message":${quoted}}`,
        },
        { kind: 'error_before', status: 500, body: quoted },
        { kind: 'error_after', status: 502, body: `<html>${secret}</html>` },
      ]) {
        await sandbox.fault({ method: 'POST', path: '/checkouts', ...fault });
        await call('POST', '/billing/checkout', credentials, JSON.stringify(CHECKOUT));
      }
    }
    // The whole story, with its links; and a database that quotes what it does not like.
    const { checkoutUrl } = await checkout(url, credentials);
    await sandbox.fault({
      method: 'POST',
      path: '/refunds',
      kind: 'error_before',
      status: 500,
      body: PERSON,
    });
    await sandbox.pay(checkoutUrl);
    await until(
      'the fee is back',
      async () => {
        const { rows } = await sql.query(`SELECT FROM refunds WHERE state = 'succeeded'`);
        return rows.length === 1;
      },
      60_000,
    );
    expect(await call('POST', '/billing/portal', credentials, '{}')).toBe(200);
    await sql.query(`ALTER TABLE organizations ADD CONSTRAINT no_person CHECK (email <> '${PERSON}')`);
    const org = JSON.stringify({ name: 'Jo', email: PERSON });
    const operator = { 'x-operator-token': OPERATOR_TOKEN, 'content-type': 'application/json' };
    expect(await call('POST', '/organizations', operator, org)).toBe(500);
    expect(await service.end('SIGTERM')).toBe(0);

    expect(links.length).toBeGreaterThan(1);
    expect(logLines(service.output).length).toBeGreaterThan(300);
    expect(service.output).toContain('no_person');
    const secrets = {
      ...known,
      // Nobody can tell these by their look, so they are not fed where they do not belong; but none may stay, either.
      'part of the key': key.slice(-12),
      'console session': signedIn.cookie.split('=')[1]!,
      'token of its forms': signedIn.csrf,
      ...Object.fromEntries(links.map((link, i) => [`link ${i}`, link])),
    };
    expect(Object.entries(secrets).filter(([, secret]) => service.output.includes(secret))).toEqual([]);
    expect(service.output).not.toMatch(/4242 ?4242|s3cr3t|jo\.doe/);
  });

  it('not even of an error that nobody has caught, which ends it', async () => {
    const program = `process.on('SIGUSR2',()=>{throw new Error('${PERSON} has ${OPERATOR_TOKEN}')})`;
    const service = await deployment.start('main', {
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(program)}`,
      OPERATOR_TOKEN,
    });
    expect(await service.end('SIGUSR2')).toBe(1);
    expect(logLines(service.output)).toContainEqual(
      expect.objectContaining({ level: 'fatal', msg: '[e-mail] has [secret]' }),
    );
    for (const secret of [PERSON, OPERATOR_TOKEN]) expect(service.output).not.toContain(secret);
  });

  async function signIn(url: string): Promise<{ cookie: string; csrf: string }> {
    const answer = await fetch(`${url}/console/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: url },
      body: new URLSearchParams({ name: PERSON, token: OPERATOR_TOKEN }),
    });
    const cookie = answer.headers.get('set-cookie')!.split(';', 1)[0]!;
    const page = await (await fetch(`${url}/console`, { headers: { cookie } })).text();
    return { cookie, csrf: /name="csrf" value="([^"]+)"/.exec(page)![1]! };
  }

  async function checkout(url: string, headers: Record<string, string>): Promise<{ checkoutUrl: string }> {
    const answer = await fetch(`${url}/billing/checkout`, {
      method: 'POST',
      headers,
      body: JSON.stringify(CHECKOUT),
    });
    return ((await answer.json()) as { data: { checkoutUrl: string } }).data;
  }

  async function postSigned(url: string, event: object): Promise<void> {
    const body = JSON.stringify(event);
    const [id, at] = [`msg_${randomUUID()}`, new Date()];
    const webhook = new Webhook(deployment.environment.DODO_PAYMENTS_WEBHOOK_KEY!);
    const answer = await fetch(`${url}/webhooks/dodo`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, at, body),
      },
      body,
    });
    expect(answer.status).toBe(200);
    await answer.text();
  }
});
