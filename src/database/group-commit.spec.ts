import { QueryFailedError } from 'typeorm';
import { GroupCommit } from './group-commit';

/** Lets a test decide when, and how, each transaction ends. */
class Ledger {
  readonly begun: string[][] = [];
  private readonly ends: { resolve(): void; reject(error: Error): void }[] = [];

  readonly commit = async (items: string[]): Promise<string[]> => {
    this.begun.push(items);
    await new Promise<void>((resolve, reject) => this.ends.push({ resolve, reject }));
    return items.map((item) => `stored ${item}`);
  };

  /** Ends the oldest transaction under way, and lets what follows from that happen. */
  async end(error?: Error): Promise<void> {
    const oldest = this.ends.shift()!;
    if (error) oldest.reject(error);
    else oldest.resolve();
    await turn();
  }
}

/** Lets everything that has come in be read, and what follows from it happen. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const refusal = (code: string) =>
  new QueryFailedError('INSERT', [], Object.assign(new Error(code), { code }));

describe('GroupCommit', () => {
  let ledger: Ledger;
  let group: GroupCommit<string, string>;

  beforeEach(() => {
    ledger = new Ledger();
    group = new GroupCommit(ledger.commit, { maxItems: 3, maxUnderWay: 1 });
  });

  it('writes an item that comes alone in the same turn', async () => {
    void group.add('a');
    await turn();
    expect(ledger.begun).toEqual([['a']]);
  });

  it('writes those together that come in the same turn', async () => {
    for (const item of ['a', 'b']) void group.add(item);
    await turn();
    expect(ledger.begun).toEqual([['a', 'b']]);
  });

  it('writes those together that come while another is written, so many at most', async () => {
    void group.add('a');
    await turn();
    for (const item of ['b', 'c', 'd', 'e']) void group.add(item);
    await ledger.end();
    await ledger.end();
    expect(ledger.begun).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  it('takes a share of many, so that some are written while others come', async () => {
    group = new GroupCommit(ledger.commit, { maxItems: 100, maxShare: 1 / 4, maxUnderWay: 2 });
    for (let i = 0; i < 48; i += 1) void group.add(`event ${i}`);
    await turn();
    await turn();
    await ledger.end();
    expect(ledger.begun.map(({ length }) => length)).toEqual([12, 12, 9]);
  });

  it('takes a few together, whatever their share', async () => {
    group = new GroupCommit(ledger.commit, { maxItems: 100, maxShare: 1 / 4, maxUnderWay: 2 });
    for (let i = 0; i < 8; i += 1) void group.add(`event ${i}`);
    await turn();
    expect(ledger.begun.map(({ length }) => length)).toEqual([8]);
  });

  it('resolves nothing before its commit, and then with what was written', async () => {
    void group.add('a');
    await turn();
    let answer = '';
    const second = group.add('b').then((it) => (answer = it));
    await ledger.end();
    expect(answer).toBe('');
    await ledger.end();
    await second;
    expect(answer).toBe('stored b');
  });

  it('lets an item that the database refuses fail alone', async () => {
    void group.add('a');
    await turn();
    const outcomes = Promise.allSettled(['b', 'poison', 'c'].map((item) => group.add(item)));
    await ledger.end();
    await ledger.end(refusal('22021'));
    expect(ledger.begun.slice(2)).toEqual([['b'], ['poison'], ['c']]);
    await ledger.end();
    await ledger.end(refusal('22021'));
    await ledger.end();
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it.each([
    ['the connection', refusal('08006')],
    ['a shutdown', refusal('57P01')],
    ['no answer', new Error('timeout')],
  ])('does not ask again for each when the failure is about %s', async (_what, error) => {
    void group.add('a');
    await turn();
    const outcomes = Promise.allSettled(['b', 'c'].map((item) => group.add(item)));
    await ledger.end();
    await ledger.end(error);
    expect(ledger.begun).toHaveLength(2);
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('goes on after a failure', async () => {
    group.add('a').catch(() => undefined);
    await turn();
    const later = group.add('b');
    await ledger.end(new Error('away'));
    await ledger.end();
    expect(await later).toBe('stored b');
  });
});
