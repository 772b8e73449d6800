import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics';

/** Global, since every room counts something. */
@Global()
@Module({ providers: [Metrics], exports: [Metrics] })
export class WatchModule {}
