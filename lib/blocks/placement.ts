import type { NodeLabelQuery, NodeTaintQuery } from 'cdk8s-plus-28';
import { nodeRequirementOf, tolerationOf } from './kplus-values';
import type { IAffinity, INodeSelectorRequirement, IPodSpec, IToleration, ITopologySpreadConstraint } from '../core/kubernetes';
import { checkLabels } from '../core/labels';
import { isSubdomain } from '../core/names';
import type { KnownProperties, PropertyPath } from '../core/property-path';

const ZONE = 'topology.kubernetes.io/zone';
const NODE = 'kubernetes.io/hostname';

/** How pods are kept apart, so that the loss of a zone or a node takes few of them. */
export class Spread {
  /** Over zones, then nodes, as evenly as the scheduler can; a pod that cannot be placed evenly is placed anyway. */
  public static preferred(): Spread {
    return new Spread('preferred', 0);
  }

  /**
   * Over zones without exception: a pod waits rather than let one zone have two pods more than another.
   *
   * @param zones how many zones there are; there must be at least as many pods
   */
  public static overZones(zones: number): Spread {
    return new Spread('zones', zones);
  }

  /**
   * One pod a node without exception. From Kubernetes 1.31, which can tell the pods of two revisions apart: before, a
   * rolling update could not start.
   *
   * @param nodes how many nodes there are; there must be at least as many as pods at most
   */
  public static onePodPerNode(nodes: number): Spread {
    return new Spread('nodes', nodes);
  }

  /** No rule: pods may end up side by side. @param reason why that is right here, at least 10 characters */
  public static none(reason: string): Spread {
    return new Spread('none', 0, reason);
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'preferred' | 'zones' | 'nodes' | 'none',
    /** @internal */
    public readonly _domains: number,
    /** @internal */
    public readonly _reason?: string,
  ) {}
}

/** Nodes set apart for some workloads: a label that brings pods there, and a taint that keeps others away. */
export interface DedicatedPool {
  /** Label of the nodes, such as `pool`. */
  readonly label: string;
  /** Its value, such as `payments`. */
  readonly value: string;
  /**
   * Key of the nodes' taint. Its value is the label's.
   *
   * @default - the label
   */
  readonly taint?: string;
}

/** Pods to be near to. */
export interface Colocation {
  /** Labels of the other pods, in the same namespace. */
  readonly labels: { readonly [name: string]: string };
  /** Near means the same node or zone. `Topology.HOSTNAME` and `Topology.ZONE` of cdk8s-plus are such. */
  readonly topology: { readonly key: string };
  /**
   * Whether a pod waits until there is room near them.
   *
   * @default false
   */
  readonly required?: boolean;
}

/** Where pods run. */
export interface PlacementOptions {
  /**
   * How pods are kept apart.
   *
   * @default - `Spread.preferred()` where there are several pods
   */
  readonly spread?: Spread;

  /**
   * Labels that a node must carry.
   *
   * @default - any node
   */
  readonly nodeSelector?: { readonly [name: string]: string };

  /**
   * What a node's labels must fulfil, all of it, such as `NodeLabelQuery.in('node-type', ['high-cpu'])`.
   *
   * @default - any node
   */
  readonly requiredNodes?: NodeLabelQuery[];

  /**
   * What a node's labels had better fulfil.
   *
   * @default - no preference
   */
  readonly preferredNodes?: NodeLabelQuery[];

  /**
   * Taints that do not keep the pods away.
   *
   * @default - none
   */
  readonly tolerations?: NodeTaintQuery[];

  /**
   * Nodes set apart for this workload: both its label and its taint.
   *
   * @default - none
   */
  readonly pool?: DedicatedPool;

  /**
   * Pods to be near to.
   *
   * @default - none
   */
  readonly colocation?: Colocation[];

  /**
   * Name of a PriorityClass. The classes of the system are refused.
   *
   * @default - the cluster's default class
   */
  readonly priorityClassName?: string;
}

const KNOWN: KnownProperties<PlacementOptions> = {
  spread: true, nodeSelector: true, requiredNodes: true, preferredNodes: true, tolerations: true, pool: true, colocation: true, priorityClassName: true,
};
const KNOWN_POOL: KnownProperties<DedicatedPool> = { label: true, value: true, taint: true };
const KNOWN_COLOCATION: KnownProperties<Colocation> = { labels: true, topology: true, required: true };

/** What placement has to know of the workload. @internal */
export interface PlacementSubject {
  readonly selectorLabels: Readonly<Record<string, string>>;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Label that differs between revisions, such as pod-template-hash. */
  readonly revisionLabel: string;
  /** @default - Spread.preferred() */
  readonly defaultSpread?: Spread;
  /**
   * Whether the classes of the system may be named: for what a node cannot do without.
   *
   * @default false
   */
  readonly mayBeCritical?: boolean;
  /**
   * Tolerations beside those of the options.
   *
   * @default - none
   */
  readonly addedTolerations?: readonly IToleration[];
}

