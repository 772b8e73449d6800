import type DodoPayments from 'dodopayments';
import { z } from 'zod';
import type { DodoAccess } from '../config';
import { callDodo, createDodoClient } from './dodo.call';
import { DodoRejected } from './dodo.errors';
import { PAGE_SIZE, toRows } from './dodo.lists';

/** Beyond one billing cycle, since a subscription ends with its period. */
const SUBSCRIPTION_PERIOD = { subscription_period_count: 10, subscription_period_interval: 'Year' } as const;

const INTERVALS = { day: 'Day', week: 'Week', month: 'Month', year: 'Year' } as const;

export interface ProductOrder {
  name: string;
  description: string;
  amountMinor: number;
  currency: string;
  /** How often it is paid; null for once. */
  interval: keyof typeof INTERVALS | null;
  metadata: Record<string, string>;
}

export interface DodoProduct {
  id: string;
  amountMinor: number | null;
  currency: string | null;
  isRecurring: boolean;
  /** How often it is paid, as `every 3 month`; null where Dodo does not say so. */
  every: { count: number; interval: string } | null;
  /** Whether a subscription to it ends for good with its first period: Dodo sells it for so long, and no longer. */
  isForOnePeriod: boolean;
  /** What its trial costs; null where that is nothing, or where Dodo does not say it. */
  trialMinor: number | null;
  metadata: Record<string, unknown>;
  createdAt: string;
}

export interface DodoEndpoint {
  id: string;
  url: string;
  isDisabled: boolean;
  /** The types of events that it hears of; null: of all. */
  types: string[] | null;
}

const product = z
  .looseObject({
    product_id: z.string().min(1),
    price: z.int().nullish(),
    currency: z.string().nullish(),
    is_recurring: z.boolean(),
    price_detail: z
      .looseObject({
        payment_frequency_count: z.int().nullish(),
        payment_frequency_interval: z.string().nullish(),
        subscription_period_count: z.int().nullish(),
        subscription_period_interval: z.string().nullish(),
        trial_amount: z.int().nullish(),
      })
      .nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
    created_at: z.string(),
  })
  .transform((it): DodoProduct => ({
    id: it.product_id,
    amountMinor: it.price ?? null,
    currency: it.currency ?? null,
    isRecurring: it.is_recurring,
    every: everyOf(it.price_detail?.payment_frequency_count, it.price_detail?.payment_frequency_interval),
    isForOnePeriod: isForOnePeriod(it.price_detail),
    trialMinor: it.price_detail?.trial_amount || null,
    metadata: it.metadata ?? {},
    createdAt: it.created_at,
  }));

const endpoint = z
  .looseObject({
    id: z.string().min(1),
    url: z.string(),
    disabled: z.boolean().nullish(),
    filter_types: z.array(z.string()).nullish(),
  })
  .transform((it): DodoEndpoint => ({
    id: it.id,
    url: it.url,
    isDisabled: it.disabled ?? false,
    types: it.filter_types?.length ? it.filter_types : null,
  }));

/**
 * What sets an account up: products and webhook endpoints. Used on the command
 * line only, with an account's credentials and nothing else of the service.
 */
export class DodoProvisioner {
  private readonly client: DodoPayments;

  constructor(access: DodoAccess) {
    this.client = createDodoClient(access);
  }

  /** Every product that is not archived. */
  async listProducts(): Promise<DodoProduct[]> {
    const all: DodoProduct[] = [];
    for (let pageNumber = 0; ; pageNumber += 1) {
      const items = await callDodo('read', 'listing products', async (options) => {
        // Pages count from 0, and the SDK's own paging would skip one when that is not said.
        const page = await this.client.products.list(
          { page_number: pageNumber, page_size: PAGE_SIZE },
          options,
        );
        return z.array(product).parse(toRows(page['body']));
      });
      // Also where every page is the same one.
      const isNew = items.some(({ id }) => all.every((known) => known.id !== id));
      if (!isNew) return all;
      all.push(...items);
    }
  }

  /** What Dodo's clock says; null when its answer does not tell. */
  async readClock(): Promise<Date | null> {
    return callDodo('read', 'looking at the account', async (options) => {
      const { response } = await this.client.products.list({ page_size: 1 }, options).withResponse();
      const date = new Date(response.headers.get('date') ?? '');
      return Number.isNaN(date.getTime()) ? null : date;
    });
  }

  /** Whether the key may see disputes. */
  async showsDisputes(): Promise<boolean> {
    try {
      await callDodo('read', 'listing disputes', (options) =>
        this.client.disputes.list({ page_size: 1 }, options),
      );
      return true;
    } catch (error) {
      if (error instanceof DodoRejected) return false;
      throw error;
    }
  }

  /** Answers the product's id. */
  createProduct({ name, description, metadata, ...order }: ProductOrder): Promise<string> {
    return callDodo('write', `creating the product ${name}`, async (options) => {
      const created = await this.client.products.create(
        { name, description, metadata, tax_category: 'saas', price: priceOf(order) },
        options,
      );
      return z.looseObject({ product_id: z.string().min(1) }).parse(created).product_id;
    });
  }

  async listEndpoints(): Promise<DodoEndpoint[]> {
    const all: DodoEndpoint[] = [];
    for (let iterator: string | undefined; ;) {
      const page = await callDodo('read', 'listing webhook endpoints', async (options) => {
        const { data, iterator: next, done } = await this.client.webhooks.list({ iterator }, options);
        return { endpoints: z.array(endpoint).parse(data), next, isLast: done };
      });
      all.push(...page.endpoints);
      if (page.isLast || page.endpoints.length === 0 || !page.next) return all;
      iterator = page.next;
    }
  }

  /** Answers the endpoint's id. `idempotencyKey` makes it one endpoint, however often it is asked for. */
  createEndpoint(url: string, description: string, idempotencyKey: string): Promise<string> {
    return callDodo('write', 'creating the webhook endpoint', async (options) => {
      const created = await this.client.webhooks.create(
        { url, description, idempotency_key: idempotencyKey },
        options,
      );
      return endpoint.parse(created).id;
    });
  }

  getEndpointSecret(endpointId: string): Promise<string> {
    return callDodo('read', 'reading the signing secret', async (options) => {
      const answer = await this.client.webhooks.retrieveSecret(endpointId, options);
      return z.looseObject({ secret: z.string().min(1) }).parse(answer).secret;
    });
  }
}

type Rhythm = Partial<
  Record<`${'payment_frequency' | 'subscription_period'}_${'count' | 'interval'}`, unknown>
>;

function isForOnePeriod(price: Rhythm | null | undefined): boolean {
  return (
    price?.payment_frequency_interval != null &&
    price.payment_frequency_count === price.subscription_period_count &&
    price.payment_frequency_interval === price.subscription_period_interval
  );
}

function everyOf(
  count: number | null | undefined,
  interval: string | null | undefined,
): DodoProduct['every'] {
  return count && interval ? { count, interval: interval.toLowerCase() } : null;
}

function priceOf({
  amountMinor,
  currency,
  interval,
}: Pick<ProductOrder, 'amountMinor' | 'currency' | 'interval'>): DodoPayments.Price {
  // Parity by country would move the price, and could push the fee below Dodo's minimum.
  const terms = { price: amountMinor, currency: currency as DodoPayments.Currency, discount: 0 };
  const common = { ...terms, purchasing_power_parity: false };
  if (interval === null) return { type: 'one_time_price', ...common };
  return {
    type: 'recurring_price',
    ...common,
    ...SUBSCRIPTION_PERIOD,
    payment_frequency_count: 1,
    payment_frequency_interval: INTERVALS[interval],
  };
}
