import { AppError } from '../../app-error';
import type { Tx } from '../../database/database';
import type { Claim } from './idempotency-records.repository';
import type { IdempotencyService, CallDescription } from './idempotency.service';
import type { IdempotentCall } from './idempotent-call';

/** A call that carries an `Idempotency-Key`. */
export class KeyedCall implements IdempotentCall {
  readonly isKeyed = true;
  private claim: Claim | null = null;
  private answer: { data: unknown } | null = null;
  private hasBegun = false;
  resourceId: string | null = null;

  constructor(
    private readonly idempotency: IdempotencyService,
    private readonly description: CallDescription,
    private readonly onReplay: () => void,
  ) {}

  async once<T>(work: () => Promise<T>, isFinal: (data: T) => boolean = () => true): Promise<T> {
    const outcome = await this.idempotency.claim(this.description);
    if ('answer' in outcome) {
      this.onReplay();
      return outcome.answer as T;
    }
    this.claim = outcome.claim;
    this.resourceId = outcome.resourceId;
    try {
      const data = await work();
      if (!this.answer && isFinal(data)) await this.idempotency.complete(null, this.claim, data);
      else if (!this.answer) await this.idempotency.release(this.claim);
      return this.answer ? (this.answer.data as T) : data;
    } catch (error) {
      // What an earlier try has begun, or this one, may have happened: the next one goes on with it.
      if (this.resourceId !== null || this.mayHaveHappened(error))
        await this.idempotency.endLease(this.claim);
      else await this.idempotency.release(this.claim);
      throw error;
    }
  }

  async begin(tx: Tx, resourceId: string): Promise<void> {
    await this.idempotency.begin(tx, this.held(), resourceId);
    this.hasBegun = true;
  }

  async complete(tx: Tx, data: unknown): Promise<void> {
    await this.idempotency.complete(tx, this.held(), data);
    this.answer = { data };
  }

  /** A failure that nobody has foreseen, as when the database goes away, says nothing of what Dodo was asked before. */
  private mayHaveHappened(error: unknown): boolean {
    return error instanceof AppError ? error.mayHaveHappened : this.hasBegun;
  }

  private held(): Claim {
    if (!this.claim) throw new Error('The call is not claimed: its controller has to wrap it in once().');
    return this.claim;
  }
}
