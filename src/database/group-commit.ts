import { QueryFailedError } from 'typeorm';
import { isDatabaseAway, isSqlState } from './database-away';

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: Error): void;
}

export interface GroupCommitOptions {
  /** Items of one transaction at most. */
  maxItems: number;
  /**
   * Of all that wait or are being written, what one transaction takes at most, once there are many: Postgres writes
   * some while this process answers and reads others, instead of either waiting for the other one.
   */
  maxShare?: number;
  /** Transactions at a time; the next items wait, and go together. */
  maxUnderWay: number;
}

/** Fewer than these are not worth a second transaction. */
const MANY = 8;

/**
 * Lets what comes at about the same time share one transaction. Nothing waits
 * for company: an item that comes alone is written as soon as what has arrived
 * with it is read, and those that come while transactions are under way go
 * together with the next one. Each caller's
 * promise resolves after the commit that has its item, never before; an item
 * that the database refuses fails alone.
 */
export class GroupCommit<Item, Result = void> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private underWay = 0;
  private itemsUnderWay = 0;
  private isForming = false;

  constructor(
    /** Writes all items in one transaction; what it answers for each, in their order, is for its caller. */
    private readonly commit: (items: Item[]) => Promise<readonly Result[]>,
    private readonly options: GroupCommitOptions,
  ) {}

  /** Resolves once the item is committed. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.form();
    });
  }

  /** After the requests that have come in at the same moment: the loop reads all of them first. */
  private form(): void {
    if (this.isForming) return;
    this.isForming = true;
    setImmediate(() => {
      this.isForming = false;
      this.next();
    });
  }

  private next(): void {
    if (this.waiting.length === 0 || this.underWay >= this.options.maxUnderWay) return;
    const group = this.waiting.splice(0, this.fairSize());
    this.underWay += 1;
    this.itemsUnderWay += group.length;
    void this.settle(group).finally(() => {
      this.underWay -= 1;
      this.itemsUnderWay -= group.length;
      this.next();
    });
    // What is left goes in a turn of its own: whoever has come, or is answered, meanwhile is read first.
    if (this.waiting.length > 0) this.form();
  }

  private fairSize(): number {
    const { maxItems, maxShare = 1 } = this.options;
    const share = Math.ceil((this.waiting.length + this.itemsUnderWay) * maxShare);
    return Math.min(maxItems, Math.max(MANY, share));
  }

  /** Never rejects: what went wrong is told to those whom it concerns. */
  private async settle(group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.commit(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(results[index]!));
    } catch (error) {
      if (group.length > 1 && isRefusal(error)) await Promise.all(group.map((one) => this.settle([one])));
      else group.forEach(({ reject }) => reject(error as Error));
    }
  }
}

/** The database answered and said no, which may be about one item alone. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof QueryFailedError ? (error.driverError as { code?: string }).code : undefined;
  return isSqlState(code) && !isDatabaseAway(error);
}
