import { z } from 'zod';
import { quote } from '../../app-error';
import { objectOf } from '../../http/openapi.decorators';
import { JSON_OBJECT, nameSchema, required } from '../../http/request-fields';
import { DISABLED_REASONS } from './delinquency.policy';
import type { DisabledReason } from './delinquency.policy';
import { MAX_URL_LENGTH, isUri } from './endpoint-url';
import { ALL_EVENTS, OUTBOUND_EVENTS } from './event-names';
import { DELIVERY_FAILURES } from './post-failure';
import type { DeliveryFailure } from './post-failure';
import { problemOfSecret } from './signing-secret';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

/** More than there are names; what comes twice is kept once. */
const MAX_EVENTS = 50;
const EVENT_WORDS: readonly string[] = [...OUTBOUND_EVENTS, ALL_EVENTS];

const url = z
  .string({ error: required('a URL such as https://app.acme.com/webhooks') })
  .max(MAX_URL_LENGTH, { error: `may have at most ${MAX_URL_LENGTH} characters.` })
  .refine(isUri, {
    error:
      'must be a URL such as https://app.acme.com/webhooks: in ASCII, and percent-encoded where RFC 3986 asks for it.',
  })
  .meta({ format: 'uri', description: 'Where events are posted: https, on the public internet.' });

const events = z
  .array(
    z
      .string({ error: 'must be the name of an event.' })
      .refine((name) => EVENT_WORDS.includes(name), {
        error: ({ input }) => `is ${quote(input)}, which is no event. See GET /openapi.json for all names.`,
      })
      .meta({ enum: EVENT_WORDS }),
    { error: required('an array of event names, or ["*"]') },
  )
  .min(1, { error: 'must name at least one event, or be ["*"].' })
  .max(MAX_EVENTS, { error: `may have at most ${MAX_EVENTS} entries.` })
  .transform((names) => (names.includes(ALL_EVENTS) ? [ALL_EVENTS] : [...new Set(names)]))
  .meta({ description: 'Names of events, or `["*"]` for all, those to come included.' });

const secret = z
  .string({ error: 'must be a string.' })
  .superRefine((value, context) => {
    const problem = problemOfSecret(value);
    if (problem !== null) context.addIssue(problem);
  })
  .meta({
    description:
      'What deliveries are signed with: `whsec_` and 8 to 128 bytes in base64, of which 24 or more are advised, or any ' +
      '8 to 128 visible ASCII characters that begin otherwise. Left out, one is made.',
  });

const flag = z.boolean({ error: 'must be true or false.' });
const switches = {
  enabled: flag.optional().meta({ description: 'Whether events are sent.' }),
  active: flag.optional().meta({ description: 'The same as `enabled`, by its other name.' }),
};

/** The two names of one flag, as one; `undefined` when neither was sent. */
const oneFlag = <T extends { enabled?: boolean; active?: boolean }>({ active, ...request }: T) => ({
  ...request,
  enabled: request.enabled ?? active,
});
const agrees = ({ enabled, active }: { enabled?: boolean; active?: boolean }) =>
  enabled === undefined || active === undefined || enabled === active;
const DISAGREES = { error: 'enabled and active are the same flag: send one, or both alike.' };
const name = nameSchema.nullable().optional().meta({ description: 'What it is called.' });

export const createEndpointSchema = z
  .object({ url, events, secret: secret.optional(), name, ...switches }, JSON_OBJECT)
  .refine(agrees, DISAGREES)
  .transform(oneFlag)
  .meta({ example: { url: 'https://app.acme.com/webhooks', events: ['*'], name: 'Production' } });

export type CreateEndpointRequest = z.output<typeof createEndpointSchema>;

export const updateEndpointSchema = z
  .object(
    {
      url: url.optional(),
      events: events.optional(),
      secret: secret.optional().meta({
        description: 'Replaces the secret at once. To keep the old one working for a day, rotate instead.',
      }),
      name,
      ...switches,
    },
    JSON_OBJECT,
  )
  .refine(agrees, DISAGREES)
  .transform(oneFlag)
  .refine((request) => Object.values(request).some((value) => value !== undefined), {
    error: 'Nothing to change: send url, events, secret, enabled, active or name.',
  })
  .meta({ example: { events: ['payment.succeeded', 'payment.failed'], enabled: true } });

export type UpdateEndpointRequest = z.output<typeof updateEndpointSchema>;

export interface EndpointView {
  id: string;
  url: string;
  name: string | null;
  events: string[];
  enabled: boolean;
  active: boolean;
  disabledReason: DisabledReason | null;
  disabledAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export type CreatedEndpointView = EndpointView & { secret: string };

export function viewOfEndpoint(endpoint: WebhookEndpoint): EndpointView {
  const { id, url: address, name: title, events: names, enabled } = endpoint;
  const { disabledReason, disabledAt, createdAt, updatedAt } = endpoint;
  return {
    id,
    url: address,
    name: title,
    events: names,
    enabled,
    active: enabled,
    disabledReason,
    disabledAt,
    createdAt,
    updatedAt,
  };
}

export interface TestView {
  delivered: boolean;
  httpStatus: number | null;
  failure: DeliveryFailure | null;
}

const instant = { type: 'string', format: 'date-time' };
const properties = {
  id: { type: 'string' },
  url: { type: 'string', format: 'uri' },
  name: { type: ['string', 'null'] },
  events: { type: 'array', items: { type: 'string', enum: EVENT_WORDS } },
  enabled: { type: 'boolean', description: 'Whether events are sent.' },
  active: { type: 'boolean', description: 'The same as `enabled`.' },
  disabledReason: {
    type: ['string', 'null'],
    enum: [...DISABLED_REASONS, null],
    description:
      'Why it was switched off by us: `gone` (it answered 410) or `failing` (nothing got through for three days).',
  },
  disabledAt: { ...instant, type: ['string', 'null'], description: 'When that was.' },
  createdAt: instant,
  updatedAt: instant,
};
const secretProperty = { type: 'string', description: 'The signing secret. It is shown this once.' };

export const endpointSchema = objectOf(properties);
export const createdEndpointSchema = objectOf({ ...properties, secret: secretProperty });
export const rotatedSecretSchema = objectOf({ secret: secretProperty });
export const deletedSchema = objectOf({ deleted: { type: 'boolean', const: true } });
export const testSchema = objectOf({
  delivered: { type: 'boolean', description: 'Whether it was answered with 2xx.' },
  httpStatus: { type: ['integer', 'null'], description: 'The answer; null when none came.' },
  failure: { type: ['string', 'null'], enum: [...DELIVERY_FAILURES, null], description: 'Why it failed.' },
});

export const endpointExample = {
  id: 'we_4fPxYb2Lr8Kd0QmZs7TnVw',
  url: 'https://app.acme.com/webhooks',
  name: 'Production',
  events: ['*'],
  enabled: true,
  active: true,
  disabledReason: null,
  disabledAt: null,
  createdAt: '2026-11-23T12:00:00.000Z',
  updatedAt: '2026-11-23T12:00:00.000Z',
};
const secretExample = 'whsec_BASE64OF32RANDOMBYTES';
export const createdEndpointExample = { ...endpointExample, secret: secretExample };
export const rotatedSecretExample = { secret: secretExample };
export const testExample = { delivered: true, httpStatus: 200, failure: null };
