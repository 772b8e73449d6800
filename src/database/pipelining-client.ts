import type { Client } from 'pg';

/** The answer to a statement that has not been sent yet; nobody reads it. */
const NOTHING_YET = { rows: [], rowCount: null, command: '' };

/** What a connection of the service's pool can do beyond pg's. */
export interface PipeliningClient extends Client {
  /** Sends the statement together with the COMMIT that comes next. */
  writeWithCommit(text: string, values: unknown[]): void;
}

/**
 * A client whose transactions take fewer round trips: START TRANSACTION goes together with the first statement where that
 * reads, and the last write, where it is given by `writeWithCommit`, together with COMMIT. Both are safe should the first
 * of the two fail alone: a read without its transaction changes nothing, and a failed write makes COMMIT a rollback. The
 * caller hears of the failure either way. A first statement that writes waits until the transaction has begun: alone, it
 * would commit by itself.
 */
export function pipeliningClient(base: typeof Client): new (...options: unknown[]) => PipeliningClient {
  const Base = base as new (...options: unknown[]) => Client;
  return class extends Base implements PipeliningClient {
    private beginning: string | null = null;
    private lastWrite: [text: string, values: unknown[]] | null = null;

    writeWithCommit(text: string, values: unknown[]): void {
      this.lastWrite = [text, values];
    }

    override query(...parts: unknown[]): never {
      const [text] = parts;
      if (text === 'START TRANSACTION') {
        this.beginning = text;
        return Promise.resolve(NOTHING_YET) as never;
      }
      if (this.beginning !== null) return this.begin(this.beginning, parts) as never;
      if (this.lastWrite !== null) return this.finish(this.lastWrite, parts) as never;
      return this.send(parts) as never;
    }

    private begin(beginning: string, first: unknown[]): Promise<unknown> {
      this.beginning = null;
      const begun = this.send([beginning]);
      return isRead(first[0]) ? afterBoth(begun, this.send(first)) : begun.then(() => this.query(...first));
    }

    private finish(lastWrite: [text: string, values: unknown[]], ending: unknown[]): Promise<unknown> {
      this.lastWrite = null;
      return ending[0] === 'ROLLBACK'
        ? this.send(ending)
        : afterBoth(this.send(lastWrite), this.send(ending));
    }

    private send(parts: unknown[]): Promise<unknown> {
      return Reflect.apply(super.query, this, parts) as unknown as Promise<unknown>;
    }
  };
}

function isRead(text: unknown): boolean {
  return typeof text === 'string' && text.startsWith('SELECT');
}

/** The second answer, once both have come; the first failure, should there be one. */
async function afterBoth(first: Promise<unknown>, second: Promise<unknown>): Promise<unknown> {
  const [, answer] = await Promise.all([first, second]);
  return answer;
}
