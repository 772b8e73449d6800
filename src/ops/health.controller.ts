import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppError } from '../app-error';
import { Database } from '../database/database';
import { ApiFailure, ApiSuccess, PUBLIC, objectOf } from '../http/openapi.decorators';
import { Probe } from '../http/request-watch';
import { ReadinessService } from './readiness.service';
import type { Readiness } from './readiness.service';

const status = { type: 'string', const: 'ok' };
const up = { type: 'string', const: 'up' };

const OK = objectOf({ status });
const READY = objectOf({ status, checks: objectOf({ database: up, migrations: up, queue: up }) });

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly readiness: ReadinessService,
  ) {}

  @Get()
  @Probe()
  @ApiOperation({
    operationId: 'getHealth',
    summary: 'Is the service up',
    description: 'Answers 200 while the service and its database work.',
    ...PUBLIC,
  })
  @ApiSuccess(200, 'The service works.')
  @ApiFailure(503, 'The database does not answer.', 'service_unavailable', 'The database does not answer.')
  async health(): Promise<void> {
    try {
      await this.database.ping();
    } catch (error) {
      throw new AppError(503, 'service_unavailable', 'The database does not answer.', { cause: error });
    }
  }

  @Get('live')
  @Probe()
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'Is this process alive',
    description:
      'Answers 200 as long as the process can answer at all. Whether it should be restarted depends on nothing else, ' +
      'so a database that is away is no reason.',
    ...PUBLIC,
  })
  @ApiSuccess(200, 'The process is alive.', OK, { status: 'ok' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Probe()
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Should this process be sent requests',
    description:
      'Answers 200 while the database answers, has all migrations, and the job queue is there. From the moment that a ' +
      'stop begins it answers 503. Dodo Payments does not matter here.',
    ...PUBLIC,
  })
  @ApiSuccess(200, 'It should.', READY, {
    status: 'ok',
    checks: { database: 'up', migrations: 'up', queue: 'up' },
  })
  @ApiFailure(
    503,
    'It should not: the message says why.',
    'service_unavailable',
    'The database does not answer.',
  )
  ready(): Promise<Readiness> {
    return this.readiness.check();
  }
}
