/** Every way in which a delivery can fail, as its log tells it. */
export const DELIVERY_FAILURES = [
  'url_not_allowed',
  'private_address',
  'dns_lookup_failed',
  'connection_refused',
  'connection_failed',
  'connection_timeout',
  'tls_failed',
  'response_timeout',
  'bad_response',
  'redirect_refused',
  'gone',
  'http_status',
  'secret_unreadable',
] as const;

export type DeliveryFailure = (typeof DELIVERY_FAILURES)[number];

/** No answer has come, for this reason. */
export class PostFailed extends Error {
  constructor(
    readonly failure: DeliveryFailure,
    cause?: unknown,
  ) {
    super(failure, { cause });
    this.name = 'PostFailed';
  }
}
