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
