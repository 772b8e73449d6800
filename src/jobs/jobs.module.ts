import { Global, Module } from '@nestjs/common';
import { JobHandlers } from './job-handlers';
import { JobQueue } from './job-queue';
import { JobRunner } from './job-runner';
import { JobTasks } from './job-tasks';
import { QueueMetrics } from './queue-metrics';
import { RecurringJobs } from './recurring-jobs';
import { ReplacedJobs } from './replaced-jobs';
import { RunningJobs } from './running-jobs';
import { WakeUps } from './wake-ups';
import { WorkerPresence } from './worker-presence';

@Global()
@Module({
  providers: [
    JobHandlers,
    JobQueue,
    JobRunner,
    JobTasks,
    QueueMetrics,
    RecurringJobs,
    ReplacedJobs,
    RunningJobs,
    WakeUps,
    WorkerPresence,
  ],
  exports: [JobHandlers, JobQueue, JobRunner, RecurringJobs, WakeUps],
})
export class JobsModule {}
