import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import { ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { billingStatusExample, billingStatusSchema } from './billing-status.dto';
import type { BillingStatusView } from './billing-status.dto';
import { BillingStatusService } from './billing-status.service';

@ApiTags('Billing')
@Controller('billing')
export class BillingStatusController {
  constructor(private readonly billingStatus: BillingStatusService) {}

  @Get('status')
  @Authenticated({ scope: 'billing:read', suspended: 'allowed' })
  @ApiOperation({
    operationId: 'getBillingStatus',
    summary: 'Plan and state',
    description:
      'Which plan the organization has and where its subscription stands. Suspended organizations may ask too.',
  })
  @ApiSuccess(200, 'Where the organization stands.', billingStatusSchema, billingStatusExample)
  @ApiKeyFailures('open')
  status(@Caller() caller: Principal): Promise<BillingStatusView> {
    return this.billingStatus.view(caller.orgId);
  }
}
