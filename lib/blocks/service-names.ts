import type { Construct } from 'constructs';
import { checkLabels, checkLabelValue, identityLabels, isLabelValue, MANAGED_BY } from '../core/labels';
import { ADOPTED_DEPLOYMENT, checkLabelName, checkObjectName, NamePrefix } from '../core/names';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';

/** Names of the objects, where they differ from the service's: to take over what already runs. */
export interface ObjectNames {
  /**
   * Name of the Deployment (or Rollout).
   *
   * @default - the service's name
   */
  readonly workload?: string;
  /**
   * Name of the application's container. Deployers merge containers by name: another name than the running one's may leave both.
   *
   * @default - the service's name without prefixes
   */
  readonly container?: string;
  /**
   * Name of the Service, which is also the host name that others dial.
   *
   * @default - the service's name
   */
  readonly service?: string;
  /**
   * Name of the HorizontalPodAutoscaler.
   *
   * @default - the service's name
   */
  readonly autoscaler?: string;
  /**
   * Name of the PodDisruptionBudget.
   *
   * @default - the service's name
   */
  readonly disruptionBudget?: string;
  /**
   * Name of the NetworkPolicy.
   *
   * @default - the service's name
   */
  readonly networkPolicy?: string;
  /**
   * Name of the ServiceAccount, its Role and RoleBinding.
   *
   * @default - the service's name
   */
  readonly serviceAccount?: string;
}

const KNOWN: KnownProperties<ObjectNames> = { workload: true, container: true, service: true, autoscaler: true, disruptionBudget: true, networkPolicy: true, serviceAccount: true };

/** What a construct says of its identity. @internal */
export interface IdentityProps {
  readonly name?: string;
  readonly names?: ObjectNames;
  readonly renamedFrom?: string;
  readonly selectorLabels?: { readonly [name: string]: string };
}

/** @internal */
export interface ResolvedNames extends Required<ObjectNames> {
  readonly name: string;
  /** The part that is the same for every instance: the id without prefixes. */
  readonly base: string;
  readonly selectorLabels: Readonly<Record<string, string>>;
}

/**
 * The names and the selector of a workload: from its id, never from its place in the tree, so that moving it changes nothing.
 *
 * @param kind the kind of object that runs its pods, which says how long a name may be
 * @internal
 */
export function resolveNames(construct: Construct, props: IdentityProps, kind = 'Deployment'): ResolvedNames {
  const at = new PropertyPath(construct, '');
  if (props.name !== undefined && props.renamedFrom !== undefined) {
    at.at('renamedFrom').refuse('ConflictingProperties', { value: props.renamedFrom, allowed: 'either name or renamedFrom', fix: 'name alone keeps the identity: set it to what the objects are called now' });
  }
  const base = props.name ?? (props.renamedFrom === undefined
    ? checkObjectName(at.at('name'), kind, construct.node.id)
    : checkLabelName(at.at('renamedFrom'), 'the id this construct had', props.renamedFrom));
  const name = checkObjectName(at.at('name'), kind, props.name ?? `${NamePrefix.of(construct)}${base}`);
  const names = at.at('names').onlyKnown(props.names ?? {}, KNOWN);
  const adopted = (key: keyof ObjectNames, ofKind: string): string => (names[key] === undefined ? name : checkObjectName(at.at('names').at(key), ofKind, names[key]));
  if (props.selectorLabels !== undefined && Object.keys(props.selectorLabels).length === 0) {
    at.at('selectorLabels').refuse('MissingValue', { value: {}, allowed: 'at least one label: an empty selector takes every pod of the namespace', fix: 'copy spec.selector.matchLabels of the workload that runs' });
  }
  return {
    name,
    base,
    // Its name is taken as it is, up to what the API server takes: it runs already.
    workload: adopted('workload', kind === 'Deployment' ? ADOPTED_DEPLOYMENT : kind),
    container: names.container === undefined ? base : checkLabelName(at.at('names').at('container'), 'a container name', names.container),
    service: adopted('service', 'Service'),
    autoscaler: adopted('autoscaler', 'HorizontalPodAutoscaler'),
    disruptionBudget: adopted('disruptionBudget', 'PodDisruptionBudget'),
    networkPolicy: adopted('networkPolicy', 'NetworkPolicy'),
    serviceAccount: adopted('serviceAccount', 'ServiceAccount'),
    selectorLabels: props.selectorLabels === undefined ? identityLabels(base, name) : checkLabels(at.at('selectorLabels'), props.selectorLabels),
  };
}

/** What is known about a workload beyond its identity. @internal */
export interface DescriptiveLabels {
  readonly version: string | undefined;
  readonly component: string | undefined;
  readonly partOf: string | undefined;
  readonly team: string | undefined;
}

/**
 * The labels of every object: the recommended set, the team's, the user's. A version that is no label value is left out.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 * @internal
 */
export function objectLabels(at: PropertyPath, names: ResolvedNames, known: DescriptiveLabels, own: Readonly<Record<string, string>>): Record<string, string> {
  checkLabels(at.at('labels'), own);
  if (known.component !== undefined) { checkLabelValue(at.at('component'), known.component); }
  const labels = {
    ...known.component === undefined ? {} : { 'app.kubernetes.io/component': known.component },
    'app.kubernetes.io/instance': names.name,
    'app.kubernetes.io/managed-by': MANAGED_BY,
    'app.kubernetes.io/name': names.base,
    ...known.partOf === undefined ? {} : { 'app.kubernetes.io/part-of': known.partOf },
    ...known.version === undefined || !isLabelValue(known.version) ? {} : { 'app.kubernetes.io/version': known.version },
    ...known.team === undefined ? {} : { team: known.team },
  };
  for (const key of Object.keys(own)) {
    if (Object.hasOwn(names.selectorLabels, key) || Object.hasOwn(labels, key)) {
      at.at('labels').at(key).refuse('ConflictingProperties', {
        value: own[key], allowed: 'labels that the service does not set itself', fix: 'use the props version and component, the environment\'s team and partOf, or selectorLabels',
      });
    }
  }
  checkLabels(at, labels);
  return { ...labels, ...own };
}
