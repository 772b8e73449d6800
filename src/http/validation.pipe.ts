import { StandardSchemaValidationPipe } from '@nestjs/common';
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
}

function describe(issues: Issues): string {
  const lines = issues.slice(0, MAX_ISSUES).map((issue) => {
    const path = (issue.path ?? [])
      .map((step) => String(typeof step === 'object' ? step.key : step))
      .join('.');
    return path === '' ? issue.message : `${path} ${issue.message}`;
  });
  const more = issues.length > MAX_ISSUES ? ` … and ${issues.length - MAX_ISSUES} more.` : '';
  return `${lines.join(' ')}${more}`;
}
