import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiLogged, ByOperator } from '../../auth/operator';
import type { Operator } from '../../auth/operator';
import { OperatorOnly } from '../../auth/operator.guard';
import { ApiBodyFailures, ApiFailure, ApiSuccess } from '../../http/openapi.decorators';
import { pageExample, pageSchema } from '../../http/pagination';
import type { Page } from '../../http/pagination';
import * as dto from './dodo-events.dto';
import { DodoEventsService } from './dodo-events.service';

@ApiTags('Operator')
@Controller('operator/dodo-events')
export class DodoEventsController {
  constructor(private readonly events: DodoEventsService) {}

  @Get()
  @OperatorOnly()
  @ApiOperation({
    operationId: 'listDodoEvents',
    summary: 'What Dodo has sent',
    description: 'The inbox, newest first, without the bodies.',
  })
  @ApiSuccess(200, 'A page of events.', pageSchema(dto.dodoEventSchema), pageExample(dto.dodoEventExample))
  @ApiFailure(
    400,
    'The query is not valid.',
    'bad_request',
    'status must be one of pending, processed, ignored, unmatched, dead.',
  )
  list(
    @Query({ schema: dto.listEventsSchema }) request: dto.ListEventsRequest,
  ): Promise<Page<dto.DodoEventView>> {
    return this.events.list(request);
  }

  @Get(':id')
  @OperatorOnly('There is no such event.')
  @ApiOperation({
    operationId: 'getDodoEvent',
    summary: 'One event',
    description: 'With what Dodo sent.',
  })
  @ApiSuccess(200, 'The event.', dto.dodoEventDetailSchema, dto.dodoEventDetailExample)
  get(@Param('id') id: string): Promise<dto.DodoEventDetail> {
    return this.events.get(id);
  }

  @Post('replay')
  @HttpCode(200)
  @OperatorOnly()
  @ApiLogged()
  @ApiOperation({
    operationId: 'replayDodoEvents',
    summary: 'Follow many events once more',
    description:
      'Makes all that fit pending, oldest first, and spreads them over time, so that calls to Dodo stay within its ' +
      'limits. Events of types that nothing follows are left as they are.',
  })
  @ApiSuccess(200, 'How many there were.', dto.replaySchema, dto.replayExample)
  @ApiBodyFailures('status must be one of pending, processed, ignored, unmatched, dead.')
  replayMany(
    @Body({ schema: dto.replayEventsSchema }) request: dto.ReplayEventsRequest,
    @ByOperator() by: Operator,
  ): Promise<dto.ReplayView> {
    return this.events.replayMany(request, by);
  }

  @Post(':id/replay')
  @HttpCode(200)
  @OperatorOnly('There is no such event.')
  @ApiLogged()
  @ApiOperation({
    operationId: 'replayDodoEvent',
    summary: 'Follow an event once more',
    description:
      'Makes it pending, whatever it is, and puts it on the queue. Following one again does no harm.',
  })
  @ApiSuccess(200, 'The event as it is now.', dto.dodoEventSchema, {
    ...dto.dodoEventExample,
    status: 'pending',
    error: null,
  })
  @ApiFailure(
    409,
    'Nothing follows events of this type; or what Dodo sent was removed.',
    'conflict',
    'Nothing here follows events of type "license_key.created".',
  )
  replay(@Param('id') id: string, @ByOperator() by: Operator): Promise<dto.DodoEventView> {
    return this.events.replay(id, by);
  }
}
