import { spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { Deployment } from '../support/deployment';
import { logLines } from '../support/log-lines';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';

jest.setTimeout(120_000);

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  links?: { traceId: string }[];
  status?: { code?: number };
}

/** An OTLP receiver over HTTP, as a collector is: it keeps what it is sent. */
class Collector {
  readonly spans: Span[] = [];
  text = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Collector> {
    const server = createServer();
    const collector = new Collector(server);
    const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = (await json(request)) as {
        resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
      };
      if (request.url === '/v1/traces') {
        collector.text += JSON.stringify(body);
        collector.spans.push(
          ...body.resourceSpans.flatMap((it) => it.scopeSpans.flatMap((scope) => scope.spans)),
        );
      }
      response.setHeader('content-type', 'application/json').end('{}');
    };
    server.on('request', (request, response) => void take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The first span of this name that fits, once it has come. */
  untilSpan(name: string, fits: (span: Span) => boolean = () => true): Promise<Span> {
    return until(`the span ${name} has come`, () =>
      Promise.resolve(this.spans.find((span) => span.name === name && fits(span))),
    );
  }

  parentOf({ parentSpanId }: Span): Span | undefined {
    return this.spans.find(({ spanId }) => spanId === parentSpanId);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

describe('traces', () => {
  let deployment: Deployment;
  let collector: Collector;

  beforeAll(async () => {
    [deployment, collector] = await Promise.all([Deployment.create(), Collector.start()]);
  });
  afterAll(async () => {
    await deployment.dispose();
    collector.close();
  });

  it('lead from the checkout over Dodo, its webhook and the job to the refund and its webhook', async () => {
    const service = await deployment.start('main', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const key = await deployment.newKey();
    const caller = '0af7651916cd43dd8448eb211c80319c';
    const answer = await fetch(`http://127.0.0.1:${deployment.environment.PORT}/billing/checkout`, {
      method: 'POST',
      headers: {
        'x-api-key': key,
        'content-type': 'application/json',
        traceparent: `00-${caller}-b7ad6b7169203331-01`,
      },
      body: JSON.stringify(CHECKOUT),
    });
    const { data } = (await answer.json()) as { data: { checkoutUrl: string } };
    await deployment.sandbox.pay(data.checkoutUrl);
    await until('the refund’s webhook has been followed', async () => {
      const { rows } = await deployment.sql.query(
        `SELECT FROM dodo_events WHERE type = 'refund.succeeded' AND status = 'processed'`,
      );
      return rows.length === 1;
    });
    // What has not been sent is sent by the stop.
    expect(await service.end('SIGTERM')).toBe(0);

    const checkout = await collector.untilSpan('POST /billing/checkout');
    expect(checkout).toMatchObject({ traceId: caller, parentSpanId: 'b7ad6b7169203331', kind: 2 });
    const session = await collector.untilSpan('dodo POST /checkouts');
    expect([session.traceId, collector.parentOf(session)]).toEqual([caller, checkout]);

    const linkedTo = (traceId: string) => (span: Span) =>
      (span.links ?? []).some((link) => link.traceId === traceId);
    const refund = await collector.untilSpan('dodo POST /refunds');
    const drive = collector.parentOf(refund)!;
    expect(drive.name).toBe('job refund.drive');
    const job = collector.parentOf(drive)!;
    expect(job.name).toBe('job dodo-event.process');
    const webhook = collector.parentOf(job)!;
    expect(webhook).toMatchObject({ name: 'POST /webhooks/dodo', traceId: refund.traceId });
    expect(webhook.traceId).not.toBe(caller);
    expect(linkedTo(caller)(webhook)).toBe(true);
    await collector.untilSpan('POST /webhooks/dodo', linkedTo(refund.traceId));

    const lines = logLines(service.output);
    expect(lines.find(({ msg }) => /^Refund .* → succeeded/.test(msg))).toMatchObject({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    for (const secret of [key, 'acme@example.com', data.checkoutUrl])
      expect(collector.text).not.toContain(secret);
  });

  it('say which call failed', async () => {
    const service = await deployment.start('main', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await deployment.sandbox.fault({ method: 'POST', path: '/checkouts', kind: 'error_before', status: 503 });
    const answer = await fetch(`http://127.0.0.1:${deployment.environment.PORT}/billing/checkout`, {
      method: 'POST',
      headers: { 'x-api-key': await deployment.newKey(), 'content-type': 'application/json' },
      body: JSON.stringify(CHECKOUT),
    });
    expect(answer.status).toBe(503);
    await service.end('SIGTERM');
    const failed = await collector.untilSpan('dodo POST /checkouts', ({ status }) => status?.code === 2);
    expect(collector.parentOf(failed)).toMatchObject({ name: 'POST /billing/checkout', status: { code: 2 } });
  });

  it('are no reason to fail when nobody takes them', async () => {
    const service = await deployment.start('main', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    const address = `http://127.0.0.1:${deployment.environment.PORT}/health`;
    expect((await fetch(address)).status).toBe(200);
    expect(await service.end('SIGTERM')).toBe(0);
    expect(logLines(service.output)).toContainEqual(
      expect.objectContaining({ context: 'Traces', level: 'warn' }),
    );
  });

  it('load nothing where they are not wanted', () => {
    const service = join(__dirname, '..', '..', 'dist', 'main.js');
    // Without settings it ends, with everything loaded that it needs.
    const program = `
      process.once('exit', () => process.stdout.write(Object.keys(require.cache).join()));
      require(${JSON.stringify(service)});`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env: {} });
    expect(stderr).toContain('DATABASE_URL is required');
    expect(stdout).toContain(service);
    expect(stdout).not.toMatch(/@opentelemetry.(sdk|exporter|otlp)/);
  });
});
