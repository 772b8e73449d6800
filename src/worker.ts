import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { JobRunner } from './jobs/job-runner';
import { prepare, run, stopOnSignals } from './start';

/** The same application without HTTP: it only runs jobs. */
void run(async () => {
  const { config, logger } = await prepare();
  const app = await NestFactory.createApplicationContext(AppModule.with(config), {
    logger,
    abortOnError: false,
  });
  stopOnSignals(app);
  await app.get(JobRunner).start();
  new Logger('Main').log('Running jobs.');
});
