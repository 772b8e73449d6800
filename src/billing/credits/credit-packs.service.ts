import { Injectable } from '@nestjs/common';
import { OrganizationsRepository } from '../../auth/organizations.repository';
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
    private readonly organizations: OrganizationsRepository,
    private readonly opener: CheckoutOpener,
  ) {}

  /**
   * @throws {CreditPackNotFound} 404
   * @throws {PaymentProviderError} 502 when Dodo refuses, 503 when it is away
   */
  async purchase(orgId: string, request: PurchaseRequest, call: IdempotentCall): Promise<CheckoutSession> {
    const [pack, organization] = await Promise.all([
      this.packs.findActive(request.packId),
      this.organizations.getOrganization(orgId),
    ]);
    if (!pack) throw new CreditPackNotFound(request.packId);
    const offer = {
      planId: null,
      creditPackId: pack.id,
      dodoProductIds: [pack.dodoProductId],
      trialPeriodDays: null,
    };
    return this.opener.open(organization, offer, request, call);
  }
}
