import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../app-error';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import { OperatorToken } from '../../auth/operator-token';
import { Clock } from '../../clock';
import { Config } from '../../config';
import { Database } from '../../database/database';
import { RateLimiter } from '../../http/rate-limiter';
import type { ConsoleSession } from './console-session.entity';
import { ConsoleSessionsRepository } from './console-sessions.repository';

/** A working day. */
export const SESSION_SECONDS = 12 * 3600;
const SECRET_BYTES = 32;

/**
 * Owns who is signed in. The browser holds a secret of which only a hash is
 * kept, keyed with the operator token: a new token signs everybody out. The
 * guard against forged forms is derived from that secret, so it is as hard to
 * guess and ends with it.
 */
@Injectable()
export class ConsoleSessions {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly sessions: ConsoleSessionsRepository,
    private readonly log: OperatorActionsRepository,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
  ) {}

  /**
   * The secret for the browser to hold.
   * @throws {AppError} 401 for a wrong token, 429 for too many of them
   */
  async signIn(operatorName: string, sentToken: string, address: string): Promise<string> {
    const token = this.token();
    if (!token.isRight(sentToken)) {
      this.limiter.takeGuess(address);
      throw new AppError(401, 'unauthorized', 'That is not the operator token of this instance.');
    }
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const now = this.clock.now();
    await this.database.transaction(async (tx) => {
      await this.sessions.deleteExpired(tx, now);
      await this.sessions.insertSession(tx, {
        hash: token.hash(secret),
        operatorName,
        createdAt: now,
        expiresAt: this.clock.secondsFromNow(SESSION_SECONDS),
      });
      const by = { name: operatorName, via: 'console', reason: null } as const;
      await this.log.insertAction(tx, by, { what: 'console.sign_in' });
    });
    return secret;
  }

  async find(secret: string): Promise<ConsoleSession | null> {
    return this.sessions.findSession(this.token().hash(secret), this.clock.now());
  }

  async signOut(secret: string, operatorName: string): Promise<void> {
    const hash = this.token().hash(secret);
    await this.database.transaction(async (tx) => {
      await this.sessions.deleteSession(tx, hash);
      const by = { name: operatorName, via: 'console', reason: null } as const;
      await this.log.insertAction(tx, by, { what: 'console.sign_out' });
    });
  }

  /** There is one: the guard lets nobody in otherwise. */
  private token(): OperatorToken {
    return OperatorToken.of(this.config)!;
  }
}

/** Only pages that were made for this session hold it. */
export function csrfTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('csrf').digest('base64url');
}

export function isCsrfToken(sent: string | null, secret: string): boolean {
  const expected = Buffer.from(csrfTokenOf(secret));
  const actual = Buffer.from(sent ?? '');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
