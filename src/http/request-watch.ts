import { RouteConfig } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { runInScope } from '../watch/log-scope';
import type { LogFields, LogScope } from '../watch/log-scope';
import { Metrics } from '../watch/metrics';
import type { ServiceLogger } from '../watch/service-logger';
import { openSpan } from '../watch/tracing';
import type { OpenSpan } from '../watch/tracing';
import { ANSWER_HEADERS } from './envelope';
import { REQUEST_ID_HEADER } from './request-id';

const MS_PER_SECOND = 1000;

/** What proxies call it too: the caller was gone before its answer, whatever that would have been. */
const HUNG_UP = 499;

/** Marks a route that is asked every few seconds, and is worth no line while all is well. */
export const Probe = () => RouteConfig({ isProbe: true });

type WatchedRequest = FastifyRequest & {
  watch: RequestWatch;
  user?: { orgId: string };
  routeOptions: { url?: string; config: { isProbe?: boolean } };
};

/** What is known of a request while it lasts. The org is known once the guards have let it in. */
class RequestWatch implements LogScope {
  /** The template: an address may hold anything, and there are any number of them. */
  readonly route: string;
  readonly isProbe: boolean;
  readonly startedAt = performance.now();
  readonly span: OpenSpan | null;

  constructor(private readonly request: WatchedRequest) {
    const { method, headers } = request;
    // Once: Fastify puts them together anew each time.
    const { url, config } = request.routeOptions;
    this.route = url ?? 'unknown';
    this.isProbe = config.isProbe === true;
    this.span = openSpan(`${method} ${this.route}`, {
      kind: 'SERVER',
      attributes: { 'http.request.method': method, 'http.route': this.route },
      parent: headers.traceparent as string | undefined,
    });
  }

  fields(): LogFields {
    const { id, user } = this.request;
    return { requestId: id, route: this.route, orgId: user?.orgId };
  }

  run(work: () => void): void {
    runInScope(this, this.span ? () => this.span!.run(work) : work);
  }

  end(status: number): void {
    this.span?.end({
      attributes: { 'http.response.status_code': status, 'request.id': this.request.id },
      error: status >= 500 ? String(status) : undefined,
    });
  }
}

/**
 * Every request has an id, which its answer says, beside what every answer says; one line in the log; its time
 * by route and status; and a span, when there are traces. Call it before any
 * other hook is added: the first one may already answer.
 */
export function watchRequests(app: NestFastifyApplication, logger: ServiceLogger | false): void {
  const durations = app
    .get(Metrics)
    .histogram(
      'billing_http_request_duration_seconds',
      'Requests by route and status, and how long they took.',
      ['method', 'route', 'status'],
    );
  const tell = ({ id, method, user, watch }: WatchedRequest, { raw, statusCode }: FastifyReply): void => {
    const { route, isProbe, startedAt } = watch;
    const status = raw.writableFinished ? statusCode : HUNG_UP;
    const ms = performance.now() - startedAt;
    durations.observe({ method, route, status }, ms / MS_PER_SECOND);
    watch.end(status);
    if (!logger) return;
    const line = { requestId: id, method, route, status, ms: Math.round(ms * 10) / 10, orgId: user?.orgId };
    logger.access(line, isProbe);
  };
  const fastify = app.getHttpAdapter().getInstance();
  fastify.decorateRequest('watch');
  fastify.addHook('onRequest', (request, reply, done) => {
    (request as WatchedRequest).watch = new RequestWatch(request as WatchedRequest);
    // Not the framework's own hook: that never comes for a caller that hangs up, as those do that were kept waiting.
    reply.raw.once('close', () => tell(request as WatchedRequest, reply));
    reply.header(REQUEST_ID_HEADER, request.id).headers(ANSWER_HEADERS);
    done();
  });
  // After the body has been read: reading it would lose what runs on whose behalf.
  fastify.addHook('preValidation', (request, _reply, done) => (request as WatchedRequest).watch.run(done));
}
