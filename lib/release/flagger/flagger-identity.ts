import { ApiObject, Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { CheckedFlaggerOptions } from './flagger-options';
import { WorkloadObject } from '../../blocks/workload-object';
import { Environment } from '../../core/environment';
import { describeConfigurationError } from '../../core/errors';
import type { JsonObject } from '../../core/merge';
import { isObject } from '../../core/merge';
import type { PropertyPath } from '../../core/property-path';
import type { ProductionService } from '../../workloads/production-service';

const INSTANCE = 'app.kubernetes.io/instance';

/** How Flagger tells the pods of a service apart. @internal */
export interface FlaggerIdentity {
  /** The one label by which its Services and its primary Deployment select. */
  readonly label: string;
  /** Its value on the canary's pods; that of the primary ones ends in `-primary`. */
  readonly value: string;
  /** What both sets of pods have in common, and no others. */
  readonly sharedLabels: Readonly<Record<string, string>>;
}

/**
 * Flagger copies the Deployment, and changes one label of its selector. Whatever selects by all of the selector would miss the
 * pods that serve.
 *
 * @internal
 */
export function identityOf(at: PropertyPath, service: ProductionService, { selectorLabels: known }: CheckedFlaggerOptions): FlaggerIdentity {
  const { selectorLabels } = service;
  const label = known.find(key => Object.hasOwn(selectorLabels, key));
  if (label === undefined) {
    return at.refuse('UnsupportedByController', {
      value: selectorLabels,
      allowed: `selector labels with one of ${known.join(', ')}: by it Flagger tells the canary's pods from the primary ones`,
      fix: "start Flagger with -selector-labels, and name the same: ReleaseController.flagger({ selectorLabels: ['component'] })",
    });
  }
  const value = selectorLabels[label]!;
  if (value.length > 55) {
    at.refuse('UnsupportedByController', { value: { [label]: value }, allowed: 'a value of at most 55 characters: Flagger appends "-primary", and a label\'s value ends at 63', fix: 'shorten the service\'s name' });
  }
  const { [label]: _, ...others } = selectorLabels;
  if (Object.keys(others).length === 0) {
    at.refuse('UnsupportedByController', {
      value: selectorLabels,
      allowed: 'a selector with a second label, which the primary pods keep: by it the policies and the budget hold for both sets',
      fix: `use ReleaseController.argoRollouts(); or let a new Deployment take over: names: { workload: '${service.workload.name}-2' }, selectorLabels: { '${label}': '${value}-2', '${INSTANCE}': '${service.name}' }`,
    });
  }
  // A label such as "tier" alone may be on other services' pods as well; the instance is on these, and only on these.
  return { label, value, sharedLabels: { [INSTANCE]: service._release.facts.labels[INSTANCE]!, ...others } };
}

/** A service of Flagger's, and the label by which Flagger's Services select its pods. */
interface Claim extends Pick<FlaggerIdentity, 'label' | 'value'> {
  readonly release: Construct;
  readonly service: ProductionService;
}

const CLAIMS = new WeakMap<IConstruct, Claim[]>();

/**
 * Lets the synthesis fail when pods of something else have the label by which Flagger's Services select: they would get the
 * service's requests.
 *
 * @internal
 */
export function refuseStrangers(release: Construct, service: ProductionService, { label, value }: FlaggerIdentity): void {
  const { root } = release.node;
  const claims = CLAIMS.get(root) ?? [];
  if (claims.length === 0) { // once for the tree: looking at all its pods takes time
    CLAIMS.set(root, claims);
    root.node.addValidation({ validate: () => strangersTo(claims, root) });
  }
  claims.push({ release, service, label, value });
}

function strangersTo(claims: readonly Claim[], root: IConstruct): string[] {
  const workloads = root.node.findAll().filter(ApiObject.isApiObject).map(object => object as ApiObject).filter(({ kind }) => WITH_PODS.has(kind))
    .map(object => ({ object, place: placeOf(object, object.metadata.namespace), labels: podLabelsOf(object) }));
  return claims.flatMap(({ release, service, label, value }) => {
    const place = placeOf(release, Chart.of(release).namespace);
    const strangers = workloads.filter(({ object, labels, place: theirs }) => object !== service.workload && theirs === place && [value, `${value}-primary`].includes(labels[label] as string));
    return strangers.map(({ object, labels }) => describeConfigurationError({
      code: 'DuplicateIdentity',
      constructPath: release.node.path,
      property: 'service',
      value: `${object.kind} ${object.name}: ${label}=${labels[label] as string}`,
      allowed: `no other pods of the namespace with ${label} ${value} or ${value}-primary: Flagger's Services select by it alone, and '${object.node.path}' has it`,
      fix: 'give one of them another id, name or selectorLabels: a prefix of names does not change this label',
    }));
  });
}

function placeOf(construct: IConstruct, namespace: string | undefined): string {
  return `${Environment.of(construct).name}/${namespace ?? ''}`;
}

const WITH_PODS = new Set(['Deployment', 'Rollout', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod']);

function podLabelsOf(object: ApiObject): JsonObject {
  if (object instanceof WorkloadObject) { return (object as WorkloadObject).podLabels; }
  const manifest = object.toJson() as JsonObject;
  const owner = object.kind === 'CronJob' ? member(member(manifest, 'spec'), 'jobTemplate') : manifest;
  return member(member(object.kind === 'Pod' ? owner : member(member(owner, 'spec'), 'template'), 'metadata'), 'labels');
}

function member(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}
