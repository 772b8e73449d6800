import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';

/** How often it asks itself whether it still hears everything. */
const BEAT_EVERY_MS = 250;
/** A beat that takes longer than this has met a dead connection. */
const BEAT_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_AFTER_MS = 500;

export interface ChangeFeedListener {
  /** Something has changed; `payload` is what its NOTIFY said. */
  onChange(payload: string): void;
  /** Changes may have been missed: nothing that was known before can be relied on. */
  onGap(): void;
}

/**
 * Hears what other transactions announce by NOTIFY, and knows up to which
 * moment it has heard all of it. Postgres hands notifications over in the order
 * of commits; so when a beat of our own comes back, every change committed before
 * the beat was sent has come before it. A connection that is cut, half-open or
 * slow, or a pooler that can't LISTEN, shows as a lag that grows, never as silence
 * that is taken for peace.
 */
export class ChangeFeed {
  private readonly logger = new Logger('Database');
  private readonly beatChannel = `beat_${randomBytes(8).toString('hex')}`;
  private client: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;
  private isLost = false;
  /** Monotonic, since it is about this process' connection and not about the time of day. */
  private heardUntilMs = -Infinity;

  constructor(
    private readonly databaseUrl: string,
    private readonly channel: string,
    private readonly listener: ChangeFeedListener,
  ) {}

  /** Everything that was committed longer ago than this has been handed over. */
  get lagMs(): number {
    return performance.now() - this.heardUntilMs;
  }

  start(): void {
    void this.connect();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    const { client } = this;
    this.client = null;
    await client?.end();
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.databaseUrl,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: BEAT_TIMEOUT_MS,
      application_name: 'autoposting-billing changes',
    });
    this.client = client;
    client.on('error', (error) => this.lose(client, error));
    client.on('end', () => this.lose(client, new Error('the connection has ended')));
    client.on('notification', ({ channel, payload = '' }) => this.hear(client, channel, payload));
    try {
      await client.connect();
      // A beat writes nothing that would have to be on disk.
      await client.query('SET synchronous_commit = off');
      await client.query(`LISTEN ${this.channel}; LISTEN ${this.beatChannel}`);
      if (client !== this.client) return;
      // What was read before this moment may have changed without our hearing of it.
      this.listener.onGap();
      await this.beat(client);
    } catch (error) {
      this.lose(client, error as Error);
    }
  }

  private async beat(client: Client): Promise<void> {
    await client.query('SELECT pg_notify($1, $2)', [this.beatChannel, String(performance.now())]);
    // The connection may have ended together with the answer: the timer is that of the next one then.
    if (client !== this.client) return;
    this.later(BEAT_EVERY_MS, () => {
      this.beat(client).catch((error: Error) => this.lose(client, error));
    });
  }

  private hear(client: Client, channel: string, payload: string): void {
    if (client !== this.client) return;
    if (channel === this.channel) return this.listener.onChange(payload);
    this.heardUntilMs = Number(payload);
    if (this.isLost) this.logger.log('Changes are heard again.');
    this.isLost = false;
  }

  /** Said once an outage: until it is over, everything is read instead of remembered. */
  private lose(client: Client, error: Error): void {
    if (client !== this.client || this.isStopped) return;
    this.client = null;
    this.heardUntilMs = -Infinity;
    if (!this.isLost) this.logger.warn(`Changes are not heard, so nothing is remembered: ${error.message}`);
    this.isLost = true;
    client.end().catch(() => undefined);
    this.later(RECONNECT_AFTER_MS, () => void this.connect());
  }

  private later(ms: number, work: () => void): void {
    if (this.timer) clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(work, ms);
  }
}
