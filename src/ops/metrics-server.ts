import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { AppError } from '../app-error';
import { Config } from '../config';
import { failure } from '../http/envelope';
import { Metrics } from '../watch/metrics';
import { ReadinessService } from './readiness.service';

const JSON_TYPE = 'application/json; charset=utf-8';

interface Page {
  status: number;
  contentType: string;
  body: string;
}

/**
 * `/metrics`, `/health/live` and `/health/ready` on METRICS_PORT, for whoever can
 * reach that port: keep it inside. A worker has no other port.
 */
@Injectable()
export class MetricsServer implements OnApplicationShutdown {
  private readonly logger = new Logger('Metrics');
  private server: Server | null = null;

  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
    private readonly readiness: ReadinessService,
  ) {}

  /** Nothing happens when there is no such port. */
  async start(): Promise<void> {
    const { metricsPort } = this.config.watch;
    if (metricsPort === null) return;
    this.metrics.watchProcess();
    const server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: Error): void => reject(Object.assign(error, { setting: 'METRICS_PORT' }));
      server.once('error', refuse).listen(metricsPort, '0.0.0.0', resolve);
    });
    this.server = server;
    this.logger.log(`Metrics are at port ${metricsPort}.`);
  }

  async onApplicationShutdown(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
  }

  private async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, contentType, body } = await this.pageAt(`${method} ${url?.split('?', 1)[0]}`);
    response.writeHead(status, { 'content-type': contentType }).end(body);
  }

  private async pageAt(address: string): Promise<Page> {
    try {
      switch (address) {
        case 'GET /metrics':
          return { status: 200, ...(await this.metrics.text()) };
        case 'GET /health/live':
          return json(200, { success: true, data: { status: 'ok' } });
        case 'GET /health/ready':
          return json(200, { success: true, data: await this.readiness.check() });
        default:
          return json(404, failure('not_found', 'There is no such route.'));
      }
    } catch (error) {
      if (error instanceof AppError) return json(error.status, failure(error.code, error.message));
      this.logger.error(`${address} went wrong: ${(error as Error).message}`, (error as Error).stack);
      return json(500, failure('internal_error', 'Something went wrong on our side. Please try again.'));
    }
  }
}

function json(status: number, body: object): Page {
  return { status, contentType: JSON_TYPE, body: JSON.stringify(body) };
}
