import type { Chart } from 'cdk8s';
import { type Analysis, ApplicationMetrics, Availability, type IMeasurement, type IRequestMetrics, type MeasurementFields, Metric, Prometheus } from 'cdk8s-production';
import { Construct } from 'constructs';
import { testChart } from './manifests';
import { PropertyPath } from '../../lib/core/property-path';
import type { AnalysisContext, BoundAnalysis } from '../../lib/release/analysis/analysis-context';
import { type RenderedMetric, subjectOfTemplate } from '../../lib/release/analysis/metric-context';

/** The Prometheus that tests ask. */
export const PROMETHEUS = Prometheus.at('http://prometheus.monitoring:9090');

/** The success rate that a test is about as little as can be. */
export const SUCCESS = Metric.successRate({ provider: PROMETHEUS, atLeast: 0.95 });

/** A metric, as a template holds it. Errors have the address `chart`, `analysis.metrics[0]`. */
export function rendered(metric: Metric, purpose: AnalysisContext['purpose'] = 'background', requestMetrics: IRequestMetrics = ApplicationMetrics.http()): RenderedMetric {
  return metric._render(new PropertyPath(testChart(), 'analysis.metrics[0]'), { purpose, requestMetrics, subject: subjectOfTemplate });
}

/** A measurement, as a metric states it. Errors have the property `measurement`. */
export function measured(measurement: IMeasurement): MeasurementFields {
  return measurement.bind(testChart(), 'measurement');
}

/** The PromQL of a metric. */
export function queryOf(metric: Metric): string {
  return (rendered(metric).fields.provider as { prometheus: { query: string } }).prometheus.query;
}

/** A metric of known content, whatever the ready-made ones become. */
export function plain(name: string, query = 'up'): Metric {
  return Metric.query({ name, provider: PROMETHEUS, query, atLeast: 1 });
}

/** Binds an analysis to a release `web` of a chart. */
export function bind(analysis: Analysis, chart: Chart = testChart(), context: Partial<AnalysisContext> & { readonly id?: string } = {}): BoundAnalysis {
  const { id = 'web', ...facts } = context;
  const release = new Construct(chart, id);
  return analysis._bind(new PropertyPath(release, 'analysis'), {
    release,
    workload: id,
    namespace: chart.namespace,
    canaryService: `${id}-canary`,
    stableService: `${id}-stable`,
    ingress: undefined,
    requestMetrics: ApplicationMetrics.http(),
    labels: {},
    availability: Availability.HIGH,
    purpose: 'background',
    ...facts,
  });
}
