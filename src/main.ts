import { Logger } from '@nestjs/common';
import { AppModule } from './app.module';
import { createHttpServer } from './http/server';
import { announceStop, drain } from './http/shutdown';
import { JobRunner } from './jobs/job-runner';
import { MetricsServer } from './ops/metrics-server';
import { prepare, run, stopOnSignals } from './start';

/** The API, and its jobs unless JOBS=off. */
void run(async () => {
  const { config, logger, afterwards } = await prepare();
  const app = await createHttpServer(AppModule.with(config), { globalPrefix: config.globalPrefix, logger });
  const before = async () => {
    await announceStop(app, config.watch.shutdownDelaySeconds);
    await drain(app);
  };
  stopOnSignals(app, { before, afterwards });
  await app.init();
  await app.get(MetricsServer).start();
  if (config.jobs === 'inline') await app.get(JobRunner).start();
  await app.listen(config.port, '0.0.0.0');
  new Logger('Main').log(`Listening on ${await app.getUrl()}`);
});
