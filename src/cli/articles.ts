import type { Catalogue } from '../billing/plans/plan-catalogue';
import { setupFeeBeside } from '../billing/trials/trial';
import type { DodoProduct, ProductOrder } from '../dodo/dodo.provisioner';

/** What the settings say is sold, and what a product at Dodo has to be for it. */
export interface Article extends Omit<ProductOrder, 'metadata'> {
  /** Its id in the catalogue. */
  id: string;
  /** How it is called in the metadata and in reports: `plan:plan_pro`. */
  label: string;
  /** The product that the settings name, if they name one. */
  ownProductId: string | null;
}

/** Stands in the catalogue where no product is named yet: what no product is called. */
export const TO_BE_MADE = 'to be made: ';

/** Where something is the fee at Dodo already, its currency is taken to be meant. */
export function setupFee(
  ownProductId: string | null,
  { plans }: Catalogue,
  products: DodoProduct[],
): Article {
  const { amount, currency } = setupFeeBeside(plans);
  const own = products.find(({ id }) => id === ownProductId);
  return {
    id: 'setup_fee',
    label: 'setup_fee',
    name: 'Setup fee (refunded)',
    description: 'A one-time charge that verifies your card. It is refunded automatically.',
    amountMinor: amount,
    currency: own?.currency ?? currency,
    interval: null,
    ownProductId,
  };
}

export function articlesOf({ plans, creditPacks }: Catalogue): Article[] {
  return [
    ...plans.map(({ id, dodoProductId, name, amountMinor, currency, interval }) => ({
      id,
      label: `plan:${id}`,
      ownProductId: namedProduct(dodoProductId),
      name,
      description: `The ${name} plan.`,
      amountMinor,
      currency,
      interval,
    })),
    ...creditPacks.map(({ id, dodoProductId, name, amountMinor, currency, credits }) => ({
      id,
      label: `pack:${id}`,
      ownProductId: namedProduct(dodoProductId),
      name,
      description: `${credits} credits.`,
      amountMinor,
      currency,
      interval: null,
    })),
  ];
}

/** Of each plan that a checkout would sell beside a fee in another currency, a sentence. */
export function mixedCurrencies(fee: Article, { plans }: Catalogue): string[] {
  return plans
    .filter(({ currency }) => currency !== fee.currency)
    .map(
      ({ id, currency }) =>
        `plan:${id} is in ${currency} and the setup fee in ${fee.currency}: Dodo may not sell both in one checkout.`,
    );
}

/** In what the product is not what the article says, in a sentence; null when it is. */
export function differenceOf(article: Article, product: DodoProduct): string | null {
  const { label } = article;
  const { id, amountMinor, currency, trialMinor, isForOnePeriod } = product;
  if (trialMinor !== null)
    return `${label} costs ${trialMinor} for its trial at Dodo (${id}), and a checkout promises a free one.`;
  if (isForOnePeriod)
    return `${label} ends at Dodo with its first period (${id}): its subscription period has to be longer.`;
  // A price that has several amounts, as one by country or use has, is not in the list.
  if (amountMinor === null) return null;
  const wanted = describe(article.amountMinor, article.currency, period(article.interval));
  const actual = describe(amountMinor, currency, periodOf(product, article));
  if (wanted === actual) return null;
  return `${label} is ${actual} at Dodo (${id}), and ${wanted} in the catalogue.`;
}

const namedProduct = (id: string): string | null => (id.startsWith(TO_BE_MADE) ? null : id);

function describe(amountMinor: number, currency: string | null, how: string): string {
  return `${amountMinor} ${currency} ${how}`;
}

const period = (interval: string | null): string => (interval === null ? 'once' : `every ${interval}`);

/** Where Dodo does not say how often it is paid, it is taken to be right. */
function periodOf({ isRecurring, every }: DodoProduct, { interval }: Article): string {
  if (!isRecurring) return 'once';
  if (every === null) return interval === null ? 'again and again' : period(interval);
  return every.count === 1 ? period(every.interval) : `every ${every.count} ${every.interval}s`;
}
