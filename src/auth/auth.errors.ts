import { AppError } from '../app-error';
import type { Scope } from './scopes';

/** The contract's words: one answer for every way in which a key can be wrong, so that none can be probed. */
export class Unauthorized extends AppError {
  private constructor(message: string) {
    super(401, 'unauthorized', message, { headers: { 'www-authenticate': 'Bearer' } });
  }

  static invalidKey(): Unauthorized {
    return new Unauthorized('Missing or invalid API key.');
  }

  static invalidOperatorToken(): Unauthorized {
    return new Unauthorized('Missing or invalid operator token.');
  }

  static severalKeys(): Unauthorized {
    return new Unauthorized('More than one API key was sent. Send one, as Authorization or as x-api-key.');
  }
}

export class Forbidden extends AppError {
  static billingSuspended(): Forbidden {
    return new Forbidden(403, 'billing_suspended', 'Subscription expired, cancelled, or past due.');
  }

  static insufficientScope(scope: Scope): Forbidden {
    return new Forbidden(403, 'insufficient_scope', `This API key lacks the scope ${scope}.`);
  }

  /** A key may not make, or get hold of, one that can do more than itself. */
  static scopesBeyondOwn(scopes: string[]): Forbidden {
    return new Forbidden(
      403,
      'insufficient_scope',
      `This API key lacks ${scopes.join(', ')}: it can not hand out what it does not have itself.`,
    );
  }

  /** Nor one that lasts longer: else its end would end nothing. */
  static beyondOwnEnd(end: Date): Forbidden {
    return new Forbidden(
      403,
      'insufficient_scope',
      `This API key stops working at ${end.toISOString()}: it can not make, lengthen or rotate a key that outlasts it.`,
    );
  }
}

export class KeyConflict extends AppError {
  private constructor(message: string) {
    super(409, 'conflict', message);
  }

  static lastWayIn(): KeyConflict {
    return new KeyConflict(
      'No other key with keys:write lasts as long as this one, so the organization would lock itself out: ' +
        'create another first.',
    );
  }

  static tooMany(max: number): KeyConflict {
    return new KeyConflict(`An organization can have ${max} keys: revoke one first.`);
  }

  static expired(): KeyConflict {
    return new KeyConflict('This key has expired: change its expiresAt first, or create another.');
  }
}
