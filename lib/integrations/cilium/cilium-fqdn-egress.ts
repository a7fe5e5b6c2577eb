import type { Construct } from 'constructs';
import type { FqdnEgressRequest, IFqdnEgress } from '../../core/connection';
import { KubernetesObject } from '../../core/kubernetes-object';

/** The part of a CiliumNetworkPolicy that is written here. See https://docs.cilium.io/en/stable/security/dns/ */
interface CiliumNetworkPolicySpec {
  readonly endpointSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly egress: readonly {
    readonly toFQDNs?: readonly ({ readonly matchName: string } | { readonly matchPattern: string })[];
    readonly toEndpoints?: readonly { readonly matchLabels: Readonly<Record<string, string>> }[];
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
      {
        toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } }],
        toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }],
      },
      ...request.rules().map(rule => ({
        toFQDNs: rule.hostNames.map(name => (name.startsWith('*') ? { matchPattern: name } : { matchName: name })),
        toPorts: [{ ports: rule.ports.map(port => ({ port: String(port.number), protocol: port.protocol })) }],
      })),
    ],
    endpointSelector: { matchLabels: request.podLabels },
  };
}
