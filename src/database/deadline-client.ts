import { Client } from 'pg';

/**
 * A client whose connection breaks when an answer takes longer than `ms`. Postgres
 * itself ends statements that are slow; this is for a connection whose other side
 * is gone without a word, on which the caller would wait for as long as TCP does.
 */
export function clientWithDeadline(ms: number): typeof Client {
  return class DeadlineClient extends Client {
    override query(...parts: unknown[]): never {
      const outcome: unknown = Reflect.apply(super.query, this, parts);
      if (outcome instanceof Promise) this.breakUnlessSettled(outcome);
      return outcome as never;
    }

    private breakUnlessSettled(answer: Promise<unknown>): void {
      const timer = setTimeout(() => {
        this.connection.stream.destroy(new Error(`The database gave no answer for ${ms / 1000} s`));
      }, ms);
      // The connection keeps the process going; the timer has nothing to say without it.
      timer.unref();
      const stop = (): void => clearTimeout(timer);
      answer.then(stop, stop);
    }
  };
}
