import { askBank, type CardInput, type CardVerdict } from '../cards';
import type { Context } from '../context';
import { ApiError } from '../errors';
import type { Checkout } from '../model/checkouts';
import type { BillingAddress, Customer, PaymentMethod } from '../model/customers';
import type { Payment } from '../model/payments';
import type { Subscription } from '../model/subscriptions';
import { findCustomerByEmail, getCustomer, resolveCustomer } from './customers';
import { emitPayment, emitSubscription } from './events';
import { askBankAgain, savePayment, saveMethod } from './payments';
import { quoteCart, type Quote, type QuotedItem } from './quote';
import { returnUrl } from './return-url';
import { openSubscription, type SubscriptionDraft } from './subscriptions';

export type CheckoutState = 'open' | 'consumed' | 'expired';

export interface Buyer {
  email: string;
  name: string;
  billing: BillingAddress;
}

export interface PayResult {
  payment: Payment;
  subscriptions: Subscription[];
  redirectUrl: string | null;
}

/** One attempt to pay: who buys what, and what the bank said. */
interface Sale {
  checkout: Checkout;
  buyer: Buyer;
  customer: Customer;
  quote: Quote;
  verdict: CardVerdict;
  /** The kept card, when the buyer chose one. */
  method: PaymentMethod | null;
}

export function getCheckout(ctx: Context, id: string): Checkout {
  const checkout = ctx.store.checkouts.get(id);
  if (!checkout) throw ApiError.notFound('Checkout session', id);
  return checkout;
}

export function checkoutState(ctx: Context, checkout: Checkout): CheckoutState {
  if (checkout.consumed_at !== null) return 'consumed';
  return checkout.expires_at <= ctx.clock.iso() ? 'expired' : 'open';
}

export function quoteCheckout(ctx: Context, checkout: Checkout, email: string | null = null): Quote {
  return quoteCart(ctx, checkout.cart, {
    trialDays: checkout.trial_period_days,
    email: email ?? knownEmail(ctx, checkout),
    ...(checkout.on_demand && { onDemandAmount: onDemandAmount(checkout) }),
  });
}

export function knownEmail(ctx: Context, { customer }: Checkout): string | null {
  if (!customer) return null;
  return 'email' in customer ? customer.email : getCustomer(ctx, customer.customer_id).email;
}

export function knownName(ctx: Context, { customer }: Checkout): string | null {
  if (!customer) return null;
  return 'email' in customer ? customer.name : getCustomer(ctx, customer.customer_id).name;
}

/**
 * Pays a session. It runs in one go, so of two attempts at once the second finds the session
 * consumed; a declined attempt leaves the session open for another card.
 */
export function payCheckout(ctx: Context, checkout: Checkout, card: CardInput, buyer: Buyer): PayResult {
  return settle(ctx, checkout, buyer, askBank(card), null);
}

export function payCheckoutWithSaved(
  ctx: Context,
  checkout: Checkout,
  method: PaymentMethod,
  buyer: Buyer,
): PayResult {
  const { decline } = askBankAgain(method);
  return settle(ctx, checkout, buyer, { details: method.card, decline, renewals: method.renewals }, method);
}

function settle(
  ctx: Context,
  checkout: Checkout,
  buyer: Buyer,
  verdict: CardVerdict,
  method: PaymentMethod | null,
): PayResult {
  refuseUnlessOpen(ctx, checkout);
  const customer = customerOf(ctx, checkout, buyer);
  const quote = quoteCheckout(ctx, checkout, customer.email);
  const sale: Sale = { checkout, buyer, customer, quote, verdict, method };
  return verdict.decline ? declined(ctx, sale) : accepted(ctx, sale);
}

function refuseUnlessOpen(ctx: Context, checkout: Checkout): void {
  const state = checkoutState(ctx, checkout);
  if (state === 'consumed') {
    throw ApiError.conflict('CHECKOUT_SESSION_CONSUMED', 'Checkout session has already been consumed');
  }
  if (state === 'expired')
    throw new ApiError(410, 'CHECKOUT_SESSION_EXPIRED', 'Checkout session has expired');
}

