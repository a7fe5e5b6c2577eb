import type { Construct } from 'constructs';
import { watchClaims } from './claim-access';
import { refuseOtherLabels } from './pod-labels';
import type { PodTemplate } from './pod-template';
import type { RolloutPace } from './rolling-update';
import { KubernetesObject } from '../core/kubernetes-object';
import type { JsonObject } from '../core/merge';
import { isObject } from '../core/merge';
import { ADOPTED_DEPLOYMENT, checkObjectName } from '../core/names';
import { PropertyPath } from '../core/property-path';
import type { IReleaseStrategy } from '../core/release';
import { claimPods } from '../core/unique-identities';

/** @internal */
export interface WorkloadObjectProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly selectorLabels: Readonly<Record<string, string>>;
  /** Nothing while somebody else owns the number. */
  readonly replicas: number | undefined;
  readonly pace: RolloutPace;
  readonly template: PodTemplate;
  /** The strategy until another is set. */
  readonly update: IReleaseStrategy;
  /**
   * Whether another workload selects the same pods on purpose: a Rollout that takes over from its Deployment.
   *
   * @default false
   */
  readonly sharesPods?: boolean;
}

/**
 * The object that runs the pods. Its kind comes from its release strategy, which may be set after construction:
 * the object stays the same construct, so patches and references stay.
 *
 * @internal
 */
export class WorkloadObject extends KubernetesObject {
  private strategy: IReleaseStrategy;
  private replaced = false;

  public constructor(scope: Construct, id: string, private readonly parts: WorkloadObjectProps) {
    const { update } = parts;
    super(scope, id, {
      apiVersion: update.apiVersion,
      kind: update.kind,
      name: `${parts.name}${update.nameSuffix ?? ''}`,
      nameAs: ADOPTED_DEPLOYMENT, // the names block has checked it; here it may also be one that runs already
      labels: parts.labels,
      annotations: parts.annotations,
      content: { spec: () => this.renderSpec() },
      verify: manifest => {
        refuseForeignPods(new PropertyPath(this, 'patch'), manifest, this.selectorLabels);
        if (parts.replicas === undefined) { refuseReplicas(new PropertyPath(this, 'patch'), manifest); }
      },
    });
    this.strategy = update;
    watchClaims(this, () => parts.template.mostReplicas);
    if (parts.sharesPods !== true) { claimPods(this, () => this.selectorLabels); }
    // cdk8s names files after the kind, and other libraries refer to it: both must see the strategy's.
    for (const [property, read] of [
      ['name', () => `${parts.name}${this.strategy.nameSuffix ?? ''}`],
      ['kind', () => this.strategy.kind],
      ['apiVersion', () => this.strategy.apiVersion],
      ['apiGroup', () => this.strategy.apiVersion.split('/')[0]],
    ] as const) {
      Object.defineProperty(this, property, { get: read, enumerable: true });
    }
  }

  /** How others refer to it. */
  public get reference(): { readonly apiVersion: string; readonly kind: string; readonly name: string } {
    return { apiVersion: this.strategy.apiVersion, kind: this.strategy.kind, name: this.name };
  }

  /** What selects its pods. */
  public get selectorLabels(): Readonly<Record<string, string>> {
    return { ...this.parts.selectorLabels, ...this.strategy.podLabels };
  }

  /** Labels of its pods, but for those of patches. */
  public get podLabels(): Readonly<Record<string, string>> {
    return { ...this.parts.template.labels, ...this.strategy.podLabels };
  }

  /** What selects all pods of the service, whoever runs them. */
  public get sharedLabels(): Readonly<Record<string, string>> {
    return this.strategy.sharedLabels ?? this.parts.selectorLabels;
  }

  public releaseWith(strategy: IReleaseStrategy): void {
    if (typeof (strategy as IReleaseStrategy | undefined)?.renderSpec !== 'function' || typeof strategy.kind !== 'string' || typeof strategy.apiVersion !== 'string') {
      new PropertyPath(this.node.scope ?? this, 'releaseWith').refuse('InvalidValue', { value: strategy, allowed: 'a release strategy', fix: 'pass an implementation of IReleaseStrategy' });
    }
    if (this.replaced) {
      new PropertyPath(this.node.scope ?? this, 'releaseWith').refuse('ReleaseConflict', {
        value: strategy.description, allowed: `one release strategy a service; it has ${this.strategy.description}`, fix: 'keep one of the two',
      });
    }
    this.strategy = strategy;
    this.replaced = true;
    checkObjectName(new PropertyPath(this, 'name'), ADOPTED_DEPLOYMENT, this.name);
  }

  public override toJson(): Record<string, unknown> {
    const manifest = super.toJson();
    return { ...manifest, metadata: { ...manifest.metadata as object, name: this.name } };
  }

  private renderSpec(): JsonObject {
    const { parts, strategy } = this;
    const template = parts.template.render(strategy.revisionLabel, this.sharedLabels);
    return strategy.renderSpec({
      ...parts.pace,
      ...parts.replicas === undefined ? {} : { replicas: parts.replicas },
      selector: { matchLabels: { ...this.selectorLabels } },
      template: { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...strategy.podLabels } } },
    } as unknown as JsonObject);
  }
}

/** The API server would refuse it, or worse, the Service would find no pods. */
function refuseForeignPods(at: PropertyPath, manifest: JsonObject, selectorLabels: Readonly<Record<string, string>>): void {
  const spec = manifest.spec;
  const template = isObject(spec) ? spec.template : undefined;
  if (isObject(spec) && template === undefined && isObject(spec.workloadRef)) { return; } // its pods come from the Deployment it refers to
  const selector = isObject(spec) && isObject(spec.selector) ? spec.selector : {};
  const selected = isObject(selector.matchLabels) ? selector.matchLabels : {};
  if ([...Object.keys(selected), ...Object.keys(selectorLabels)].some(key => selected[key] !== selectorLabels[key]) || Object.keys(selector).length !== 1) {
    at.refuse('InvalidPatch', {
      value: selector,
      allowed: 'the selector as it is: it can never be changed on a workload that runs, and Service, budget and policies have the same',
      fix: 'leave it alone; the prop "selectorLabels" takes over the selector of a workload that runs already',
    });
  }
  refuseOtherLabels(at, template, selectorLabels);
}

/** Two owners of one number: each apply would undo what the autoscaler has done, at peak as well. */
function refuseReplicas(at: PropertyPath, manifest: JsonObject): void {
  const replicas = isObject(manifest.spec) ? manifest.spec.replicas : undefined;
  if (replicas !== undefined) {
    at.refuse('AutoscalerConflict', { value: replicas, allowed: 'no number of replicas while an autoscaler owns it', fix: 'set replicas: Replicas.fixed(…), or the bounds of the autoscaler' });
  }
}
