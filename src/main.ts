import { Logger } from '@nestjs/common';
import { AppModule } from './app.module';
import { createHttpServer } from './http/server';
import { drain } from './http/shutdown';
import { JobRunner } from './jobs/job-runner';
import { prepare, run, stopOnSignals } from './start';

/** The API, and its jobs unless JOBS=off. */
void run(async () => {
  const { config, logger } = await prepare();
  const app = await createHttpServer(AppModule.with(config), { globalPrefix: config.globalPrefix, logger });
  stopOnSignals(app, () => drain(app));
  await app.init();
  if (config.jobs === 'inline') await app.get(JobRunner).start();
  await app.listen(config.port, '0.0.0.0');
  new Logger('Main').log(`Listening on ${await app.getUrl()}`);
});
