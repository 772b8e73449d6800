import { z } from 'zod';
import { NOT_PLAIN_TEXT, isBlank, isPlainText } from '../plain-text';

const MAX_NAME_LENGTH = 100;

/** What a body's schema says of anything else: for its `error`. */
export const JSON_OBJECT = { error: 'The request body must be a JSON object.' };

/** What a schema says of a field that is missing, or of another kind: for its `error`. */
export const required = (kind: string) => (issue: { input: unknown }) =>
  issue.input === undefined ? 'is required.' : `must be ${kind}.`;

export const requiredText = (maxLength: number) =>
  z
    .string({ error: required('a string') })
    .min(1, { error: 'must not be empty.' })
    .max(maxLength, { error: `may have at most ${maxLength} characters.` })
    .refine(isPlainText, NOT_PLAIN_TEXT);

/** What people call something. */
export const nameSchema = z
  .string({ error: required('a string') })
  .trim()
  .min(1, { error: 'must not be empty.' })
  .refine((name) => !isBlank(name), { error: 'must not be empty.' })
  .max(MAX_NAME_LENGTH, { error: `may have at most ${MAX_NAME_LENGTH} characters.` })
  .refine(isPlainText, NOT_PLAIN_TEXT);
