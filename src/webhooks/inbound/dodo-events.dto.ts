import { z } from 'zod';
import { INSTANT_FORM, readInstant } from '../../http/instant';
import { objectOf } from '../../http/openapi.decorators';
import { pageParameters } from '../../http/pagination';
import { JSON_OBJECT } from '../../http/request-fields';
import { NOT_PLAIN_TEXT, isPlainText } from '../../plain-text';
import { DODO_EVENT_STATUSES } from './dodo-event.entity';
import { MAX_TYPE_LENGTH } from './event-body';
import type { EventSummary } from './dodo-events.repository';

const status = z
  .enum(DODO_EVENT_STATUSES, { error: `must be one of ${DODO_EVENT_STATUSES.join(', ')}.` })
  .meta({ description: 'Only events in this state.' });

const type = z
  .string({ error: 'must be a string, such as payment.succeeded.' })
  .min(1, { error: 'must not be empty.' })
  .max(MAX_TYPE_LENGTH, { error: `may have at most ${MAX_TYPE_LENGTH} characters.` })
  .refine(isPlainText, NOT_PLAIN_TEXT)
  .optional()
  .meta({ description: 'Only events of this type, such as `payment.succeeded`.' });

const instant = (description: string) =>
  z
    .unknown()
    .transform((value, context) => {
      const at = readInstant(value);
      if (at) return at;
      context.addIssue(`must be ${INSTANT_FORM}.`);
      return z.NEVER;
    })
    .optional()
    .meta({ type: 'string', format: 'date-time', description });

export const listEventsSchema = z.object({ ...pageParameters, status: status.optional(), type });

export type ListEventsRequest = z.output<typeof listEventsSchema>;

/** A state is asked for, so that nobody replays everything by leaving something out. */
export const replayEventsSchema = z
  .object(
    {
      status,
      type,
      receivedFrom: instant('Only events that came then or later.'),
      receivedBefore: instant('Only events that came earlier.'),
    },
    JSON_OBJECT,
  )
  .meta({ example: { status: 'dead', receivedFrom: '2026-11-22T00:00:00Z' } });

export type ReplayEventsRequest = z.output<typeof replayEventsSchema>;

export interface ReplayView {
  /** How many events were made pending. */
  replayed: number;
}

export const replaySchema = objectOf({
  replayed: { type: 'integer', minimum: 0, description: 'How many events are pending now.' },
});

export const replayExample: ReplayView = { replayed: 12 };

/** An event as the operator sees it. Its id is a number that may outgrow JSON's, so it is text. */
export type DodoEventView = EventSummary;

export interface DodoEventDetail extends DodoEventView {
  /** As Dodo sent it, read as text; null once it is gone. */
  body: string | null;
}

const instantOrNull = { type: ['string', 'null'], format: 'date-time' };

const properties = {
  id: { type: 'string', description: 'Our number for it.' },
  webhookId: { type: 'string', description: 'The `webhook-id` that Dodo gave it.' },
  type: { type: 'string' },
  status: {
    type: 'string',
    enum: [...DODO_EVENT_STATUSES],
    description:
      '`pending`: to be followed; `processed`: followed; `ignored`: nothing follows its type; `unmatched`: it fits ' +
      'no organization yet; `dead`: given up.',
  },
  attempts: { type: 'integer', minimum: 0 },
  error: { type: ['string', 'null'], description: 'Why the last attempt failed.' },
  matchKeys: {
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'What would tie an unmatched event to an organization.',
  },
  eventAt: { ...instantOrNull, description: 'When it happened, as Dodo says.' },
  receivedAt: { type: 'string', format: 'date-time' },
  processedAt: instantOrNull,
  bodyRemovedAt: {
    ...instantOrNull,
    description: 'When what Dodo sent was removed: 90 days after it came, once it was followed.',
  },
};

export const dodoEventSchema = objectOf(properties);

export const dodoEventDetailSchema = objectOf({
  ...properties,
  body: { type: ['string', 'null'], description: 'What Dodo sent, as text; null once that was removed.' },
});

export const dodoEventExample = {
  id: '42',
  webhookId: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
  type: 'payment.succeeded',
  status: 'dead',
  attempts: 16,
  error: 'The payment provider did not answer.',
  matchKeys: null,
  eventAt: '2026-11-23T12:00:00.000Z',
  receivedAt: '2026-11-23T12:00:01.000Z',
  processedAt: null,
  bodyRemovedAt: null,
};

export const dodoEventDetailExample = {
  ...dodoEventExample,
  body: '{"business_id":"bus_123","type":"payment.succeeded","data":{"payment_id":"pay_123"}}',
};
