import type { AnalysisPurpose, JudgedMetric } from './analysis-context';
import type { FlaggerMeasurement, MeasurementSecret } from '../../core/measurement';
import { type IRequestMetrics, type MetricSubject, PodSet } from '../../core/request-metrics';
import type { IMetric } from '../argo/argo-types';

/** What a metric has to know of where it is measured. @internal */
export interface MetricContext {
  readonly purpose: AnalysisPurpose;
  /** Where requests are counted, for metrics that do not say. */
  readonly requestMetrics: IRequestMetrics;
  /** How queries name the two sets. */
  readonly subject: (set: PodSet) => MetricSubject;
}

/** A metric, as a template holds it. @internal */
export interface RenderedMetric {
  readonly name: string;
  readonly fields: IMetric;
  readonly dryRun: boolean;
  readonly secrets: readonly MeasurementSecret[];
  /** Whether it goes on until the release ends. */
  readonly endless: boolean;
  readonly judged: JudgedMetric;
  readonly flagger: FlaggerMeasurement | undefined;
}

/** The arguments of a template in place of names, so that several releases can share it. @internal */
export function subjectOfTemplate(set: PodSet): MetricSubject {
  const canary = set === PodSet.CANARY;
  return {
    namespace: '{{args.namespace}}',
    workload: '{{args.workload}}',
    // A ReplicaSet is named for its Rollout and the hash of its pods.
    pods: `{{args.workload}}-{{args.${canary ? 'canary-hash' : 'stable-hash'}}}-.*`,
    service: canary ? '{{args.service-name}}' : '{{args.stable-service-name}}',
    ingress: '{{args.ingress}}',
    set,
  };
}
