import type { Duration } from 'cdk8s';
import { checkLabelName } from '../../core/names';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { PodSet } from '../../core/request-metrics';
import type { TrafficCapabilities } from '../../core/traffic-routing';
import { Analysis } from '../analysis/analysis';

/** Pods of an experiment. */
export interface ExperimentPods {
  /** Name of the set, such as `baseline`. */
  readonly name: string;
  /** Whose pod template they are made from. */
  readonly from: PodSet;
  /**
   * How many.
   *
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Share of the service's requests they get, 1 to 100. Needs a router that can.
   *
   * @default - none: only what the service's plain selector gives them
   */
  readonly weight?: number;
}

/**
 * Pods beside the service that are compared with each other: a baseline of the stable version and the canary,
 * equally many, equally fresh.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/experiment/
 */
export interface ExperimentOptions {
  /** The sets of pods. */
  readonly pods: ExperimentPods[];
  /**
   * How long they run, whole seconds.
   *
   * @default - until the analysis has ended
   */
  readonly duration?: Duration;
  /**
   * What is judged meanwhile. The release goes on only when it passes.
   *
   * @default - nothing: somebody looks
   */
  readonly analysis?: Analysis;
}

const KNOWN: KnownProperties<ExperimentOptions> = { pods: true, duration: true, analysis: true };
const KNOWN_PODS: KnownProperties<ExperimentPods> = { name: true, from: true, replicas: true, weight: true };

/** @internal */
export function checkExperiment(at: PropertyPath, experiment: ExperimentOptions, capabilities: TrafficCapabilities): void {
  at.onlyKnown(experiment, KNOWN);
  const seen = new Set<string>();
  let weight = 0;
  at.at('pods').list(experiment.pods).forEach((pods, i) => {
    const here = at.at('pods').at(i);
    here.onlyKnown(pods, KNOWN_PODS);
    checkLabelName(here.at('name'), 'the name of a set of pods', pods.name);
    if (seen.has(pods.name)) { here.at('name').refuse('InvalidName', { value: pods.name, allowed: 'each name once', fix: 'rename one of the sets' }); }
    seen.add(pods.name);
    here.at('from').member(pods.from, PodSet, 'PodSet');
    if (pods.replicas !== undefined) { here.at('replicas').integer(pods.replicas, 1, 5000); }
    if (pods.weight !== undefined) {
      weight += here.at('weight').integer(pods.weight, 1, 100);
      if (!capabilities.experimentWeights) {
        here.at('weight').refuse('UnsupportedByController', { value: pods.weight, allowed: 'a router that splits requests between more than two sets', fix: 'use Istio, ALB, SMI or a plugin, or leave the weight out' });
      }
    }
  });
  if (experiment.pods.length === 0) { at.at('pods').refuse('MissingValue', { value: [], allowed: 'at least one set of pods', fix: "write [{ name: 'baseline', from: PodSet.STABLE }, { name: 'canary', from: PodSet.CANARY }]" }); }
  if (weight > 100) { at.at('pods').refuse('InvalidValue', { value: weight, allowed: 'weights of 100 % at most, together', fix: 'lower them' }); }
  if (experiment.duration !== undefined) { at.at('duration').seconds(experiment.duration, 1, 604_800, 'give whole seconds, at most a week', 'Duration.minutes(10)'); }
  if (experiment.analysis !== undefined) { at.at('analysis').instance(experiment.analysis, Analysis, 'Analysis.inline({ metrics: […] })'); }
  if (experiment.duration === undefined && experiment.analysis === undefined) {
    at.refuse('ReleaseNeverFinishes', { value: 'an experiment without an end', allowed: 'a duration, or an analysis that ends', fix: 'add duration: Duration.minutes(10)' });
  }
}
