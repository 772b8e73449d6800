import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ErrorCode } from '../app-error';

/**
 * On every answer that does not say otherwise: it is for the one who asked, so no cache keeps it; it is what its type
 * says; and no page of another's shows it.
 */
export const ANSWER_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

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

/**
 * `{success: true, data}` around whatever a controller returns; without `data` when it returns nothing. It stands
 * where the answer is sent, since an interceptor for every route would cost each of them a third of its time.
 */
export class EnvelopeAdapter extends FastifyAdapter {
  override reply(...[response, data, status]: Parameters<FastifyAdapter['reply']>) {
    return super.reply(response, data === undefined ? { success: true } : { success: true, data }, status);
  }
}
