import type { LoggerService } from '@nestjs/common';
import pino from 'pino';
import type { DestinationStream, Level, LevelWithSilent, Logger } from 'pino';
import type { LogFields } from './log-scope';
import { currentLogFields } from './log-scope';
import type { Scrub } from './scrub';
import { currentTraceId } from './tracing';
import type { WatchConfig } from './watch.config';

/** Our words for levels, in those that collectors of logs know. */
const PINO_LEVELS: Record<WatchConfig['logLevel'], LevelWithSilent> = {
  off: 'silent',
  fatal: 'fatal',
  error: 'error',
  warn: 'warn',
  log: 'info',
  debug: 'debug',
  verbose: 'trace',
};

/** One request, as its line tells it. */
export interface AccessLine extends LogFields {
  requestId: string;
  method: string;
  /** The route's template, never the address, which may hold anything. */
  route: string;
  status: number;
  ms: number;
  orgId: string | undefined;
}

type Options = Pick<WatchConfig, 'logLevel' | 'accessLog'>;

/**
 * Writes one JSON object a line, with what it is logged on behalf of (request,
 * org, route, job). Texts and stacks are scrubbed, and a text stays in its line;
 * fields are ids and names by their types. Lines of requests are written apart
 * from the rest, since there are many of them and all their fields are known.
 */
export class ServiceLogger implements LoggerService {
  private readonly lines: Logger;
  private readonly accessLines: Logger;

  constructor(
    destination: DestinationStream,
    private readonly options: Options,
    readonly scrub: Scrub,
  ) {
    const common = {
      base: { pid: process.pid },
      level: PINO_LEVELS[options.logLevel],
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level: string) => ({ level }) },
    };
    this.lines = pino({ ...common, mixin: () => ({ ...currentLogFields(), ...traced() }) }, destination);
    this.accessLines = pino(common, destination);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** `isProbe`: those that come every few seconds, and say nothing while all is well. */
  access(line: AccessLine, isProbe: boolean): void {
    const isFailure = line.status >= 400;
    const { accessLog } = this.options;
    if (accessLog === 'off' || (accessLog === 'failures' && !isFailure)) return;
    const level = isProbe && !isFailure ? 'debug' : line.status >= 500 ? 'warn' : 'info';
    this.accessLines[level](line, `${line.method} ${line.route} → ${line.status}`);
  }

  /** As Nest calls it: after the message come a stack, perhaps, and the name of who logs. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    if (!this.lines.isLevelEnabled(level)) return;
    const texts = rest.filter((part) => typeof part === 'string');
    const context = texts.pop();
    const stack = texts.pop() ?? (message instanceof Error ? message.stack : undefined);
    const fields = {
      context,
      ...(stack && { stack: this.scrub(stack).split('\n').map(inOneLine).join('\n') }),
    };
    this.lines[level](fields, inOneLine(this.scrub(textOf(message))));
  }
}

function traced(): LogFields {
  const traceId = currentTraceId();
  return traceId === null ? {} : { traceId };
}

/** What another has written may hold what a terminal obeys, or begin a line as if we had. */
function inOneLine(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
