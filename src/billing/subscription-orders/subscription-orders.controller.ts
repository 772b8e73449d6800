import { Body, Controller, Delete, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import { UNKEYED_CALL } from '../../http/idempotency/idempotent-call';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { Idempotent } from '../../http/idempotency/idempotent.decorator';
import { ApiBodyFailures, ApiFailure, ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { ApiProviderFailures } from '../billing.openapi';
import { billingStatusExample, billingStatusSchema } from '../status/billing-status.dto';
import type { BillingStatusView } from '../status/billing-status.dto';
import { BillingStatusService } from '../status/billing-status.service';
import { CancellationsService } from './cancellations.service';
import { PlanChangesService } from './plan-changes.service';
import {
  cancelRequestSchema,
  changePlanRequestSchema,
  planChangeExample,
  planChangeSchema,
} from './subscription-orders.dto';
import type { CancelRequest, ChangePlanRequest, PlanChangeView } from './subscription-orders.dto';

const SUBSCRIBED = { scope: 'billing:write', suspended: 'refused', isCostly: true } as const;
/** Open to suspended orgs: they may owe, and a repeated call must get the answer of the first, which may have ended access. */
const CANCELS = { scope: 'billing:write', suspended: 'allowed', isCostly: true } as const;
const NO_SUBSCRIPTION = 'This organization has no active subscription.';

/** What a subscriber can ask of the subscription. */
@ApiTags('Billing')
@Controller('billing')
export class SubscriptionOrdersController {
  constructor(
    private readonly planChanges: PlanChangesService,
    private readonly cancellations: CancellationsService,
    private readonly billingStatus: BillingStatusService,
  ) {}

  @Post('change-plan')
  @HttpCode(200)
  @Authenticated(SUBSCRIBED)
  @ApiOperation({
    operationId: 'changeBillingPlan',
    summary: 'Change plan',
    description:
      'A more expensive plan starts at once and the difference is charged; a cheaper one, or one in another currency, ' +
      'starts at the next billing date, unless a more expensive one is asked for before that. In the free trial either ' +
      'starts at once, nothing is charged, and the trial goes on.',
  })
  @ApiSuccess(200, 'The plan, or when it will change.', planChangeSchema, planChangeExample)
  @ApiBodyFailures('planId is required.')
  @ApiKeyFailures('gated')
  @ApiFailure(404, 'There is no such plan.', 'not_found', 'There is no plan "plan_gold".')
  @ApiFailure(
    409,
    'The subscription does not allow it.',
    'conflict',
    'The subscription is on this plan already.',
  )
  @ApiProviderFailures()
  changePlan(
    @Caller() { orgId }: Principal,
    @Body({ schema: changePlanRequestSchema }) { planId }: ChangePlanRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<PlanChangeView> {
    return call.once(() => this.planChanges.change(orgId, planId, call));
  }

  @Delete('change-plan')
  @Authenticated(SUBSCRIBED)
  @ApiOperation({
    operationId: 'withdrawBillingPlanChange',
    summary: 'Withdraw a scheduled plan change',
    description: 'The subscription stays on its plan. Answers the billing status.',
  })
  @ApiSuccess(200, 'The billing status.', billingStatusSchema, billingStatusExample)
  @ApiKeyFailures('gated')
  @ApiFailure(409, 'Nothing is scheduled.', 'conflict', 'No plan change is scheduled.')
  @ApiProviderFailures()
  async withdrawPlanChange(@Caller() { orgId }: Principal): Promise<BillingStatusView> {
    await this.planChanges.withdraw(orgId, UNKEYED_CALL);
    return this.billingStatus.view(orgId);
  }

  @Post('cancel')
  @HttpCode(200)
  @Authenticated(CANCELS)
  @ApiOperation({
    operationId: 'cancelBillingSubscription',
    summary: 'Cancel the subscription',
    description:
      'By default at the end of the period that is paid: access lasts until then, and it can be taken back. `now` ' +
      'ends subscription and access at once, and so does either for one that is past due, on hold or paused: nothing ' +
      'more is charged for it. Where several are live, all of them end. Answers the billing status.',
  })
  @ApiSuccess(200, 'The billing status.', billingStatusSchema, billingStatusExample)
  @ApiBodyFailures('when must be period_end or now.')
  @ApiKeyFailures('open')
  @ApiFailure(409, 'There is nothing to cancel.', 'conflict', NO_SUBSCRIPTION)
  @ApiProviderFailures()
  cancel(
    @Caller() { orgId }: Principal,
    @Body({ schema: cancelRequestSchema }) request: CancelRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<BillingStatusView> {
    return call.once(async () => {
      await this.cancellations.cancel(orgId, request, call);
      return this.billingStatus.view(orgId);
    });
  }

  @Post('resume')
  @HttpCode(200)
  @Authenticated(SUBSCRIBED)
  @ApiOperation({
    operationId: 'resumeBillingSubscription',
    summary: 'Take back a cancellation',
    description: 'For a cancellation that has not taken effect. Answers the billing status.',
  })
  @ApiSuccess(200, 'The billing status.', billingStatusSchema, billingStatusExample)
  @ApiKeyFailures('gated')
  @ApiFailure(
    409,
    'Nothing is cancelled, or it ends because another subscription may be billed again.',
    'conflict',
    'The subscription is not set to end.',
  )
  @ApiProviderFailures()
  resume(@Caller() { orgId }: Principal, @Idempotent() call: IdempotentCall): Promise<BillingStatusView> {
    return call.once(async () => {
      await this.cancellations.resume(orgId, call);
      return this.billingStatus.view(orgId);
    });
  }
}