/** Pods whose number does not change; a single one is kept apart only where the team says so. @internal */
export function fixedPods(selectorLabels: Readonly<Record<string, string>>, pods: number): Omit<PlacementSubject, 'revisionLabel'> {
  return { selectorLabels, minReplicas: pods, maxReplicas: pods, ...pods > 1 ? {} : { defaultSpread: Spread.none('one pod has nothing to be apart from') } };
}

type Placed = Pick<IPodSpec, 'affinity' | 'nodeSelector' | 'tolerations' | 'topologySpreadConstraints' | 'priorityClassName'>;

/**
 * Refuses placements that could never be: more zones than pods, more pods than nodes.
 *
 * @internal
 */
export function checkPlacement(at: PropertyPath, options: PlacementOptions, subject: PlacementSubject, requirePerRevision: (at: PropertyPath) => void): void {
  at.onlyKnown(options, KNOWN);
  checkSpread(at.at('spread'), spreadOf(options, subject), subject, requirePerRevision);
  if (options.nodeSelector !== undefined) { checkLabels(at.at('nodeSelector'), options.nodeSelector); }
  if (options.pool !== undefined) {
    at.at('pool').onlyKnown(options.pool, KNOWN_POOL);
    at.at('pool').at('label').text(options.pool.label, 'the key of the nodes\' label, such as pool');
    at.at('pool').at('value').text(options.pool.value, 'the value of the nodes\' label, such as payments');
    checkLabels(at.at('pool').at('label'), { [options.pool.label]: options.pool.value });
    if (options.pool.taint !== undefined) { checkLabels(at.at('pool').at('taint'), { [options.pool.taint]: options.pool.value }); }
  }
  for (const key of ['requiredNodes', 'preferredNodes', 'tolerations'] as const) { at.at(key).list<unknown>(options[key] ?? []); }
  at.at('colocation').list(options.colocation ?? []).forEach((colocation, i) => {
    const here = at.at('colocation').at(i);
    here.onlyKnown(colocation, KNOWN_COLOCATION);
    if (Object.keys(checkLabels(here.at('labels'), colocation.labels)).length === 0) {
      here.at('labels').refuse('MissingValue', { value: {}, allowed: 'at least one label: none would mean every pod of the namespace', fix: "write { app: 'cache' }" });
    }
    if (colocation.required !== undefined) { here.at('required').flag(colocation.required); }
    here.at('topology').text(colocation.topology?.key, 'a topology such as Topology.ZONE');
  });
  const priority = options.priorityClassName;
  if (priority !== undefined && (!isSubdomain(priority) || (priority.startsWith('system-') && subject.mayBeCritical !== true))) {
    at.at('priorityClassName').refuse('InvalidValue', {
      value: priority,
      allowed: 'the name of a PriorityClass of your own: those of the system evict everything else',
      fix: 'create a PriorityClass and name it here',
    });
  }
  renderPlacement(at, options, subject); // what cannot be rendered is refused here, where the caller is
}

function spreadOf(options: PlacementOptions, subject: PlacementSubject): Spread {
  return options.spread ?? subject.defaultSpread ?? Spread.preferred();
}

function checkSpread(at: PropertyPath, spread: Spread, subject: PlacementSubject, requirePerRevision: (at: PropertyPath) => void): void {
  at.instance(spread, Spread, 'Spread.preferred()');
  if (spread._kind === 'none') { at.at('none').reason(spread._reason); }
  if (spread._kind === 'zones') {
    at.at('overZones').integer(spread._domains, 2, 20, 'give the number of zones, at least 2');
    if (subject.minReplicas < spread._domains) {
      at.at('overZones').refuse('UnsatisfiablePlacement', {
        value: spread._domains,
        allowed: `at most ${subject.minReplicas} zones, the fewest pods there will be`,
        fix: `raise the replicas to at least ${spread._domains}, or use Spread.preferred()`,
      });
    }
  }
  if (spread._kind === 'nodes') {
    at.at('onePodPerNode').integer(spread._domains, 1, 5000, 'give the number of nodes');
    requirePerRevision(at.at('onePodPerNode'));
    if (subject.maxReplicas > spread._domains) {
      at.at('onePodPerNode').refuse('UnsatisfiablePlacement', {
        value: spread._domains,
        allowed: subject.maxReplicas === Infinity ? 'replicas whose most is known: an external autoscaler may ask for more than there are nodes' : `at least ${subject.maxReplicas} nodes, the most pods there will be`,
        fix: 'lower the replicas, add nodes, or use Spread.preferred()',
      });
    }
  }
}

