import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { AccessMode } from '../core/access-mode';
import { Environment } from '../core/environment';
import { describeConfigurationError } from '../core/errors';
import type { Json, JsonObject } from '../core/merge';
import { isObject } from '../core/merge';

/** Why more than one pod may want a volume at once, and what to do about it. */
interface Rivalry {
  readonly because: string;
  readonly fix: string;
}

interface User {
  readonly workload: ApiObject;
  /** Where the manifest does not state the number of pods. */
  readonly mostReplicas?: () => number;
}

interface Claim {
  readonly object: ApiObject;
  readonly modes: readonly string[];
  readonly isBlock: boolean;
}

/** A claim as a pod has it. @internal */
export interface MountedClaim {
  readonly name: string;
  readonly isMounted: boolean;
  readonly isReadOnly: boolean;
}

const USERS = new WeakMap<IConstruct, User[]>();

const OR_SHARE = 'or give the claim AccessMode.READ_WRITE_MANY and a class that can (shared files, such as NFS)';

/**
 * Lets the synthesis fail when a workload mounts a claim of the tree that its pods cannot share: their access modes allow one
 * node or one pod, or reading only. In the cluster the second pod would wait for its volume for ever. Whoever made the claim, and whatever
 * patches say; a claim that is not in the tree is not known.
 *
 * @param workload what runs pods: a Deployment, Rollout, StatefulSet, DaemonSet, Job or CronJob
 * @param mostReplicas the most pods it may have, where an autoscaler decides
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
 * @internal
 */
export function watchClaims(workload: ApiObject, mostReplicas?: () => number): void {
  const { root } = workload.node;
  const users = USERS.get(root) ?? [];
  if (users.length === 0) {
    USERS.set(root, users);
    root.node.addValidation({ validate: () => findConflicts(root, users) });
  }
  users.push({ workload, mostReplicas });
}

function findConflicts(root: IConstruct, users: readonly User[]): string[] {
  const objects = root.node.findAll().filter(ApiObject.isApiObject).map(object => object as ApiObject);
  const claims = new Map<string, Claim>();
  const namespaces = new Set<string>();
  for (const object of objects.filter(isClaimObject)) {
    const spec = member(object.toJson() as JsonObject, 'spec');
    claims.set(`${placeOf(object)}|${object.name}`, { object, modes: list(spec, 'accessModes').filter(mode => typeof mode === 'string'), isBlock: spec.volumeMode === 'Block' });
    namespaces.add(placeOf(object));
  }
  const first = new Map<string, ApiObject>();
  // Workloads are rendered where there are claims only: most applications have none.
  return users.filter(({ workload }) => objects.includes(workload) && namespaces.has(placeOf(workload))).flatMap(({ workload, mostReplicas }) => {
    const manifest = workload.toJson() as JsonObject;
    const replicas = replicasOf(manifest, mostReplicas);
    return claimsMountedBy(manifest).flatMap(mounted => {
      const key = `${placeOf(workload)}|${mounted.name}`;
      const claim = claims.get(key);
      if (claim === undefined || claim.modes.length === 0 || replicas === 0) { return []; }
      if (claim.isBlock && mounted.isMounted) {
        return [describe(workload, claim, 'claims of volumeMode Filesystem at a path; this one is a raw device', 'leave volumeMode out of the claim, or patch the container\'s volumeDevices in')];
      }
      if (claim.modes.includes(AccessMode.READ_WRITE_MANY) || (claim.modes.includes(AccessMode.READ_ONLY_MANY) && mounted.isReadOnly)) { return []; }
      if (claim.modes.every(mode => mode === (AccessMode.READ_ONLY_MANY as string))) {
        return [describe(workload, claim, 'reading only: the claim has no access mode to write by', 'mount it with readOnly: true, or give the claim AccessMode.READ_WRITE_MANY')];
      }
      const rivalry = rivalryIn(manifest, replicas) ?? copiesOf(workload, objects) ?? otherUser(workload, manifest, first.get(key));
      if (RUNS_ON.has(String(manifest.kind))) { first.set(key, first.get(key) ?? workload); }
      const allowed = claim.modes.includes(AccessMode.READ_WRITE_ONCE_POD) ? 'one pod at a time' : 'pods on one node, so one pod at a time';
      return rivalry === undefined ? [] : [describe(workload, claim, `${allowed}; ${rivalry.because}`, rivalry.fix)];
    });
  });
}

/** Kinds whose pods are there all the time. A Job's come and go: whoever starts it knows what else runs. */
const RUNS_ON: ReadonlySet<string> = new Set(['DaemonSet', 'Deployment', 'Rollout', 'StatefulSet']);

