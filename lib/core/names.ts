import type { IConstruct } from 'constructs';
import { PropertyPath } from './property-path';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_1035_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const PATH_SEGMENT = /^(?!\.\.?$)[^/%]+$/;

interface NameRule {
  readonly limit: number;
  readonly pattern: RegExp;
  readonly says: string;
}

const label = (limit: number): NameRule => ({
  limit, pattern: DNS_LABEL, says: `lower-case letters, digits and "-", starting and ending with a letter or digit, at most ${limit} characters (RFC 1123 label)`,
});
const label1035 = (limit: number): NameRule => ({
  limit, pattern: DNS_1035_LABEL, says: `lower-case letters, digits and "-", starting with a letter, at most ${limit} characters (RFC 1035 label)`,
});
const SUBDOMAIN: NameRule = {
  limit: 253, pattern: DNS_SUBDOMAIN, says: 'lower-case letters, digits, "-" and ".", at most 253 characters (RFC 1123 subdomain)',
};
const ANY_SEGMENT: NameRule = { limit: 253, pattern: PATH_SEGMENT, says: 'any path segment: not ".", "..", and without "/" or "%"' };

/** Kinds whose names alone do not say whose they are. @internal */
export const CLOUDNATIVE_PG_CLUSTER = 'Cluster of CloudNativePG';
/** @internal */
export const VELERO_SCHEDULE = 'Schedule of Velero';

/** A Job that is named after what it runs. @internal */
export const HASHED_JOB = 'Job with a hash in its name';

/**
 * What a name of each kind may be. Workload names leave room for what their controllers append: a Deployment's
 * pods are `<name>-<10 characters>-<5 characters>` and carry no name in a label, but a StatefulSet's and a Job's do.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
const RULES: Readonly<Record<string, NameRule>> = {
  // The API server accepts 253, but the pods' host names are cut at 63 and a ReplicaSet's suffix takes 11, a pod's 6.
  Deployment: label(46),
  ReplicaSet: label(57),
  Rollout: label(46),
  // Pod name goes into the label statefulset.kubernetes.io/pod-name (63), less "-" and an ordinal of up to 3 digits; controller-revision-hash takes 11.
  StatefulSet: label(52),
  DaemonSet: label(52),
  Job: label(57),
  // Its hash takes 11.
  [HASHED_JOB]: label(46),
  // The controller appends 11 characters to the Job's name; the API server refuses more than 52.
  CronJob: label(52),
  Pod: label(63),
  // Its webhook refuses more than 50; Services are named for it.
  [CLOUDNATIVE_PG_CLUSTER]: label1035(50),
  // The names go into labels of what they make.
  [VELERO_SCHEDULE]: label(63),
  SnapshotSchedule: label(63),
  Service: label1035(63),
  Namespace: label(63),
  Role: ANY_SEGMENT,
  ClusterRole: ANY_SEGMENT,
  RoleBinding: ANY_SEGMENT,
  ClusterRoleBinding: ANY_SEGMENT,
};

/** A Deployment that runs already keeps its name, whatever its pods' host names look like. @internal */
export const ADOPTED_DEPLOYMENT = 'Deployment that runs already';

/**
 * Refuses a name that the API server, or a controller that builds on it, would refuse.
 *
 * @internal
 */
export function checkObjectName(at: PropertyPath, kind: string, name: unknown): string {
  const rule = RULES[kind] ?? SUBDOMAIN;
  if (typeof name !== 'string' || name.length > rule.limit || !rule.pattern.test(name)) {
    at.refuse('InvalidName', {
      value: name,
      allowed: `the name of a ${kind}: ${rule.says}`,
      fix: typeof name === 'string' && name.length > rule.limit
        ? `shorten it by ${name.length - rule.limit} characters (it comes from the construct's id, the name prefix or the property "name")`
        : 'rename the construct, or set its name explicitly',
    });
  }
  return name;
}

/**
 * Refuses what is not an RFC 1123 label, such as the name of a container or a volume.
 *
 * @internal
 */
export function checkLabelName(at: PropertyPath, what: string, name: unknown): string {
  if (typeof name !== 'string' || name.length > 63 || !DNS_LABEL.test(name)) {
    at.refuse('InvalidName', { value: name, allowed: `${what}: ${label(63).says}`, fix: typeof name === 'string' ? 'rename it' : 'give it a name' });
  }
  return name;
}

/** @internal */
export function isSubdomain(text: string): boolean {
  return text.length <= 253 && DNS_SUBDOMAIN.test(text);
}

/** Constructs that have asked for their prefix: one that comes later would not reach them. */
const ASKED = new WeakSet<IConstruct>();

const PREFIX = Symbol.for('cdk8s-production.NamePrefix');

/**
 * Prefixes for the names of everything below a scope, so that a composite of your own can be used twice
 * in one namespace without its objects colliding.
 */
export class NamePrefix {
  /**
   * Puts a prefix before the name of each object below the scope. Prefixes of nested scopes add up, outermost first.
   * Explicit names (`name`) stay as they are. Call it before the objects are created, such as in the first line of
   * a composite's constructor.
   *
   * @param scope where the prefix begins to hold
   * @param prefix such as `eu-`: lower-case letters, digits and `-`
   * @throws ConfigurationError `InvalidName` when the prefix cannot begin a name; `ConflictingProperties` when names are given already
   */
  public static on(scope: IConstruct, prefix: string): void {
    if (typeof prefix !== 'string' || !/^[a-z][-a-z0-9]*$/.test(prefix) || prefix.length > 40) {
      new PropertyPath(scope, 'prefix').refuse('InvalidName', {
        value: prefix, allowed: 'lower-case letters, digits and "-", starting with a letter, at most 40 characters', fix: 'use a prefix such as "eu-"',
      });
    }
    const tooEarly = scope.node.findAll().find(construct => construct !== scope && ASKED.has(construct));
    if (tooEarly !== undefined) {
      new PropertyPath(scope, 'prefix').refuse('ConflictingProperties', {
        value: prefix, allowed: `a scope without constructs that have their names; '${tooEarly.node.path}' has`, fix: 'set the prefix before anything is made in the scope',
      });
    }
    Object.defineProperty(scope, PREFIX, { value: prefix, configurable: true });
  }

  /**
   * The prefix that holds at a scope: those of all its parents, joined.
   *
   * @param scope where to look
   * @returns the prefix, or an empty text
   */
  public static of(scope: IConstruct): string {
    ASKED.add(scope);
    return scope.node.scopes.map(parent => (parent as { [PREFIX]?: string })[PREFIX] ?? '').join('');
  }

  private constructor() {}
}
