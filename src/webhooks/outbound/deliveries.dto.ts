import { z } from 'zod';
import { objectOf } from '../../http/openapi.decorators';
import { pageParameters } from '../../http/pagination';
import { OUTBOUND_EVENTS } from './event-names';
import type { OutboundEventName } from './event-names';
import { DELIVERY_FAILURES } from './post-failure';
import type { DeliveryFailure } from './post-failure';
import { DELIVERY_STATUSES } from './webhook-delivery.entity';
import type { DeliveryStatus, WebhookAttempt, WebhookDelivery } from './webhook-delivery.entity';

export const listDeliveriesSchema = z.object({
  ...pageParameters,
  status: z
    .enum(DELIVERY_STATUSES, { error: `must be one of ${DELIVERY_STATUSES.join(', ')}.` })
    .optional()
    .meta({ description: 'Only those that stand like this.' }),
});

export type ListDeliveriesRequest = z.output<typeof listDeliveriesSchema>;

export interface AttemptView {
  attempt: number;
  attemptedAt: Date;
  httpStatus: number | null;
  failure: DeliveryFailure | null;
  durationMs: number;
  response: string;
}

export interface DeliveryView {
  id: string;
  eventId: string;
  event: OutboundEventName;
  attempt: number;
  status: DeliveryStatus;
  httpStatus: number | null;
  failure: DeliveryFailure | null;
  durationMs: number | null;
  nextAttemptAt: Date | null;
  createdAt: Date;
  attempts: AttemptView[];
}

export function viewOfDelivery(delivery: WebhookDelivery, attempts: WebhookAttempt[]): DeliveryView {
  const { id, eventId, event, attempt, status, httpStatus, failure, durationMs } = delivery;
  const { nextAttemptAt, createdAt } = delivery;
  return {
    id,
    eventId,
    event,
    attempt,
    status,
    httpStatus,
    failure,
    durationMs,
    nextAttemptAt,
    createdAt,
    attempts: attempts.filter(({ deliveryId }) => deliveryId === id).map(viewOfAttempt),
  };
}

function viewOfAttempt(row: WebhookAttempt): AttemptView {
  const { attempt, attemptedAt, httpStatus, failure, durationMs, response } = row;
  return { attempt, attemptedAt, httpStatus, failure, durationMs, response };
}

const instant = { type: 'string', format: 'date-time' };
const result = {
  httpStatus: {
    type: ['integer', 'null'],
    description: 'What it was answered with; null when no answer came.',
  },
  failure: {
    type: ['string', 'null'],
    enum: [...DELIVERY_FAILURES, null],
    description: 'Why it failed; null when it did not.',
  },
};

const attemptSchema = objectOf({
  attempt: { type: 'integer' },
  attemptedAt: instant,
  ...result,
  durationMs: { type: 'integer' },
  response: { type: 'string', description: 'The first kilobyte of the answer.' },
});

export const deliverySchema = objectOf({
  id: { type: 'string' },
  eventId: { type: 'string', description: 'The same for every endpoint and every try: receive it once.' },
  event: { type: 'string', enum: [...OUTBOUND_EVENTS] },
  attempt: { type: 'integer', description: 'How many tries there have been.' },
  status: {
    type: 'string',
    enum: [...DELIVERY_STATUSES],
    description: '`pending` until it is `delivered` (answered with 2xx) or `failed` (given up).',
  },
  ...result,
  durationMs: { type: ['integer', 'null'], description: 'How long the last try took.' },
  nextAttemptAt: { ...instant, type: ['string', 'null'], description: 'When it is tried next.' },
  createdAt: instant,
  attempts: { type: 'array', items: attemptSchema, description: 'Every try, oldest first.' },
});

const tryExample = { httpStatus: 200, failure: null, durationMs: 84 };

export const deliveryExample = {
  id: 'dlv_2Lr8Kd0QmZs7TnVw4fPxYb',
  eventId: 'evt_Kd0QmZs7TnVw4fPxYb2Lr8',
  event: 'payment.succeeded',
  attempt: 1,
  status: 'delivered',
  ...tryExample,
  nextAttemptAt: null,
  createdAt: '2026-11-23T12:00:00.000Z',
  attempts: [{ attempt: 1, attemptedAt: '2026-11-23T12:00:00.120Z', ...tryExample, response: 'ok' }],
};

export const redeliveredExample = {
  ...deliveryExample,
  status: 'pending',
  nextAttemptAt: '2026-11-24T09:00:00.000Z',
};
