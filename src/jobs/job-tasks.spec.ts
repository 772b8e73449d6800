import { Logger } from '@nestjs/common';
import type { JobHelpers } from 'graphile-worker';
import { currentLogFields } from '../watch/log-scope';
import { Metrics } from '../watch/metrics';
import type { JobHandler } from './job-handlers';
import { JobTasks } from './job-tasks';
import { RunningJobs } from './running-jobs';

const NAME = 'billing_job_duration_seconds';
const JOB = { id: '7', attempts: 2, max_attempts: 20 };

describe('the run of a job', () => {
  const metrics = new Metrics();
  const running = new RunningJobs();
  const tasks = new JobTasks(running, metrics);
  const said: string[] = [];

  beforeAll(() => {
    jest.spyOn(Logger.prototype, 'debug').mockImplementation(() => undefined);
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => void said.push(message));
  });
  afterAll(() => jest.restoreAllMocks());

  const run = (onQueue: object, handler: JobHandler<'refund.drive'>) =>
    Promise.resolve(
      tasks.of(new Map([['refund.drive', handler as JobHandler<never>]]))['refund.drive']!(onQueue, {
        job: JOB,
      } as unknown as JobHelpers),
    );

  async function runsOf(outcome: string): Promise<{ count: number; seconds: number }> {
    const lines = (await metrics.text()).body.split('\n');
    const of = (part: string) => {
      const start = `${NAME}_${part}{job="refund.drive",outcome="${outcome}"} `;
      return Number(lines.find((line) => line.startsWith(start))?.slice(start.length) ?? 0);
    };
    return { count: of('count'), seconds: of('sum') };
  }

  it('is given what it is about, and not what caused it; its lines say both it and that', async () => {
    let fields: object = {};
    let given: unknown;
    let ids: string[] = [];
    await run({ refundId: 'ref_1', tries: 3, traceparent: '00-a-b-01' }, (payload) => {
      [given, fields, ids] = [payload, currentLogFields(), running.ids()];
      return new Promise((resolve) => setTimeout(resolve, 60));
    });
    expect(given).toEqual({ refundId: 'ref_1', tries: 3 });
    expect(fields).toEqual({ job: 'refund.drive', jobId: '7', refundId: 'ref_1' });
    expect(ids).toEqual(['7']);
    const { count, seconds } = await runsOf('done');
    expect([count, seconds > 0.05, seconds < 5]).toEqual([1, true, true]);
  });

  it('that fails is counted as such, said with its try, and left to the queue', async () => {
    const failing = run({ refundId: 'ref_1' }, () => Promise.reject(new Error('no luck')));
    await expect(failing).rejects.toThrow('no luck');
    expect((await runsOf('failed')).count).toBe(1);
    expect((await runsOf('done')).count).toBe(1);
    expect(said).toEqual(['refund.drive {"refundId":"ref_1"} failed (try 2 of 20): no luck']);
  });
});
