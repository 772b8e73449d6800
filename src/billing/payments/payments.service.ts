import { Injectable, Logger } from '@nestjs/common';
import { OrganizationsRepository } from '../../auth/organizations.repository';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { isNotFound } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoLineItem, DodoPayment } from '../../dodo/dodo.types';
import { NotVisibleYet } from '../../webhooks/inbound/dodo-event.handlers';
import { InboxService } from '../../webhooks/inbound/inbox.service';
import type { Announcement } from '../../webhooks/outbound/outbound-events.service';
import { BillingAnnouncements } from '../billing.announcements';
import type { Checkout } from '../checkouts/checkout.entity';
import { CheckoutsRepository } from '../checkouts/checkouts.repository';
import { CreditGrantsService } from '../credits/credit-grants.service';
import { OrgOfEventService, matchKey } from '../org-of-event.service';
import {
  SoldProductsRepository,
  isCreditPack,
  isPlan,
  isSetupFee,
} from '../products/sold-products.repository';
import type { SoldProduct } from '../products/sold-products.repository';
import { RefundsService } from '../refunds/refunds.service';
import { storeNewest } from '../store-newest';
import type { Payment, Stored } from './payment.entity';
import { PaymentReader } from './payment-reader';
import { PaymentsRepository } from './payments.repository';

/** Dodo lists what was paid for within seconds; where it has not by then, it is not going to. */
const LINES_MAY_COME_FOR_SECONDS = 86_400;

/**
 * Owns what we know of payments. When one has succeeded and carries the setup
 * fee, the refund is owed from the same commit on: there is no moment in which
 * the payment is known and the debt is not. While Dodo does not list what was
 * paid for, it was paid for nothing yet: it may be the fee alone.
 */