function accepted(ctx: Context, sale: Sale): PayResult {
  const { checkout, customer, quote, verdict } = sale;
  const { payment_method_id } = sale.method ?? saveMethod(ctx, customer.customer_id, verdict);
  const plans = quote.items.filter((item) => item.recurring);
  const opened = plans.map((item, index) => {
    const reservedId = index === 0 ? checkout.reserved_subscription_id : null;
    return open(ctx, sale, item, { status: 'active', payment_method_id, subscription_id: reservedId });
  });
  const payment = savePayment(ctx, {
    ...draftOf(sale),
    status: 'succeeded',
    subscription_ids: opened.map((subscription) => subscription.subscription_id),
    payment_method_id,
  });
  const redirectUrl = returnUrl(ctx, checkout.return_url, payment, opened[0] ?? null, customer.email);
  ctx.store.checkouts.update(checkout.session_id, {
    consumed_at: ctx.clock.iso(),
    last_payment_id: payment.payment_id,
    redirect_url: redirectUrl,
  });
  emitPayment(ctx, 'succeeded', payment);
  for (const subscription of opened) announce(ctx, subscription);
  return { payment, subscriptions: opened, redirectUrl };
}

function declined(ctx: Context, sale: Sale): PayResult {
  const { checkout, quote, verdict } = sale;
  const plan = quote.items.find((item) => item.recurring);
  const leaveFailed = ctx.switches.current.failedSubscriptionOnDecline && !checkout.reserved_subscription_id;
  const failed =
    plan && leaveFailed
      ? open(ctx, sale, plan, { status: 'failed', payment_method_id: null, subscription_id: null })
      : null;
  const payment = savePayment(ctx, {
    ...draftOf(sale),
    status: 'failed',
    subscription_ids: [failed?.subscription_id ?? checkout.reserved_subscription_id].filter(
      (id) => id !== null,
    ),
    decline: verdict.decline,
  });
  ctx.store.checkouts.update(checkout.session_id, {
    last_payment_id: payment.payment_id,
    reserved_payment_id: null,
  });
  emitPayment(ctx, 'failed', payment);
  if (failed) emitSubscription(ctx, failed, 'failed');
  return { payment, subscriptions: failed ? [failed] : [], redirectUrl: null };
}

function open(
  ctx: Context,
  { checkout, buyer, customer }: Sale,
  item: QuotedItem,
  outcome: Pick<SubscriptionDraft, 'status' | 'payment_method_id' | 'subscription_id'>,
): Subscription {
  return openSubscription(ctx, {
    ...outcome,
    product: item.product,
    quantity: item.quantity,
    unitAmount: item.unitAmount,
    customer_id: customer.customer_id,
    billing: buyer.billing,
    trialDays: item.trialDays,
    onDemand: checkout.on_demand !== null,
    metadata: checkout.metadata,
    tax_id: checkout.tax_id,
    customer_business_name: checkout.customer_business_name,
  });
}

/** The first paid period counts as a renewal, too; whether a trial's start does is not documented. */
function announce(ctx: Context, subscription: Subscription): void {
  const renewed = subscription.trial_period_days === 0 || ctx.switches.current.renewedAtTrialStart;
  emitSubscription(ctx, subscription, 'active', ...(renewed ? ['renewed'] : []));
}

function draftOf({ checkout, buyer, customer, quote, verdict }: Sale) {
  return {
    ...(checkout.reserved_payment_id && { payment_id: checkout.reserved_payment_id }),
    reason: 'checkout' as const,
    customer_id: customer.customer_id,
    billing: buyer.billing,
    currency: quote.currency,
    lines: quote.lines,
    checkout_session_id: checkout.is_session ? checkout.session_id : null,
    metadata: checkout.metadata,
    card: verdict.details,
  };
}

function customerOf(ctx: Context, checkout: Checkout, buyer: Buyer): Customer {
  if (checkout.customer && 'customer_id' in checkout.customer)
    return getCustomer(ctx, checkout.customer.customer_id);
  const phone_number = checkout.customer?.phone_number ?? null;
  // A second attempt in the same session stays with the customer of the first.
  const fresh = checkout.always_create_new_customer && checkout.last_payment_id === null;
  const known = fresh ? undefined : findCustomerByEmail(ctx, buyer.email);
  return known ?? resolveCustomer(ctx, { email: buyer.email, name: buyer.name, phone_number }, true);
}

function onDemandAmount({ on_demand }: Checkout): number | null {
  return on_demand?.mandate_only ? null : (on_demand?.product_price ?? null);
}
