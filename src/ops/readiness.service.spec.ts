import { Logger, ServiceUnavailableException } from '@nestjs/common';
import type { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { Database } from '../database/database';
import { Lifecycle } from '../http/lifecycle';
import type { JobRunner } from '../jobs/job-runner';
import { ReadinessService } from './readiness.service';

describe('a stop that begins while readiness is being looked at', () => {
  it('is told as what it is, though every check has found all well', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    // What Terminus throws then.
    const found = { status: 'shutting_down', info: {}, error: {}, details: {} };
    const health = { check: () => Promise.reject(new ServiceUnavailableException(found)) };
    const readiness = new ReadinessService(
      health as unknown as HealthCheckService,
      null as unknown as HealthIndicatorService,
      null as unknown as Database,
      null as unknown as JobRunner,
      new Lifecycle(),
    );
    await expect(readiness.check()).rejects.toMatchObject({
      status: 503,
      message: 'The service is stopping.',
    });
    jest.restoreAllMocks();
  });
});
