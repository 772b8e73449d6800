import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { planExample, planSchema } from './plans.dto';
import type { PlanView } from './plans.dto';
import { PlansService } from './plans.service';

@ApiTags('Billing')
@Controller('billing')
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Get('plans')
  @Authenticated({ scope: 'billing:read', suspended: 'allowed' })
  @ApiOperation({
    operationId: 'listBillingPlans',
    summary: 'The plan catalogue',
    description: 'Every plan that is on sale, in the order in which to show them.',
  })
  @ApiSuccess(200, 'The plans.', { type: 'array', items: planSchema }, [planExample])
  @ApiKeyFailures('open')
  list(): Promise<PlanView[]> {
    return this.plans.listOnSale();
  }
}
