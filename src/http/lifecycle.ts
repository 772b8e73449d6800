import { Injectable } from '@nestjs/common';

/** Where this process is in its life: told by the stop, asked by readiness. */
@Injectable()
export class Lifecycle {
  isStopping = false;
}
