import type { Diary } from './diary';
import type { Receivers } from './receivers';
import type { SandboxClient } from './sandbox-client';
import type { SandboxTime } from './sandbox-time';
import type { ServiceClient } from './service-client';
import type { TimeSpent } from './time-spent';

/** What a life goes on in. */
export interface Stage {
  service: ServiceClient;
  sandbox: SandboxClient;
  time: SandboxTime;
  diary: Diary;
  receivers: Receivers;
  spent: TimeSpent;
  operatorToken: string;
  isOver: () => boolean;
}
