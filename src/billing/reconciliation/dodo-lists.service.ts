import { Injectable, Logger } from '@nestjs/common';
import { DodoRejected } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoMetadata, ListRequest, ListedDispute, ListedPage } from '../../dodo/dodo.types';
import { NoOrganization } from '../../webhooks/inbound/dodo-event.handlers';
import { OrgOfEventService } from '../org-of-event.service';
import {
  differenceOfDispute,
  differenceOfForeignRefund,
  differenceOfPayment,
  differenceOfRefund,
  differenceOfSubscription,
} from './differences';
import { HeldObjectsRepository } from './held-objects.repository';
import type { ObjectKind } from './reconciliation-finding.entity';
import type { Difference } from './reconciliation-findings.repository';

/** What a page of Dodo's list has shown. */
export interface LookedAt {
  /** Rows on the page; none: the list has ended. A short page proves nothing, since the page's size is Dodo's to choose. */
  rows: number;
  /** The id that the page begins with; null when it can't be read. */
  first: string | null;
  differences: Difference[];
  /** Subscriptions of ours that were on it. */
  seenSubscriptionIds: string[];
  newestAt: Date | null;
}

interface Listed {
  id: string;
  customerId: string | null;
  metadata: DodoMetadata;
}

/**
 * Compares a page of Dodo's lists with what we have, and changes nothing. Lists
 * show less than the objects do: what looks different is only worth a second
 * look, at the object itself.
 */
@Injectable()
export class DodoLists {
  private readonly logger = new Logger('Reconciliation');

  constructor(
    private readonly gateway: DodoGateway,
    private readonly held: HeldObjectsRepository,
    private readonly orgOfEvent: OrgOfEventService,
  ) {}

  /** All of them, whenever they were created: an old one may have moved today. */
  async lookAtSubscriptions({ page }: ListRequest): Promise<LookedAt> {
    const { items, rows } = await this.gateway.listSubscriptions({ page, createdSince: null });
    const held = await this.held.listSubscriptions(items.map(({ id }) => id));
    const ours = new Map(held.map((row) => [row.dodoSubscriptionId, row]));
    const differences: Difference[] = [];
    for (const item of items) {
      const row = ours.get(item.id);
      const detail = row && differenceOfSubscription(item, row);
      if (!row) differences.push(await this.missing('subscription', item, item.id));
      else if (detail) differences.push(outdated('subscription', item.id, row.orgId, detail));
    }
    return { ...onPage(items, rows), differences, seenSubscriptionIds: [...ours.keys()] };
  }

  async lookAtPayments(request: ListRequest): Promise<LookedAt> {
    const { items, rows } = await this.gateway.listPayments(request);
    const held = await this.held.listPayments(items.map(({ id }) => id));
    const ours = new Map(held.map((row) => [row.dodoPaymentId, row]));
    const differences: Difference[] = [];
    for (const item of items) {
      const row = ours.get(item.id);
      const detail = row && differenceOfPayment(item, row);
      if (!row) differences.push(await this.missing('payment', item, item.subscriptionId));
      else if (detail) differences.push(outdated('payment', item.id, row.orgId, detail));
    }
    return { ...onPage(items, rows), differences };
  }

  /** One that is not ours to make is a part of its payment: what that lists already is no difference. */
  async lookAtRefunds(request: ListRequest): Promise<LookedAt> {
    const { items, rows } = await this.gateway.listRefunds(request);
    const paymentIds = items.map(({ paymentId }) => paymentId);
    const held = await this.held.listRefundsOf(paymentIds);
    const byPayment = new Map(held.map((row) => [row.dodoPaymentId, row]));
    const payments = await this.held.listPayments(paymentIds);
    const paid = new Map(payments.map((row) => [row.dodoPaymentId, row]));
    const differences: Difference[] = [];
    for (const item of items) {
      const row = byPayment.get(item.paymentId);
      const detail = row && differenceOfRefund(item, row);
      if (row && detail) differences.push(outdated('refund', row.id, row.orgId, detail));
      const payment = paid.get(item.paymentId);
      const foreign = payment && differenceOfForeignRefund(item, payment, row);
      if (payment && foreign) differences.push(outdated('payment', item.paymentId, payment.orgId, foreign));
    }
    return { ...onPage(items, rows), differences };
  }

  /** A part of its payment, however old that is; one of a payment that is not here comes with it. */
  async lookAtDisputes(request: ListRequest): Promise<LookedAt> {
    const { items, rows } = await this.listDisputes(request);
    const held = await this.held.listPayments(items.map(({ paymentId }) => paymentId));
    const ours = new Map(held.map((row) => [row.dodoPaymentId, row]));
    const differences: Difference[] = [];
    for (const item of items) {
      const row = ours.get(item.paymentId);
      const detail = row && differenceOfDispute(item, row);
      if (row && detail) differences.push(outdated('payment', item.paymentId, row.orgId, detail));
    }
    return { ...onPage(items, rows), differences };
  }

  /** A key may lack the right to see them, which is no reason to compare nothing: none is on the page then. */
  private async listDisputes(request: ListRequest): Promise<ListedPage<ListedDispute>> {
    try {
      return await this.gateway.listDisputes(request);
    } catch (error) {
      if (!(error instanceof DodoRejected)) throw error;
      this.logger.warn(
        `Disputes are left out, and those whose webhooks were lost not found: ${error.message}`,
      );
      return { items: [], rows: 0 };
    }
  }

  /**
   * One Dodo account may serve other products as well: what names a customer, and
   * no customer of ours, is not read again and again.
   */
  private async missing(kind: ObjectKind, item: Listed, subscriptionId: string | null): Promise<Difference> {
    const { id: objectId, customerId, metadata } = item;
    const common = { kind, objectId, detail: null } as const;
    try {
      const belonging = { subscriptionId, checkoutSessionId: null, customerId, metadata };
      const orgId = await this.orgOfEvent.resolve(belonging);
      return { ...common, orgId, found: 'missing', outcome: 'open' };
    } catch (error) {
      if (!(error instanceof NoOrganization)) throw error;
      return customerId === null
        ? { ...common, orgId: null, found: 'missing', outcome: 'open' }
        : { ...common, orgId: null, found: 'no_organization', outcome: 'unmatched', detail: error.message };
    }
  }
}

function outdated(kind: ObjectKind, objectId: string, orgId: string, detail: string): Difference {
  return { kind, objectId, orgId, found: 'outdated', outcome: 'open', detail };
}

/** What is said of a page itself, whatever it lists. */
function onPage(items: { id: string; createdAt: Date }[], rows: number) {
  const first = items[0]?.id ?? null;
  return { rows, first, newestAt: newestOf(items), seenSubscriptionIds: [] };
}

function newestOf(items: { createdAt: Date }[]): Date | null {
  return items.reduce<Date | null>(
    (newest, { createdAt }) => (newest === null || createdAt > newest ? createdAt : newest),
    null,
  );
}
