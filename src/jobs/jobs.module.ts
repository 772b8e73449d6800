import { Global, Module } from '@nestjs/common';
import { JobHandlers } from './job-handlers';
import { JobQueue } from './job-queue';
import { JobRunner } from './job-runner';
import { JobTasks } from './job-tasks';
import { QueueMetrics } from './queue-metrics';
import { WorkerPresence } from './worker-presence';

@Global()
@Module({
  providers: [JobHandlers, JobQueue, JobRunner, JobTasks, QueueMetrics, WorkerPresence],
  exports: [JobHandlers, JobQueue, JobRunner],
})
export class JobsModule {}
