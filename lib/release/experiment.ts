import type { Duration } from 'cdk8s';
import type { Analysis } from './analysis';
import type { PodSet } from '../core/request-metrics';

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
