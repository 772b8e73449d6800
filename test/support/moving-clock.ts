import { Clock } from '../../src/clock';

/** The service's clock in a test: real time, plus what the test has added. */
export class MovingClock extends Clock {
  private offsetMs = 0;

  advanceSeconds(seconds: number): void {
    this.offsetMs += seconds * 1000;
  }

  override now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }
}
