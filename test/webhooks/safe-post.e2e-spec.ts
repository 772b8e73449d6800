import http, { Agent, createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { AddressFinder } from '../../src/webhooks/outbound/address-finder';
import { SafePost } from '../../src/webhooks/outbound/safe-post';
import type { PostOutcome } from '../../src/webhooks/outbound/safe-post';
import { DnsServer } from '../support/dns-server';

const LIMITS = { connectTimeoutMs: 400, totalTimeoutMs: 800 };
const BODY = Buffer.from('{"id":"evt_1"}');

type Listener = Server | TcpServer;

describe('SafePost', () => {
  const open: Listener[] = [];
  let dns: DnsServer;
  let answers: (response: ServerResponse) => void;
  let seen: { headers: Record<string, unknown>; body: string; method?: string }[];
  let port: number;

  const listen = async (server: Listener): Promise<number> => {
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  beforeAll(async () => {
    dns = await DnsServer.start();
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        seen.push({ headers: request.headers, body, method: request.method });
        answers(response);
      });
    });
    port = await listen(receiver);
  });
  beforeEach(() => {
    seen = [];
    answers = (response) => response.end('thanks');
  });
  afterAll(() => {
    dns.close();
    for (const server of open) {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
    }
  });

  const post = (url: string, allowLoopback = true, limits = LIMITS): Promise<PostOutcome> =>
    new SafePost({ allowLoopback, limits, dnsServers: [dns.address] }).post(url, { 'x-a': 'b' }, BODY);
  const failureOf = async (url: string, allowLoopback?: boolean) => {
    const outcome = await post(url, allowLoopback);
    return 'failure' in outcome ? outcome.failure : outcome.answer.status;
  };

  it('posts the bytes as they are, and says what came back', async () => {
    const outcome = await post(`http://127.0.0.1:${port}/hooks?a=b`);
    expect(outcome).toMatchObject({ answer: { status: 200, body: Buffer.from('thanks') } });
    expect(seen).toEqual([
      { method: 'POST', body: BODY.toString(), headers: expect.objectContaining({ 'x-a': 'b' }) },
    ]);
    expect(await failureOf(`http://localhost:${port}/`)).toBe(200);
  });

  it.each([400, 404, 410, 429, 500, 503])('answers %i like any other', async (status) => {
    answers = (response) => response.writeHead(status, { 'retry-after': '7' }).end();
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ answer: { status, retryAfter: '7' } });
  });

  describe('where it goes', () => {
    it('reaches this machine only when that is allowed', async () => {
      expect(await failureOf(`http://127.0.0.1:${port}/`, false)).toBe('url_not_allowed');
      expect(await failureOf(`https://127.0.0.1:${port}/`, false)).toBe('url_not_allowed');
      expect(seen).toEqual([]);
    });

    it.each([
      '10.0.0.1',
      '127.0.0.1',
      '169.254.169.254',
      '100.64.0.1',
      '198.18.0.1',
      '192.0.2.1',
      '224.0.0.1',
      '240.0.0.1',
      '0.0.0.0',
      '168.63.129.16',
    ])('connects to no name that stands for %s', async (address) => {
      dns.set('inside.example', [address]);
      expect(await failureOf(`https://inside.example:${port}/`, false)).toBe('private_address');
    });

    it('connects to nothing when only one of several addresses is private', async () => {
      dns.set('mixed.example', ['93.184.215.14', '10.0.0.1']);
      expect(await failureOf('https://mixed.example/', false)).toBe('private_address');
    });

    it('is not fooled by a name that changes its mind: it is asked once for each post', async () => {
      dns.set('rebinding.example', ['127.0.0.1'], ['10.0.0.1']);
      const before = dns.questions.length;
      expect(await failureOf(`https://rebinding.example:${port}/`)).toBe('tls_failed');
      expect(dns.questions.slice(before)).toEqual(['rebinding.example']);
      expect(await failureOf(`https://rebinding.example:${port}/`)).toBe('private_address');
      expect(dns.questions.slice(before)).toHaveLength(2);
    });

    it('looks again at where it has come, whatever was found before', async () => {
      const said: unknown[] = [];
      const inside = await listen(
        createTcpServer((socket) => socket.on('data', (bytes) => said.push(bytes))),
      );
      const find = jest.spyOn(AddressFinder.prototype, 'find');
      find.mockResolvedValue([{ address: '127.0.0.1', family: 4 }]);
      try {
        expect(await failureOf(`https://outside.example:${inside}/`, false)).toBe('private_address');
      } finally {
        find.mockRestore();
      }
      expect(said).toEqual([]);
    });

    it('asks DNS, and no file of this machine', async () => {
      expect(await failureOf('https://ip6-localhost/', false)).toBe('dns_lookup_failed');
      expect(await failureOf('https://nowhere.example/', false)).toBe('dns_lookup_failed');
    });

    it('does not wait for a name server that says nothing', async () => {
      dns.silence('silent.example');
      const outcome = await post('https://silent.example/', false);
      expect(outcome).toMatchObject({ failure: 'dns_lookup_failed' });
    });

    it('follows no redirect', async () => {
      answers = (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end();
      expect(await failureOf(`http://127.0.0.1:${port}/`)).toBe(302);
      answers = (response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/again` }).end();
      expect(await failureOf(`http://127.0.0.1:${port}/`)).toBe(307);
      expect(seen).toHaveLength(2);
    });

    it('uses no proxy of the environment', async () => {
      const proxied: string[] = [];
      const proxy = await listen(
        createServer((request, response) => {
          proxied.push(request.url ?? '');
          response.end();
        }),
      );
      const names = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'];
      for (const name of names) process.env[name] = `http://127.0.0.1:${proxy}`;
      const usual = http.globalAgent;
      // As Node has it when it is told to use them (NODE_USE_ENV_PROXY).
      http.globalAgent = Object.assign(new Agent(), { createConnection: () => connect(proxy, '127.0.0.1') });
      try {
        expect(await failureOf(`http://127.0.0.1:${port}/`)).toBe(200);
      } finally {
        http.globalAgent = usual;
        for (const name of names) delete process.env[name];
      }
      expect(proxied).toEqual([]);
    });
  });

  describe('limits', () => {
    it('reads so much of an answer and no more', async () => {
      answers = (response) => {
        response.on('error', () => {});
        const more = () => response.write('x'.repeat(1000), (error) => error ?? setImmediate(more));
        more();
      };
      const outcome = await post(`http://127.0.0.1:${port}/`);
      expect(outcome).toMatchObject({ answer: { status: 200 } });
      expect('answer' in outcome && outcome.answer.body.length).toBe(16 * 1024);
    });

    it('waits for nothing more once it has read so much', async () => {
      answers = (response) => response.write('x'.repeat(20_000));
      const outcome = await post(`http://127.0.0.1:${port}/`, true, { ...LIMITS, totalTimeoutMs: 3_600_000 });
      expect('answer' in outcome && outcome.answer.body.length).toBe(16 * 1024);
    });

    it('gives up on an answer that does not come', async () => {
      answers = () => {};
      expect(await failureOf(`http://127.0.0.1:${port}/`)).toBe('response_timeout');
    });

    it('takes the status for the answer, also when the body never ends', async () => {
      answers = (response) => response.write('slowly');
      const outcome = await post(`http://127.0.0.1:${port}/`);
      expect(outcome).toMatchObject({ answer: { status: 200, body: Buffer.from('slowly') } });
    });

    it('gives up on a host that does not finish to connect', async () => {
      const silent = await listen(createTcpServer(() => {}));
      expect(await failureOf(`https://127.0.0.1:${silent}/`)).toBe('connection_timeout');
    });
  });

  describe('what goes wrong out there', () => {
    const tcp = (said: string) => listen(createTcpServer((socket) => socket.on('error', () => {}).end(said)));

    it('says when nobody listens', async () => {
      const gone = createTcpServer();
      const closed = await listen(gone);
      await new Promise((resolve) => gone.close(resolve));
      expect(await failureOf(`http://127.0.0.1:${closed}/`)).toBe('connection_refused');
    });

    it('says when there is no TLS', async () => {
      expect(await failureOf(`https://127.0.0.1:${port}/`)).toBe('tls_failed');
    });

    it.each([
      ['no HTTP', 'hello\r\n\r\n'],
      ['nothing', ''],
      ['another protocol', 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
      ['headers without end', `HTTP/1.1 200 OK\r\nX-A: ${'x'.repeat(20_000)}`],
      ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx'],
    ])('says when the answer is %s', async (_, said) => {
      expect(await failureOf(`http://127.0.0.1:${await tcp(said)}/`)).toBe('bad_response');
    });
  });
});
