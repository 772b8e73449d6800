import { createScrub } from './scrub';
import { ServiceLogger } from './service-logger';
import { LOG_LEVELS } from './watch.config';

describe('LOG_LEVEL', () => {
  function written(logLevel: (typeof LOG_LEVELS)[number]): string[] {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = new ServiceLogger(destination, { logLevel, accessLog: 'all' }, createScrub([]));
    for (const level of LOG_LEVELS) if (level !== 'off') logger[level](`a ${level}`);
    return lines.map((line) => JSON.parse(line).msg);
  }

  it.each(LOG_LEVELS.map((level, index) => [level, index] as const))(
    '%s lets through what is as grave, and nothing less',
    (level, index) => {
      expect(written(level)).toEqual(LOG_LEVELS.slice(1, index + 1).map((it) => `a ${it}`));
    },
  );
});

describe('a text of another’s', () => {
  function linesOf(log: (logger: ServiceLogger) => void): { msg: string; stack?: string }[] {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    log(new ServiceLogger(destination, { logLevel: 'log', accessLog: 'all' }, createScrub([])));
    return lines.map((line) => JSON.parse(line));
  }

  it.each([
    ['a line of its own', 'x\n[12:00:00] ERROR: forged', String.raw`x\u000a[12:00:00] ERROR: forged`],
    ['a line that is written over', 'x\rforged', String.raw`x\u000dforged`],
    ['what a terminal obeys', 'x\u001b[2K\u009b1A\u007f', String.raw`x\u001b[2K\u009b1A\u007f`],
    ['separators of lines', 'x\u2028y\u2029', String.raw`x\u2028y\u2029`],
  ])('can not be %s', (_, text, logged) => {
    const [said, thrown] = linesOf((logger) => {
      logger.warn(text, 'Inbox');
      logger.error(new Error(text), 'Inbox');
    });
    expect([said!.msg, thrown!.msg]).toEqual([logged, logged]);
  });

  it('leaves a stack its lines, and nothing else that a terminal obeys', () => {
    const [line] = linesOf((logger) => logger.error('x', 'Error: a\u001b[2K\n    at b (c.js:1:2)', 'Inbox'));
    expect(line!.stack).toBe('Error: a\\u001b[2K\n    at b (c.js:1:2)');
  });

  it('is not changed where it is plain', () => {
    const [line] = linesOf((logger) => logger.log('Größe → 5 €, C:\\new', 'Inbox'));
    expect(line!.msg).toBe('Größe → 5 €, C:\\new');
  });
});
