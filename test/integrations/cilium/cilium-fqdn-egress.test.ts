import { CiliumFqdnEgress, Environment, ExternalEndpoint, Protocol } from 'cdk8s-production';
import { identities, one } from '../../helpers/manifests';
import { chartIn, manifestsOf, web } from '../../helpers/service';

const connected = (...endpoints: ExternalEndpoint[]) => {
  const service = web({}, chartIn(Environment.production({ fqdnEgress: new CiliumFqdnEgress() })));
  endpoints.forEach(endpoint => service.connectTo(endpoint));
  return service;
};
const API = ExternalEndpoint.fqdn('api.example.com', 443);
const MAILS = ExternalEndpoint.fqdn('*.mail.example.com', 587);
const TIME = ExternalEndpoint.fqdn('time.example.com', 123, { protocol: Protocol.UDP });

test('lets a service out to names, and lets Cilium see its lookups', () => {
  expect(one(manifestsOf(connected(API)), 'CiliumNetworkPolicy')).toEqual({
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: {
      labels: {
        'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/version': '1.4.2',
      },
      name: 'web-fqdn',
      namespace: 'shop',
    },
    spec: {
      egress: [
        {
          toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } }],
          toPorts: [{ ports: [{ port: '53', protocol: 'UDP' }, { port: '53', protocol: 'TCP' }], rules: { dns: [{ matchPattern: '*' }] } }],
        },
        { toFQDNs: [{ matchName: 'api.example.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
      ],
      endpointSelector: { matchLabels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' } },
    },
  });
});

test('keeps all names of a service in one policy, whatever the order of the calls', () => {
  const [forwards, backwards] = [connected(API, MAILS, TIME), connected(TIME, MAILS, API)].map(service => one(manifestsOf(service), 'CiliumNetworkPolicy').spec);

  expect(forwards.egress.slice(1)).toEqual([
    { toFQDNs: [{ matchPattern: '*.mail.example.com' }], toPorts: [{ ports: [{ port: '587', protocol: 'TCP' }] }] },
    { toFQDNs: [{ matchName: 'api.example.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
    { toFQDNs: [{ matchName: 'time.example.com' }], toPorts: [{ ports: [{ port: '123', protocol: 'UDP' }] }] },
  ]);
  expect(backwards).toEqual(forwards);
});

test('names a host once that is connected to twice', () => {
  expect(one(manifestsOf(connected(API, API)), 'CiliumNetworkPolicy').spec.egress).toHaveLength(2);
});

test('writes nothing for a service without names', () => {
  expect(identities(manifestsOf(connected(ExternalEndpoint.cidr('203.0.113.0/24', 443))))).not.toContain('CiliumNetworkPolicy/web-fqdn');
});
