import { Module } from '@nestjs/common';
import { DodoGateway } from './dodo.gateway';

@Module({ providers: [DodoGateway], exports: [DodoGateway] })
export class DodoModule {}
