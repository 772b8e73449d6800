import { Global, Module } from '@nestjs/common';
import { JobHandlers } from './job-handlers.js';
import { JobQueue } from './job-queue.js';
import { JobRunner } from './job-runner.js';
import { WorkerPresence } from './worker-presence.js';

@Global()
@Module({
  providers: [JobHandlers, JobQueue, JobRunner, WorkerPresence],
  exports: [JobHandlers, JobQueue, JobRunner],
})
export class JobsModule {}
