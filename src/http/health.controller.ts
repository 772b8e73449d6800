import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppError } from '../app-error';
import { Database } from '../database/database';
import { ApiFailure, ApiSuccess, PUBLIC } from './openapi.decorators';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({
    operationId: 'getHealth',
    summary: 'Is the service up',
    description: 'Answers 200 while the service and its database work.',
    ...PUBLIC,
  })
  @ApiSuccess(
    200,
    'The service works.',
    { type: 'object', properties: { status: { type: 'string', const: 'ok' } }, required: ['status'] },
    { status: 'ok' },
  )
  @ApiFailure(503, 'The database does not answer.', 'service_unavailable', 'The database does not answer.')
  async health(): Promise<{ status: 'ok' }> {
    try {
      await this.database.ping();
    } catch (error) {
      throw new AppError(503, 'service_unavailable', 'The database does not answer.', { cause: error });
    }
    return { status: 'ok' };
  }
}
