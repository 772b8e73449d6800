import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller';
import { MetricsController } from './metrics.controller';
import { MetricsServer } from './metrics-server';
import { ReadinessService } from './readiness.service';

/** For whoever runs the service: is it alive, is it ready, how is it doing. */
@Module({
  // Readiness says itself what changes; Terminus would say it at every probe.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController],
  providers: [ReadinessService, MetricsServer],
  exports: [MetricsServer],
})
export class OpsModule {}
