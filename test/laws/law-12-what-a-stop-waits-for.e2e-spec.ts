import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { freeLastingPort } from '../../scripts/local/ports';
import { Deployment } from '../support/deployment';
import { logLines } from '../support/log-lines';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';

jest.setTimeout(90_000);

/** Almost what a call to Dodo may take. */
const LONG_MS = 9_000;
/** What a stop waits for at most, and a little for the rest of it. */
const LONGEST_STOP_MS = 20_000;

describe('Law 12: what a stop waits for', () => {
  let deployment: Deployment;

  beforeEach(async () => {
    deployment = await Deployment.create();
  });
  afterEach(() => deployment.dispose());

  async function checkout(key: string): Promise<{ status: number; url: string }> {
    const answer = await fetch(`http://127.0.0.1:${deployment.environment.PORT}/billing/checkout`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(CHECKOUT),
    });
    const { data } = (await answer.json()) as { data?: { checkoutUrl: string } };
    return { status: answer.status, url: data?.checkoutUrl ?? '' };
  }

  const delay = (path: string, delayMs: number) =>
    deployment.sandbox.fault({ method: 'POST', path, kind: 'delay', delayMs });

  it('an answer that takes as long as Dodo may take, however often it is told to stop', async () => {
    const service = await deployment.start('main');
    await delay('/checkouts', LONG_MS);
    const answer = checkout(await deployment.newKey());
    await until('Dodo has been asked', () => deployment.sandbox.hasHit('/checkouts'));
    // As Ctrl-C does, which reaches a program by its terminal and by whoever has started it.
    const codes = await Promise.all([service.end('SIGINT'), service.end('SIGINT'), service.end('SIGTERM')]);
    expect([codes, (await answer).status]).toEqual([[0, 0, 0], 200]);
    expect(logLines(service.output).filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('not for whoever never ends what they have begun to say, here or at METRICS_PORT', async () => {
    const metricsPort = String(await freeLastingPort());
    const service = await deployment.start('main', { METRICS_PORT: metricsPort });
    const sockets: Socket[] = [];
    for (const port of [deployment.environment.PORT!, metricsPort]) {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      await once(socket, 'connect');
      // Half of it has been seen by the time that it is to stop.
      await new Promise<void>((resolve) => socket.write('POST /x HTTP/1.1\r\nHost: x\r\n', () => resolve()));
      sockets.push(socket);
    }
    expect((await fetch(`http://127.0.0.1:${metricsPort}/health/live`)).status).toBe(200);
    const startedAt = performance.now();
    expect(await service.end('SIGTERM')).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(LONGEST_STOP_MS);
    sockets.forEach((socket) => socket.destroy());
  });

  it('a job under way, while the worker says that it is stopping and takes no other', async () => {
    const metricsPort = String(await freeLastingPort());
    const api = await deployment.start('main', { JOBS: 'off' });
    const worker = await deployment.start('worker', { METRICS_PORT: metricsPort });
    await delay('/refunds', 4_000);
    const { url } = await checkout(await deployment.newKey());
    await deployment.sandbox.pay(url);
    await until('the refund has been asked for', () => deployment.sandbox.hasHit('/refunds'));
    const ended = worker.end('SIGTERM');
    const readiness = await until('it says so', async () => {
      const answer = await fetch(`http://127.0.0.1:${metricsPort}/health/ready`);
      return answer.status === 503 && ((await answer.json()) as { message: string });
    });
    expect(readiness.message).toBe('The service is stopping.');
    expect(await ended).toBe(0);
    const { rows } = await deployment.sql.query('SELECT state, asks FROM refunds');
    expect(rows).toEqual([{ state: expect.stringMatching(/^(pending|succeeded)$/), asks: 1 }]);
    const left = await deployment.sql.query('SELECT FROM graphile_worker.jobs WHERE locked_by IS NOT NULL');
    expect(left.rowCount).toBe(0);
    expect(await api.end('SIGTERM')).toBe(0);
  });
});
