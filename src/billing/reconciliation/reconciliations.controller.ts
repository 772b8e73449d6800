import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiLogged, ByOperator } from '../../auth/operator';
import type { Operator } from '../../auth/operator';
import { OperatorOnly } from '../../auth/operator.guard';
import { ApiBodyFailures, ApiFailure, ApiSuccess } from '../../http/openapi.decorators';
import { pageExample, pageRequestSchema, pageSchema } from '../../http/pagination';
import type { Page, PageRequest } from '../../http/pagination';
import * as dto from './reconciliation.dto';
import { ReconciliationsService } from './reconciliations.service';

const BAD_PAGE = [
  'The query is not valid.',
  'bad_request',
  'limit must be a whole number from 1 to 100.',
] as const;

@ApiTags('Operator')
@Controller('operator')
export class ReconciliationsController {
  constructor(private readonly reconciliations: ReconciliationsService) {}

  @Post('reconcile')
  @HttpCode(200)
  @OperatorOnly()
  @ApiLogged()
  @ApiOperation({
    operationId: 'reconcile',
    summary: 'Compare with Dodo, and mend',
    description:
      'Reads what Dodo has, within its rate limit, and mends what is different here: subscriptions, payments with ' +
      'their disputes, and refunds. Joins the one that is running, if any. Answers at its end, or after 20 seconds with `status` running: ' +
      'it goes on then. A refund that Dodo could not carry out is asked for again at once.',
  })
  @ApiSuccess(200, 'As it is now.', dto.reconciliationDetailSchema, dto.reconciliationDetailExample)
  @ApiBodyFailures('full must be true or false.')
  reconcile(
    @Body({ schema: dto.reconcileRequestSchema }) { full }: dto.ReconcileRequest,
    @ByOperator() by: Operator,
  ): Promise<dto.ReconciliationDetail> {
    return this.reconciliations.run(full, by);
  }

  @Get('reconciliations')
  @OperatorOnly()
  @ApiOperation({
    operationId: 'listReconciliations',
    summary: 'The comparisons with Dodo',
    description: 'Newest first, on schedule and on command.',
  })
  @ApiSuccess(
    200,
    'A page of them.',
    pageSchema(dto.reconciliationSchema),
    pageExample(dto.reconciliationExample),
  )
  @ApiFailure(400, ...BAD_PAGE)
  list(@Query({ schema: pageRequestSchema }) page: PageRequest): Promise<Page<dto.ReconciliationView>> {
    return this.reconciliations.list(page);
  }

  @Get('reconciliations/:id')
  @OperatorOnly('There is no such comparison.')
  @ApiOperation({
    operationId: 'getReconciliation',
    summary: 'One comparison',
    description: 'With a page of what it has found.',
  })
  @ApiSuccess(200, 'As it is now.', dto.reconciliationDetailSchema, dto.reconciliationDetailExample)
  @ApiFailure(400, ...BAD_PAGE)
  get(
    @Param('id') id: string,
    @Query({ schema: pageRequestSchema }) page: PageRequest,
  ): Promise<dto.ReconciliationDetail> {
    return this.reconciliations.view(id, page);
  }
}
