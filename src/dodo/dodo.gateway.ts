import { Injectable } from '@nestjs/common';
import DodoPayments, { APIConnectionError, APIError, APIUserAbortError } from 'dodopayments';
import { Config } from '../config';
import { withoutNul } from '../without-nul';
import { DodoOutcomeUnknown, DodoRejected, DodoUnavailable, UNREADABLE_ANSWER } from './dodo.errors';
import type { DodoError } from './dodo.errors';
import {
  toCheckoutSession,
  toCustomerId,
  toCustomerIdByMetadata,
  toLineItems,
  toPayment,
  toRefund,
  toSubscription,
} from './dodo.mapper';
import type {
  CheckoutSessionOrder,
  DodoCheckoutSession,
  DodoMetadata,
  DodoPayment,
  DodoRefund,
  DodoSubscription,
} from './dodo.types';

/** How long one call to Dodo may take, body included. */
export const DODO_TIMEOUT_MS = 10_000;

/** Connection failures that happen before a byte of the request has left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Answers that come while the request may still be worked on behind whatever answered. */
const GATEWAY_GAVE_UP = new Set([408, 502, 504]);

/** Listed customers to look through for ours: Dodo's largest page. */
const CUSTOMER_PAGE_SIZE = 100;

type RequestOptions = { maxRetries: 0; timeout: number; signal: AbortSignal };
type Kind = 'read' | 'write';

/**
 * The only place that talks to Dodo. Each method is one question or one
 * command; every failure is one of {@link DodoRejected}, {@link DodoUnavailable}
 * and {@link DodoOutcomeUnknown}. It never repeats a call: the SDK's own retries
 * are off, because a write that is sent twice may happen twice.
 */
@Injectable()
export class DodoGateway {
  private readonly client: DodoPayments;

  constructor(config: Config) {
    const { target } = config.dodo;
    this.client = new DodoPayments({
      bearerToken: config.dodo.apiKey,
      webhookKey: null,
      logLevel: 'off',
      ...('baseUrl' in target
        ? { baseURL: target.baseUrl }
        : { environment: target.environment, baseURL: null }),
    });
  }

  createCustomer(customer: { email: string; name: string; metadata: DodoMetadata }): Promise<string> {
    return this.call('write', 'creating a customer', async (options) =>
      toCustomerId(await this.client.customers.create(customer, options)),
    );
  }

  /** The customer with this e-mail whose metadata has `key` = `value`, among the most recent hundred. */
  findCustomerId(email: string, key: string, value: string): Promise<string | null> {
    return this.call('read', 'looking up a customer', async (options) => {
      // Pages count from 0, and the SDK's own paging would skip one when that is not said.
      const page = await this.client.customers.list(
        { email, page_number: 0, page_size: CUSTOMER_PAGE_SIZE },
        options,
      );
      return toCustomerIdByMetadata(page.items, key, value);
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
            subscription_data: { trial_period_days: order.trialPeriodDays },
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
  getPayment(paymentId: string): Promise<DodoPayment> {
    return this.call('read', `reading payment ${paymentId}`, async (options) => {
      const payment = toPayment(await this.client.payments.retrieve(paymentId, options), []);
      if (payment.status !== 'succeeded') return payment;
      const lineItems = toLineItems(await this.client.payments.retrieveLineItems(paymentId, options));
      return { ...payment, lineItems };
    });
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

  private async call<T>(
    kind: Kind,
    operation: string,
    work: (options: RequestOptions) => Promise<T>,
  ): Promise<T> {
    try {
      // The SDK's time-out ends with the answer's headers; the signal also covers a body that never comes.
      return await work({
        maxRetries: 0,
        timeout: DODO_TIMEOUT_MS,
        signal: AbortSignal.timeout(DODO_TIMEOUT_MS),
      });
    } catch (error) {
      throw toDodoError(kind, operation, error);
    }
  }
}

function toDodoError(kind: Kind, operation: string, thrown: unknown): DodoError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error instanceof APIError && typeof error.status === 'number') {
    return fromStatus(kind, operation, error.status, dodoCode(error), error);
  }
  const connectionCode = findConnectionCode(error);
  if (connectionCode !== null && NEVER_SENT.has(connectionCode)) {
    return new DodoUnavailable(operation, connectionCode, error);
  }
  const isAnswer = !(error instanceof APIConnectionError) && !isAbort(error);
  const code = isAnswer ? UNREADABLE_ANSWER : (connectionCode ?? 'timeout');
  return kind === 'read'
    ? new DodoUnavailable(operation, code, error)
    : new DodoOutcomeUnknown(operation, code, !isAnswer, error);
}

function fromStatus(kind: Kind, operation: string, status: number, code: string, error: Error): DodoError {
  const isUndecided = status >= 500 || status === 408;
  if (status === 429 || (isUndecided && kind === 'read')) return new DodoUnavailable(operation, code, error);
  if (isUndecided) return new DodoOutcomeUnknown(operation, code, GATEWAY_GAVE_UP.has(status), error);
  return new DodoRejected(operation, status, code, error);
}

/** Dodo's `{code, message}`; gateways in front of it answer HTML, which has none. */
function dodoCode(error: { status?: number; error?: unknown }): string {
  const body = error.error as { code?: unknown } | undefined;
  return typeof body?.code === 'string' && body.code !== '' ? withoutNul(body.code) : `http_${error.status}`;
}

function isAbort(error: unknown): boolean {
  if (error instanceof APIUserAbortError) return true;
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

/** The system's error code, which fetch hides in a chain of causes. */
function findConnectionCode(error: unknown): string | null {
  let at = error as { code?: unknown; cause?: unknown } | undefined;
  while (typeof at === 'object' && at !== null) {
    if (typeof at.code === 'string') return at.code;
    at = at.cause as typeof at;
  }
  return null;
}