/** @internal */
export function renderPlacement(at: PropertyPath, options: PlacementOptions, subject: PlacementSubject): Placed {
  const spread = spreadOf(options, subject);
  const pool = options.pool;
  const tolerations = [
    ...subject.addedTolerations ?? [],
    ...options.tolerations?.map((query, i) => tolerationOf(at.at('tolerations').at(i), query)) ?? [],
    ...pool === undefined ? [] : [{ key: pool.taint ?? pool.label, operator: 'Equal' as const, value: pool.value }],
  ];
  const nodeSelector = { ...options.nodeSelector, ...pool === undefined ? {} : { [pool.label]: pool.value } };
  const affinity = renderAffinity(at, options, spread, subject);
  return {
    ...Object.keys(affinity).length === 0 ? {} : { affinity },
    ...Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector },
    ...tolerations.length === 0 ? {} : { tolerations },
    ...spread._kind === 'none' ? {} : { topologySpreadConstraints: renderSpread(spread, subject) },
    ...options.priorityClassName === undefined ? {} : { priorityClassName: options.priorityClassName },
  };
}

function renderSpread(spread: Spread, subject: PlacementSubject): ITopologySpreadConstraint[] {
  const constraint = (topologyKey: string, required = false): ITopologySpreadConstraint => ({
    labelSelector: { matchLabels: { ...subject.selectorLabels } },
    // Without it the pods of the old revision count too, and a rolling update ends up lopsided.
    matchLabelKeys: [subject.revisionLabel],
    maxSkew: 1,
    nodeTaintsPolicy: 'Honor', // a tainted node is no place a pod could have been
    topologyKey,
    // No minDomains: with it, the loss of a zone would keep its pods from starting anywhere else.
    whenUnsatisfiable: required ? 'DoNotSchedule' : 'ScheduleAnyway',
  });
  return [constraint(ZONE, spread._kind === 'zones'), constraint(NODE)];
}

function renderAffinity(at: PropertyPath, options: PlacementOptions, spread: Spread, subject: PlacementSubject): IAffinity {
  const required = options.requiredNodes?.map((query, i) => requirementOf(at.at('requiredNodes').at(i), query)) ?? [];
  const preferred = options.preferredNodes?.map((query, i) => requirementOf(at.at('preferredNodes').at(i), query)) ?? [];
  const near = options.colocation ?? [];
  const self = { labelSelector: { matchLabels: { ...subject.selectorLabels } }, topologyKey: NODE };
  const nearTerm = (colocation: Colocation) => ({ labelSelector: { matchLabels: { ...colocation.labels } }, topologyKey: colocation.topology.key });
  const requiredNear = near.filter(c => c.required === true).map(nearTerm);
  const preferredNear = near.filter(c => c.required !== true).map(c => ({ podAffinityTerm: nearTerm(c), weight: 50 }));
  return {
    ...required.length + preferred.length === 0 ? {} : { nodeAffinity: nodeAffinity(required, preferred) },
    ...near.length === 0 ? {} : {
      podAffinity: {
        ...preferredNear.length === 0 ? {} : { preferredDuringSchedulingIgnoredDuringExecution: preferredNear },
        ...requiredNear.length === 0 ? {} : { requiredDuringSchedulingIgnoredDuringExecution: requiredNear },
      },
    },
    ...spread._kind === 'none' ? {} : {
      podAntiAffinity: spread._kind === 'nodes'
        ? { requiredDuringSchedulingIgnoredDuringExecution: [{ ...self, matchLabelKeys: [subject.revisionLabel] }] }
        : { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: self, weight: 100 }] },
    },
  };
}

/** Refuses what the API server would refuse: cdk8s-plus takes any list of values for any operator. */
function requirementOf(at: PropertyPath, query: NodeLabelQuery): INodeSelectorRequirement {
  const requirement = nodeRequirementOf(at, query);
  const { key, operator, values = [] } = requirement;
  const isRange = operator === 'Gt' || operator === 'Lt';
  if (isRange ? values.length !== 1 || !/^\d+$/.test(values[0]!) : operator.endsWith('In') && values.length === 0) {
    at.refuse('InvalidValue', {
      value: requirement, allowed: 'one whole number for "greater" and "less", at least one value for "in" and "not in"', fix: "write NodeLabelQuery.in('node-type', ['high-cpu']) or NodeLabelQuery.gt('cores', ['8'])",
    });
  }
  for (const value of [...values, '']) { checkLabels(at, { [key]: value }); }
  return requirement;
}

function nodeAffinity(required: INodeSelectorRequirement[], preferred: INodeSelectorRequirement[]): IAffinity['nodeAffinity'] {
  return {
    ...preferred.length === 0 ? {} : {
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map(query => ({ preference: { matchExpressions: [query] }, weight: 50 })),
    },
    ...required.length === 0 ? {} : {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: required }] },
    },
  };
}
