import { z } from 'zod';
import { INSTANT_FORM, readInstant } from '../http/instant';
import { objectOf } from '../http/openapi.decorators';
import type { Schema } from '../http/openapi.decorators';
import { JSON_OBJECT, nameSchema, required } from '../http/request-fields';
import type { PlainKey } from './api-key';
import type { ApiKey } from './api-key.entity';
import { ALL_SCOPES } from './scopes';

/** More than there are; what comes twice is kept once. */
const MAX_SCOPES = 100;
/** A day: enough to roll a new secret out everywhere, short enough for the old one to be forgotten. */
const MAX_GRACE_SECONDS = 86_400;

const scopes = z
  .array(z.string({ error: 'must be a string.' }).meta({ enum: ALL_SCOPES }), {
    error: required('an array of scopes'),
  })
  .min(1, { error: `must name at least one of ${ALL_SCOPES.join(', ')}.` })
  .max(MAX_SCOPES, { error: `may have at most ${MAX_SCOPES} entries.` });

/** An instant with its offset; null and nothing at all pass as they are. */
const expiresAt = z
  .unknown()
  .transform((value, context) => {
    if (value === undefined || value === null) return value;
    const instant = readInstant(value);
    if (instant) return instant;
    context.addIssue(`must be ${INSTANT_FORM}, or null for never.`);
    return z.NEVER;
  })
  .meta({
    type: ['string', 'null'],
    format: 'date-time',
    description:
      'When the key stops working: in the future, no later than the key that sets it, by the year 9999; null for never.',
  });

export const createKeySchema = z
  .object(
    {
      name: nameSchema.meta({ description: 'What the key is for.' }),
      scopes: scopes.meta({ description: 'What the key may do: no more than the key that makes it.' }),
      expiresAt: expiresAt.transform((value) => value ?? null).optional(),
    },
    JSON_OBJECT,
  )
  .transform((request) => ({ ...request, expiresAt: request.expiresAt ?? null }))
  .meta({ example: { name: 'Production', scopes: ['billing:read', 'billing:write'], expiresAt: null } });

export type CreateKeyRequest = z.output<typeof createKeySchema>;

/** A key that the operator makes: with all scopes of ours, unless some are named. */
export const handOutKeySchema = z.object({ name: nameSchema, scopes: scopes.optional() });

export const updateKeySchema = z
  .object(
    { name: nameSchema.optional().meta({ description: 'A new name.' }), expiresAt: expiresAt.optional() },
    JSON_OBJECT,
  )
  .refine(({ name, expiresAt: until }) => name !== undefined || until !== undefined, {
    error: 'Nothing to change: send name, expiresAt, or both.',
  })
  .meta({ example: { name: 'Production, EU', expiresAt: '2027-11-23T12:00:00Z' } });

export type UpdateKeyRequest = z.output<typeof updateKeySchema>;

const graceError = `must be a whole number of seconds from 0 to ${MAX_GRACE_SECONDS}.`;

export const rotateKeySchema = z
  .object(
    {
      graceSeconds: z
        .int({ error: graceError })
        .min(0, { error: graceError })
        .max(MAX_GRACE_SECONDS, { error: graceError })
        .default(0)
        .meta({ description: 'For how long the old secret works as well.' }),
    },
    JSON_OBJECT,
  )
  .prefault({})
  .meta({ example: { graceSeconds: 3600 } });

export type RotateKeyRequest = z.output<typeof rotateKeySchema>;

/** A key as it is listed: enough to tell it from others, nothing to sign in with. */
export interface ApiKeyView {
  id: string;
  name: string;
  keyHint: string;
  scopes: string[];
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  createdAt: Date;
}

export function viewOf(key: ApiKey): ApiKeyView {
  const { id, name, hint, scopes: granted, lastUsedAt, expiresAt: until, createdAt } = key;
  return { id, name, keyHint: hint, scopes: granted, lastUsedAt, expiresAt: until, createdAt };
}

export type ChangedKeyView = ApiKeyView & { updatedAt: Date };

export function viewOfChanged(key: ApiKey): ChangedKeyView {
  return { ...viewOf(key), updatedAt: key.updatedAt };
}

/** A key and its secret, which is nowhere else. */
export interface NewKey {
  row: ApiKey;
  secret: PlainKey;
}

/** The only answers that carry a secret. */
export interface CreatedKeyView {
  id: string;
  name: string;
  key: string;
  scopes: string[];
  expiresAt: Date | null;
  createdAt: Date;
}

export function viewOfNew({ row, secret }: NewKey): CreatedKeyView {
  const { id, name, scopes: granted, expiresAt: until, createdAt } = row;
  return { id, name, key: secret.reveal(), scopes: granted, expiresAt: until, createdAt };
}

const instant = (description: string): Schema => ({ type: 'string', format: 'date-time', description });
const maybe = (description: string): Schema => ({ ...instant(description), type: ['string', 'null'] });

const common = {
  id: { type: 'string' },
  name: { type: 'string' },
  scopes: { type: 'array', items: { type: 'string' } },
  expiresAt: maybe('When it stops working; null for never.'),
  createdAt: instant('When it was made.'),
};

const listed = {
  ...common,
  keyHint: { type: 'string', description: 'Beginning and end of the secret.' },
  lastUsedAt: maybe('When it was last used, to the minute; null if never.'),
};

export const apiKeySchema = objectOf(listed);
export const changedKeySchema = objectOf({ ...listed, updatedAt: instant('When it was last changed.') });
export const createdKeySchema = objectOf({
  ...common,
  key: { type: 'string', description: 'The whole key. It is shown this once.' },
});

const commonExample = {
  id: 'key_4fPxYb2Lr8Kd0QmZs7TnVw',
  name: 'Production',
  scopes: ['billing:read', 'billing:write'],
  expiresAt: null,
  createdAt: '2026-11-23T12:00:00.000Z',
};

export const apiKeyExample = {
  ...commonExample,
  keyHint: 'sk-social-abc1…xyz7',
  lastUsedAt: '2026-11-23T12:34:00.000Z',
};
export const changedKeyExample = { ...apiKeyExample, updatedAt: '2026-11-24T09:00:00.000Z' };
export const createdKeyExample = { ...commonExample, key: 'sk-social-abc1…xyz7' };
