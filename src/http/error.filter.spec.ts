import { Logger } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { ErrorFilter } from './error.filter';

describe('an error that nobody meant', () => {
  /** What is answered to a call that failed so, and what is logged of it. */
  function answerTo(thrown: unknown, url = '/billing/plans') {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const answer = { status: 0, body: {} as { code?: string; message?: string } };
    const reply = {
      status: (status: number) => Object.assign(reply, void (answer.status = status)),
      headers: () => reply,
      send: (body: typeof answer.body) => void (answer.body = body),
    };
    const request = { method: 'GET', url, routeOptions: { url: '/billing/plans' } };
    const http = { getRequest: () => request, getResponse: () => reply };
    const host = { switchToHttp: () => http } as unknown as ArgumentsHost;
    new ErrorFilter().catch(thrown, host);
    const lines = logged.mock.calls.length;
    logged.mockRestore();
    return { ...answer, lines };
  }
  const failed = (fields: object) => Object.assign(new Error('of the inside'), fields);

  it.each<[string, object, number, string, number]>([
    ['the database is away', { code: 'ECONNRESET' }, 503, 'service_unavailable', 1],
    ['a body breaks off', { code: 'ECONNRESET', statusCode: 400 }, 400, 'bad_request', 0],
    ['a status has no name here', { statusCode: 418 }, 418, 'request_failed', 0],
    ['a status is none', { statusCode: '400' }, 500, 'internal_error', 1],
    ['a gateway is meant', { statusCode: 502 }, 500, 'internal_error', 1],
    ['nothing is known', {}, 500, 'internal_error', 1],
  ])('where %s: %j', (_, fields, status, code, lines) => {
    const answer = answerTo(failed(fields));
    expect(answer).toMatchObject({ status, body: { success: false, code }, lines });
    expect(JSON.stringify(answer.body)).not.toContain('inside');
  });

  it.each([null, undefined, 'thrown', 7])('where %p is thrown', (thrown) => {
    expect(answerTo(thrown)).toMatchObject({ status: 500, body: { code: 'internal_error' } });
  });

  it('says which address there is none of: without its query, and no more than can be read', () => {
    const messageOf = (url: string) => answerTo(failed({ statusCode: 404 }), url).body.message;
    expect(messageOf('/x?token=secret')).toBe('There is no route GET /x.');
    expect(messageOf(`/${'x'.repeat(300)}`)).toBe(`There is no route GET /${'x'.repeat(99)}….`);
  });
});
