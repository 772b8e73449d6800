import { Agent, request } from 'node:http';
import { Deployment } from '../support/deployment';
import { freeLastingPort } from '../../scripts/local/ports';
import type { ServiceProcess } from '../support/service-process';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';

jest.setTimeout(180_000);

const CLIENTS = 12;
const TOKEN = 'a token of the operator of these tests';

type Credential = Record<string, string>;

interface Answer {
  status: number;
  body: { data?: { checkoutUrl?: string; apiKey?: { key: string } } };
}

/**
 * What a load balancer does: keeps its connections, takes the replicas in turn,
 * and turns to the other one when no connection can be made. A request that has
 * been sent is never sent again.
 */
class Balancer {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  private turn = 0;

  constructor(private readonly ports: string[]) {}

  async call(method: string, path: string, credential: Credential, body?: object): Promise<Answer> {
    const first = (this.turn += 1);
    for (const offset of this.ports.keys()) {
      const port = this.ports[(first + offset) % this.ports.length]!;
      try {
        return await this.send(port, method, path, credential, body);
      } catch (error) {
        if (!failedToConnect(error as NodeJS.ErrnoException)) throw error;
      }
    }
    throw new Error('No replica takes connections.');
  }

  close(): void {
    this.agent.destroy();
  }

  private send(
    port: string,
    method: string,
    path: string,
    credential: Credential,
    body?: object,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { ...credential, ...(body && { 'content-type': 'application/json' }) };
      const sent = request(
        { agent: this.agent, host: '127.0.0.1', port, method, path, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
          response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) }));
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  }
}

/**
 * Refused, or reset while the connection was being made: that one the system had
 * completed for a listening socket which then closed. Nothing has been sent.
 */
function failedToConnect({ syscall }: NodeJS.ErrnoException): boolean {
  return syscall === 'connect';
}

describe('Law 12: a rolling deploy fails no request and loses no job', () => {
  let deployment: Deployment;

  beforeEach(async () => {
    deployment = await Deployment.create();
  });
  afterEach(() => deployment.dispose());

  it('two replicas are replaced one after the other, under load', async () => {
    const ports = [deployment.environment.PORT!, String(await freeLastingPort())];
    const startReplica = (port: string) =>
      deployment.start('main', { PORT: port, RATE_LIMIT_PER_MINUTE: '0' });
    const replicas = await Promise.all(ports.map(startReplica));
    const key = { 'x-api-key': await deployment.newKey() };
    const balancer = new Balancer(ports);
    const answers: Answer[] = [];
    const failures: unknown[] = [];
    const over = new AbortController();

    const client = async (call: () => Promise<Answer>): Promise<void> => {
      while (!over.signal.aborted)
        await call().then(
          (answer) => answers.push(answer),
          (error) => failures.push(error),
        );
    };
    const load = Array.from({ length: CLIENTS }, (_, i) =>
      client(() =>
        i < CLIENTS / 2
          ? balancer.call('GET', '/billing/status', key)
          : balancer.call('POST', '/billing/checkout', key, CHECKOUT),
      ),
    );
    for (const [i, port] of [...ports.entries(), ...ports.entries()]) {
      const served = answers.length;
      await until('there is load', () => Promise.resolve(answers.length > served + 200), 30_000);
      expect(await replicas[i]!.end('SIGTERM')).toBe(0);
      replicas[i] = await startReplica(port);
    }
    over.abort();
    await Promise.all(load);
    balancer.close();

    expect(failures).toEqual([]);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const made = answers.filter(({ body }) => body.data?.checkoutUrl !== undefined).length;
    const { rows } = await deployment.sql.query(
      'SELECT status, count(*)::int AS n FROM checkouts GROUP BY 1',
    );
    expect(rows).toEqual([{ status: 'open', n: made }]);
  });

  it('the events of payments that were made meanwhile are all followed', async () => {
    const ports = [deployment.environment.PORT!, String(await freeLastingPort())];
    const replicas: ServiceProcess[] = await Promise.all(
      ports.map((port) => deployment.start('main', { PORT: port, OPERATOR_TOKEN: TOKEN })),
    );
    await deployment.sandbox.fault({
      method: 'POST',
      path: '/refunds',
      kind: 'delay',
      delayMs: 400,
      times: 100,
    });
    const balancer = new Balancer(ports);
    const newOrg = async (): Promise<Credential> => {
      const org = { name: 'Acme', email: 'acme@example.com' };
      const { body } = await balancer.call('POST', '/organizations', { 'x-operator-token': TOKEN }, org);
      return { 'x-api-key': body.data!.apiKey!.key };
    };
    const payments: string[] = [];
    const shop = (async () => {
      for (let i = 0; i < 12; i += 1) {
        const { body } = await balancer.call('POST', '/billing/checkout', await newOrg(), CHECKOUT);
        payments.push((await deployment.sandbox.pay(body.data!.checkoutUrl!)).payment_id);
      }
    })();
    await until('payments are being made', () => Promise.resolve(payments.length > 1));
    expect(await replicas[1]!.end('SIGTERM')).toBe(0);
    await deployment.start('main', { PORT: ports[1]!, OPERATOR_TOKEN: TOKEN });
    await shop;
    balancer.close();
    await until(
      'every fee is given back',
      async () => {
        const { rows } = await deployment.sql.query(`SELECT FROM refunds WHERE state = 'succeeded'`);
        return rows.length === payments.length;
      },
      45_000,
    );
    for (const payment of payments) expect(await deployment.sandbox.refundsOf(payment)).toHaveLength(1);
  });
});
