import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Client } from 'pg';
import { HashedKey } from '../../src/auth/api-key';
import type { KeyWithOrg } from '../../src/auth/api-keys.repository';
import { KeyCache } from '../../src/auth/key-cache';
import type { Config } from '../../src/config';
import { CuttableLink } from '../../scripts/faults/cuttable-link';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/until';

/** What a replica may take to see a change, whatever becomes of its connections. */
const WITHIN_MS = 1_000;

describe('Law 6: a key that is remembered is forgotten within a second of any change', () => {
  let database: TestDatabase;
  let link: CuttableLink;
  let sql: Client;
  let cache: KeyCache;
  let count = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = new Client({ connectionString: database.url });
    await sql.connect();
  });

  beforeEach(async () => {
    link = await CuttableLink.to(database.url);
    cache = new KeyCache({ databaseUrl: link.url } as Config);
  });

  afterEach(async () => {
    link.thaw();
    await cache.onApplicationShutdown();
    await link.close();
  });

  afterAll(async () => {
    await sql.end();
    await database.drop();
  });

  async function newKey(): Promise<KeyWithOrg> {
    count += 1;
    const hash = HashedKey.of(Buffer.alloc(32, count));
    await sql.query(
      `INSERT INTO organizations (id, name, email, created_at) VALUES ($1, 'Acme', 'acme@example.com', now())`,
      [`org_${count}`],
    );
    await sql.query(
      `INSERT INTO api_keys (id, org_id, name, hash, hint, scopes, created_at, updated_at)
       VALUES ($1, $2, 'test', $3, 'sk-social-…', '{}', now(), now())`,
      [`key_${count}`, `org_${count}`, hash.bytes],
    );
    const rest = { scopes: [], expiresAt: null, lastUsedAt: null, billingStatus: 'none' as const };
    return { id: `key_${count}`, orgId: `org_${count}`, hash, ...rest };
  }

  /** As after a first request with it. */
  const remember = (key: KeyWithOrg) =>
    until(`${key.id} is remembered`, async () => {
      await cache.read(key.hash, async () => key);
      return cache.remembered(key.hash);
    });

  const forgets = (key: KeyWithOrg) =>
    until(`${key.id} is forgotten`, async () => cache.remembered(key.hash) === null, WITHIN_MS);

  /** From now on everything that was committed before has been heard. */
  async function hearEverything(): Promise<void> {
    const marker = await newKey();
    await remember(marker);
    await sql.query('DELETE FROM api_keys WHERE id = $1', [marker.id]);
    await until('the marker is forgotten', async () => cache.remembered(marker.hash) === null);
  }

  it.each([
    ['revoked', `DELETE FROM api_keys WHERE org_id = $1`],
    ['rotated', `UPDATE api_keys SET hash = sha256(hash) WHERE org_id = $1`],
    ['given an end', `UPDATE api_keys SET expires_at = now() WHERE org_id = $1`],
    ['given fewer scopes', `UPDATE api_keys SET scopes = '{billing:read}' WHERE org_id = $1`],
    ['of an org that is suspended', `UPDATE organizations SET billing_status = 'on_hold' WHERE id = $1`],
  ])('forgets a key that is %s, and no other', async (_what, change) => {
    const [key, other] = [await newKey(), await newKey()];
    await remember(key);
    await remember(other);
    await sql.query(change, [key.orgId]);
    await forgets(key);
    expect(cache.remembered(other.hash)).toBe(other);
  });

  it('does not forget a key for being used', async () => {
    const key = await newKey();
    await remember(key);
    await sql.query('UPDATE api_keys SET last_used_at = now() WHERE id = $1', [key.id]);
    await hearEverything();
    expect(cache.remembered(key.hash)).toBe(key);
  });

  it('does not remember what was read before a change and came after the news of it', async () => {
    const key = await newKey();
    await cache.read(key.hash, async () => {
      await sql.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [key.id]);
      await hearEverything();
      return key;
    });
    expect(cache.remembered(key.hash)).toBeNull();
  });

  it('forgets when its connection is cut, and remembers again when it is back', async () => {
    const [key, kept] = [await newKey(), await newKey()];
    await remember(key);
    await remember(kept);
    await link.close();
    await sql.query('DELETE FROM api_keys WHERE id = $1', [key.id]);
    await forgets(key);
    await link.cutFor(0);
    await remember(kept);
    expect(cache.remembered(key.hash)).toBeNull();
  });

  it('forgets when its connection is open and says nothing any more', async () => {
    const [key, kept] = [await newKey(), await newKey()];
    await remember(key);
    await remember(kept);
    link.freeze();
    await sql.query('DELETE FROM api_keys WHERE id = $1', [key.id]);
    await forgets(key);
    link.thaw();
    await remember(kept);
    expect(cache.remembered(key.hash)).toBeNull();
  });

  it('remembers again when its connection was ended in the same breath as a beat was answered', async () => {
    const way = await HoldingWay.to(database.url);
    const held = new KeyCache({ databaseUrl: way.url } as Config);
    const key = await newKey();
    const isRemembered = async () => {
      await held.read(key.hash, async () => key);
      return held.remembered(key.hash) !== null;
    };
    try {
      await until('the key is remembered', isRemembered);
      way.hold();
      await until('a beat is answered', async () => way.holds('SELECT 1'));
      await sql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'autoposting-billing changes' AND client_port = $1`,
        [way.port],
      );
      await until('the connection is ended', async () => way.holds('57P01'));
      way.letGo();
      await until('the key is forgotten', async () => held.remembered(key.hash) === null);
      await until('the key is remembered again', isRemembered);
    } finally {
      await held.onApplicationShutdown();
      way.close();
    }
  });

  it('remembers nothing while it has never heard a thing', async () => {
    link.freeze();
    const key = await newKey();
    expect(await cache.read(key.hash, async () => key)).toBe(key);
    expect(cache.remembered(key.hash)).toBeNull();
  });

  it('never remembers that a key is unknown', async () => {
    const key = await newKey();
    await remember(await newKey());
    expect(await cache.read(key.hash, async () => null)).toBeNull();
    expect(await cache.read(key.hash, async () => key)).toBe(key);
  });

  it('remembers so many and no more, the newest of them', async () => {
    // Remembered, though not yet to be used: nothing has been heard.
    link.freeze();
    const keys = Array.from({ length: 25_000 }, (_, index) => {
      const bytes = Buffer.alloc(32);
      bytes.writeUInt32BE(index);
      const rest = { scopes: [], expiresAt: null, lastUsedAt: null, billingStatus: 'none' as const };
      return { id: `key_${index}`, orgId: `org_of_many_${index % 7}`, hash: HashedKey.of(bytes), ...rest };
    });
    for (const key of keys) await cache.read(key.hash, async () => key);
    expect(cache.size).toBe(20_000);
    // The last 20,000 of 25,000: every seventh of them is this organization's.
    const forgotten = keys.slice(-20_000).filter(({ orgId }) => orgId === 'org_of_many_0').length;
    cache.forget('org_of_many_0');
    expect(cache.size).toBe(20_000 - forgotten);
  });
});

/** A way to Postgres on which answers can be held back, to come all at once and be the last. */
class HoldingWay {
  private held: Buffer[] | null = null;
  private near: Socket;
  private far: Socket;

  private constructor(private readonly server: Server) {}

  static async to(databaseUrl: string): Promise<HoldingWay> {
    const server = createServer();
    const way = new HoldingWay(server);
    server.on('connection', (near) => way.join(near, Number(new URL(databaseUrl).port)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(databaseUrl);
    url.port = String((server.address() as AddressInfo).port);
    way.url = url.href;
    return way;
  }

  url: string;

  /** Of its connection, as Postgres sees it. */
  get port(): number {
    return this.far.localPort!;
  }

  hold(): void {
    this.held = [];
  }

  holds(text: string): boolean {
    return Buffer.concat(this.held ?? []).includes(text);
  }

  letGo(): void {
    this.near.end(Buffer.concat(this.held ?? []));
    this.held = null;
  }

  close(): void {
    this.server.close();
    this.near.destroy();
    this.far.destroy();
  }

  private join(near: Socket, port: number): void {
    const far = connect(port, '127.0.0.1');
    [this.near, this.far] = [near, far];
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => undefined).on('close', () => this.held ?? near.destroy());
    far.on('data', (chunk) => (this.held ? void this.held.push(chunk) : near.write(chunk)));
    near.pipe(far);
  }
}
