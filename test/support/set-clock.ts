import { Clock } from '../../src/clock';

/** The service's clock in a test: it stands still until it is set. */
export class SetClock extends Clock {
  at = new Date();

  passSeconds(seconds: number): void {
    this.at = this.secondsFromNow(seconds);
  }

  override now(): Date {
    return this.at;
  }
}
