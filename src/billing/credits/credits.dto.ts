import { z } from 'zod';
import { objectOf } from '../../http/openapi.decorators';
import type { Schema } from '../../http/openapi.decorators';
import { JSON_OBJECT, required, requiredText } from '../../http/request-fields';
import { NOT_PLAIN_TEXT, isBlank, isPlainText } from '../../plain-text';
import { returnUrls } from '../checkouts/checkout.dto';

/** Far above what one action costs, and far below what the ledger can count. */
const MAX_CONSUMPTION = 1_000_000;
const MAX_CATEGORY_LENGTH = 50;
const MAX_DESCRIPTION_LENGTH = 200;
const MAX_PACK_ID_LENGTH = 64;

export const consumeRequestSchema = z
  .object(
    {
      amount: z
        .int({ error: required(`a whole number from 1 to ${MAX_CONSUMPTION}`) })
        .min(1, { error: 'must be at least 1.' })
        .max(MAX_CONSUMPTION, { error: `must be at most ${MAX_CONSUMPTION}.` })
        .meta({ description: 'How many credits to spend.' }),
      category: requiredText(MAX_CATEGORY_LENGTH)
        .refine((text) => !isBlank(text), { error: 'must not be empty.' })
        .meta({ description: 'What they are spent on: the summary adds up by it.' }),
      description: z
        .string({ error: 'must be a string.' })
        .max(MAX_DESCRIPTION_LENGTH, { error: `may have at most ${MAX_DESCRIPTION_LENGTH} characters.` })
        .refine(isPlainText, NOT_PLAIN_TEXT)
        .optional()
        .meta({ description: 'For people who read the usage.' }),
    },
    JSON_OBJECT,
  )
  .meta({ example: { amount: 25, category: 'posts.generate', description: 'Five posts for spring' } });

export type ConsumeRequest = z.output<typeof consumeRequestSchema>;

export const purchaseRequestSchema = z
  .object(
    {
      packId: requiredText(MAX_PACK_ID_LENGTH).meta({ description: 'The pack to buy.' }),
      ...returnUrls,
    },
    JSON_OBJECT,
  )
  .meta({
    example: {
      packId: 'pack_1000',
      successUrl: 'https://app.acme.com/billing/success',
      cancelUrl: 'https://app.acme.com/billing/cancel',
    },
  });

export type PurchaseRequest = z.output<typeof purchaseRequestSchema>;

export interface ConsumedView {
  balance: number;
  entryId: string;
}

export interface CreditsView {
  balance: number;
  balanceFormatted: string;
  monthlyAllocation: number;
  resetAt: Date | null;
  recentUsage: { date: Date; description: string; amount: number; type: string }[];
  totalSpent30d: number;
}

export interface CreditSummaryView {
  balance: number;
  monthlyAllocation: number;
  used: number;
  breakdown: Record<string, number>;
  resetAt: Date | null;
}

const credits = (description: string): Schema => ({ type: 'integer', minimum: 0, description });
const BALANCE = credits('Credits left: of the allocation and of purchased packs together.');
const MONTHLY_ALLOCATION = credits('What the plan gave for the running period; 0 when none is running.');
const RESET_AT: Schema = {
  type: ['string', 'null'],
  format: 'date-time',
  description: 'End of the running period; what is left of its allocation lapses when the next one is paid.',
};

export const consumedSchema = objectOf({
  balance: credits('Credits left after this.'),
  entryId: { type: 'string', description: 'Names this consumption in the ledger.' },
});

export const consumedExample: ConsumedView = { balance: 1975, entryId: 'cre_abc123' };

export const creditsSchema = objectOf({
  balance: BALANCE,
  balanceFormatted: { type: 'string', description: 'The balance for people, such as `1,975`.' },
  monthlyAllocation: MONTHLY_ALLOCATION,
  resetAt: RESET_AT,
  recentUsage: {
    type: 'array',
    description: 'The latest 20 consumptions, newest first.',
    items: objectOf({
      date: { type: 'string', format: 'date-time' },
      description: { type: 'string', description: 'Its description, or else its category.' },
      amount: { type: 'integer', minimum: 1, description: 'Credits spent.' },
      type: { type: 'string', description: 'Its category.' },
    }),
  },
  totalSpent30d: credits('Credits spent in the last 30 days.'),
});

const RESET_EXAMPLE = '2026-12-23T12:00:00.000Z';

export const creditsExample = {
  balance: 1975,
  balanceFormatted: '1,975',
  monthlyAllocation: 2000,
  resetAt: RESET_EXAMPLE,
  recentUsage: [
    {
      date: '2026-11-24T09:30:00.000Z',
      description: 'Five posts for spring',
      amount: 25,
      type: 'posts.generate',
    },
  ],
  totalSpent30d: 25,
};

export const creditSummarySchema = objectOf({
  balance: BALANCE,
  monthlyAllocation: MONTHLY_ALLOCATION,
  used: credits('Credits spent in the running period.'),
  breakdown: {
    type: 'object',
    description: 'The same by category.',
    additionalProperties: { type: 'integer', minimum: 1 },
  },
  resetAt: RESET_AT,
});

export const creditSummaryExample = {
  balance: 1975,
  monthlyAllocation: 2000,
  used: 25,
  breakdown: { 'posts.generate': 25 },
  resetAt: RESET_EXAMPLE,
};
