import { Controller, Get, Module } from '@nestjs/common';
import { AppModule } from '../../src/app.module';
import { Authenticated } from '../../src/auth/authenticated.decorator';
import { createHttpServer } from '../../src/http/server';
import { drain } from '../../src/http/shutdown';
import { prepare, stopOnSignals } from '../../src/start';

@Controller()
class ConstantController {
  /** All that every route of the service goes through, around the answer of the bare peers. */
  @Get('bare')
  @Authenticated({ scope: 'billing:read', suspended: 'refused' })
  bare() {
    return { answer: 42 };
  }
}

@Module({ controllers: [ConstantController] })
class ConstantModule {}

/** The whole service, and one route more. */
async function main(): Promise<void> {
  const { config, logger, afterwards } = await prepare();
  const module = AppModule.with(config);
  const app = await createHttpServer(
    { ...module, imports: [...(module.imports ?? []), ConstantModule] },
    { globalPrefix: '', logger },
  );
  stopOnSignals(app, { before: () => drain(app), afterwards });
  await app.listen(config.port, '127.0.0.1');
}

void main();
