/** What the service answered when it did not do what it was asked. `code` is for programs, `message` for people. */
export class BillingApiError extends Error {
  override readonly name = 'BillingApiError';

  constructor(
    /** Such as `billing_suspended`, `insufficient_credits` or `rate_limited`. */
    readonly code: string,
    /** Of HTTP. */
    readonly status: number,
    message: string,
    /** Names this call in the service's logs. */
    readonly requestId: string | null,
    /** In how many seconds it may be worth asking again, where the service said so. */
    readonly retryAfter: number | null,
  ) {
    super(message);
  }

  static async from(response: Response): Promise<BillingApiError> {
    const { code, message } = readFailure(await response.text());
    return new BillingApiError(
      code ?? 'request_failed',
      response.status,
      message ?? `${response.status} ${response.statusText}`.trim(),
      response.headers.get('x-request-id'),
      retryAfterOf(response),
    );
  }
}

/** No answer came: whether anything was done is not known. A call with an Idempotency-Key may be repeated. */
export class BillingUnreachable extends Error {
  override readonly name = 'BillingUnreachable';
}

/** Seconds, also where a date was sent. */
export function retryAfterOf({ headers }: Response): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

/** A proxy on the way may answer with something else than the service's envelope. */
function readFailure(text: string): { code?: string; message?: string } {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return {};
    const { error, message } = body as Record<string, unknown>;
    return {
      ...(typeof error === 'string' && { code: error }),
      ...(typeof message === 'string' && { message }),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
