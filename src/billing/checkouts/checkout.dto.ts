import { ApiProperty } from '@nestjs/swagger';
import { z } from 'zod';
import { quote } from '../../app-error';
import { JSON_OBJECT, required, requiredText } from '../../http/request-fields';

const MAX_PLAN_ID_LENGTH = 64;
const MAX_URL_LENGTH = 2048;

/** Nothing that a browser's address would drop or change silently: a backslash becomes a slash, and moves the host. */
const UNSAFE_IN_URL = /[\s\p{Cc}\p{Cs}\\]/u;

export const planId = requiredText(MAX_PLAN_ID_LENGTH);

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

/** Of whatever is sold by a checkout. */
export const returnUrls = {
  successUrl: httpUrl.meta({
    format: 'uri',
    description: 'Where the customer goes after paying; `session_id` is set in its query.',
  }),
  cancelUrl: httpUrl.meta({ format: 'uri', description: 'Where the customer goes without paying.' }),
};

export const checkoutRequestSchema = z
  .object(
    {
      planId: planId.meta({ description: 'The plan to buy.' }),
      ...returnUrls,
    },
    JSON_OBJECT,
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
