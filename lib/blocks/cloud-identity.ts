import type { ClusterPeer } from '../core/cluster-profile';
import { NetworkPeer } from '../core/network-peer';
import type { PropertyPath } from '../core/property-path';

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
