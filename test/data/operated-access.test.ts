import { ExternalEndpoint, NetworkPeer, Port } from 'cdk8s-production';
import { Construct } from 'constructs';
import { createOperatedAccess } from '../../lib/data/operated-access';
import { databaseChart } from '../helpers/database';
import { type Manifest, one, synth } from '../helpers/manifests';

const rendered = (ports: Port[]): Manifest => {
  const chart = databaseChart();
  const owner = Object.assign(new Construct(chart, 'orders'), { name: 'orders', namespace: 'shop', _podLabels: { db: 'orders' } });
  createOperatedAccess(owner, {
    name: 'orders',
    labels: {},
    podLabels: { db: 'orders' },
    ports,
    network: {
      from: [{ peer: NetworkPeer.pods({ app: 'operator' }), ports: [{ number: 8000 }] }],
      to: [{ peer: NetworkPeer.pods({ db: 'orders' }), ports: [{ number: 5432 }] }],
      connectsTo: [ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'store' })],
      usesKubernetesApi: true,
    },
  });
  return one(synth(chart), 'NetworkPolicy').spec;
};

describe('the policy of pods that an operator makes', () => {
  test('lets in and out whom the operator names, and to the API', () => {
    const { ingress, egress, podSelector } = rendered([Port.tcp(5432, { name: 'postgresql' })]);
    expect(podSelector).toEqual({ matchLabels: { db: 'orders' } });
    expect(ingress).toEqual([{ from: [{ podSelector: { matchLabels: { app: 'operator' } } }], ports: [{ port: 8000, protocol: 'TCP' }] }]);
    expect(egress.flatMap((rule: Manifest) => rule.ports.map((port: Manifest) => port.port)).sort()).toEqual([443, 53, 53, 5432, 6443]);
  });

  test('lets monitoring in to a port named metrics, and to no other', () => {
    const { ingress } = rendered([Port.tcp(5432, { name: 'postgresql' }), Port.http(9187, { name: 'metrics' })]);
    expect(ingress).toContainEqual({ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ port: 9187, protocol: 'TCP' }] });
  });
});
