import { BillingUnreachable, createClient } from '../../client/src/index.ts';
import type { ClientOptions } from '../../client/src/index.ts';
import { ScriptedServer } from '../support/scripted-server';

describe('how long the client waits', () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await server.close();
  });

  const plans = (options: Partial<ClientOptions> = {}, signal?: AbortSignal) =>
    createClient({ baseUrl: server.url, ...options }).GET('/billing/plans', { signal });
  const away = (retryAfter?: string) => ({
    status: 503,
    headers: { ...(retryAfter !== undefined && { 'retry-after': retryAfter }) },
    body: { success: false, error: 'service_unavailable', message: 'It is away.' },
  });
  const none = { status: 200, body: { success: true, data: [] } };
  async function msOf(work: Promise<unknown>): Promise<number> {
    const startedAt = performance.now();
    await work;
    return performance.now() - startedAt;
  }

  it.each(['silence', 'stuck'] as const)('gives a try up after its time-out: %s', async (answer) => {
    server.script.push(answer, answer);
    const call = plans({ timeoutSeconds: 0.2, maxRetries: 1 });
    await expect(call).rejects.toBeInstanceOf(BillingUnreachable);
    expect(server.seen).toHaveLength(2);
  });

  it('half a minute for a try, where nothing else is said', async () => {
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    server.script.push(none);
    await plans();
    expect(timeout.mock.calls).toEqual([[30_000]]);
  });

  it('gives the caller’s own reason for a try that was aborted, though it was the last', async () => {
    server.script.push('silence');
    const abort = new AbortController();
    const call = plans({ maxRetries: 0 }, abort.signal);
    setTimeout(() => abort.abort(new Error('The page was left.')), 200);
    await expect(call).rejects.toThrow('The page was left.');
  });

  it('twice as long before each next try, where the service says nothing', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    server.script.push('nothing', away(), none);
    const ms = await msOf(plans());
    // A quarter of a second, then half of one.
    expect(ms).toBeGreaterThan(740);
    expect(ms).toBeLessThan(1_500);
  });

  it('no longer than maxWaitSeconds', async () => {
    server.script.push(away('2'), none);
    await expect(plans({ maxWaitSeconds: 1 })).rejects.toMatchObject({ status: 503, retryAfter: 2 });
    expect(server.seen).toHaveLength(1);
  });

  it('until an instant, where one was said; one that has passed is now', async () => {
    const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();
    server.script.push(away(inSeconds(40)));
    const { retryAfter } = await plans().catch((error) => error);
    expect(retryAfter).toBeGreaterThan(35);
    expect(retryAfter).toBeLessThanOrEqual(40);
    server.script.push(away(inSeconds(-60)), away(inSeconds(-60)));
    await expect(plans({ maxRetries: 1 })).rejects.toMatchObject({ status: 503, retryAfter: 0 });
    expect(server.seen).toHaveLength(3);
  });
});
