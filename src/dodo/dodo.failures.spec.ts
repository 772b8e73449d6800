import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'dodopayments';
import { DodoOutcomeUnknown, DodoRejected, DodoUnavailable } from './dodo.errors';
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

describe('a write that had no answer', () => {
  const broken = (code: string) =>
    new APIConnectionError({
      cause: new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }),
    });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
    'was never made after %s',
    (code) => expect(toDodoError('write', 'writing', broken(code))).toBeInstanceOf(DodoUnavailable),
  );

  it.each([
    ['ECONNRESET', broken('ECONNRESET')],
    ['EPIPE', broken('EPIPE')],
    ['UND_ERR_SOCKET', broken('UND_ERR_SOCKET')],
    ['its time', new APIConnectionTimeoutError()],
    ['its end, as the SDK says it', new APIUserAbortError()],
    ['its time, by our signal', Object.assign(new Error('timed out'), { name: 'TimeoutError' })],
    ['its end, by our signal', Object.assign(new Error('aborted'), { name: 'AbortError' })],
  ])('may be under way yet after %s', (_, thrown) => {
    const error = toDodoError('write', 'writing', thrown);
    expect(error).toBeInstanceOf(DodoOutcomeUnknown);
    expect(error).toMatchObject({ mayStillArrive: true });
  });

  it('was made when its answer can’t be read', () => {
    const error = toDodoError('write', 'writing', new SyntaxError('Unexpected token'));
    expect(error).toBeInstanceOf(DodoOutcomeUnknown);
    expect(error).toMatchObject({ mayStillArrive: false });
  });
});

it.each([400, 401, 403, 404, 409, 422])('takes %i for a refusal', (status) => {
  for (const kind of ['read', 'write'] as const)
    expect(toDodoError(kind, 'asking', answered(status))).toBeInstanceOf(DodoRejected);
});

it('says a refusal’s code without what Postgres can’t hold', () => {
  const refused = APIError.generate(422, { code: 'NO\0T_SO' }, undefined, new Headers());
  expect(toDodoError('read', 'asking', refused)).toMatchObject({ code: 'NOT_SO' });
});
