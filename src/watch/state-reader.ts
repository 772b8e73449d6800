import type { LabelValues } from 'prom-client';

/** Values with their labels, out of the database. */
export type Read<L extends string> = () => Promise<[labels: LabelValues<L>, value: number][]>;

/** Less than the usual interval of a scrape, more than a few eager ones are apart. */
const KEEP_MS = 5_000;
/** A scraper waits ten seconds: what the database does not say by then, others still do. */
const PATIENCE_MS = 3_000;

/** Reads at most once at a time and once in a while; a database that hangs holds up one reading, not one a scrape. */
export class StateReader<L extends string> {
  private underWay: Promise<unknown> | null = null;
  private kept: { value: Awaited<ReturnType<Read<L>>> | null; at: number } | null = null;

  constructor(
    private readonly read: Read<L>,
    private readonly noteFailure: (error: Error) => void,
  ) {}

  /** Null when it could not be read. */
  async get(): Promise<Awaited<ReturnType<Read<L>>> | null> {
    if (this.kept === null || performance.now() - this.kept.at > KEEP_MS) await this.refresh();
    return this.kept?.value ?? null;
  }

  private async refresh(): Promise<void> {
    this.underWay ??= this.readOnce().finally(() => (this.underWay = null));
    let timer: NodeJS.Timeout | undefined;
    const outOfPatience = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.kept = null;
        this.noteFailure(new Error(`no answer within ${PATIENCE_MS} ms`));
        resolve();
      }, PATIENCE_MS);
    });
    await Promise.race([this.underWay, outOfPatience]);
    clearTimeout(timer);
  }

  private async readOnce(): Promise<void> {
    try {
      this.kept = { value: await this.read(), at: performance.now() };
    } catch (error) {
      this.kept = null;
      this.noteFailure(error as Error);
    }
  }
}
