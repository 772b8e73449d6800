import { Injectable } from '@nestjs/common';
import type DodoPayments from 'dodopayments';
import { Config } from '../config';
import { Metrics } from '../watch/metrics';
import { callDodo, createDodoClient } from './dodo.call';
import {
  toListQuery,
  toListedDisputes,
  toListedPayments,
  toListedRefunds,
  toListedSubscriptions,
  toPage,
  toRows,
} from './dodo.lists';
import type { ListName } from './dodo.lists';
import {
  toBusinessId,
  toCheckoutPaymentId,
  toCheckoutSession,
  toCustomer,
  toCustomerId,
  toCustomerIdByMetadata,
  toLineItems,
  toPayment,
  toPaymentLink,
  toPortalLink,
  toRefund,
  toSubscription,
} from './dodo.mapper';
import { toPlanChange } from './dodo.plan-changes';
import { watchedFetch } from './dodo.watch';
import type {
  CancellationOrder,
  CheckoutSessionOrder,
  DodoCheckoutSession,
  DodoCustomer,
  DodoMetadata,
  DodoPayment,
  DodoRefund,
  DodoSubscription,
  ListRequest,
  ListedDispute,
  ListedPage,
  ListedPayment,
  ListedRefund,
  ListedSubscription,
  PlanChangeOrder,
  PlanChangeTiming,
} from './dodo.types';

/**
 * The only place that talks to Dodo. Each method is one question or one
 * command; every failure is one of those in `dodo.errors.ts`. It never repeats a
 * call: the SDK's own retries are off, because a write that is sent twice may
 * happen twice.
 */
@Injectable()
export class DodoGateway {
  private readonly client: DodoPayments;
  private readonly call = callDodo;

  constructor(config: Config, metrics: Metrics) {
    this.client = createDodoClient(config.dodo, watchedFetch(metrics));
  }

  /** Whose account this is, as one of its products says. */
  getBusinessId(productId: string): Promise<string> {
    return this.call('read', `reading product ${productId}`, async (options) =>
      toBusinessId(await this.client.products.retrieve(productId, options)),
    );
  }

  createCustomer(customer: { email: string; name: string; metadata: DodoMetadata }): Promise<string> {
    return this.call('write', 'creating a customer', async (options) =>
      toCustomerId(await this.client.customers.create(customer, options)),
    );
  }

  /** Fails as rejected with 404 when there is none. */
  getCustomer(customerId: string): Promise<DodoCustomer> {
    return this.call('read', `reading customer ${customerId}`, async (options) =>
      toCustomer(await this.client.customers.retrieve(customerId, options)),
    );
  }

  /** The customer with this e-mail whose metadata has `key` = `value`, among the most recent hundred. */
  findCustomerId(email: string, key: string, value: string): Promise<string | null> {
    return this.call('read', 'looking up a customer', async (options) => {
      const query = { email, ...toListQuery({ page: 0, createdSince: null }) };
      const page = await this.client.customers.list(query, options);
      return toCustomerIdByMetadata(toRows(page['body']), key, value);
    });
  }

  createCheckoutSession(order: CheckoutSessionOrder): Promise<DodoCheckoutSession> {
    return this.call('write', 'creating a checkout session', async (options) =>
      toCheckoutSession(
        await this.client.checkoutSessions.create(
          {
            product_cart: order.items.map((item) => ({
              product_id: item.productId,
              quantity: item.quantity,
            })),
            customer: { customer_id: order.customerId },
            ...(order.trialPeriodDays !== null && {
              subscription_data: { trial_period_days: order.trialPeriodDays },
            }),
            return_url: order.returnUrl,
            cancel_url: order.cancelUrl,
            metadata: order.metadata,
            // A discount could push the fee below Dodo's minimum; another e-mail would be another customer.
            feature_flags: { allow_discount_code: false, allow_customer_editing_email: false },
          },
          options,
        ),
      ),
    );
  }

  /** The payment with its refunds and, once it has succeeded, its line items. */
  async getPayment(paymentId: string, { withLines = true } = {}): Promise<DodoPayment> {
    const payment = await this.call('read', `reading payment ${paymentId}`, async (options) =>
      toPayment(await this.client.payments.retrieve(paymentId, options)),
    );
    if (payment.status !== 'succeeded' || !withLines) return payment;
    const lineItems = await this.call('read', `reading the lines of payment ${paymentId}`, async (options) =>
      toLineItems(await this.client.payments.retrieveLineItems(paymentId, options)),
    );
    return { ...payment, lineItems };
  }

