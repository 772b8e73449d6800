import { QueryFailedError } from 'typeorm';
import { isDatabaseAway } from './database-away';

const failure = (code?: string, message = 'a failure') => Object.assign(new Error(message), code && { code });
const ofStatement = (error: Error) => new QueryFailedError('SELECT 1', [], error);

describe('isDatabaseAway', () => {
  it.each([
    ['the connection is lost', '08006'],
    ['it has no connection left', '53300'],
    ['its disk is full', '53100'],
    ['it ended the statement', '57014'],
    ['it is shut down', '57P01'],
    ['it starts', '57P03'],
    ['it is a standby', '25006'],
    ['nobody listens', 'ECONNREFUSED'],
    ['the connection was reset', 'ECONNRESET'],
    ['its name is not known', 'ENOTFOUND'],
  ])('is so when %s (%s)', (_, code) => {
    expect(isDatabaseAway(failure(code))).toBe(true);
    expect(isDatabaseAway(ofStatement(failure(code)))).toBe(true);
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'The database gave no answer for 35 s',
  ])('is so when it is only told in words: %s', (message) => {
    expect(isDatabaseAway(ofStatement(failure(undefined, message)))).toBe(true);
    expect(isDatabaseAway(failure('', message))).toBe(true);
  });

  it.each([
    ['a constraint', ofStatement(failure('23505'))],
    ['a table that is not there', ofStatement(failure('42P01'))],
    ['a deadlock', ofStatement(failure('40P01'))],
    ['a longer code that begins like one', failure('08006x')],
    ['a word of a statement', ofStatement(failure('22P02', 'Connection terminated unexpectedly'))],
    ['words in the middle', failure(undefined, 'no: Connection terminated')],
    ['a mistake of ours', new TypeError('x is undefined')],
    ['nothing', undefined],
    ['a text', 'ECONNREFUSED'],
  ])('is not so for %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
