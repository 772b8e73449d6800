import { Client } from 'pg';
import { preparingClient } from './preparing-client';

/** What it was asked, instead of asking a server. */
class Recorder extends Client {
  readonly asked: unknown[] = [];

  override query(...parts: unknown[]): never {
    this.asked.push(parts[0]);
    return undefined as never;
  }
}

describe('preparingClient', () => {
  let Prepared: typeof Client;
  const newClient = () => new Prepared() as Recorder;

  beforeEach(() => {
    Prepared = preparingClient(Recorder);
  });

  it('prepares a statement that comes again, under one name on all connections', () => {
    const [first, second] = [newClient(), newClient()];
    const values = [1];
    for (const client of [first, first, first, second]) client.query('SELECT $1', values);
    const prepared = { name: 's0', text: 'SELECT $1', values };
    expect(first.asked).toEqual(['SELECT $1', 'SELECT $1', prepared]);
    expect(second.asked).toEqual([prepared]);
  });

  it('gives another statement another name', () => {
    const client = newClient();
    for (const text of ['SELECT $1', 'SELECT $1 + 1'])
      for (let times = 0; times < 3; times += 1) client.query(text, [1]);
    expect(client.asked.at(-1)).toMatchObject({ name: 's1', text: 'SELECT $1 + 1' });
  });

  it.each([
    ['a statement without parameters', ['START TRANSACTION']],
    ['a statement with an empty list of them', ['SELECT 1', []]],
    ['a query of its own kind', [{ text: 'SELECT $1', values: [1] }]],
  ])('leaves %s as it is', (_what, parts) => {
    const client = newClient();
    for (let times = 0; times < 4; times += 1) Reflect.apply(client.query, client, parts);
    expect(client.asked).toEqual(Array(4).fill(parts[0]));
  });

  it('prepares so many at most', () => {
    const client = newClient();
    for (let nth = 0; nth < 300; nth += 1)
      for (let times = 0; times < 3; times += 1) client.query(`SELECT $1 + ${nth}`, [1]);
    expect(client.asked.filter((it) => typeof it !== 'string')).toHaveLength(200);
  });
});
