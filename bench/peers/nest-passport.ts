import 'reflect-metadata';
import { createHmac } from 'node:crypto';
import { Controller, Get, Injectable, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';

const hash = (key: string): string => createHmac('sha256', 'a pepper').update(key).digest('base64');

const known = new Map([[hash(process.env.KEY!), { orgId: 'org_1' }]]);

/** As the package's documentation has it: a key is looked up by its hash, in memory. */
@Injectable()
class KeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy) {
  constructor() {
    super({ header: 'authorization', prefix: 'Bearer ' }, false);
  }

  validate(key: string) {
    return known.get(hash(key)) ?? false;
  }
}

@Controller()
class GuardedController {
  @Get('bare')
  @UseGuards(AuthGuard('headerapikey'))
  bare() {
    return { success: true, data: { answer: 42 } };
  }

  @Get('ready')
  ready() {
    return 'ok';
  }
}

/** One route with the guard of `@nestjs/passport`, and nothing else around it. */
@Module({ imports: [PassportModule], controllers: [GuardedController], providers: [KeyStrategy] })
class GuardedModule {}

void NestFactory.create(GuardedModule, new FastifyAdapter(), { logger: ['error'] }).then((app) =>
  app.listen(Number(process.env.PORT), '127.0.0.1'),
);
