import type { Construct } from 'constructs';
import type { ClusterPeer } from '../core/cluster-profile';
import type { IPolicyRule } from '../core/kubernetes';
import { KubernetesObject } from '../core/kubernetes-object';
import { checkAnnotations } from '../core/labels';
import { checkObjectName } from '../core/names';
import { NetworkPeer } from '../core/network-peer';
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

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy#network-policy-and-workload-identity */
const GKE_METADATA: readonly ClusterPeer[] = [
  { peer: NetworkPeer.cidr('169.254.169.252/32'), ports: [{ number: 988 }] },
  { peer: NetworkPeer.cidr('169.254.169.254/32'), ports: [{ number: 80 }] },
];

/** The workload's identity in a cloud, so that it needs no key. */
export class CloudIdentity {
  /**
   * AWS: IAM roles for service accounts.
   *
   * @param roleArn such as `arn:aws:iam::123456789012:role/payments`
   * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
   */
  public static aws(roleArn: string): CloudIdentity {
    return new CloudIdentity('roleArn', roleArn, /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'arn:aws:iam::123456789012:role/payments', { 'eks.amazonaws.com/role-arn': roleArn }, {}, []);
  }

  /**
   * Google Cloud: workload identity federation for GKE. Tokens come from the node's metadata server, which stays reachable.
   *
   * @param serviceAccount such as `payments@project.iam.gserviceaccount.com`
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
   */
  public static google(serviceAccount: string): CloudIdentity {
    return new CloudIdentity('serviceAccount', serviceAccount, /^[a-z0-9-]+@[a-z0-9.:-]+\.iam\.gserviceaccount\.com$/, 'payments@project.iam.gserviceaccount.com', { 'iam.gke.io/gcp-service-account': serviceAccount }, {}, GKE_METADATA);
  }

  /**
   * Azure: workload identity.
   *
   * @param clientId of the managed identity or application
   * @see https://azure.github.io/azure-workload-identity/docs/
   */
  public static azure(clientId: string): CloudIdentity {
    return new CloudIdentity('clientId', clientId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, '11111111-2222-3333-4444-555555555555',
      { 'azure.workload.identity/client-id': clientId }, { 'azure.workload.identity/use': 'true' }, []);
  }

  private constructor(
    private readonly property: string,
    private readonly value: string,
    private readonly pattern: RegExp,
    private readonly example: string,
    /** @internal */
    public readonly _annotations: Readonly<Record<string, string>>,
    /** @internal */
    public readonly _podLabels: Readonly<Record<string, string>>,
    /** @internal */
    public readonly _metadataEndpoints: readonly ClusterPeer[],
  ) {}

  /** @internal */
  public _check(at: PropertyPath): void {
    at.at(this.property).text(this.value, `an identity such as ${this.example}`, this.pattern);
  }
}

/** The workload's own account. */
export interface OwnAccountOptions {
  /**
   * Annotations of the ServiceAccount.
   *
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };

  /**
   * What the workload may do with the Kubernetes API. With any, its token is mounted.
   *
   * @default - nothing
   */
  readonly permissions?: Permission[];

  /**
   * Whether the token for the Kubernetes API is mounted.
   *
   * @default - only with permissions
   */
  readonly mountToken?: boolean;

  /**
   * The workload's identity in a cloud.
   *
   * @default - none
   */
  readonly cloud?: CloudIdentity;
}

/** An account that is made elsewhere. */
export interface ExistingAccountOptions {
  /**
   * Whether the token for the Kubernetes API is mounted.
   *
   * @default false
   */
  readonly mountToken?: boolean;
}

const KNOWN_OWN: KnownProperties<OwnAccountOptions> = { annotations: true, permissions: true, mountToken: true, cloud: true };
const KNOWN_EXISTING: KnownProperties<ExistingAccountOptions> = { mountToken: true };
const KNOWN_PERMISSION: KnownProperties<Permission> = { verbs: true, resources: true, apiGroup: true, resourceNames: true };