@Injectable()
export class PaymentsService {
  private readonly logger = new Logger('Billing');

  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
    private readonly payments: PaymentsRepository,
    private readonly checkouts: CheckoutsRepository,
    private readonly refunds: RefundsService,
    private readonly soldProducts: SoldProductsRepository,
    private readonly creditGrants: CreditGrantsService,
    private readonly announcements: BillingAnnouncements,
    private readonly reader: PaymentReader,
    private readonly gateway: DodoGateway,
    private readonly orgOfEvent: OrgOfEventService,
    private readonly inbox: InboxService,
    private readonly clock: Clock,
  ) {}

  /**
   * Fetches the payment again and stores it, with all that follows from it.
   * @throws {NotVisibleYet} when it should show as succeeded and does not, or does not list what it paid for
   */
  async sync(paymentId: string, { hasSucceeded = false } = {}): Promise<void> {
    const fresh = await storeNewest({
      find: () => this.payments.findPayment(paymentId),
      fetch: () => this.reader.read(paymentId),
      save: (payment, seen) => this.save(payment, seen),
    });
    if (hasSucceeded && fresh.status !== 'succeeded') {
      throw new NotVisibleYet(`Payment ${paymentId} has succeeded and is still shown as ${fresh.status}.`);
    }
    if (fresh.status === 'succeeded' && fresh.totalMinor > 0 && fresh.lineItems.length === 0) {
      throw new NotVisibleYet(`Payment ${paymentId} does not list yet what it paid for.`);
    }
  }

  /** For what is told of a payment that may not be ours: when that is heard of itself, all of it is read. */
  async syncIfKnown(paymentId: string): Promise<void> {
    if (await this.payments.findPayment(paymentId)) await this.sync(paymentId);
  }

  private async save(fresh: DodoPayment, seen: Payment | null): Promise<boolean> {
    const orgId = seen?.orgId ?? (await this.orgOfEvent.resolve(fresh));
    const checkout = await this.orgOfEvent.findCheckout(orgId, fresh);
    const sold = await this.soldProducts.listProducts(fresh.lineItems.map((line) => line.productId));
    const hasPaidCheckout = checkout !== null && (await this.hasPaid(checkout, fresh));
    const ours = { orgId, checkoutId: checkout?.id ?? null, version: (seen?.version ?? 0) + 1 };
    const row = withKnown(this.toRow(fresh, sold, ours), seen);
    const credits = await this.creditsBought(row, sold, fresh);
    const isSaved = await this.database.transaction(async (tx) => {
      if (!(await this.payments.saveIfUnchanged(tx, row))) return false;
      await this.announceSubscription(tx, seen, row);
      const news = this.announcements.paymentStored(seen, row);
      if (row.status === 'succeeded') {
        await this.oweFee(tx, row, sold);
        if (hasPaidCheckout) news.push(...(await this.completeCheckout(tx, checkout, row)));
        news.push(...(await this.grantCredits(tx, row, credits)));
      }
      await this.announcements.tell(tx, news);
      return true;
    });
    if (isSaved) this.noteDisputes(seen, row);
    return isSaved;
  }

  /** Whose subscription it is may be known by this payment alone, such as when Dodo shows it for another customer. */
  private async announceSubscription(tx: Tx, seen: Payment | null, row: Payment): Promise<void> {
    const { dodoSubscriptionId: id } = row;
    if (id !== null && seen?.dodoSubscriptionId !== id)
      await this.inbox.announce(tx, [matchKey.subscription(id)]);
  }

  /** For the operator: Dodo waits for an answer, and what was lost was given back with a fee on top. */
  private noteDisputes(seen: Payment | null, { dodoPaymentId, orgId, disputesAtDodo }: Payment): void {
    for (const { id, status } of disputesAtDodo) {
      if (seen?.disputesAtDodo.some((known) => known.id === id && known.status === status)) continue;
      this.logger.error(
        `Payment ${dodoPaymentId} of organization ${orgId} is disputed (${id}, ${status}): a person has to look at it at Dodo.`,
      );
    }
  }

  private async oweFee(tx: Tx, row: Payment, sold: SoldProduct[]): Promise<void> {
    const fee = sold.find(isSetupFee);
    if (fee && row.setupFeeMinor !== null) await this.refunds.oweSetupFee(tx, row, fee.dodoProductId);
  }

  /** What packs have brought elsewhere, before their organization was here, they do not bring once more. */
  private async creditsBought(row: Payment, sold: SoldProduct[], fresh: DodoPayment): Promise<number> {
    const credits = sum(sold.filter(isCreditPack).map((pack) => pack.credits * timesBought(pack, fresh)));
    if (credits === 0 || row.checkoutId !== null) return credits;
    const { createdAt } = await this.organizations.getOrganization(row.orgId);
    return row.dodoCreatedAt < createdAt ? 0 : credits;
  }

  /**
   * Renewals carry the metadata of the checkout that began it all, and may be seen
   * before the payment that was made there: where the payment does not name its
   * session, the session is asked who has paid it.
   */
  private async hasPaid(checkout: Checkout, payment: DodoPayment): Promise<boolean> {
    const { id, status, checkoutSessionId } = payment;
    const { dodoSessionId } = checkout;
    if (status !== 'succeeded' || checkout.status === 'completed') return false;
    if (dodoSessionId === null || dodoSessionId === checkoutSessionId) return true;
    return (await this.readWhoPaid(dodoSessionId)) === id;
  }

  /** Null also when Dodo has forgotten the session: a renewal of years later is stored all the same. */
  private async readWhoPaid(dodoSessionId: string): Promise<string | null> {
    try {
      return await this.gateway.getCheckoutPaymentId(dodoSessionId);
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  private async completeCheckout(tx: Tx, checkout: Checkout, row: Payment): Promise<Announcement[]> {
    const { dodoPaymentId, dodoSubscriptionId } = row;
    const paid = { dodoPaymentId, dodoSubscriptionId, at: this.clock.now() };
    const isNew = await this.checkouts.saveCompleted(tx, checkout.id, paid);
    return isNew ? this.announcements.checkoutCompleted(checkout, row) : [];
  }

  /** Last of all, since after the lock that this takes a transaction only tells of what it has done. */
  private async grantCredits(tx: Tx, row: Payment, credits: number): Promise<Announcement[]> {
    if (credits > 0) await this.creditGrants.grantPurchased(tx, row, credits);
    // Of a payment of nothing, that period's credits say whether it has paid for it.
    if (row.planMinor === 0 && row.totalMinor > 0 && row.planProductId === null) return [];
    return this.announcements.periodBegun(await this.creditGrants.deriveAllocation(tx, row.orgId), null);
  }

  /** Fee and packs are known by their line items alone: tax and currency move amounts, and carts may be left out. */
  private toRow(
    fresh: DodoPayment,
    sold: SoldProduct[],
    ours: Pick<Payment, 'orgId' | 'checkoutId' | 'version'>,
  ): Payment {
    const fees = new Set(sold.filter(isSetupFee).map((fee) => fee.dodoProductId));
    const packs = new Set(sold.filter(isCreditPack).map((pack) => pack.dodoProductId));
    const feeLines = fresh.lineItems.filter((line) => fees.has(line.productId));
    const planLines = fresh.lineItems.filter(({ productId: id }) => !fees.has(id) && !packs.has(id));
    const feeMinor = sum(feeLines.map((line) => line.amountMinor));
    const plan = planOf(planLines, sold);
    return {
      dodoPaymentId: fresh.id,
      dodoSubscriptionId: fresh.subscriptionId,
      status: fresh.status,
      totalMinor: fresh.totalMinor,
      currency: fresh.currency,
      setupFeeMinor: feeMinor > 0 ? feeMinor : null,
      planMinor: this.isLeftUnlisted(fresh) ? fresh.totalMinor : plan.minor,
      planProductId: plan.productId,
      hasLineItems: fresh.lineItems.length > 0,
      isCardExchange: fresh.isCardExchange,
      refundsAtDodo: fresh.refunds.map(toStored),
      disputesAtDodo: fresh.disputes.map(toStored),
      failureCode: fresh.failureCode,
      invoiceUrl: fresh.invoiceUrl,
      dodoCreatedAt: fresh.createdAt,
      syncedAt: this.clock.now(),
      ...ours,
    };
  }

  /** Then it counts as paid for the plan: whoever has paid gets their credits, whatever Dodo lists. */
  private isLeftUnlisted({ lineItems, createdAt }: DodoPayment): boolean {
    return lineItems.length === 0 && createdAt <= this.clock.secondsFromNow(-LINES_MAY_COME_FOR_SECONDS);
  }
}

/** What was paid stays paid, and so does what for: a reading that shows less is behind, or has a word that is new to us. */
function withKnown(row: Payment, seen: Payment | null): Payment {
  const isBehind = row.status === 'processing' || (row.status === 'succeeded' && !row.hasLineItems);
  if (!isBehind || seen?.status !== 'succeeded' || !seen.hasLineItems) return row;
  const { status, setupFeeMinor, planMinor, planProductId, hasLineItems } = seen;
  return Object.assign(row, { status, setupFeeMinor, planMinor, planProductId, hasLineItems });
}

/**
 * The plan that the lines are for: of several, the last one, which is what a change leads to; the plan before what is
 * added to it. Where the plan's own line costs nothing, as in a trial or with a discount, nothing was paid for it.
 */
function planOf(planLines: DodoLineItem[], sold: SoldProduct[]): { minor: number; productId: string | null } {
  const plans = new Set(sold.filter(isPlan).map((product) => product.dodoProductId));
  const paid = planLines.filter((line) => line.amountMinor > 0);
  const minor = sum(planLines.map((line) => line.amountMinor));
  const paidPlan = paid.findLast((line) => plans.has(line.productId));
  if (paidPlan) return { minor, productId: paidPlan.productId };
  const freePlan = planLines.findLast((line) => plans.has(line.productId) && line.amountMinor === 0);
  if (freePlan) return { minor: 0, productId: freePlan.productId };
  return { minor, productId: paid.at(-1)?.productId ?? null };
}

/** As the cart says, which may be left out; lines do not say it. */
function timesBought({ dodoProductId }: SoldProduct, { cart }: DodoPayment): number {
  return (
    sum(cart.filter(({ productId }) => productId === dodoProductId).map(({ quantity }) => quantity)) || 1
  );
}

function toStored<T extends { createdAt: Date | null }>(listed: T): Stored<T> {
  return { ...listed, createdAt: listed.createdAt?.toISOString() ?? null };
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
