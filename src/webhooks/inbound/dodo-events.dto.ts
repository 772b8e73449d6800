import { z } from 'zod';
import type { Schema } from '../../http/openapi.decorators';
import { pageParameters } from '../../http/pagination';
import { DODO_EVENT_STATUSES } from './dodo-event.entity';
import type { EventSummary } from './dodo-events.repository';

export const listEventsSchema = z.object({
  ...pageParameters,
  status: z
    .enum(DODO_EVENT_STATUSES, { error: `must be one of ${DODO_EVENT_STATUSES.join(', ')}.` })
    .optional()
    .meta({ description: 'Only events in this state.' }),
});

export type ListEventsRequest = z.output<typeof listEventsSchema>;

/** An event as the operator sees it. Its id is a number that may outgrow JSON's, so it is text. */
export type DodoEventView = EventSummary;

const instant = { type: ['string', 'null'], format: 'date-time' };

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
  eventAt: { ...instant, description: 'When it happened, as Dodo says.' },
  receivedAt: { type: 'string', format: 'date-time' },
  processedAt: instant,
};

export const dodoEventSchema: Schema = {
  type: 'object',
  properties,
  required: Object.keys(properties),
};

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
};