  getSubscription(subscriptionId: string): Promise<DodoSubscription> {
    return this.call('read', `reading subscription ${subscriptionId}`, async (options) =>
      toSubscription(await this.client.subscriptions.retrieve(subscriptionId, options)),
    );
  }

  getRefund(refundId: string): Promise<DodoRefund> {
    return this.call('read', `reading refund ${refundId}`, async (options) =>
      toRefund(await this.client.refunds.retrieve(refundId, options)),
    );
  }

  /** Of every status. */
  listSubscriptions(request: ListRequest): Promise<ListedPage<ListedSubscription>> {
    return this.list('subscriptions', request, toListedSubscriptions);
  }

  listPayments(request: ListRequest): Promise<ListedPage<ListedPayment>> {
    return this.list('payments', request, toListedPayments);
  }

  listRefunds(request: ListRequest): Promise<ListedPage<ListedRefund>> {
    return this.list('refunds', request, toListedRefunds);
  }

  listDisputes(request: ListRequest): Promise<ListedPage<ListedDispute>> {
    return this.list('disputes', request, toListedDisputes);
  }

  private list<T>(what: ListName, request: ListRequest, read: (rows: unknown) => T[]) {
    return this.call('read', `listing ${what}`, async (options) =>
      toPage((await this.client[what].list(toListQuery(request), options))['body'], read),
    );
  }

  /** Asks for a whole line back. No amount is sent, so that Dodo itself refuses to pay the same line twice. */
  refundLine(
    paymentId: string,
    productId: string,
    reason: string,
    metadata: DodoMetadata,
  ): Promise<DodoRefund> {
    return this.call('write', `refunding payment ${paymentId}`, async (options) =>
      toRefund(
        await this.client.refunds.create(
          { payment_id: paymentId, items: [{ item_id: productId }], reason, metadata },
          options,
        ),
      ),
    );
  }

  /** Which payment a checkout session has led to, if any yet. */
  getCheckoutPaymentId(sessionId: string): Promise<string | null> {
    return this.call('read', `reading checkout session ${sessionId}`, async (options) =>
      toCheckoutPaymentId(await this.client.checkoutSessions.retrieve(sessionId, options)),
    );
  }

  /**
   * Moves a subscription to another product. At once, the difference is charged now, and if that fails nothing changes;
   * in a trial nothing is charged. Later means at the next billing date. With `replaces`, a scheduled change is
   * withdrawn if this one is made; without, it makes Dodo refuse this one.
   */
  changePlan(id: string, order: PlanChangeOrder, timing: PlanChangeTiming, replaces: boolean): Promise<void> {
    return this.call('write', `changing the plan of ${id}`, async (options) => {
      await this.client.subscriptions.changePlan(id, toPlanChange(order, timing, replaces), options);
    });
  }

  withdrawPlanChange(subscriptionId: string): Promise<void> {
    return this.call('write', `withdrawing the plan change of ${subscriptionId}`, async (options) => {
      await this.client.subscriptions.cancelChangePlan(subscriptionId, options);
    });
  }

  cancelSubscription(subscriptionId: string, order: CancellationOrder): Promise<void> {
    return this.call('write', `cancelling ${subscriptionId}`, async (options) => {
      await this.client.subscriptions.update(
        subscriptionId,
        {
          ...(order.when === 'now' ? { status: 'cancelled' } : { cancel_at_next_billing_date: true }),
          ...(order.reason && { cancellation_feedback: order.reason }),
          ...(order.comment && { cancellation_comment: order.comment }),
        },
        options,
      );
    });
  }

  /** Takes back a cancellation that has not taken effect. */
  resumeSubscription(subscriptionId: string): Promise<void> {
    return this.call('write', `resuming ${subscriptionId}`, async (options) => {
      await this.client.subscriptions.update(subscriptionId, { cancel_at_next_billing_date: false }, options);
    });
  }

  /** A page where the customer gives another card, and pays what is owed. */
  createPaymentMethodLink(subscriptionId: string, returnUrl: string): Promise<string> {
    return this.call('write', `renewing the payment method of ${subscriptionId}`, async (options) =>
      toPaymentLink(
        await this.client.subscriptions.updatePaymentMethod(
          subscriptionId,
          { payment_method: { type: 'new', return_url: returnUrl } },
          options,
        ),
      ),
    );
  }

  /** A link that logs the customer in to Dodo's portal: a secret. */
  createPortalLink(customerId: string, returnUrl: string | null): Promise<string> {
    return this.call('write', `opening the portal of ${customerId}`, async (options) => {
      const query = returnUrl === null ? {} : { return_url: returnUrl };
      return toPortalLink(await this.client.customers.customerPortal.create(customerId, query, options));
    });
  }
}
