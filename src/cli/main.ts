import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { AppError } from '../app-error';
import { AppModule } from '../app.module';
import { prepareQuietly, run } from '../start';
import { COMMANDS, STANDALONE_COMMANDS } from './commands';
import type { Command, Options, StandaloneCommand } from './commands';

const ALL_COMMANDS = [...COMMANDS, ...STANDALONE_COMMANDS];
const HELP = ['--help', '-h'];

/** Operator commands: one JSON object on stdout, or what --help asks for; everything else goes to stderr. */
void run(async () => {
  const args = process.argv.slice(2);
  if (args.some((arg) => HELP.includes(arg)) || args[0] === 'help')
    return void process.stdout.write(usage(args));
  const command = ALL_COMMANDS.find(({ words }) => words === args.slice(0, countWords(words)).join(' '));
  if (!command) return refuse(`Unknown command: ${args.slice(0, 2).join(' ') || '(none)'}`, args);
  const options = readOptions(command, args.slice(countWords(command.words)));
  if (typeof options === 'string') return refuse(options, args);
  await execute(command, options);
});

function countWords(words: string): number {
  return words.split(' ').length;
}

function readOptions(command: Command | StandaloneCommand, args: string[]): Options | string {
  try {
    const known = Object.fromEntries(
      command.options.map(({ name, placeholder }) => [
        name,
        { type: placeholder === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    );
    const parsed = parseArgs({ args, options: known, strict: true });
    const values = Object.fromEntries(Object.entries(parsed.values).map(([name, v]) => [name, String(v)]));
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

async function execute(command: Command | StandaloneCommand, options: Options): Promise<void> {
  if ('runAlone' in command) return print(() => command.runAlone(options));
  const config = await prepareQuietly();
  const app = await NestFactory.createApplicationContext(AppModule.with(config), {
    logger: false,
    abortOnError: false,
  });
  try {
    await print(() => command.run(app, options));
  } finally {
    await app.close();
  }
}

async function print(work: () => Promise<object>): Promise<void> {
  try {
    process.stdout.write(`${JSON.stringify(await work())}\n`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Of the commands that begin with what was typed, or of all when there is none. */
function usage(args: string[]): string {
  const typed = args.slice(0, 2).filter((arg) => !arg.startsWith('-'));
  const begun = ALL_COMMANDS.filter(({ words }) => typed.every((word, at) => words.split(' ')[at] === word));
  const lines = (begun.length > 0 ? begun : ALL_COMMANDS).map(({ words, options, purpose }) => {
    const flags = options.map(({ name, placeholder, isOptional }) =>
      bracket([`--${name}`, placeholder].filter(Boolean).join(' '), isOptional),
    );
    return `  ${[words, ...flags].join(' ')}\n      ${purpose}`;
  });
  return `Commands:\n${lines.join('\n')}\n`;
}

function refuse(problem: string, args: string[]): void {
  process.stderr.write(`${problem}\n\n${usage(args)}`);
  process.exitCode = 2;
}

function bracket(flag: string, isOptional = false): string {
  return isOptional ? `[${flag}]` : flag;
}
