import type { Construct } from 'constructs';
import { watchClaims } from './claim-access';
import { refuseOtherLabels } from './pod-labels';
import { jsonHash } from '../core/canonical-json';
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
  /**
   * Whether the name goes on with a hash of what can never be changed on a Job.
   *
   * @default false
   */
  readonly hashed?: boolean;
}

/** What the API server lets be changed on a Job; everything else makes another one of it. */
const CHANGEABLE: readonly string[] = ['activeDeadlineSeconds', 'backoffLimit', 'parallelism', 'suspend', 'ttlSecondsAfterFinished'];

/**
 * The object that runs pods to their end. It has no selector of its own making: the Job controller adds one. But policies
 * and peers have one, so its pods must keep their labels, and nobody else's may have the same.
 *
 * @internal
 */
export class JobObject extends KubernetesObject {
  private readonly isHashed: boolean;
  private isNaming = false;

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
    this.isHashed = props.hashed === true;
    claimPods(this, () => props.selectorLabels);
    watchClaims(this);
    // Connections and patches come after construction: the name is asked for when it is needed.
    if (this.isHashed) { Object.defineProperty(this, 'name', { get: () => this.nameNow(props.name), enumerable: true }); }
  }

  public override toJson(): Record<string, unknown> {
    const manifest = super.toJson();
    const metadata = manifest.metadata as JsonObject;
    return this.isHashed ? { ...manifest, metadata: { ...metadata, name: nameOf(metadata.name as string, manifest as JsonObject) } } : manifest;
  }

  private nameNow(base: string): string {
    if (this.isNaming) { return base; } // an error while rendering wants to say whose it is
    this.isNaming = true;
    try {
      return nameOf(base, super.toJson() as JsonObject);
    } finally {
      this.isNaming = false;
    }
  }
}

function nameOf(base: string, { spec }: JsonObject): string {
  const fixed = Object.fromEntries(Object.entries(spec as JsonObject).filter(([field]) => !CHANGEABLE.includes(field)));
  return `${base}-${jsonHash(fixed)}`;
}

/** The pod template of a Job, or of a CronJob's Jobs. */
function templateOf({ spec }: JsonObject): unknown {
  if (!isObject(spec)) { return undefined; }
  return isObject(spec.jobTemplate) && isObject(spec.jobTemplate.spec) ? spec.jobTemplate.spec.template : spec.template;
}
