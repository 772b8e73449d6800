import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { announceStop } from './http/shutdown';
import { JobRunner } from './jobs/job-runner';
import { MetricsServer } from './ops/metrics-server';
import { prepare, run, stopOnSignals } from './start';

/** The same application without HTTP, but for METRICS_PORT: it only runs jobs. */
void run(async () => {
  const { config, logger, afterwards } = await prepare();
  const app = await NestFactory.createApplicationContext(AppModule.with(config), {
    logger,
    abortOnError: false,
  });
  stopOnSignals(app, { before: () => announceStop(app), afterwards });
  await app.get(MetricsServer).start();
  await app.get(JobRunner).start();
  new Logger('Main').log('Running jobs.');
});
