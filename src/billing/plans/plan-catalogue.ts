import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../../config';
import type { CreditPack } from '../credits/credit-pack.entity';
import type { BillingInterval, Plan } from './plan.entity';

const INTERVALS: Record<string, BillingInterval> = {
  day: 'day',
  daily: 'day',
  week: 'week',
  weekly: 'week',
  month: 'month',
  monthly: 'month',
  year: 'year',
  yearly: 'year',
};

/** The most that one pack may hold: many of them still add up to what the ledger can count. */
const MAX_PACK_CREDITS = 1_000_000;

/** What everything that is sold has. */
const articleSchema = z.object({
  id: z.string().regex(/^[\w.-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, _, - or .' }),
  name: z.string().trim().min(1, { error: 'must not be empty' }),
  dodoProductId: z.string().trim().min(1, { error: 'must be the id of a product at Dodo' }),
  price: z.object({
    amount: z.int().positive({ error: 'must be a positive whole number of minor units (4900 for $49.00)' }),
    currency: z
      .string()
      .regex(/^[A-Za-z]{3}$/, { error: 'must be an ISO 4217 code such as USD' })
      .toUpperCase(),
  }),
});

const planSchema = articleSchema.extend({
  interval: z
    .string()
    .refine((word) => Object.hasOwn(INTERVALS, word.toLowerCase()), {
      error: 'must be day, week, month or year',
    })
    .transform((word) => INTERVALS[word.toLowerCase()]!),
  monthlyCredits: z.int().min(0).default(0),
  accountLimit: z.int().min(-1, { error: 'must be -1 (unlimited) or more' }).default(-1),
});

const creditPackSchema = articleSchema.extend({
  credits: z
    .int({ error: 'must be a whole number' })
    .min(1, { error: 'must be at least 1' })
    .max(MAX_PACK_CREDITS, { error: `must be at most ${MAX_PACK_CREDITS}` }),
});

const catalogueSchema = z
  .preprocess(
    (file) => (Array.isArray(file) ? { plans: file } : file),
    z.object({ plans: z.array(planSchema).min(1), creditPacks: z.array(creditPackSchema).default([]) }),
  )
  .superRefine((file, context) => {
    for (const field of ['id', 'dodoProductId'] as const) {
      const seen = new Set<string>();
      for (const list of ['plans', 'creditPacks'] as const) {
        file[list].forEach((article, index) => {
          if (seen.has(article[field])) {
            context.addIssue({
              code: 'custom',
              path: [list, index, field],
              message: `${article[field]} is there twice`,
            });
          }
          seen.add(article[field]);
        });
      }
    }
  });

const SANDBOX_PLANS = [
  {
    id: 'plan_starter',
    name: 'Starter',
    dodoProductId: 'pdt_starter',
    price: { amount: 1900, currency: 'USD' },
    interval: 'month',
    monthlyCredits: 500,
    accountLimit: 5,
  },
  {
    id: 'plan_pro',
    name: 'Pro',
    dodoProductId: 'pdt_pro',
    price: { amount: 4900, currency: 'USD' },
    interval: 'month',
    monthlyCredits: 2000,
    accountLimit: 20,
  },
  {
    id: 'plan_business',
    name: 'Business',
    dodoProductId: 'pdt_business',
    price: { amount: 14_900, currency: 'USD' },
    interval: 'month',
    monthlyCredits: 10_000,
    accountLimit: -1,
  },
];

const SANDBOX_CREDIT_PACKS = [
  {
    id: 'pack_1000',
    name: '1,000 credits',
    dodoProductId: 'pdt_pack_1000',
    price: { amount: 1000, currency: 'USD' },
    credits: 1000,
  },
  {
    id: 'pack_5000',
    name: '5,000 credits',
    dodoProductId: 'pdt_pack_5000',
    price: { amount: 4000, currency: 'USD' },
    credits: 5000,
  },
];

/** What the sandbox sells: the catalogue when no PLANS_FILE is set. */
const SANDBOX_CATALOGUE = { plans: SANDBOX_PLANS, creditPacks: SANDBOX_CREDIT_PACKS };

/** What is sold by itself. */
export interface Catalogue {
  plans: Plan[];
  creditPacks: CreditPack[];
}

/** Everything that is sold. */
export interface OnSale extends Catalogue {
  setupFeeProductId: string;
}

interface Checked {
  /** What may have been meant otherwise, and is for a person to read. */
  warnings: string[];
}

/**
 * What PLANS_FILE lists, or what the sandbox sells when there is none. No article
 * may be the setup-fee product: everything paid for it would be given back.
 * @throws {ConfigError} that names every article and field that is wrong
 */
export function loadPlanCatalogue(plansFile: string | null, setupFeeProductId: string): OnSale & Checked {
  const catalogue = checkPlanCatalogue(readPlanCatalogue(plansFile), plansFile);
  const articles = [...catalogue.plans, ...catalogue.creditPacks];
  const fee = articles.find((article) => article.dodoProductId === setupFeeProductId);
  if (fee) throw new ConfigError([`DODO_SETUP_FEE_PRODUCT_ID is the product of ${fee.id}`]);
  return { ...catalogue, setupFeeProductId };
}

/** The catalogue as it is written, checked for no more than being JSON. */
export function readPlanCatalogue(plansFile: string | null): unknown {
  return plansFile === null ? SANDBOX_CATALOGUE : readJson(plansFile);
}

/** @throws {ConfigError} that names every article and field that is wrong */
export function checkPlanCatalogue(content: unknown, plansFile: string | null): Catalogue & Checked {
  const parsed = catalogueSchema.safeParse(content);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) =>
        [`PLANS_FILE ${plansFile}:`, path.join('.'), message].filter(Boolean).join(' '),
      ),
    );
  }
  const { plans, creditPacks } = parsed.data;
  const written = Array.isArray(content) ? { plans: content } : content;
  const warnings = unknownFields(written, parsed.data).map(
    (field) => `PLANS_FILE ${plansFile}: nothing is known by the name of ${field}. Is it misspelt?`,
  );
  return { plans: plans.map(onSale), creditPacks: creditPacks.map(onSale), warnings };
}

/** What people write into JSON for one another, and for their editors. */
const NOTE = /^(_|\$schema$|\$comment)/;

/** A misspelt `monthlyCredits` would bring none, and a misspelt `creditPacks` sell none. */
function unknownFields(written: unknown, understood: unknown): string[] {
  if (!isObject(written) || !isObject(understood)) return [];
  return Object.entries(written).flatMap(([name, value]) => {
    if (name in understood) return unknownFields(value, understood[name]).map((field) => `${name}.${field}`);
    return NOTE.test(name) ? [] : [name];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function onSale<A extends z.output<typeof articleSchema>>({ price, ...article }: A, position: number) {
  return {
    ...article,
    amountMinor: price.amount,
    currency: price.currency,
    isActive: true,
    position,
  };
}

function readJson(path: string): unknown {
  try {
    // Some editors begin a file with a byte-order mark.
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ConfigError([`PLANS_FILE ${path} can't be read as JSON: ${(error as Error).message}`]);
  }
}
