import { APIError } from 'dodopayments';
import { DodoOutcomeUnknown, DodoUnavailable } from './dodo.errors';
import { toDodoError } from './dodo.failures';

const NOW = 'Sat, 28 Nov 2026 12:00:00 GMT';

function answered(status: number, headers: Record<string, string> = {}): APIError {
  return APIError.generate(status, { code: 'ANY', message: 'any' }, undefined, new Headers(headers));
}

describe('how long Dodo asks to be left alone', () => {
  const asked = (status: number, headers: Record<string, string>) =>
    (toDodoError('read', 'reading', answered(status, headers)) as DodoUnavailable).retryAfterSeconds;

  it.each<[string, Record<string, string>, number | null]>([
    ['in seconds', { 'retry-after': '33' }, 33],
    ['until a date, by its own clock', { 'retry-after': 'Sat, 28 Nov 2026 12:01:30 GMT', date: NOW }, 90],
    ['for longer than anybody should wait', { 'retry-after': '86400' }, 600],
    ['not at all, which is no reason to hurry', { 'retry-after': '0' }, null],
    ['until a date that has passed', { 'retry-after': 'Sat, 28 Nov 2026 11:00:00 GMT', date: NOW }, null],
    ['until a date, by a clock that it does not tell', { 'retry-after': NOW }, null],
    ['in words', { 'retry-after': 'soon', date: NOW }, null],
    ['in no way', {}, null],
  ])('%s', (_, headers, seconds) => expect(asked(429, headers)).toBe(seconds));

  it('while it is down as well', () => expect(asked(503, { 'retry-after': '120' })).toBe(120));
});

describe('a write that was not answered by Dodo itself', () => {
  it.each([
    [408, true],
    [502, true],
    [504, true],
    [520, true],
    [522, true],
    [524, true],
    [500, false],
    [503, false],
  ])('may be under way yet after %i: %p', (status, mayStillArrive) => {
    const error = toDodoError('write', 'writing', answered(status));
    expect(error).toBeInstanceOf(DodoOutcomeUnknown);
    expect(error).toMatchObject({ mayStillArrive });
  });
});
