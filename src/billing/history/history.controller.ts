import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import { ApiFailure, ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { pageExample, pageSchema } from '../../http/pagination';
import type { Page } from '../../http/pagination';
import { historyItemExample, historyItemSchema, historyRequestSchema } from './history.dto';
import type { HistoryItem, HistoryRequest } from './history.dto';
import { HistoryService } from './history.service';

@ApiTags('Billing')
@Controller('billing')
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get('history')
  @Authenticated({ scope: 'billing:read', suspended: 'allowed' })
  @ApiOperation({
    operationId: 'listBillingHistory',
    summary: 'Payments, refunds and plan changes',
    description: 'Newest first. Suspended organizations may ask too.',
  })
  @ApiSuccess(200, 'A page of the history.', pageSchema(historyItemSchema), pageExample(historyItemExample))
  @ApiFailure(400, 'The query is not valid.', 'bad_request', 'limit must be a whole number from 1 to 100.')
  @ApiKeyFailures('open')
  list(
    @Caller() { orgId }: Principal,
    @Query({ schema: historyRequestSchema }) request: HistoryRequest,
  ): Promise<Page<HistoryItem>> {
    return this.history.list(orgId, request);
  }
}
