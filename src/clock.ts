import { Injectable } from '@nestjs/common';

/**
 * The only source of time for services. Tests provide a subclass that can be
 * moved, so that months pass in a test; nothing else may call `Date.now()`.
 */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** `seconds` may be negative: then the instant lies in the past. */
  secondsFromNow(seconds: number): Date {
    return new Date(this.now().getTime() + seconds * 1000);
  }

  /** 0 once it is over. */
  secondsUntil(at: Date): number {
    return Math.max(0, (at.getTime() - this.now().getTime()) / 1000);
  }

  /** 0 while it is to come. */
  secondsSince(at: Date): number {
    return Math.max(0, (this.now().getTime() - at.getTime()) / 1000);
  }
}
