import { Injectable } from '@nestjs/common';
import { BoundCipher } from '../../bound-cipher';
import { Config } from '../../config';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

type Kept = Pick<WebhookEndpoint, 'id' | 'secret' | 'previousSecret' | 'previousExpiresAt'>;

/** Keeps signing secrets: encrypted where they lie, bound to their endpoint, readable only to sign. */
@Injectable()
export class EndpointSecrets {
  private readonly cipher: BoundCipher;

  constructor({ secretsKeys }: Config) {
    this.cipher = new BoundCipher(secretsKeys, 'signing secrets of webhook endpoints');
  }

  encrypt(endpointId: string, secret: string): Buffer {
    return this.cipher.encrypt(secret, endpointId);
  }

  /**
   * Those that sign at this moment, the newest first.
   * @throws when SECRETS_KEY is another than the one that they were encrypted with
   */
  signing({ id, secret, previousSecret, previousExpiresAt }: Kept, now: Date): string[] {
    const isInGrace = previousSecret !== null && previousExpiresAt !== null && previousExpiresAt > now;
    const kept = isInGrace ? [secret, previousSecret] : [secret];
    return kept.map((bytes) => this.cipher.decrypt(bytes, id));
  }
}
