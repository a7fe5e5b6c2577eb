import type { Construct } from 'constructs';
import { watchClaims } from './claim-access';
import { refuseOtherLabels } from './pod-labels';
import { KubernetesObject } from '../core/kubernetes-object';
import type { JsonObject } from '../core/merge';
import { isObject } from '../core/merge';
import { PropertyPath } from '../core/property-path';
import { claimPods } from '../core/unique-identities';

/** @internal */
export interface JobObjectProps {
  readonly kind: 'CronJob' | 'Job';
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** What policies select the pods by. */
  readonly selectorLabels: Readonly<Record<string, string>>;
  readonly spec: () => object;
}

/**
 * The object that runs pods to their end. It has no selector of its own making: the Job controller adds one. But policies
 * and peers have one, so its pods must keep their labels, and nobody else's may have the same.
 *
 * @internal
 */
export class JobObject extends KubernetesObject {
  public constructor(scope: Construct, id: string, props: JobObjectProps) {
    super(scope, id, {
      apiVersion: 'batch/v1',
      kind: props.kind,
      name: props.name,
      labels: props.labels,
      annotations: props.annotations,
      content: { spec: props.spec },
      verify: manifest => { refuseOtherLabels(new PropertyPath(this, 'patch'), templateOf(manifest), props.selectorLabels); },
    });
    claimPods(this, () => props.selectorLabels);
    watchClaims(this);
  }
}

/** The pod template of a Job, or of a CronJob's Jobs. */
function templateOf({ spec }: JsonObject): unknown {
  if (!isObject(spec)) { return undefined; }
  return isObject(spec.jobTemplate) && isObject(spec.jobTemplate.spec) ? spec.jobTemplate.spec.template : spec.template;
}
