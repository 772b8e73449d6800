import { Logger } from '@nestjs/common';
import { setTracing } from './tracing';

const SERVICE = 'autoposting-billing';

/**
 * Loads OpenTelemetry and sends spans to the OTLP endpoint, by the standard
 * settings (`OTEL_EXPORTER_OTLP_*`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`).
 * Answers how to end it: what has not been sent by then is sent.
 */
export async function startTracing(): Promise<() => Promise<void>> {
  const [api, { AsyncLocalStorageContextManager }, core, { OTLPTraceExporter }, resources, sdk] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace'),
    ]);
  const logger = new Logger('Traces');
  const warn = (message: string) => logger.warn(message);
  const log = { error: warn, warn, info: warn, debug: warn, verbose: warn };
  api.diag.setLogger(log, api.DiagLogLevel.WARN);
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const named = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': SERVICE }).merge(named),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  setTracing({ api, tracer: provider.getTracer(SERVICE), parse: core.parseTraceParent });
  return async () => {
    setTracing(null);
    // A collector that is away is no reason for a stop to fail.
    await provider.shutdown().catch((error: Error) => warn(`The last spans are lost: ${error.message}`));
  };
}
