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

  it('has the stack of an error, whether that was given beside it or not', () => {
    const error = new Error('x');
    const lines = linesOf((logger) => {
      logger.error(error, 'Inbox');
      logger.error('x', error.stack, 'Inbox');
    });
    const line = { msg: 'x', context: 'Inbox', stack: error.stack };
    expect(lines).toMatchObject([line, line]);
  });

  it('takes no secret along, be it in a message, an error or its stack', () => {
    const lines = linesOf((logger) => {
      logger.warn('sent sk-social-abc', 'Inbox');
      logger.error(new Error('sent sk-social-abc'), 'Inbox');
      logger.error('x', 'Error: sent sk-social-abc\n    at b (c.js:1:2)', 'Inbox');
      logger.log({ sent: 'sk-social-abc' }, 'Inbox');
    });
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(JSON.stringify(line)).toContain('sk-social-[key]');
      expect(JSON.stringify(line)).not.toContain('sk-social-abc');
    }
  });

  it('is not changed where it is plain', () => {
    const [line] = linesOf((logger) => logger.log('Größe → 5 €, C:\\new', 'Inbox'));
    expect(line!.msg).toBe('Größe → 5 €, C:\\new');
  });
});

describe('the line of a request', () => {
  function levelOf(status: number, isProbe: boolean, accessLog: 'all' | 'failures' | 'off' = 'all') {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = new ServiceLogger(destination, { logLevel: 'debug', accessLog }, createScrub([]));
    const line = { requestId: 'req_1', method: 'GET', route: '/health', status, ms: 1, orgId: undefined };
    logger.access(line, isProbe);
    return lines.map((text) => JSON.parse(text).level)[0] ?? 'none';
  }

  it.each([
    [200, false, 'info'],
    [399, false, 'info'],
    [400, false, 'info'],
    [500, false, 'warn'],
    [503, false, 'warn'],
    [200, true, 'debug'],
    [400, true, 'info'],
    [503, true, 'warn'],
  ])('%i, by a probe: %p, is worth %s', (status, isProbe, level) => {
    expect(levelOf(status, isProbe)).toBe(level);
  });

  it('is left out as ACCESS_LOG says', () => {
    const levels = [399, 400, 500].map((status) => levelOf(status, false, 'failures'));
    expect(levels).toEqual(['none', 'info', 'warn']);
    expect([200, 500].map((status) => levelOf(status, false, 'off'))).toEqual(['none', 'none']);
  });
});
