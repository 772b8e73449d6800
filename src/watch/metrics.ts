import { Injectable, Logger } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { GaugeConfiguration, LabelValues, Metric } from 'prom-client';
import { StateReader } from './state-reader';
import type { Read } from './state-reader';

/** In seconds: from a primary-key read to Dodo's time-out. */
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * What this process counts. A room declares its metrics where it uses them, in
 * one line each; declaring one twice gives the same one. Labels are closed sets
 * of words: never an id, an address, or anything that a caller can choose.
 */
@Injectable()
export class Metrics {
  private readonly logger = new Logger('Metrics');
  private readonly registry = new Registry();
  private readonly gauges = new Map<string, (() => [LabelValues<string>, number][])[]>();
  private isProcessWatched = false;

  counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return (
      (this.find(name) as Counter<L> | undefined) ??
      new Counter({ name, help, labelNames, registers: [this.registry] })
    );
  }

  /** In seconds. */
  histogram<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    buckets = LATENCY_BUCKETS,
  ): Histogram<L> {
    return (
      (this.find(name) as Histogram<L> | undefined) ??
      new Histogram({ name, help, labelNames, buckets, registers: [this.registry] })
    );
  }

  /** What this process has of something, such as connections: of several that tell, each tells its part. */
  gauge<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    now: () => [LabelValues<L>, number][],
  ): void {
    const readers = this.gauges.get(name) ?? [];
    readers.push(now as () => [LabelValues<string>, number][]);
    if (readers.length > 1) return;
    this.gauges.set(name, readers);
    const gauge: GaugeConfiguration<string> = {
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        for (const [labels, value] of readers.flatMap((read) => read())) this.set(labels, value);
      },
    };
    this.registry.registerMetric(new Gauge(gauge));
  }

  /**
   * What stands in the database, the same for every process: dashboards take the
   * largest. It is read when the metrics are asked for, and kept for a moment, so
   * that eager scrapers are no load. What can't be read is left out.
   */
  state<L extends string>(name: string, help: string, labelNames: L[], read: Read<L>): void {
    const failures = this.stateFailures();
    const reader = new StateReader(read, (error) => {
      failures.inc();
      this.logger.warn(`${name} could not be read: ${error.message}`);
    });
    const gauge: GaugeConfiguration<L> = {
      name,
      help,
      labelNames,
      registers: [],
      async collect() {
        const samples = await reader.get();
        this.reset();
        // Without labels, a reset leaves a 0 behind, which would be a lie.
        if (labelNames.length === 0) this.remove();
        for (const [labels, value] of samples ?? []) this.set(labels, value);
      },
    };
    this.registry.registerMetric(new Gauge(gauge));
  }

  /** All of it, as Prometheus reads it. From the first time on, the process itself is watched as well. */
  async text(): Promise<{ contentType: string; body: string }> {
    this.watchProcess();
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  /** Memory, garbage collection and the event loop: watched only where somebody looks. */
  watchProcess(): void {
    if (this.isProcessWatched) return;
    this.isProcessWatched = true;
    collectDefaultMetrics({ register: this.registry });
  }

  private stateFailures(): Counter<never> {
    return this.counter(
      'billing_state_read_failures_total',
      'How often something that stands in the database could not be read for the metrics.',
      [],
    );
  }

  private find(name: string): Metric | undefined {
    return this.registry.getSingleMetric(name);
  }
}
