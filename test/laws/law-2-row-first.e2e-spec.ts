import { DodoGateway } from '../../src/dodo/dodo.gateway';
import type { Fault } from '../support/sandbox-control';
import { TestService } from '../support/test-service';
import { until } from '../support/until';

describe('Law 2: row first, call second', () => {
  const service = TestService.ofThisSuite();

  async function checkoutOf(orgId: string): Promise<Record<string, any>> {
    const [row] = await service.query('SELECT * FROM checkouts WHERE org_id = $1', [orgId]);
    return row;
  }

  it('has committed the checkout before Dodo hears of it', async () => {
    const { key, orgId } = await service.newOrg();
    await service.sandbox.fault({ method: 'POST', path: '/customers', kind: 'delay', delayMs: 800 });
    const answer = service.checkout(key);
    const early = await until('the row is there', () => checkoutOf(orgId));
    expect(early).toMatchObject({ status: 'requested', dodo_session_id: null });
    expect((await answer).status).toBe(200);
    expect(await checkoutOf(orgId)).toMatchObject({
      status: 'open',
      dodo_session_id: expect.stringMatching(/^cks_/),
    });
  });

  const create = (fault: Omit<Fault, 'method' | 'path'>): Fault => ({
    method: 'POST',
    path: '/checkouts',
    ...fault,
  });
  const error = (status: number, code: string) => create({ kind: 'error_before', status, code });

  it.each<[string, Fault, number, string, string, string]>([
    [
      'refuses with 422',
      error(422, 'BRAND_MISMATCH'),
      502,
      'payment_provider_error',
      'refused',
      'BRAND_MISMATCH',
    ],
    [
      'does not accept our key',
      error(401, 'UNAUTHORIZED'),
      502,
      'payment_provider_error',
      'refused',
      'UNAUTHORIZED',
    ],
    [
      'limits our rate',
      error(429, 'TOO_MANY_REQUESTS'),
      503,
      'payment_provider_unavailable',
      'unavailable',
      'TOO_MANY_REQUESTS',
    ],
    ['answers 500', error(500, 'BOOM'), 503, 'payment_provider_unavailable', 'unknown', 'BOOM'],
    [
      'answers a page of HTML',
      create({
        kind: 'error_before',
        status: 503,
        body: '<html>away</html>',
        headers: { 'content-type': 'text/html' },
      }),
      503,
      'payment_provider_unavailable',
      'unknown',
      'http_503',
    ],
    [
      'drops the connection',
      create({ kind: 'drop_after' }),
      503,
      'payment_provider_unavailable',
      'unknown',
      'UND_ERR_SOCKET',
    ],
  ])(
    'says so in the answer and in the row when Dodo %s',
    async (_, fault, status, code, state, failureCode) => {
      const { key, orgId } = await service.newOrg();
      await service.sandbox.fault(fault);
      const answer = await service.checkout(key);
      expect([answer.status, answer.body.error]).toEqual([status, code]);
      expect(answer.body.message).toMatch(/^The payment provider .* Nothing has been charged/);
      expect(answer.headers.get('retry-after')).toBe(status === 503 ? '10' : null);
      expect(await checkoutOf(orgId)).toMatchObject({
        status: state,
        failure_code: failureCode,
        failure_message: expect.any(String),
      });
      expect((await service.checkout(key)).status).toBe(200);
    },
  );

  it('says when to come again as Dodo does', async () => {
    const { key } = await service.newOrg();
    const limit = create({ kind: 'error_before', status: 429, headers: { 'retry-after': '33' } });
    await service.sandbox.fault(limit);
    const answer = await service.checkout(key);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '33']);
  });

  it('asks Dodo once, however it fails', async () => {
    const { key } = await service.newOrg();
    const before = (await service.sandbox.books()).checkouts.length;
    await service.sandbox.fault(create({ kind: 'error_after', status: 500 }));
    await service.checkout(key);
    expect((await service.sandbox.books()).checkouts.length).toBe(before + 1);
  });

  it('gives up on a Dodo that does not answer, within seconds', async () => {
    const { key, orgId } = await service.newOrg();
    await service.sandbox.fault(create({ kind: 'timeout_after' }));
    const answer = await service.checkout(key);
    expect([answer.status, answer.body.error]).toEqual([503, 'payment_provider_unavailable']);
    expect(await checkoutOf(orgId)).toMatchObject({ status: 'unknown', failure_code: 'timeout' });
  });

  it('hands on no session that is another checkout’s', async () => {
    const [first, second] = [await service.newOrg(), await service.newOrg()];
    const gateway = service.app.get(DodoGateway);
    const sessions = jest.spyOn(gateway, 'createCheckoutSession');
    await service.checkout(first.key);
    sessions.mockReturnValueOnce(sessions.mock.results[0]!.value);
    const answer = await service.checkout(second.key);
    sessions.mockRestore();
    expect([answer.status, answer.body.error]).toEqual([502, 'payment_provider_error']);
    expect(await checkoutOf(first.orgId)).toMatchObject({ status: 'open' });
    expect(await checkoutOf(second.orgId)).toMatchObject({
      status: 'unknown',
      dodo_session_id: null,
      failure_code: 'unreadable_answer',
    });
  });

  it('finds the customer again whose creation was not answered', async () => {
    const { key } = await service.newOrg();
    await service.sandbox.fault({ method: 'POST', path: '/customers', kind: 'error_after', status: 500 });
    expect((await service.checkout(key)).status).toBe(503);
    const before = await service.sandbox.call<{ customers: unknown[] }>('GET', '/_sandbox/state');
    expect((await service.checkout(key)).status).toBe(200);
    const after = await service.sandbox.call<{ customers: unknown[] }>('GET', '/_sandbox/state');
    expect(after.customers.length).toBe(before.customers.length);
  });

  it('makes no second customer when what came is no list of them', async () => {
    const { key } = await service.newOrg();
    const customers = { path: '/customers' };
    await service.sandbox.fault({ ...customers, method: 'POST', kind: 'error_after', status: 500 });
    expect((await service.checkout(key)).status).toBe(503);
    const count = async () =>
      (await service.sandbox.call<{ customers: unknown[] }>('GET', '/_sandbox/state')).customers.length;
    const before = await count();
    const page = { kind: 'error_before', status: 200, body: '<html>Back soon</html>' } as const;
    await service.sandbox.fault({ ...customers, method: 'GET', ...page });
    expect((await service.checkout(key)).status).toBe(502);
    expect(await count()).toBe(before);
    expect((await service.checkout(key)).status).toBe(200);
    expect(await count()).toBe(before);
  });

  it('answers 503 when nothing listens where Dodo should be', async () => {
    const alone = await TestService.start({ DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:49151' });
    try {
      const { key, orgId } = await alone.newOrg();
      const answer = await alone.checkout(key);
      expect([answer.status, answer.body.error]).toEqual([503, 'payment_provider_unavailable']);
      const [row] = await alone.query('SELECT * FROM checkouts WHERE org_id = $1', [orgId]);
      expect(row).toMatchObject({ status: 'unavailable' });
    } finally {
      await alone.stop();
    }
  });
});
