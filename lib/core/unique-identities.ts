import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { isClusterScoped } from './cluster-scope';
import { Environment } from './environment';
import { describeConfigurationError } from './errors';

const WATCHED = new WeakSet<IConstruct>();

/** An object that a controller will make in the cluster. */
interface MadeByController {
  /** For whom: its environment and namespace count. */
  readonly object: ApiObject;
  /** As cdk8s calls it: `core` for Kubernetes' own without a group. */
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

const MADE = new WeakMap<IConstruct, MadeByController[]>();

/**
 * Lets the synthesis fail when two objects of one environment have the same identity: in the cluster the second
 * would silently overwrite the first. Whoever made them: objects of other libraries in the same tree count too.
 *
 * @internal
 */
export function watchForDuplicates(construct: IConstruct): void {
  const root = construct.node.root;
  if (WATCHED.has(root)) { return; }
  WATCHED.add(root);
  root.node.addValidation({ validate: () => findDuplicates(root) });
}

/**
 * Lets the synthesis fail when an object of the tree, or another controller's, has the identity of one that a controller will make.
 *
 * @internal
 */
export function claimIdentity(object: ApiObject, apiGroup: string, kind: string, name: string): void {
  const { root } = object.node;
  watchForDuplicates(object);
  MADE.set(root, [...MADE.get(root) ?? [], { object, apiGroup, kind, name }]);
}

function findDuplicates(root: IConstruct): string[] {
  const seen = new Map<string, ApiObject>();
  const findings: string[] = [];
  const written = root.node.findAll().filter(ApiObject.isApiObject).map(object => object as ApiObject);
  const identities = [
    ...(MADE.get(root) ?? []).map(made => ({ ...made, apiObject: made.object })),
    ...written.map(apiObject => ({ apiObject, apiGroup: apiObject.apiGroup, kind: apiObject.kind, name: apiObject.name })),
  ];
  for (const { apiObject, apiGroup, kind, name } of identities) {
    const environment = Environment.of(apiObject).name;
    const namespace = isClusterScoped(apiObject) ? undefined : apiObject.metadata.namespace;
    const identity = `${kind} ${namespace ?? '(no namespace)'}/${name}`;
    const key = [environment, apiGroup, identity].join('|');
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, apiObject);
    } else {
      findings.push(describeConfigurationError({
        code: 'DuplicateIdentity',
        constructPath: apiObject.node.path,
        property: 'name',
        value: identity,
        allowed: `one object of this kind, namespace and name in the environment '${environment}'; the other is '${other.node.path}'${other.kind === kind ? '' : ', for which its controller makes it'}`,
        fix: 'rename one of them, put them into charts of different namespaces, or use NamePrefix.on(scope, prefix) in a composite that is used twice',
      }));
    }
  }
  return findings;
}

interface Claim {
  readonly by: ApiObject;
  readonly selector: () => Readonly<Record<string, string>>;
}

const CLAIMS = new WeakMap<IConstruct, Claim[]>();

/**
 * Lets the synthesis fail when two workloads select the same pods: each would take the other's for its own.
 *
 * @internal
 */
export function claimPods(workload: ApiObject, selector: () => Readonly<Record<string, string>>): void {
  const root = workload.node.root;
  const claims = CLAIMS.get(root) ?? [];
  if (claims.length === 0) {
    CLAIMS.set(root, claims);
    root.node.addValidation({ validate: () => findRivals(claims) });
  }
  claims.push({ by: workload, selector });
}

function findRivals(claims: readonly Claim[]): string[] {
  const first = new Map<string, ApiObject>();
  return claims.flatMap(({ by, selector }) => {
    const key = JSON.stringify([Environment.of(by).name, by.metadata.namespace ?? null, Object.entries(selector()).sort(([a], [b]) => (a < b ? -1 : 1))]);
    const other = first.get(key);
    first.set(key, other ?? by);
    // Two of one name are found as duplicates already.
    return other === undefined || (other.name === by.name && other.kind === by.kind) ? [] : [describeConfigurationError({
      code: 'DuplicateIdentity',
      constructPath: by.node.path,
      property: 'selectorLabels',
      value: key,
      allowed: `one workload for a selector in a namespace; '${other.node.path}' has the same, and each would take the other's pods for its own`,
      fix: 'give one of them another name, or other selector labels',
    })];
  });
}
