import type { Attributes, Context, Span, SpanContext, Tracer } from '@opentelemetry/api';

type Api = typeof import('@opentelemetry/api');

/** What traces are made with; null, and nothing of it is loaded, unless an OTLP endpoint is set. */
export interface Tracing {
  api: Api;
  tracer: Tracer;
  parse: (traceparent: string) => SpanContext | null;
}

let tracing: Tracing | null = null;

/** From now on there are traces. See `start-tracing.ts`. */
export function setTracing(made: Tracing | null): void {
  tracing = made;
}

/** The key of metadata under which Dodo keeps a `traceparent` of ours. */
export const TRACE_METADATA = 'traceparent';

type Kind = 'SERVER' | 'CLIENT' | 'CONSUMER';

interface SpanOptions {
  kind: Kind;
  attributes?: Attributes;
  /** The `traceparent` of what caused this, when that is not what is running now. */
  parent?: string;
}

/** A span that ends elsewhere than where it starts. */
export interface OpenSpan {
  /** What `work` starts is a part of this span. */
  run<T>(work: () => T): T;
  end(outcome: { attributes?: Attributes; error?: string }): void;
}

export function openSpan(name: string, { kind, attributes, parent }: SpanOptions): OpenSpan | null {
  if (tracing === null) return null;
  const { api, tracer } = tracing;
  const span = tracer.startSpan(name, { kind: api.SpanKind[kind], attributes }, contextOf(parent));
  const inside = api.trace.setSpan(api.context.active(), span);
  return {
    run: (work) => api.context.with(inside, work),
    end: (outcome) => end(api, span, outcome),
  };
}

/** `work` as a span of its own; without tracing, just `work`. */
export async function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  const span = openSpan(name, options);
  if (span === null) return work();
  try {
    const result = await span.run(work);
    span.end({});
    return result;
  } catch (error) {
    // The kind alone: what an error says may name people.
    span.end({ error: (error as Error).name });
    throw error;
  }
}

/** What is running now, as others refer to it; undefined when nothing is traced. */
export function currentTraceparent(): string | undefined {
  const at = currentSpan()?.spanContext();
  return at && `00-${at.traceId}-${at.spanId}-0${at.traceFlags.toString(16)}`;
}

/** Metadata for something that is made at Dodo, so that what Dodo tells of it later can be linked to now. */
export function traceMetadata(): Record<string, string> {
  const traceparent = currentTraceparent();
  return traceparent === undefined ? {} : { [TRACE_METADATA]: traceparent };
}

export function currentTraceId(): string | null {
  return currentSpan()?.spanContext().traceId ?? null;
}

/** Says that what is running now was caused by another trace; text that is no `traceparent` is passed over. */
export function linkToTrace(traceparent: unknown): void {
  if (tracing === null || typeof traceparent !== 'string') return;
  const context = tracing.parse(traceparent);
  if (context) currentSpan()?.addLink({ context });
}

function currentSpan(): Span | undefined {
  return tracing?.api.trace.getActiveSpan();
}

function contextOf(traceparent: string | undefined): Context | undefined {
  if (tracing === null || traceparent === undefined) return undefined;
  const parsed = tracing.parse(traceparent);
  return parsed ? tracing.api.trace.setSpanContext(tracing.api.ROOT_CONTEXT, parsed) : undefined;
}

function end(
  { SpanStatusCode }: Api,
  span: Span,
  { attributes, error }: { attributes?: Attributes; error?: string },
): void {
  if (attributes) span.setAttributes(attributes);
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
  span.end();
}
