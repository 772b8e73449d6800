import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { map } from 'rxjs';
import type { ErrorCode } from '../app-error';

/** Every failure. `code` repeats `error`: the published reference reads one, the published client the other. */
export interface FailureEnvelope {
  success: false;
  error: ErrorCode;
  code: ErrorCode;
  message: string;
}

export function failure(code: ErrorCode, message: string): FailureEnvelope {
  return { success: false, error: code, code, message };
}

/** `{success: true, data}` around whatever a controller returns; without `data` when it returns nothing. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next
      .handle()
      .pipe(map((data: unknown) => (data === undefined ? { success: true } : { success: true, data })));
  }
}