/** Who a workload is, for the Kubernetes API and for clouds. */
export class Identity {
  /** An account of its own, without rights. @param options what differs from the default */
  public static own(options: OwnAccountOptions = {}): Identity {
    return new Identity(options, false);
  }

  /**
   * An account that is made elsewhere.
   *
   * @param account a `ServiceAccount` of cdk8s-plus, or anything with its name
   * @param options whether the token is mounted
   */
  public static existing(account: { readonly name: string }, options: ExistingAccountOptions = {}): Identity {
    return new Identity(options, true, account);
  }

  private constructor(private readonly options: OwnAccountOptions, private readonly isExisting: boolean, private readonly account?: { readonly name: string }) {}

  /** Labels the pods need for it. @internal */
  public get _podLabels(): Readonly<Record<string, string>> {
    return this.options.cloud?._podLabels ?? {};
  }

  /** What the pods have to reach for their credentials. @internal */
  public get _metadataEndpoints(): readonly ClusterPeer[] {
    return this.options.cloud?._metadataEndpoints ?? [];
  }

  /** @internal */
  public get _mountsToken(): boolean {
    return this.options.mountToken ?? (this.options.permissions?.length ?? 0) > 0;
  }

  /**
   * Creates the objects and returns the account's name.
   *
   * @internal
   */
  public _bind(scope: Construct, at: PropertyPath, name: string, labels: Readonly<Record<string, string>>): BoundIdentity {
    const { options, account } = this;
    if (this.isExisting) {
      at.onlyKnown<ExistingAccountOptions>(options, KNOWN_EXISTING);
      if (options.mountToken !== undefined) { at.at('mountToken').flag(options.mountToken); }
      const accountName: unknown = account?.name;
      if (typeof accountName !== 'string') { at.at('existing').refuse('InvalidValue', { value: account, allowed: 'an account with its name', fix: "write Identity.existing({ name: 'payments' })" }); }
      return { name: checkObjectName(at.at('existing'), 'ServiceAccount', accountName) };
    }
    at.onlyKnown(options, KNOWN_OWN);
    checkAnnotations(at.at('annotations'), options.annotations ?? {});
    if (options.mountToken !== undefined) { at.at('mountToken').flag(options.mountToken); }
    if (options.cloud !== undefined) { at.at('cloud').instance(options.cloud, CloudIdentity, 'CloudIdentity.aws(roleArn), .google(serviceAccount) or .azure(clientId)')._check(at.at('cloud')); }
    const rules = options.permissions === undefined ? [] : at.at('permissions').list(options.permissions).map((permission, i) => renderRule(at.at('permissions').at(i), permission));
    if (rules.length > 0 && options.mountToken === false) {
      at.at('mountToken').refuse('ConflictingProperties', { value: false, allowed: 'true with permissions: without its token the workload cannot use them', fix: 'leave mountToken out, or remove the permissions' });
    }
    const serviceAccount = new KubernetesObject(scope, 'ServiceAccount', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      name,
      labels,
      annotations: { ...options.annotations, ...options.cloud?._annotations },
      // Each pod says for itself whether it wants the token; a pod of somebody else under this account gets none.
      content: { automountServiceAccountToken: () => false },
    });
    if (rules.length === 0) { return { name, serviceAccount }; }
    const role = new KubernetesObject(scope, 'Role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', name, labels, content: { rules: () => rules } });
    const roleBinding = new KubernetesObject(scope, 'RoleBinding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      name,
      labels,
      content: {
        roleRef: () => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }),
        subjects: () => [{ kind: 'ServiceAccount', name, ...serviceAccount.namespace === undefined ? {} : { namespace: serviceAccount.namespace } }],
      },
    });
    return { name, serviceAccount, role, roleBinding };
  }
}

/** @internal */
export interface BoundIdentity {
  readonly name: string;
  readonly serviceAccount?: KubernetesObject;
  readonly role?: KubernetesObject;
  readonly roleBinding?: KubernetesObject;
}

function renderRule(at: PropertyPath, permission: Permission): IPolicyRule {
  at.onlyKnown(permission, KNOWN_PERMISSION);
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
