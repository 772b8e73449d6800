import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

@Controller('health')
class HealthController {
  @Get()
  health() {
    return { success: true };
  }
}

/** A Nest application that does nothing but be there. */
@Module({ controllers: [HealthController] })
class EmptyModule {}

void NestFactory.create(EmptyModule, new FastifyAdapter(), { logger: false }).then((app) =>
  app.listen(Number(process.env.PORT), '127.0.0.1'),
);
