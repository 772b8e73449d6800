import { connect } from 'node:net';
import { ValidAnswers } from '../contract/valid-answers';
import { TestService } from '../support/test-service';

describe('Law 8: one envelope', () => {
  const service = TestService.ofThisSuite();
  /** Of what came in the first place; the last test asks. */
  let slow: Promise<{ status: number; body: unknown }>[];

  beforeAll(async () => {
    slow = ['GET /health HTTP/1.1\r\nHost: x\r\nX-', `${post}Content-Length: 10\r\n\r\n{`].map((bytes) =>
      send(bytes, 45_000),
    );
  });

  const post = 'POST /webhooks/dodo HTTP/1.1\r\nHost: x\r\n';

  /** Status and body of the answer to bytes that need not be HTTP. */
  function send(bytes: string | Buffer, patienceMs = 5_000): Promise<{ status: number; body: unknown }> {
    const { hostname, port } = new URL(service.url);
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no whole answer: ${answer}`)));
      socket.on('error', reject).on('data', (chunk) => {
        answer += chunk.toString();
        const body = /\r\n\r\n[^{]*(\{.*\})/s.exec(answer)?.[1];
        if (body === undefined) return;
        resolve({ status: Number(answer.split(' ')[1]), body: JSON.parse(body) });
        socket.destroy();
      });
    });
  }

  const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;

  it.each<[string, string | Buffer, number, string]>([
    ['an unknown route', get('/nope'), 404, 'not_found'],
    ['the root', get('/'), 404, 'not_found'],
    ['a wrong method', get('/billing/checkout'), 404, 'not_found'],
    ['OPTIONS', 'OPTIONS /billing/checkout HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'not_found'],
    ['an address that can not be decoded', get('/%zz'), 400, 'bad_request'],
    ['a NUL in the address', get('/billing/%00'), 404, 'not_found'],
    ['a very long address', get(`/${'x'.repeat(8_000)}`), 404, 'not_found'],
    ['headers over the limit', get('/health', `x-big: ${'x'.repeat(40_000)}\r\n`), 431, 'bad_request'],
    ['a NUL in a header', get('/health', 'x-api-key: a\0b\r\n'), 400, 'bad_request'],
    ['no Host', 'GET /health HTTP/1.1\r\n\r\n', 400, 'bad_request'],
    ['an unknown expectation', get('/health', 'Expect: miracles\r\n'), 417, 'bad_request'],
    ['CONNECT', 'CONNECT a.com:443 HTTP/1.1\r\nHost: a.com:443\r\n\r\n', 400, 'bad_request'],
    ['a length that is no number', get('/health', 'Content-Length: abc\r\n'), 400, 'bad_request'],
    ['something that is not HTTP', 'HELLO\r\n\r\n', 400, 'bad_request'],
    ['bytes', Buffer.from([0, 1, 2, 255, 13, 10, 13, 10]), 400, 'bad_request'],
  ])('answers %s in it', async (_, bytes, status, code) => {
    const answer = await send(bytes);
    expect(answer).toEqual({
      status,
      body: { success: false, error: code, code, message: expect.stringMatching(/^[A-Z].*\.$/) },
    });
  });

  it('asks no Host of HTTP/1.0, which has none: probes of load balancers speak it', async () => {
    expect(await send('GET /health HTTP/1.0\r\n\r\n')).toEqual({ status: 200, body: { success: true } });
  });

  it('outlives a CONNECT whose caller has hung up', async () => {
    const { hostname, port } = new URL(service.url);
    for (let i = 0; i < 20; i += 1) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write('CONNECT a.com:443 HTTP/1.1\r\nHost: a.com:443\r\n\r\n', () => {
            socket.resetAndDestroy();
            resolve();
          });
        }).on('error', reject);
      });
    }
    expect((await service.call('GET', '/health')).status).toBe(200);
  });

  it('answers a crash in it, and lets nothing of the inside out', async () => {
    const { key } = await service.newOrg();
    await service.query('ALTER TABLE subscriptions RENAME TO gone');
    try {
      const answer = await service.call('GET', '/billing/status', { key });
      const { status, body } = answer;
      expect(status).toBe(500);
      const { body: document } = await service.call('GET', '/openapi.json');
      const problem = new ValidAnswers(document).problemOf('/billing/status', 'get', answer);
      expect(problem).toBeNull();
      expect(body).toEqual({
        success: false,
        error: 'internal_error',
        code: 'internal_error',
        message: 'Something went wrong on our side. Please try again.',
      });
    } finally {
      await service.query('ALTER TABLE gone RENAME TO subscriptions');
    }
  });

  it('answers what an operation without data answers', async () => {
    expect((await service.call('GET', '/health')).body).toEqual({ success: true });
  });

  it('mounts every route under GLOBAL_PREFIX', async () => {
    const behindProxy = await TestService.start({ GLOBAL_PREFIX: '/api-proxy/' });
    try {
      expect((await behindProxy.call('GET', '/api-proxy/billing/status')).status).toBe(401);
      expect((await behindProxy.call('GET', '/api-proxy/openapi.json')).body.openapi).toBe('3.1.0');
      expect((await behindProxy.call('GET', '/billing/status')).status).toBe(404);
    } finally {
      await behindProxy.stop();
    }
  });

  it('gives up on a request that does not arrive, half a minute after it has begun', async () => {
    for (const answer of await Promise.all(slow))
      expect(answer).toEqual({
        status: 408,
        body: {
          success: false,
          error: 'bad_request',
          code: 'bad_request',
          message: 'The request took too long to arrive.',
        },
      });
  }, 60_000);
});
