import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Config } from '../config';
import { isNotFound } from '../dodo/dodo.errors';
import { DodoGateway } from '../dodo/dodo.gateway';
import { DodoEventHandlers, NothingToFollow, UnusableEvent } from '../webhooks/inbound/dodo-event.handlers';
import type { DodoEventHandler, DodoHint } from '../webhooks/inbound/dodo-event.handlers';
import { PaymentsService } from './payments/payments.service';
import { RefundsService } from './refunds/refunds.service';
import { SubscriptionsService } from './subscriptions/subscriptions.service';

/**
 * What follows from which event. Every handler fetches the object again by its
 * id: the event says that something changed, Dodo says what is.
 */
@Injectable()
export class BillingDodoEvents implements OnModuleInit {
  /** Our own business at Dodo, once it had to be known. */
  private ours: string | null = null;

  constructor(
    private readonly handlers: DodoEventHandlers,
    private readonly payments: PaymentsService,
    private readonly refunds: RefundsService,
    private readonly subscriptions: SubscriptionsService,
    private readonly gateway: DodoGateway,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.handlers.register(this.ofOurs(this.table()));
    this.handlers.registerPrefixes(this.ofOurs(this.prefixes()));
  }

  private ofOurs(table: Record<string, DodoEventHandler>): Record<string, DodoEventHandler> {
    return Object.fromEntries(
      Object.entries(table).map(([type, follow]) => [type, (hint) => this.followOurs(follow, hint)]),
    );
  }

  /** What another account's event is about can never be read with our key: it ends there, instead of being tried for days. */
  private async followOurs(follow: DodoEventHandler, hint: DodoHint): Promise<void> {
    try {
      await follow(hint);
    } catch (error) {
      if (!isNotFound(error) || hint.businessId === undefined) throw error;
      this.ours ??= await this.gateway.getBusinessId(this.config.dodo.setupFeeProductId);
      if (hint.businessId === this.ours) throw error;
      throw new NothingToFollow(
        `The event is of another business at Dodo, ${hint.businessId}; ours is ${this.ours}.`,
      );
    }
  }

  /** Types that are new to us: if they name the object, it is read again, whatever has happened to it. */
  private prefixes(): Record<string, DodoEventHandler> {
    return {
      'payment.': (hint) => this.payments.sync(idIfAny(hint, 'payment_id')),
      'refund.': (hint) => this.followRefund(idIfAny(hint, 'refund_id')),
      // Of all that Dodo says of a dispute, the payment shows where it stands.
      'dispute.': (hint) => this.payments.syncIfKnown(idIfAny(hint, 'payment_id')),
      'subscription.': (hint) => this.subscriptions.sync(idIfAny(hint, 'subscription_id')),
    };
  }

  /** One that a person has made is a part of its payment. */
  private async followRefund(refundId: string): Promise<void> {
    const foreign = await this.refunds.sync(refundId);
    if (foreign) await this.payments.syncIfKnown(foreign.paymentId);
  }

  private table(): Record<string, DodoEventHandler> {
    const payment: DodoEventHandler = (hint) => this.payments.sync(idIn(hint, 'payment_id'));
    const paid: DodoEventHandler = (hint) =>
      this.payments.sync(idIn(hint, 'payment_id'), { hasSucceeded: true });
    const refund: DodoEventHandler = (hint) => this.followRefund(idIn(hint, 'refund_id'));
    const subscription: DodoEventHandler = (hint) => this.subscriptions.sync(idIn(hint, 'subscription_id'));
    return {
      'payment.succeeded': paid,
      'payment.failed': payment,
      'payment.processing': payment,
      'payment.cancelled': payment,
      'refund.succeeded': refund,
      'refund.failed': refund,
      'subscription.active': subscription,
      'subscription.renewed': subscription,
      'subscription.on_hold': subscription,
      'subscription.past_due': subscription,
      'subscription.paused': subscription,
      'subscription.unpaused': subscription,
      'subscription.cancelled': subscription,
      'subscription.failed': subscription,
      'subscription.expired': subscription,
      'subscription.plan_changed': subscription,
      'subscription.updated': subscription,
      'subscription.update_payment_method': subscription,
    };
  }
}

/** Of visible characters that stand for themselves in an address, with something beside dots; Dodo's own are shorter. */
const POSSIBLE_ID = /^(?=.*[A-Za-z0-9])[\w.~:-]{1,200}$/;

function idIn({ data, type }: DodoHint, field: string): string {
  const id = data[field];
  if (typeof id !== 'string' || id === '') throw new UnusableEvent(`The ${type} event has no ${field}.`);
  if (!POSSIBLE_ID.test(id)) throw new UnusableEvent(`The ${type} event has a ${field} that is no id.`);
  return id;
}

function idIfAny({ data, type }: DodoHint, field: string): string {
  const id = data[field];
  if (typeof id === 'string' && POSSIBLE_ID.test(id)) return id;
  throw new NothingToFollow(`The ${type} event is new to us and has no ${field}.`);
}
