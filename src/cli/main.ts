import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { AppError } from '../app-error';
import { AppModule } from '../app.module';
import { prepareQuietly, run } from '../start';
import { COMMANDS } from './commands';
import type { Command, Options } from './commands';

/** Operator commands: one JSON object on stdout; everything else goes to stderr. */
void run(async () => {
  const [noun = '', verb = '', ...rest] = process.argv.slice(2);
  const command = COMMANDS.find((candidate) => candidate.words === `${noun} ${verb}`);
  if (!command) return refuse(`Unknown command: ${[noun, verb].join(' ').trim() || '(none)'}`);
  const options = readOptions(command, rest);
  if (typeof options === 'string') return refuse(options);
  await execute(command, options);
});

function readOptions(command: Command, args: string[]): Options | string {
  try {
    const known = Object.fromEntries(command.options.map(({ name }) => [name, { type: 'string' as const }]));
    const { values } = parseArgs({ args, options: known, strict: true });
    const missing = command.options.filter(
      ({ name, isOptional }) => !isOptional && values[name] === undefined,
    );
    return missing.length === 0
      ? values
      : `${command.words} needs ${missing.map((o) => `--${o.name}`).join(' and ')}`;
  } catch (error) {
    return (error as Error).message;
  }
}

async function execute(command: Command, options: Options): Promise<void> {
  const config = await prepareQuietly();
  const app = await NestFactory.createApplicationContext(AppModule.with(config), {
    logger: false,
    abortOnError: false,
  });
  try {
    process.stdout.write(`${JSON.stringify(await command.run(app, options))}\n`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } finally {
    await app.close();
  }
}

function refuse(problem: string): void {
  const lines = COMMANDS.map(({ words, options, purpose }) => {
    const flags = options.map(({ name, placeholder, isOptional }) =>
      isOptional ? `[--${name} ${placeholder}]` : `--${name} ${placeholder}`,
    );
    return `  ${words} ${flags.join(' ')}\n      ${purpose}`;
  });
  process.stderr.write(`${problem}\n\nCommands:\n${lines.join('\n')}\n`);
  process.exitCode = 2;
}
