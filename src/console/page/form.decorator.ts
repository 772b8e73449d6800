import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../app-error';
import { complaintsOf } from '../../http/validation.pipe';
import { isBlank } from '../../plain-text';

const FORM_TYPE = /^application\/x-www-form-urlencoded *(?:;|$)/i;

/** Why something is done: asked for by every form that changes something. */
const reasonSchema = z
  .string({ error: 'Say why.' })
  .trim()
  .min(3, { error: 'Say why, in three letters or more.' })
  .max(500, { error: 'The reason may have at most 500 characters.' })
  .refine((text) => !isBlank(text), { error: 'Say why.' })
  .refine((text) => !/[^\P{Cc}\r\n\t]/u.test(text), {
    error: 'The reason must not contain control characters.',
  });

/** A form that says nothing but why. */
export const deedSchema = z.object({ reason: reasonSchema });

/** The fields of a posted form, checked; its body is bytes until then. @throws {AppError} 400 */
export function Form(schema: z.ZodType): ParameterDecorator {
  // The framework would take the schema itself for a pipe, since it can transform.
  return Fields(() => schema);
}

const Fields = createParamDecorator((schema: () => z.ZodType, context: ExecutionContext): unknown => {
  return checkForm(schema(), readForm(context.switchToHttp().getRequest<FastifyRequest>()));
});

/** @throws {AppError} 400 that says of each field what is wrong with it */
export function checkForm<S extends z.ZodType>(schema: S, form: URLSearchParams): z.output<S> {
  const parsed = schema.safeParse(Object.fromEntries(form));
  if (parsed.success) return parsed.data;
  throw AppError.badRequest(complaintsOf(parsed.error.issues).map(describe).join(' '));
}

/** Some schemas say only what is wrong, and leave it to us to say with what. */
function describe([field, message]: [field: string, message: string]): string {
  return /^\p{Lu}/u.test(message) ? message : `The ${field} ${message}`;
}

/** A body of another kind has no fields. Read once: the guard looks at it first, and leaves the form as the body. */
export function readForm(request: FastifyRequest): URLSearchParams {
  const { headers, body } = request;
  if (body instanceof URLSearchParams) return body;
  const isForm = FORM_TYPE.test(headers['content-type'] ?? '') && Buffer.isBuffer(body);
  const form = new URLSearchParams(isForm ? body.toString('utf8') : '');
  request.body = form;
  return form;
}
