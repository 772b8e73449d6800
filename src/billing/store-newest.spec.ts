import { storeNewest } from './store-newest';

/** One row of ours, and an object of Dodo's that counts up with every read. */
class Shelf {
  row: { version: number; content: number } | null = null;
  reads = 0;
  private truth = 0;

  sync(): Promise<number> {
    return storeNewest({
      find: () => this.later(() => this.row),
      fetch: () => this.later(() => ((this.reads += 1), (this.truth += 1))),
      save: (content, seen) =>
        this.later(() => {
          if ((this.row?.version ?? 0) !== (seen?.version ?? 0)) return false;
          this.row = { version: (seen?.version ?? 0) + 1, content };
          return true;
        }),
    });
  }

  private async later<T>(work: () => T): Promise<T> {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    return work();
  }
}

describe('storeNewest', () => {
  it('stores what it has read', async () => {
    const shelf = new Shelf();
    expect(await shelf.sync()).toBe(1);
    expect(shelf.row).toEqual({ version: 1, content: 1 });
  });

  it('never lets a version hold something that was read before what it replaces', async () => {
    const shelf = new Shelf();
    const stored: number[] = [];
    const watch = setInterval(() => shelf.row && stored.push(shelf.row.content), 1);
    await Promise.all(Array.from({ length: 50 }, () => shelf.sync()));
    clearInterval(watch);
    expect(stored).toEqual(stored.toSorted((a, b) => a - b));
  });

  it('ends by the third round, however many run at once, and holds what was read after each of them began', async () => {
    const shelf = new Shelf();
    await shelf.sync();
    const readsBefore = shelf.reads;
    await Promise.all(Array.from({ length: 50 }, () => shelf.sync()));
    expect(shelf.reads - readsBefore).toBeLessThanOrEqual(100);
    expect(shelf.row!.version).toBeGreaterThanOrEqual(3);
    expect(shelf.row!.content).toBeGreaterThan(readsBefore + 1);
  });
});
