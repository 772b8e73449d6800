import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config';
import { ChangeFeed } from '../database/change-feed';
import type { HashedKey } from './api-key';
import type { KeyWithOrg } from './api-keys.repository';

/** Announced by triggers on `api_keys` and `organizations`, with the organization's id. */
const CHANNEL = 'access_changed';

/**
 * A revoked key and a suspension bite within a second: what is remembered counts
 * only while every change older than this has been heard of.
 */
const MAX_LAG_MS = 900;

/** Some 10 MB when full. */
const MAX_KEYS = 20_000;

/**
 * Remembers keys that have been looked up, with the billing status of their
 * orgs. It forgets what changes in any process, and remembers nothing while it
 * can't be sure of hearing about changes: then the database is asked, as if it
 * were not here. It never remembers that a key is unknown.
 */
@Injectable()
export class KeyCache implements OnApplicationShutdown {
  /** By their keyed hash: the secret itself stays out of memory. */
  private readonly keys = new Map<string, KeyWithOrg>();
  private readonly namesByOrg = new Map<string, Set<string>>();
  private readonly feed: ChangeFeed;
  private isStarted = false;
  /** Counts what was forgotten: a row that was read before the last time may be the one from before the change. */
  private generation = 0;

  constructor(config: Config) {
    this.feed = new ChangeFeed(config.databaseUrl, CHANNEL, {
      onChange: (orgId) => (orgId === '' ? this.forgetAll() : this.forget(orgId)),
      onGap: () => this.forgetAll(),
    });
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.keys.size;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.feed.stop();
  }

  /** Null when it is not remembered, or when what is remembered may be out of date. */
  remembered(hash: HashedKey): KeyWithOrg | null {
    return this.feed.lagMs < MAX_LAG_MS ? (this.keys.get(hash.hex) ?? null) : null;
  }

  /** Asks the database by `look`, and remembers the answer unless something changed meanwhile. */
  async read(hash: HashedKey, look: () => Promise<KeyWithOrg | null>): Promise<KeyWithOrg | null> {
    this.listen();
    const { generation } = this;
    const key = await look();
    if (key && generation === this.generation) this.remember(hash.hex, key);
    return key;
  }

  /** Other processes hear of it by themselves; to the one that made a change it is true at once. */
  forget(orgId: string): void {
    this.generation += 1;
    for (const name of this.namesByOrg.get(orgId) ?? []) this.keys.delete(name);
    this.namesByOrg.delete(orgId);
  }

  private forgetAll(): void {
    this.generation += 1;
    this.keys.clear();
    this.namesByOrg.clear();
  }

  /** From the first key on: processes that only run jobs, and commands, are asked for none. */
  private listen(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.feed.start();
  }

  private remember(name: string, key: KeyWithOrg): void {
    const [oldest] = this.keys.size >= MAX_KEYS ? this.keys.entries() : [];
    if (oldest) this.drop(...oldest);
    this.keys.set(name, key);
    const names = this.namesByOrg.get(key.orgId);
    if (names) names.add(name);
    else this.namesByOrg.set(key.orgId, new Set([name]));
  }

  private drop(name: string, { orgId }: KeyWithOrg): void {
    this.keys.delete(name);
    const names = this.namesByOrg.get(orgId);
    names?.delete(name);
    if (names?.size === 0) this.namesByOrg.delete(orgId);
  }
}