function rivalryIn(manifest: JsonObject, replicas: number): Rivalry | undefined {
  const spec = member(manifest, 'spec');
  if (replicas > 1) {
    return {
      because: replicas === Infinity ? 'the workload may have any number of pods' : `the workload may have ${replicas}`,
      fix: `${manifest.kind === 'DaemonSet' ? 'mount what is the node\'s own' : manifest.kind === 'Job' || manifest.kind === 'CronJob' ? 'let one pod work at a time' : 'use Replicas.fixed(1)'}, ${OR_SHARE}`,
    };
  }
  const beside = (because: string, fix: string): Rivalry => ({ because, fix: `${fix}, ${OR_SHARE}` });
  switch (manifest.kind) {
    case 'Deployment':
      return member(spec, 'strategy').type !== 'Recreate' && hasSurge(member(member(spec, 'strategy'), 'rollingUpdate'))
        ? beside('a rolling update starts the new pod beside the old one, and it would wait for ever', 'set rollout: { strategy: DeploymentStrategy.recreate() }') : undefined;
    case 'Rollout': {
      const strategy = member(spec, 'strategy');
      const canary = member(strategy, 'canary');
      return isObject(strategy.blueGreen) || isObject(canary.trafficRouting) || hasSurge(canary)
        ? beside('a release runs new pods beside the old ones, and they would wait for ever', 'release the service by a Deployment with DeploymentStrategy.recreate()') : undefined;
    }
    case 'CronJob':
      return (spec.concurrencyPolicy ?? 'Allow') === 'Allow' ? beside('one run may begin before the last one has ended', 'forbid concurrent runs') : undefined;
    default:
      return undefined;
  }
}

/** Flagger runs a copy of its target. */
function copiesOf(workload: ApiObject, objects: readonly ApiObject[]): Rivalry | undefined {
  const canary = objects.find(object => object.kind === 'Canary' && object.apiGroup === 'flagger.app' && placeOf(object) === placeOf(workload)
    && member(member(object.toJson() as JsonObject, 'spec'), 'targetRef').name === workload.name);
  return canary && { because: `Flagger runs a copy of the workload beside it for '${canary.node.path}'`, fix: `release the service without Flagger, ${OR_SHARE}` };
}

function otherUser(workload: ApiObject, manifest: JsonObject, other: ApiObject | undefined): Rivalry | undefined {
  return other === undefined || other === workload || !RUNS_ON.has(String(manifest.kind))
    ? undefined : { because: `'${pathOf(other)}' mounts the claim, too`, fix: `give each workload a claim of its own, ${OR_SHARE}` };
}

/** The most pods at once, those of a release left out. */
function replicasOf(manifest: JsonObject, most: (() => number) | undefined): number {
  const spec = member(manifest, 'spec');
  switch (manifest.kind) {
    case 'DaemonSet': return Infinity;
    case 'Job': return number(spec.parallelism) ?? 1;
    case 'CronJob': return number(member(member(spec, 'jobTemplate'), 'spec').parallelism) ?? 1;
    default: return number(spec.replicas) ?? most?.() ?? 1;
  }
}

/** By default a quarter of the pods come in addition, rounded up. */
function hasSurge({ maxSurge = '25%' }: JsonObject): boolean {
  return typeof maxSurge === 'string' ? Number.parseInt(maxSurge, 10) > 0 : maxSurge !== 0;
}

/** Whether it is a claim, whoever made it. @internal */
export function isClaimObject({ apiVersion, kind }: ApiObject): boolean {
  return kind === 'PersistentVolumeClaim' && apiVersion === 'v1';
}

/**
 * The claims that a rendered workload mounts. Of a Rollout that refers to a Deployment none: the Deployment is looked at.
 *
 * @internal
 */
export function claimsMountedBy(manifest: JsonObject): MountedClaim[] {
  const spec = member(manifest, 'spec');
  const pod = member(member(manifest.kind === 'CronJob' ? member(member(spec, 'jobTemplate'), 'spec') : spec, 'template'), 'spec');
  const mounts = ['containers', 'initContainers'].flatMap(kind => list(pod, kind).filter(isObject)).flatMap(container => list(container, 'volumeMounts').filter(isObject));
  return list(pod, 'volumes').filter(isObject).flatMap(volume => {
    const { claimName, readOnly } = member(volume, 'persistentVolumeClaim');
    const own = mounts.filter(mount => mount.name === volume.name);
    return typeof claimName !== 'string' ? [] : [{ name: claimName, isMounted: own.length > 0, isReadOnly: readOnly === true || own.every(mount => mount.readOnly === true) }];
  });
}

function describe(workload: ApiObject, { object, modes }: Claim, allowed: string, fix: string): string {
  return describeConfigurationError({
    code: 'VolumeConflict',
    constructPath: pathOf(workload),
    property: 'mounts',
    value: `PersistentVolumeClaim ${object.name} (${modes.join(', ')}) of '${pathOf(object)}'`,
    allowed,
    fix,
  });
}

/** The construct that a user made. @internal */
export function pathOf({ node }: ApiObject): string {
  return node.id === 'Resource' && node.scope !== undefined ? node.scope.node.path : node.path;
}

/** Where a name means one object: the environment and the namespace. @internal */
export function placeOf(object: ApiObject): string {
  return `${Environment.of(object).name}|${object.metadata.namespace ?? ''}`;
}

function member(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

function list(object: JsonObject, key: string): readonly Json[] {
  const value = object[key];
  return Array.isArray(value) ? value as readonly Json[] : [];
}

function number(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
