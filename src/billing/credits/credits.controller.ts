import { Body, Controller, Get, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import { readIdempotencyKey } from '../../http/idempotency/idempotency-key';
import { ApiBodyFailures, ApiFailure, ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import {
  consumeRequestSchema,
  consumedExample,
  consumedSchema,
  creditSummaryExample,
  creditSummarySchema,
  creditsExample,
  creditsSchema,
} from './credits.dto';
import type { ConsumeRequest, ConsumedView, CreditSummaryView, CreditsView } from './credits.dto';
import { CreditSpendingService } from './credit-spending.service';
import { CreditsService } from './credits.service';

@ApiTags('Billing')
@Controller('billing')
export class CreditsController {
  constructor(
    private readonly creditsOf: CreditsService,
    private readonly spending: CreditSpendingService,
  ) {}

  @Get('credits')
  @Authenticated({ scope: 'billing:read', suspended: 'allowed' })
  @ApiOperation({
    operationId: 'getCredits',
    summary: 'Credit balance',
    description:
      'What is left, what the plan gives for each period that is paid, and what was spent lately. An allocation does ' +
      'not roll over; purchased credits never expire and are spent last. Suspended organizations may ask too.',
  })
  @ApiSuccess(200, 'The balance.', creditsSchema, creditsExample)
  @ApiKeyFailures('open')
  credits(@Caller() { orgId }: Principal): Promise<CreditsView> {
    return this.creditsOf.view(orgId);
  }

  @Get('credit-summary')
  @Authenticated({ scope: 'billing:read', suspended: 'allowed' })
  @ApiOperation({
    operationId: 'getCreditSummary',
    summary: 'Credits by category',
    description: 'What was spent in the running period, by category. Suspended organizations may ask too.',
  })
  @ApiSuccess(200, 'The summary.', creditSummarySchema, creditSummaryExample)
  @ApiKeyFailures('open')
  summary(@Caller() { orgId }: Principal): Promise<CreditSummaryView> {
    return this.creditsOf.viewSummary(orgId);
  }

  @Post('credits/consume')
  @HttpCode(200)
  @Authenticated({ scope: 'billing:write', suspended: 'refused' })
  @ApiOperation({
    operationId: 'consumeCredits',
    summary: 'Spend credits',
    description:
      'Takes them of the allocation first, then of purchased packs: all of them or none. Send an `Idempotency-Key` ' +
      'to repeat the call safely: the same key with the same body gets the same answer, with ' +
      '`Idempotency-Replayed: true`, and nothing is spent twice. A key stays taken for good; a refusal frees it.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Names this consumption, so that repeating it is safe. A random UUID does well.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  })
  @ApiSuccess(200, 'The credits are spent.', consumedSchema, consumedExample)
  @ApiBodyFailures('amount must be at least 1.')
  @ApiKeyFailures('gated')
  @ApiFailure(
    402,
    'There are not enough credits; nothing is spent.',
    'insufficient_credits',
    'Not enough credits: 25 needed, 10 left.',
  )
  @ApiFailure(
    422,
    'The `Idempotency-Key` was sent before with another body.',
    'idempotency_key_reused',
    'This Idempotency-Key was sent before with another body. Use a new key for a new request.',
  )
  async consume(
    @Caller() { orgId }: Principal,
    @Body({ schema: consumeRequestSchema }) request: ConsumeRequest,
    @Headers('idempotency-key') header: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConsumedView> {
    const key = header === undefined ? null : readIdempotencyKey(header);
    const { entry, isReplayed } = await this.spending.consume(orgId, request, key);
    if (isReplayed) void reply.header('idempotency-replayed', 'true');
    return { balance: entry.balanceAfter, entryId: entry.id };
  }
}
