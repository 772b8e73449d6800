import { Injectable } from '@nestjs/common';
import { AppError } from '../../app-error';
import { Clock } from '../../clock';
import { Config } from '../../config';
import { decodeWebhookKey } from '../../config-fields';
import { HmacKey } from '../../hmac';
import { verifySignature } from '../signature';
import type { Verdict } from '../signature';
import { parseEvent } from './event-body';
import type { ParsedEvent } from './event-body';
import { InboxService } from './inbox.service';

/** Ids are about 30 characters; the limit keeps the unique index healthy. */
const MAX_WEBHOOK_ID_LENGTH = 255;

const REFUSALS: Record<Exclude<Verdict, 'valid'>, string> = {
  missing_headers: 'The headers webhook-id, webhook-timestamp and webhook-signature are needed.',
  bad_timestamp: 'webhook-timestamp must be Unix seconds.',
  too_old: 'The webhook timestamp is too old.',
  too_new: 'The webhook timestamp lies in the future.',
  no_match: 'The webhook signature does not match.',
};

/** The door for Dodo's posts: lets in what is signed, and only then looks inside. */
@Injectable()
export class DodoWebhookService {
  private readonly keys: HmacKey[];

  constructor(
    config: Config,
    private readonly inbox: InboxService,
    private readonly clock: Clock,
  ) {
    this.keys = config.dodo.webhookKeys.map((key) => new HmacKey(decodeWebhookKey(key)!));
  }

  /** Resolves once the event is committed. */
  async receive(headers: Record<string, string | undefined>, body: Buffer): Promise<void> {
    const id = headers['webhook-id'] ?? '';
    const verdict = verifySignature(
      {
        id,
        timestamp: headers['webhook-timestamp'] ?? '',
        signatures: headers['webhook-signature'] ?? '',
        body,
      },
      this.keys,
      this.clock.now(),
    );
    if (verdict !== 'valid') throw new AppError(401, 'unauthorized', REFUSALS[verdict]);
    if (id.length > MAX_WEBHOOK_ID_LENGTH) {
      throw AppError.badRequest(`webhook-id may have at most ${MAX_WEBHOOK_ID_LENGTH} characters.`);
    }
    await this.inbox.store(id, body, parse(body));
  }
}

function parse(body: Buffer): ParsedEvent {
  try {
    return parseEvent(body);
  } catch (error) {
    throw AppError.badRequest('The event is not valid JSON.', error);
  }
}
