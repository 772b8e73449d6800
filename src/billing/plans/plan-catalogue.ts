import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../../config';
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

const planSchema = z.object({
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
  interval: z
    .string()
    .refine((word) => word.toLowerCase() in INTERVALS, { error: 'must be day, week, month or year' })
    .transform((word) => INTERVALS[word.toLowerCase()]!),
  monthlyCredits: z.int().min(0).default(0),
  accountLimit: z.int().min(-1, { error: 'must be -1 (unlimited) or more' }).default(-1),
});

const catalogueSchema = z
  .preprocess(
    (file) => (Array.isArray(file) ? { plans: file } : file),
    z.object({ plans: z.array(planSchema).min(1) }),
  )
  .superRefine(({ plans }, context) => {
    for (const field of ['id', 'dodoProductId'] as const) {
      const seen = new Set<string>();
      plans.forEach((plan, index) => {
        if (seen.has(plan[field])) {
          context.addIssue({
            code: 'custom',
            path: ['plans', index, field],
            message: `${plan[field]} is there twice`,
          });
        }
        seen.add(plan[field]);
      });
    }
  });

/** What the sandbox sells: the catalogue when no PLANS_FILE is set. */
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

/**
 * The plans of PLANS_FILE, or the sandbox's when there is none. No plan may be
 * the setup-fee product: everything paid for it would be given back.
 * @throws {ConfigError} that names every plan and field that is wrong
 */
export function loadPlanCatalogue(plansFile: string | null, setupFeeProductId: string): Plan[] {
  const parsed = catalogueSchema.safeParse(plansFile === null ? SANDBOX_PLANS : readJson(plansFile));
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `PLANS_FILE ${plansFile}: ${issue.path.join('.')} ${issue.message}`),
    );
  }
  const fee = parsed.data.plans.find((plan) => plan.dodoProductId === setupFeeProductId);
  if (fee) throw new ConfigError([`DODO_SETUP_FEE_PRODUCT_ID is the product of the plan ${fee.id}`]);
  return parsed.data.plans.map(({ price, ...plan }, position) => ({
    ...plan,
    amountMinor: price.amount,
    currency: price.currency,
    isActive: true,
    position,
  }));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([`PLANS_FILE ${path} can't be read as JSON: ${(error as Error).message}`]);
  }
}
