import { Global, Module } from '@nestjs/common';
import { JobHandlers } from './job-handlers';
import { JobQueue } from './job-queue';
import { JobRunner } from './job-runner';
import { WorkerPresence } from './worker-presence';

@Global()
@Module({
  providers: [JobHandlers, JobQueue, JobRunner, WorkerPresence],
  exports: [JobHandlers, JobQueue, JobRunner],
})
export class JobsModule {}
