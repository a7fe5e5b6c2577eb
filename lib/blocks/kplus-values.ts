import type { ApiObjectMetadataDefinition } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import type { IEnvFromSource, IEnvVar, ILifecycleHandler, INodeSelectorRequirement, IProbe, IToleration, IVolume } from '../core/kubernetes';
import type { Json } from '../core/merge';
import { isObject } from '../core/merge';
import { type LabelRequirement, NetworkPeer } from '../core/network-peer';
import type { PropertyPath } from '../core/property-path';

/**
 * The one place where values of cdk8s-plus become plain objects. Its classes render themselves with a method that is
 * internal to it and returns typed wrappers (a Quantity, an IntOrString); what comes out here is what stands in YAML.
 */
interface RendersItself {
  _toKube(container?: object): unknown;
}

const EXAMPLES = {
  DeploymentStrategy: 'DeploymentStrategy.rollingUpdate({ maxSurge, maxUnavailable }) or DeploymentStrategy.recreate()',
  EnvFrom: 'Env.fromConfigMap(configMap) or Env.fromSecret(secret)',
  Handler: "Handler.fromCommand(['/bin/warm-up']) or Handler.fromHttpGet('/drain')",
  NodeLabelQuery: "NodeLabelQuery.in('node-type', ['high-cpu'])",
  NodeTaintQuery: "NodeTaintQuery.exists('spot')",
  Probe: "Probe.fromHttpGet('/ready') or Probe.fromCommand(['/bin/check'])",
  Volume: 'Volume.fromSecret(scope, id, secret), Volume.fromPersistentVolumeClaim(scope, id, claim) or the like',
};

function render(at: PropertyPath, value: object, what: keyof typeof EXAMPLES, container?: object): Json {
  const candidate = value as Partial<RendersItself> | undefined;
  if (typeof candidate?._toKube !== 'function') {
    at.refuse('InvalidValue', { value, allowed: `${what.startsWith('E') ? 'an' : 'a'} ${what} of cdk8s-plus`, fix: `write ${EXAMPLES[what]}` });
  }
  try {
    return unwrap(candidate._toKube(container));
  } catch (error) { // its own errors say nothing of where
    return at.refuse('InvalidValue', { value: (error as Error).message, allowed: 'what cdk8s-plus can write; times are whole seconds', fix: `write ${EXAMPLES[what]}` });
  }
}

/** Wrappers become their value; fields without a value go. */
function unwrap(value: unknown): Json {
  if (Array.isArray(value)) { return value.map(unwrap); }
  if (typeof value !== 'object' || value === null) { return value as Json; }
  const wrapped = (value as { value?: unknown }).value;
  if (Object.getPrototypeOf(value) !== Object.prototype && (typeof wrapped === 'string' || typeof wrapped === 'number')) { return wrapped; }
  return Object.fromEntries(Object.entries(value).filter(([, child]) => child !== undefined).map(([key, child]) => [key, unwrap(child)]));
}

/** @internal */
export function probeOf(at: PropertyPath, probe: kplus.Probe, port: number | undefined): IProbe {
  return render(at, probe, 'Probe', { portNumber: port, port }) as IProbe;
}

/** @internal */
export function handlerOf(at: PropertyPath, handler: kplus.Handler, port: number | undefined): ILifecycleHandler {
  return render(at, handler, 'Handler', { portNumber: port, port }) as ILifecycleHandler;
}

/** @internal */
export function volumeOf(at: PropertyPath, volume: kplus.Volume): IVolume {
  return render(at, volume, 'Volume') as unknown as IVolume;
}

/** @internal */
export function envFromOf(at: PropertyPath, source: kplus.EnvFrom): IEnvFromSource {
  return render(at, source, 'EnvFrom') as IEnvFromSource;
}

/** The reference of an `EnvValue`, without wrappers (a divisor is an IntOrString). @internal */
export function envReferenceOf(valueFrom: unknown): IEnvVar['valueFrom'] {
  return unwrap(valueFrom) as IEnvVar['valueFrom'];
}

/** @internal */
export function nodeRequirementOf(at: PropertyPath, query: kplus.NodeLabelQuery): INodeSelectorRequirement {
  return render(at, query, 'NodeLabelQuery') as unknown as INodeSelectorRequirement;
}

/** @internal */
export function tolerationOf(at: PropertyPath, query: kplus.NodeTaintQuery): IToleration {
  return render(at, query, 'NodeTaintQuery') as IToleration;
}

/** @internal */
export interface UpdateStrategy {
  readonly type: 'RollingUpdate' | 'Recreate';
  readonly rollingUpdate?: { readonly maxSurge: number | string; readonly maxUnavailable: number | string };
}

/** @internal */
export function updateStrategyOf(at: PropertyPath, strategy: kplus.DeploymentStrategy): UpdateStrategy {
  return render(at, strategy, 'DeploymentStrategy') as unknown as UpdateStrategy;
}

/**
 * A peer of cdk8s-plus (a workload, `Pods`, a namespace, an address range) as the peers it stands for.
 *
 * @internal
 */
export function peersOf(peer: kplus.INetworkPolicyPeer): NetworkPeer[] {
  const { ipBlock, podSelector } = peer.toNetworkPolicyPeerConfig();
  if (ipBlock !== undefined) { return [NetworkPeer.cidr(ipBlock.cidr, { except: ipBlock.except })]; }
  if (podSelector === undefined) { return []; }
  const selector = unwrap((podSelector.labelSelector as unknown as RendersItself)._toKube());
  const { matchLabels, matchExpressions } = (isObject(selector) ? selector : {}) as unknown as {
    matchLabels?: Record<string, string>; matchExpressions?: LabelRequirement[];
  };
  const namespaceSelector = podSelector.namespaces?.labelSelector;
  const { matchLabels: namespaceLabels, matchExpressions: namespaceExpressions } = (namespaceSelector === undefined
    ? {} : unwrap((namespaceSelector as unknown as RendersItself)._toKube())) as { matchLabels?: Record<string, string>; matchExpressions?: LabelRequirement[] };
  const names: (string | undefined)[] = podSelector.namespaces?.names?.length ? podSelector.namespaces.names : [undefined];
  const everyNamespace = namespaceSelector !== undefined && names[0] === undefined;
  return names.map(namespace => NetworkPeer._selecting({
    podLabels: matchLabels, podExpressions: matchExpressions, namespace, namespaceLabels, namespaceExpressions, everyNamespace,
  }));
}

/**
 * The labels that the pods of a workload of cdk8s-plus carry, beyond those it selects them by.
 *
 * @internal
 */
export function podLabelsOf(workload: kplus.INetworkPolicyPeer): Readonly<Record<string, string>> {
  const { podMetadata } = workload as { podMetadata?: ApiObjectMetadataDefinition };
  const { labels } = (podMetadata?.toJson() ?? {}) as { labels?: Record<string, string> };
  return labels ?? {};
}

/**
 * The ports that the containers of a cdk8s-plus workload declare, protocol included.
 *
 * @internal
 */
export function portsOf(workload: object): { name?: string; number: number; protocol?: string }[] {
  const containers = (workload as { containers?: unknown }).containers;
  if (!Array.isArray(containers)) { return []; }
  return (containers as kplus.Container[]).flatMap(container => container.ports.map(port => ({ name: port.name, number: port.number, protocol: port.protocol })));
}
