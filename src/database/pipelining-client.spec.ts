import { Client } from 'pg';
import { pipeliningClient } from './pipelining-client';
import type { PipeliningClient } from './pipelining-client';

interface Asked {
  text: unknown;
  answer(result?: unknown): void;
  fail(error: Error): void;
}

/** What it was asked, instead of asking a server; each is answered when the test says so. */
class Recorder extends Client {
  readonly asked: Asked[] = [];

  override query(...[text]: unknown[]): never {
    const answered = new Promise((resolve, reject) => {
      this.asked.push({ text, answer: resolve, fail: reject });
    });
    return answered as never;
  }
}

const READ = 'SELECT balance FROM accounts WHERE id = $1 FOR UPDATE';
const WRITE = 'UPDATE accounts SET balance = 1 WHERE id = $1';

describe('pipeliningClient', () => {
  let client: PipeliningClient & Recorder;

  const ask = (text: string): Promise<unknown> => client.query(text) as unknown as Promise<unknown>;
  const sent = () => client.asked.map(({ text }) => text);
  const settle = () => new Promise(setImmediate);

  beforeEach(() => {
    client = new (pipeliningClient(Recorder))() as PipeliningClient & Recorder;
  });

  describe('at the beginning of a transaction', () => {
    beforeEach(() => ask('START TRANSACTION'));

    it('sends it together with the read that comes first', async () => {
      const read = ask(READ);
      expect(sent()).toEqual(['START TRANSACTION', READ]);
      client.asked[0]!.answer();
      client.asked[1]!.answer('a row');
      expect(await read).toBe('a row');
    });

    it('tells the reader when the transaction did not begin', async () => {
      const read = ask(READ);
      client.asked[0]!.fail(new Error('no transaction'));
      client.asked[1]!.answer('a row');
      await expect(read).rejects.toThrow('no transaction');
    });

    it('sends a write only when the transaction has begun', async () => {
      const write = ask(WRITE);
      await settle();
      expect(sent()).toEqual(['START TRANSACTION']);
      client.asked[0]!.answer();
      await settle();
      client.asked[1]!.answer('written');
      expect(await write).toBe('written');
    });

    it('never sends a write when it did not', async () => {
      const write = ask(WRITE);
      client.asked[0]!.fail(new Error('no transaction'));
      await expect(write).rejects.toThrow('no transaction');
      expect(sent()).toEqual(['START TRANSACTION']);
    });
  });

  describe('at the end of a transaction', () => {
    beforeEach(() => client.writeWithCommit(WRITE, [1]));

    it('sends the last write together with COMMIT', async () => {
      const committed = ask('COMMIT');
      expect(sent()).toEqual([WRITE, 'COMMIT']);
      client.asked[0]!.answer();
      client.asked[1]!.answer('committed');
      expect(await committed).toBe('committed');
    });

    it('tells whoever commits when the write failed', async () => {
      const committed = ask('COMMIT');
      client.asked[0]!.fail(new Error('refused'));
      client.asked[1]!.answer('rolled back');
      await expect(committed).rejects.toThrow('refused');
    });

    it('forgets the write when all is rolled back', () => {
      void ask('ROLLBACK');
      void ask(READ);
      expect(sent()).toEqual(['ROLLBACK', READ]);
    });

    it('writes before what comes in between, should something', () => {
      void ask(READ);
      void ask('COMMIT');
      expect(sent()).toEqual([WRITE, READ, 'COMMIT']);
    });
  });

  it('leaves statements of no transaction alone', () => {
    void ask(WRITE);
    void ask(READ);
    expect(sent()).toEqual([WRITE, READ]);
  });
});
