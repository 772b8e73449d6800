import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

@Controller()
class BareController {
  @Get('bare')
  bare() {
    return { success: true, data: { answer: 42 } };
  }
}

/** The same Nest platform with one route and nothing around it. */
@Module({ controllers: [BareController] })
class BareModule {}

void NestFactory.create(BareModule, new FastifyAdapter(), { logger: ['error'] }).then((app) =>
  app.listen(Number(process.env.PORT), '127.0.0.1'),
);
