import type { Construct } from 'constructs';
import { CloudIdentity } from './cloud-identity';
import { type Permission, renderPermission } from './permission';
import type { ClusterPeer } from '../core/cluster-profile';
import { KubernetesObject } from '../core/kubernetes-object';
import { checkAnnotations } from '../core/labels';
import { checkObjectName } from '../core/names';
import type { KnownProperties, PropertyPath } from '../core/property-path';

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

  /**
   * The account's identity in a cloud, for what the pods need of it: a label, a way to the credentials. The account's annotations are its owner's.
   *
   * @default - none
   */
  readonly cloud?: CloudIdentity;
}

const KNOWN_OWN: KnownProperties<OwnAccountOptions> = { annotations: true, permissions: true, mountToken: true, cloud: true };
const KNOWN_EXISTING: KnownProperties<ExistingAccountOptions> = { mountToken: true, cloud: true };

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
   * @param options token and cloud
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
    } else {
      at.onlyKnown(options, KNOWN_OWN);
    }
    if (options.mountToken !== undefined) { at.at('mountToken').flag(options.mountToken); }
    if (options.cloud !== undefined) { at.at('cloud').instance(options.cloud, CloudIdentity, 'CloudIdentity.aws(roleArn), .google(serviceAccount) or .azure(clientId)')._check(at.at('cloud')); }
    if (this.isExisting) {
      const accountName: unknown = account?.name;
      if (typeof accountName !== 'string') { at.at('existing').refuse('InvalidValue', { value: account, allowed: 'an account with its name', fix: "write Identity.existing({ name: 'payments' })" }); }
      return { name: checkObjectName(at.at('existing'), 'ServiceAccount', accountName) };
    }
    checkAnnotations(at.at('annotations'), options.annotations ?? {});
    const rules = options.permissions === undefined ? [] : at.at('permissions').list(options.permissions).map((permission, i) => renderPermission(at.at('permissions').at(i), permission));
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

