import { Module } from '@nestjs/common';
import { DodoGateway } from './dodo.gateway.js';

@Module({ providers: [DodoGateway], exports: [DodoGateway] })
export class DodoModule {}
