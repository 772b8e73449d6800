import { z } from 'zod';
import { objectOf } from '../http/openapi.decorators';
import { JSON_OBJECT, nameSchema, required } from '../http/request-fields';
import { createdKeyExample, createdKeySchema } from './api-keys.dto';
import type { CreatedKeyView } from './api-keys.dto';
import type { BillingStatus } from './billing-status';
import { BILLING_STATUSES } from './billing-status';
import type { Organization } from './organization.entity';

/** RFC 5321: no mail server takes a longer address. */
const MAX_EMAIL_LENGTH = 254;

/** Zod's own takes a hyphen at the end of a label, which no host has, and whoever validates our answers refuses. */
const emailSchema = z.email().regex(z.regexes.html5Email);

export const createOrganizationSchema = z
  .object(
    {
      name: nameSchema.meta({ description: 'What it is called.' }),
      email: z
        .string({ error: required('a string') })
        .max(MAX_EMAIL_LENGTH, { error: `may have at most ${MAX_EMAIL_LENGTH} characters.` })
        .refine((value) => emailSchema.safeParse(value).success, { error: 'must be an e-mail address.' })
        .meta({ format: 'email', description: 'Where the payment provider sends invoices.' }),
    },
    JSON_OBJECT,
  )
  .meta({ example: { name: 'Acme', email: 'billing@acme.com' } });

export type CreateOrganizationRequest = z.output<typeof createOrganizationSchema>;

/** An organization as the operator sees it. */
export interface OrganizationView {
  id: string;
  name: string;
  email: string;
  billingStatus: BillingStatus;
  suspendedAt: Date | null;
  dodoCustomerId: string | null;
  createdAt: Date;
}

export type CreatedOrganizationView = OrganizationView & { apiKey: CreatedKeyView };

export function viewOfOrganization(organization: Organization): OrganizationView {
  const { id, name, email, billingStatus, suspendedAt, dodoCustomerId, createdAt } = organization;
  return { id, name, email, billingStatus, suspendedAt, dodoCustomerId, createdAt };
}

const properties = {
  id: { type: 'string' },
  name: { type: 'string' },
  email: { type: 'string' },
  billingStatus: { type: 'string', enum: [...BILLING_STATUSES] },
  suspendedAt: {
    type: ['string', 'null'],
    format: 'date-time',
    description: 'Since when access is suspended; null while it is not.',
  },
  dodoCustomerId: { type: ['string', 'null'], description: 'The customer at Dodo Payments.' },
  createdAt: { type: 'string', format: 'date-time' },
};

export const organizationSchema = objectOf(properties);

export const createdOrganizationSchema = objectOf({ ...properties, apiKey: createdKeySchema });

export const organizationExample = {
  id: 'org_7TnVw4fPxYb2Lr8Kd0QmZs',
  name: 'Acme',
  email: 'billing@acme.com',
  billingStatus: 'none',
  suspendedAt: null,
  dodoCustomerId: null,
  createdAt: '2026-11-23T12:00:00.000Z',
};

export const createdOrganizationExample = { ...organizationExample, apiKey: createdKeyExample };
