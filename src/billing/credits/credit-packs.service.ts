import { Injectable } from '@nestjs/common';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import type { CheckoutSession } from '../checkouts/checkout.dto';
import { CheckoutOpener } from '../checkouts/checkout-opener.service';
import { CreditPacksRepository } from './credit-packs.repository';
import type { PurchaseRequest } from './credits.dto';
import { CreditPackNotFound } from './credits.errors';

/** Owns the sale of credit packs: a checkout of the pack alone. Its payment is what brings the credits. */
@Injectable()
export class CreditPacksService {
  constructor(
    private readonly packs: CreditPacksRepository,
    private readonly opener: CheckoutOpener,
  ) {}

  /**
   * @throws {CreditPackNotFound} 404
   * @throws {PaymentProviderError} 502 when Dodo refuses, 503 when it is away
   */
  async purchase(orgId: string, request: PurchaseRequest, call: IdempotentCall): Promise<CheckoutSession> {
    const pack = await this.packs.findActive(request.packId);
    if (!pack) throw new CreditPackNotFound(request.packId);
    const offer = {
      planId: null,
      creditPackId: pack.id,
      dodoProductIds: [pack.dodoProductId],
      trialPeriodDays: null,
    };
    return this.opener.open(orgId, offer, request, call);
  }
}
