import type { Construct } from 'constructs';
import type { ClusterPeer } from '../../core/cluster-profile';
import type { FqdnEgressRequest, IFqdnEgress } from '../../core/connection';
import { KubernetesObject } from '../../core/kubernetes-object';

/** The part of a CiliumNetworkPolicy that is written here. See https://docs.cilium.io/en/stable/security/dns/ */
interface CiliumNetworkPolicySpec {
  readonly endpointSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly egress: readonly {
    readonly toFQDNs?: readonly ({ readonly matchName: string } | { readonly matchPattern: string })[];
    readonly toCIDR?: readonly string[];
    readonly toEndpoints?: readonly {
      readonly matchLabels: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly { readonly key: string; readonly operator: string }[];
    }[];
    readonly toPorts: readonly {
      readonly ports: readonly { readonly port: string; readonly protocol: string }[];
      readonly rules?: { readonly dns: readonly { readonly matchPattern: string }[] };
    }[];
  }[];
}

/**
 * Egress to host names by Cilium: a CiliumNetworkPolicy that allows the names, and lets Cilium watch the lookups of these
 * pods, from which it learns the addresses.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based
 */
export class CiliumFqdnEgress implements IFqdnEgress {
  /** Creates the CiliumNetworkPolicy. @param scope parent of the object @param request what is to be allowed */
  public allow(scope: Construct, request: FqdnEgressRequest): void {
    new KubernetesObject(scope, 'FqdnEgress', {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      name: `${request.name}-fqdn`,
      labels: request.labels,
      content: { spec: () => renderSpec(request) },
    });
  }
}

function renderSpec(request: FqdnEgressRequest): CiliumNetworkPolicySpec {
  return {
    egress: [
      ...request.dns.map(server => ({
        ...destination(server),
        toPorts: [{ ports: server.ports.map(port => ({ port: String(port.number), protocol: port.protocol ?? 'TCP' })), rules: { dns: [{ matchPattern: '*' }] } }],
      })),
      ...request.rules().map(rule => ({
        toFQDNs: rule.hostNames.map(name => (name.startsWith('*') ? { matchPattern: name } : { matchName: name })),
        toPorts: [{ ports: rule.ports.map(port => ({ port: String(port.number), protocol: port.protocol })) }],
      })),
    ],
    endpointSelector: { matchLabels: request.podLabels },
  };
}

const NAMESPACE = 'k8s:io.kubernetes.pod.namespace';

/** Name servers are pods or addresses; Cilium names the two differently. */
function destination(server: ClusterPeer): Pick<CiliumNetworkPolicySpec['egress'][number], 'toEndpoints' | 'toCIDR'> {
  const { ipBlock, podSelector, namespaceSelector } = server.peer._render(undefined);
  if (ipBlock !== undefined) { return { toCIDR: [ipBlock.cidr] }; }
  const { 'kubernetes.io/metadata.name': namespace, ...namespaceLabels } = { ...namespaceSelector?.matchLabels } as Record<string, string>;
  const matchLabels = Object.fromEntries([
    ...namespace === undefined ? [] : [[NAMESPACE, namespace]],
    ...Object.entries(namespaceLabels).map(([key, value]) => [`k8s:io.cilium.k8s.namespace.labels.${key}`, value]),
    ...Object.entries(podSelector?.matchLabels ?? {}).map(([key, value]) => [`k8s:${key}`, value]),
  ]) as Record<string, string>;
  // Without a word on the namespace Cilium means the policy's own; to its older versions the labels of namespaces are none.
  const elsewhere = namespace === undefined && namespaceSelector !== undefined;
  return { toEndpoints: [{ matchLabels, ...elsewhere ? { matchExpressions: [{ key: NAMESPACE, operator: 'Exists' }] } : {} }] };
}
