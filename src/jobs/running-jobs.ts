import { Injectable } from '@nestjs/common';

/** The queue hears of a job's end a moment after it has ended. */
const REPORTED_WITHIN_MS = 5_000;

/** Which jobs this process really runs, or has run a moment ago: what the queue believes may be more. */
@Injectable()
export class RunningJobs {
  private readonly runs = new Map<string, number>();

  async during<T>(jobId: string, work: () => Promise<T>): Promise<T> {
    this.count(jobId, 1);
    try {
      return await work();
    } finally {
      setTimeout(() => this.count(jobId, -1), REPORTED_WITHIN_MS).unref();
    }
  }

  ids(): string[] {
    return [...this.runs.keys()];
  }

  private count(jobId: string, change: 1 | -1): void {
    const runs = (this.runs.get(jobId) ?? 0) + change;
    if (runs > 0) this.runs.set(jobId, runs);
    else this.runs.delete(jobId);
  }
}
