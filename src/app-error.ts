/** The closed list of machine-readable `error` codes that an answer can carry. */
export const ERROR_CODES = [
  'bad_request',
  'unauthorized',
  'insufficient_credits',
  'billing_suspended',
  'insufficient_scope',
  'not_found',
  'conflict',
  'payload_too_large',
  'unsupported_media_type',
  'idempotency_key_reused',
  'rate_limited',
  'request_failed',
  'internal_error',
  'service_unavailable',
  'payment_provider_error',
  'payment_provider_unavailable',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

interface AppErrorOptions {
  /** What really happened: for logs only, never for the answer. */
  cause?: unknown;
  /** Extra answer headers, such as `Retry-After`. */
  headers?: Record<string, string>;
  /** What was asked for may have been done all the same: never to be taken for a no. */
  mayHaveHappened?: boolean;
}

/**
 * A failure that the caller is told about. `message` is public text: it says
 * what was wrong and what to do, and never carries internals; those go into `cause`.
 */
export class AppError extends Error {
  readonly headers: Record<string, string>;
  readonly mayHaveHappened: boolean;

  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.headers = options.headers ?? {};
    this.mayHaveHappened = options.mayHaveHappened ?? false;
  }

  static badRequest(message: string, cause?: unknown): AppError {
    return new AppError(400, 'bad_request', message, { cause });
  }

  static notFound(message: string): AppError {
    return new AppError(404, 'not_found', message);
  }

  /** Something that every route needs is away, and will be back. */
  static awayForNow(cause: unknown): AppError {
    return new AppError(
      503,
      'service_unavailable',
      'The service is not available right now. Please try again.',
      {
        cause,
        headers: { 'retry-after': '5' },
      },
    );
  }

  static unsupportedMediaType(contentType: string): AppError {
    return new AppError(
      415,
      'unsupported_media_type',
      `Content type ${quote(contentType)} is not supported here: send application/json.`,
    );
  }

  static unsupportedEncoding(contentEncoding: string): AppError {
    return new AppError(
      415,
      'unsupported_media_type',
      `Content encoding ${quote(contentEncoding)} is not supported here: send the body as it is.`,
      { headers: { 'accept-encoding': 'identity' } },
    );
  }
}

/** A caller's value for a message: quoted, cut to 80 characters, control characters made visible. */
export function quote(value: unknown): string {
  const text = JSON.stringify(typeof value === 'string' ? value : String(value));
  return text.length <= 82 ? text : `${text.slice(0, 80)}…"`;
}
