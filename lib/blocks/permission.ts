import type { IPolicyRule } from '../core/kubernetes';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** One thing a workload may do with the Kubernetes API, in its own namespace. */
export interface Permission {
  /** Such as `get`, `list`, `watch`; never `*`. */
  readonly verbs: string[];
  /** Such as `configmaps`, `pods/log`; never `*`. */
  readonly resources: string[];
  /**
   * Group of the resources; empty for the core group.
   *
   * @default - the core group
   */
  readonly apiGroup?: string;
  /**
   * Names of the objects.
   *
   * @default - every object of the kind; for Secrets the names must be given
   */
  readonly resourceNames?: string[];
}

const KNOWN: KnownProperties<Permission> = { verbs: true, resources: true, apiGroup: true, resourceNames: true };

/** @internal */
export function renderPermission(at: PropertyPath, permission: Permission): IPolicyRule {
  at.onlyKnown(permission, KNOWN);
  for (const key of ['verbs', 'resources'] as const) {
    const words = at.at(key).list(permission[key]);
    if (words.length === 0 || words.some(word => typeof word !== 'string' || !/^[a-z][a-z0-9./-]*$/.test(word))) {
      at.at(key).refuse('InvalidValue', {
        value: words, allowed: `${key} by name; "*" grants what does not exist yet`, fix: key === 'verbs' ? "write ['get', 'list', 'watch']" : "write ['configmaps']",
      });
    }
  }
  if (permission.apiGroup !== undefined && permission.apiGroup !== '') { at.at('apiGroup').text(permission.apiGroup, 'a group such as apps or batch; "*" grants what does not exist yet', /^[a-z0-9.-]+$/); }
  at.at('resourceNames').list(permission.resourceNames ?? []).forEach((name, i) => at.at('resourceNames').at(i).text(name, 'the name of an object; "*" is none', /^[^*]+$/));
  const escalating = permission.verbs.find(verb => ['escalate', 'bind', 'impersonate'].includes(verb));
  if (escalating !== undefined) {
    at.at('verbs').refuse('InvalidValue', {
      value: escalating, allowed: 'verbs that grant no more than they say; with escalate, bind or impersonate a workload gives itself any right', fix: 'leave it out; an operator that must have it gets a Role of cdk8s-plus, bound by hand',
    });
  }
  const secrets = (permission.apiGroup ?? '') === '' && permission.resources.some(resource => resource === 'secrets');
  if (secrets && (permission.resourceNames?.length ?? 0) === 0) {
    at.at('resourceNames').refuse('MissingValue', {
      value: permission.resourceNames, allowed: 'the names of the Secrets: otherwise every Secret of the namespace can be read', fix: "write resourceNames: ['payments-tls']; or mount the Secret instead",
    });
  }
  return {
    apiGroups: [permission.apiGroup ?? ''],
    ...permission.resourceNames === undefined ? {} : { resourceNames: [...permission.resourceNames] },
    resources: [...permission.resources],
    verbs: [...permission.verbs],
  };
}
