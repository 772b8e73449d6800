import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { Idempotent } from '../../http/idempotency/idempotent.decorator';
import {
  ApiBodyFailures,
  ApiFailure,
  ApiKeyFailures,
  ApiSuccess,
  objectOf,
} from '../../http/openapi.decorators';
import { ApiProviderFailures } from '../billing.openapi';
import { portalRequestSchema } from './portal.dto';
import type { PortalRequest } from './portal.dto';
import { PortalService } from './portal.service';

@ApiTags('Billing')
@Controller('billing')
export class PortalController {
  constructor(private readonly portal: PortalService) {}

  @Post('portal')
  @HttpCode(200)
  @Authenticated({ scope: 'billing:write', suspended: 'allowed', isCostly: true })
  @ApiOperation({
    operationId: 'openBillingPortal',
    summary: 'Open the customer portal',
    description:
      'A link that logs the customer in to the portal of Dodo Payments: cards, invoices, cancellation. It is valid ' +
      'for 24 hours and a secret. Open to suspended organizations.',
  })
  @ApiSuccess(200, 'The link.', objectOf({ url: { type: 'string', format: 'uri' } }), {
    url: 'https://customer.dodopayments.com/session/abc123',
  })
  @ApiBodyFailures('returnUrl must be a string.')
  @ApiKeyFailures('open')
  @ApiFailure(
    409,
    'There is no customer yet.',
    'conflict',
    'There is nothing to manage yet: this organization has not been to a checkout.',
  )
  @ApiProviderFailures()
  open(
    @Caller() { orgId }: Principal,
    @Body({ schema: portalRequestSchema }) { returnUrl }: PortalRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<{ url: string }> {
    return call.once(async () => ({ url: await this.portal.open(orgId, returnUrl ?? null) }));
  }
}
