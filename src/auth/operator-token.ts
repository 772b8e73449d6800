import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config';

/**
 * The operator's credential: it opens the operator plane and the console. What
 * is sent is compared by digest, which tells nothing, not even how long it is.
 */
export class OperatorToken {
  private constructor(private readonly token: string) {}

  /** Null: there is no operator plane here. */
  static of({ operatorToken }: Config): OperatorToken | null {
    return operatorToken === null ? null : new OperatorToken(operatorToken);
  }

  isRight(sent: unknown): boolean {
    return typeof sent === 'string' && timingSafeEqual(digest(sent), digest(this.token));
  }

  /** A keyed hash of what was handed out under this token: with another token, nothing of before fits any more. */
  hash(secret: string): Buffer {
    return createHmac('sha256', this.token).update(secret).digest();
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
