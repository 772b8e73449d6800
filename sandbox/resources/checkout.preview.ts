import type { Context } from '../context';
import { knownEmail, quoteCheckout } from '../engine/checkout';
import { addDays, addInterval } from '../engine/periods';
import { sum, type QuotedItem } from '../engine/quote';
import type { Checkout } from '../model/checkouts';

export function viewPreview(ctx: Context, checkout: Checkout) {
  const quote = quoteCheckout(ctx, checkout, knownEmail(ctx, checkout));
  const plans = quote.items.filter((item) => item.recurring);
  const only = plans.length === 1 ? plans[0] : undefined;
  const dates = plans.map((item) => firstBillingDate(ctx, item)).toSorted();
  return {
    billing_country: checkout.billing_address?.country ?? 'US',
    currency: quote.currency,
    current_breakup: breakup(quote.total, quote.tax),
    recurring_breakup: plans.length > 0 ? recurringBreakup(plans) : null,
    product_cart: quote.items.map((item) => viewItem(ctx, item)),
    total_price: quote.total,
    total_tax: quote.tax,
    next_billing_date: dates[0] ?? null,
    trial_period_days: only?.trialDays || null,
    trial_amount: only?.trialDays ? only.product.price.trial_amount : null,
    subscriptions: plans.length > 1 ? plans.map((item) => viewPlan(ctx, item)) : null,
    payment_method_required: true,
    is_byop: false,
    tax_id_business_name: null,
    tax_id_err_msg: null,
    tax_id_format_name: null,
  };
}

/** The end of the trial, or of the first paid period. */
export function firstBillingDate(ctx: Context, { product, trialDays }: QuotedItem): string {
  const now = new Date(ctx.clock.now());
  if (trialDays > 0) return addDays(now, trialDays).toISOString();
  const { payment_frequency_interval, payment_frequency_count } = product.price;
  return addInterval(now, payment_frequency_interval, payment_frequency_count).toISOString();
}

const breakup = (total: number, tax: number) => ({
  subtotal: total - tax,
  discount: 0,
  tax,
  total_amount: total,
});

function recurringBreakup(plans: QuotedItem[]): ReturnType<typeof breakup> {
  const lines = plans.flatMap((item) => item.later ?? []);
  return breakup(sum(lines.map((line) => line.amount)), sum(lines.map((line) => line.tax)));
}

function viewItem(ctx: Context, item: QuotedItem) {
  const { product, quantity, unitAmount } = item;
  const { currency, price, tax_inclusive } = product.price;
  return {
    product_id: product.product_id,
    name: product.name,
    description: product.description,
    quantity,
    currency,
    og_currency: currency,
    og_price: price,
    discounted_price: unitAmount,
    discount_amount: null,
    discount_cycle: null,
    is_subscription: item.recurring,
    is_usage_based: product.price.type === 'usage_based_price',
    meters: [],
    addons: null,
    credit_entitlements: [],
    tax: item.today?.tax ?? 0,
    tax_category: product.tax_category,
    tax_inclusive: tax_inclusive === true,
    tax_rate: ctx.switches.current.taxRatePercent,
  };
}

function viewPlan(ctx: Context, item: QuotedItem) {
  return {
    product_id: item.product.product_id,
    amount_due_now: item.today?.amount ?? 0,
    tax_due_now: item.today?.tax ?? 0,
    recurring_amount: item.later?.amount ?? 0,
    recurring_tax: item.later?.tax ?? 0,
    next_billing_date: firstBillingDate(ctx, item),
    trial_period_days: item.trialDays || null,
  };
}
