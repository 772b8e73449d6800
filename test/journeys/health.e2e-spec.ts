import { Logger } from '@nestjs/common';
import { MIGRATIONS } from '../../src/database/migrations/migrations';
import { ValidAnswers } from '../contract/valid-answers';
import { CuttableLink } from '../../scripts/faults/cuttable-link';
import { createTestDatabase } from '../support/database';
import { Deployment } from '../support/deployment';
import { freeLastingPort } from '../../scripts/local/ports';
import { TestService } from '../support/test-service';
import { until } from '../support/until';

jest.setTimeout(60_000);

describe('health', () => {
  const service = TestService.ofThisSuite();
  let answers: ValidAnswers;

  beforeAll(async () => {
    answers = new ValidAnswers((await service.call('GET', '/openapi.json')).body);
  });

  async function get(path: string) {
    const answer = await service.call('GET', path);
    expect(answers.problemOf(path, 'get', answer)).toBeNull();
    return answer;
  }

  it('is live and ready, and says what it has looked at', async () => {
    expect((await get('/health/live')).body.data).toEqual({ status: 'ok' });
    expect((await get('/health/ready')).body.data).toEqual({
      status: 'ok',
      checks: { database: 'up', migrations: 'up', queue: 'up' },
    });
  });

  it('is ready while Dodo is away', async () => {
    await service.sandbox.fault({ method: 'POST', path: '/customers', kind: 'error_before', status: 500 });
    expect((await service.checkout((await service.newOrg()).key)).status).toBe(503);
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('is not ready on a database that is older than the code', async () => {
    const change = (from: string, to: string) =>
      service.query('UPDATE migrations SET name = $2 WHERE name = $1', [from, to]);
    const { name } = new (MIGRATIONS.at(-1)!)();
    const said: string[] = [];
    const note = (message: unknown) => void said.push(String(message));
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(note);
    jest.spyOn(Logger.prototype, 'log').mockImplementation(note);
    await change(name, 'gone');
    await get('/health/ready');
    const { status, body } = await get('/health/ready');
    await change('gone', name);
    expect([status, body.message]).toEqual([503, 'The database lacks migrations of this version.']);
    for (let i = 0; i < 2; i += 1) expect((await get('/health/ready')).status).toBe(200);
    jest.restoreAllMocks();
    // Probes come every few seconds: only what changes is said.
    expect(said.filter((message) => /ready/i.test(message))).toEqual([
      'Not ready: The database lacks migrations of this version.',
      'Ready again.',
    ]);
  });

  it('is not ready without the queue', async () => {
    const view = 'graphile_worker.jobs';
    const rename = (from: string, to: string) => service.query(`ALTER VIEW ${from} RENAME TO ${to}`);
    await rename(view, 'gone');
    const { status, body } = await get('/health/ready');
    await rename('graphile_worker.gone', 'jobs');
    expect([status, body.message]).toEqual([503, 'The job queue can not be reached.']);
  });

  it('leaves no documented status out, but for /health without a database', () => {
    expect(answers.notSeen('/health/live', 'get')).toEqual([]);
    expect(answers.notSeen('/health/ready', 'get')).toEqual([]);
  });

  it('is alive, not up and not ready without its database, and all three when it is back', async () => {
    const database = await createTestDatabase();
    const link = await CuttableLink.to(database.url);
    const cutOff = await TestService.start({ DATABASE_URL: link.url });
    const statuses = async () => {
      const paths = ['/health/live', '/health', '/health/ready'];
      const all = await Promise.all(paths.map((path) => cutOff.call('GET', path)));
      for (const [i, answer] of all.entries()) expect(answers.problemOf(paths[i]!, 'get', answer)).toBeNull();
      return all.map(({ status }) => status).join(' ');
    };
    try {
      expect(await statuses()).toBe('200 200 200');
      const back = link.cutFor(4_000);
      await until('it notices', async () => (await statuses()) === '200 503 503');
      await back;
      await until('it is back', async () => (await statuses()) === '200 200 200');
      const silence = link.halfOpenFor(6_000);
      const startedAt = performance.now();
      expect((await cutOff.call('GET', '/health/ready')).status).toBe(503);
      // A probe waits no longer than a few seconds: an answer that comes later is none.
      expect(performance.now() - startedAt).toBeLessThan(4_000);
      await silence;
      await until('it is back again', async () => (await statuses()) === '200 200 200');
      expect(answers.notSeen('/health', 'get')).toEqual([]);
    } finally {
      await cutOff.stop();
      await link.close();
      await database.drop();
    }
  });
});

describe('a stop with SHUTDOWN_DELAY_SECONDS', () => {
  let deployment: Deployment;

  beforeEach(async () => {
    deployment = await Deployment.create();
  });
  afterEach(() => deployment.dispose());

  it('says that it is not ready, and serves for that long', async () => {
    const metricsPort = await freeLastingPort();
    const service = await deployment.start('main', {
      SHUTDOWN_DELAY_SECONDS: '3',
      METRICS_PORT: String(metricsPort),
    });
    const key = await deployment.newKey();
    const call = async (path: string, port: string | number = deployment.environment.PORT!) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        headers: { 'x-api-key': key, connection: 'close' },
      });
      return { status: answer.status, body: (await answer.json()) as { message?: string } };
    };
    expect((await call('/health/ready')).status).toBe(200);
    const ended = service.end('SIGTERM');
    await until('it says so', async () => (await call('/health/ready')).status === 503);
    expect((await call('/health/ready')).body.message).toBe('The service is stopping.');
    expect((await call('/health/ready', metricsPort)).status).toBe(503);
    expect((await call('/health/live')).status).toBe(200);
    expect((await call('/billing/status')).status).toBe(200);
    expect(await ended).toBe(0);
  });
});
