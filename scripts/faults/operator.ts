import type { ServiceClient } from './service-client';

const EVERY_MS = 5_000;

/** Who looks after the service: told that something is owed for too long, they have it compared with Dodo. */
export class Operator {
  private busyUntil = 0;

  constructor(
    private readonly service: ServiceClient,
    private readonly operatorToken: string,
  ) {}

  /** At most one call at a time, and not too often; it is not waited for. */
  readonly heal = (): void => {
    if (performance.now() < this.busyUntil) return;
    this.busyUntil = Infinity;
    void this.reconcile().finally(() => {
      this.busyUntil = performance.now() + EVERY_MS;
    });
  };

  /** Never rejects. True when a comparison has come to its end. */
  async reconcile(): Promise<boolean> {
    const { service, operatorToken } = this;
    const answer = await service.try('POST', '/operator/reconcile', { operatorToken });
    return answer?.status === 200 && answer.data.status === 'completed';
  }
}
