import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
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

/** Marks the few routes whose answer is a document in its own right (the OpenAPI description). */
export const Unwrapped = Reflector.createDecorator<true>();

/** `{success: true, data}` around whatever a controller returns; without `data` when it returns nothing. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler) {
    if (this.reflector.get(Unwrapped, context.getHandler())) return next.handle();
    return next
      .handle()
      .pipe(map((data: unknown) => (data === undefined ? { success: true } : { success: true, data })));
  }
}
