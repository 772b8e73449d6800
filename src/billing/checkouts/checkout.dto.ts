import { ApiProperty } from '@nestjs/swagger';
import { z } from 'zod';
import { quote } from '../../app-error';
import { required } from '../../http/required';
import { NOT_PLAIN_TEXT, isPlainText } from '../../plain-text';

const MAX_PLAN_ID_LENGTH = 64;
const MAX_URL_LENGTH = 2048;

/** Nothing that a browser's address would drop or change silently: a backslash becomes a slash, and moves the host. */
const UNSAFE_IN_URL = /[\s\p{Cc}\p{Cs}\\]/u;

export const planId = z
  .string({ error: required('a string') })
  .min(1, { error: 'must not be empty.' })
  .max(MAX_PLAN_ID_LENGTH, { error: `may have at most ${MAX_PLAN_ID_LENGTH} characters.` })
  .refine(isPlainText, NOT_PLAIN_TEXT);

export const httpUrl = z
  .string({ error: required('a string') })
  .max(MAX_URL_LENGTH, { error: `may have at most ${MAX_URL_LENGTH} characters.` })
  .refine(isAbsoluteHttpUrl, {
    error: (issue) => `must be an absolute http or https URL, but is ${quote(issue.input)}.`,
    abort: true,
  });

function isAbsoluteHttpUrl(value: string): boolean {
  return /^https?:\/\/[^/]/i.test(value) && !UNSAFE_IN_URL.test(value) && URL.canParse(value);
}

export const checkoutRequestSchema = z
  .object(
    {
      planId: planId.meta({ description: 'The plan to buy.' }),
      successUrl: httpUrl.meta({
        format: 'uri',
        description: 'Where the customer goes after paying; `session_id` is set in its query.',
      }),
      cancelUrl: httpUrl.meta({ format: 'uri', description: 'Where the customer goes without paying.' }),
    },
    { error: 'The request body must be a JSON object.' },
  )
  .meta({
    example: {
      planId: 'plan_pro',
      successUrl: 'https://app.acme.com/billing/success',
      cancelUrl: 'https://app.acme.com/billing/cancel',
    },
  });

export type CheckoutRequest = z.output<typeof checkoutRequestSchema>;

/** Where to send the customer, and by which id the visit is known here. */
export class CheckoutSession {
  @ApiProperty({ type: 'string', format: 'uri' })
  checkoutUrl: string;

  @ApiProperty({ type: 'string' })
  sessionId: string;
}
