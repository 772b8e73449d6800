import type { Context } from '../context';
import { ApiError } from '../errors';
import type { CartItem } from '../model/checkouts';
import type { PaymentLine } from '../model/payments';
import type { Price, Product } from '../model/products';
import { hadTrial } from './customers';

/** What no card network would carry, in minor units. */
const MINIMUM_AMOUNT = 50;

export interface QuotedItem {
  product: Product;
  quantity: number;
  /** Before tax, after the product's own discount. */
  unitAmount: number;
  recurring: boolean;
  trialDays: number;
  /** What is charged today; null for a plan in a free trial. */
  today: PaymentLine | null;
  /** What each later period costs; null for a one-time product. */
  later: PaymentLine | null;
}

export interface Quote {
  currency: string;
  items: QuotedItem[];
  lines: PaymentLine[];
  total: number;
  tax: number;
}

export interface QuoteTerms {
  /** Trial days asked for by the session; null leaves it to each product. */
  trialDays: number | null;
  /** Who is buying, as far as it is known. */
  email: string | null;
  /** On-demand subscriptions: what the first charge is, null for a mandate only. */
  onDemandAmount?: number | null;
}

export function quoteCart(ctx: Context, cart: CartItem[], terms: QuoteTerms): Quote {
  const items = cart.map((item) => quoteItem(ctx, item, terms));
  const lines = items.flatMap((item) => item.today ?? []);
  const currencies = new Set(items.map((item) => item.product.price.currency));
  if (currencies.size > 1)
    throw ApiError.refused('UNSUPPORTED_CURRENCY', 'All products of a cart must have the same currency');
  return {
    currency: [...currencies][0] ?? 'USD',
    items,
    lines,
    total: sum(lines.map((line) => line.amount)),
    tax: sum(lines.map((line) => line.tax)),
  };
}

export function refuseTooSmall(quote: Quote): void {
  const free = quote.total === 0 && quote.items.some((item) => item.recurring);
  if (quote.total >= MINIMUM_AMOUNT || free) return;
  throw ApiError.refused(
    'TOTAL_PAYMENT_AMOUNT_BELOW_MINIMUM_AMOUNT',
    `Minimum amount of ${(MINIMUM_AMOUNT / 100).toFixed(2)} ${quote.currency} is required to process payment`,
  );
}

export function planLine(ctx: Context, product: Product, quantity: number): PaymentLine {
  return lineOf(ctx, product, quantity, unitAmountOf(product.price));
}

/** One line of a payment, with tax worked out from the sandbox's rate. */
export function lineOf(ctx: Context, product: Product, quantity: number, unitAmount: number): PaymentLine {
  const rate = ctx.switches.current.taxRatePercent;
  const net = unitAmount * quantity;
  const inclusive = product.price.tax_inclusive === true;
  const tax = Math.round(inclusive ? (net * rate) / (100 + rate) : (net * rate) / 100);
  return {
    item_id: product.product_id,
    name: product.name,
    description: product.description,
    quantity,
    amount: inclusive ? net : net + tax,
    tax,
    recurring: isRecurring(product),
    prorated: false,
  };
}

export const isRecurring = (product: Product): boolean => product.price.type !== 'one_time_price';

export function unitAmountOf(price: Price): number {
  const discountBps = price.discount_bps ?? price.discount * 100;
  return Math.round((price.price * (10_000 - discountBps)) / 10_000);
}

export const sum = (amounts: number[]): number => amounts.reduce((total, amount) => total + amount, 0);

function quoteItem(ctx: Context, item: CartItem, terms: QuoteTerms): QuotedItem {
  const product = ctx.store.products.get(item.product_id);
  if (!product) throw ApiError.notFound('Product', item.product_id);
  const recurring = isRecurring(product);
  const trialDays = recurring ? trialDaysOf(ctx, product, terms) : 0;
  const unitAmount = item.amount ?? unitAmountOf(product.price);
  const line = lineOf(ctx, product, item.quantity, unitAmount);
  return {
    product,
    quantity: item.quantity,
    unitAmount,
    recurring,
    trialDays,
    today: recurring ? firstLine(ctx, product, line, trialDays, terms) : line,
    later: recurring ? line : null,
  };
}

function trialDaysOf(ctx: Context, product: Product, terms: QuoteTerms): number {
  const { grantTrial, preventTrialMisuse } = ctx.switches.current;
  if (!grantTrial) return 0;
  if (preventTrialMisuse && terms.email !== null && hadTrial(ctx, terms.email)) return 0;
  return terms.trialDays ?? product.price.trial_period_days;
}

function firstLine(
  ctx: Context,
  product: Product,
  full: PaymentLine,
  trialDays: number,
  terms: QuoteTerms,
): PaymentLine | null {
  if (terms.onDemandAmount !== undefined) {
    return terms.onDemandAmount === null ? null : lineOf(ctx, product, full.quantity, terms.onDemandAmount);
  }
  if (trialDays === 0) return full;
  if (product.price.trial_amount) return lineOf(ctx, product, full.quantity, product.price.trial_amount);
  return ctx.switches.current.trialPlanLineItem === 'zero' ? lineOf(ctx, product, full.quantity, 0) : null;
}
