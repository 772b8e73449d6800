import { ConsoleLogger, Logger } from '@nestjs/common';
import { TestService } from '../support/test-service';

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
    await service.status(org.key);
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
