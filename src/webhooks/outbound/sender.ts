import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock';
import { withoutNul } from '../../without-nul';
import { EndpointSecrets } from './endpoint-secrets';
import type { OutboundEvent } from './outbound-event.entity';
import type { DeliveryFailure } from './post-failure';
import { SafePost } from './safe-post';
import type { PostAnswer } from './safe-post';
import { signedHeaders } from './signed-headers';
import { readRetryAfter } from './delivery-schedule';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

/** Bytes of an answer that the log keeps. */
const LOGGED_ANSWER_BYTES = 1024;

export interface Sent {
  at: Date;
  httpStatus: number | null;
  /** Null when it was delivered. */
  failure: DeliveryFailure | null;
  durationMs: number;
  response: string;
  retryAfterSeconds: number | null;
}

/** Makes one try: signs, posts, and says what came of it. It stores nothing. */
@Injectable()
export class Sender {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly safePost: SafePost,
    private readonly secrets: EndpointSecrets,
    private readonly clock: Clock,
  ) {}

  async send(endpoint: WebhookEndpoint, event: OutboundEvent, deliveryId: string): Promise<Sent> {
    const at = this.clock.now();
    const body = Buffer.from(event.body);
    const secrets = this.readSecrets(endpoint, at);
    if (secrets === null) return { ...NOTHING, at, failure: 'secret_unreadable' };
    const message = { eventId: event.id, event: event.event, deliveryId, body };
    const outcome = await this.safePost.post(endpoint.url, signedHeaders(message, secrets, at), body);
    const { durationMs } = outcome;
    if ('failure' in outcome) return { ...NOTHING, at, failure: outcome.failure, durationMs };
    const { answer } = outcome;
    return {
      at,
      durationMs,
      httpStatus: answer.status,
      failure: judge(answer),
      response: withoutNul(answer.body.subarray(0, LOGGED_ANSWER_BYTES).toString('utf8')),
      retryAfterSeconds: readRetryAfter(answer.retryAfter, at),
    };
  }

  /** A wrong SECRETS_KEY must not stop the queue: the log shows it, and later tries may succeed. */
  private readSecrets(endpoint: WebhookEndpoint, at: Date): string[] | null {
    try {
      return this.secrets.signing(endpoint, at);
    } catch (error) {
      this.logger.error(
        `The secret of endpoint ${endpoint.id} can't be read with this SECRETS_KEY: ${(error as Error).message}`,
      );
      return null;
    }
  }
}

const NOTHING = { httpStatus: null, durationMs: 0, response: '', retryAfterSeconds: null };

function judge({ status }: PostAnswer): DeliveryFailure | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return 'redirect_refused';
  return status === 410 ? 'gone' : 'http_status';
}
