import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata } from '@nestjs/common';
import { AppError } from '../app-error';

/** More than this many complaints help nobody. */
const MAX_ISSUES = 5;

type Issues = Parameters<
  NonNullable<NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory']>
>[0];

/** Checks a parameter against the schema that its decorator names, and says field by field what is wrong. */
export class ValidationPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => AppError.badRequest(describe(issues)) });
  }

  /** Postgres takes no NUL in text, so there is nothing whose id has one. */
  override transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (metadata.type === 'param' && typeof value === 'string' && value.includes('\0'))
      throw AppError.notFound('There is no id with a NUL character in it.');
    return super.transform(value, metadata);
  }
}

function describe(issues: Issues): string {
  const complaints = complaintsOf(issues);
  const lines = complaints
    .slice(0, MAX_ISSUES)
    .map(([field, message]) => (field === '' ? message : `${field} ${message}`));
  const more = complaints.length > MAX_ISSUES ? ` … and ${complaints.length - MAX_ISSUES} more.` : '';
  return `${lines.join(' ')}${more}`;
}

/** The first complaint about each field: what is no string at all is not also called too short. */
export function complaintsOf(issues: Issues): [field: string, message: string][] {
  const byField = new Map<string, string>();
  for (const { path = [], message } of issues) {
    const field = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
    if (!byField.has(field)) byField.set(field, message);
  }
  return [...byField];
}
