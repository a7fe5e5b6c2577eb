import type { ClusterPeer } from 'cdk8s-production';
import { DnsProfile, Environment, MeshProfile, NetworkPeer, ProductionService, Protocol } from 'cdk8s-production';
import { MINIMAL, one, synth, testChart } from '../helpers/manifests';

/** Peers as a policy in the namespace shop names them. */
const render = (peers: readonly ClusterPeer[]): unknown => peers.map(({ peer, ports }) => ({ peer: peer._render('shop'), ports: ports.map(port => `${port.number}/${port.protocol ?? 'default'}`) }));

const inNamespace = (namespace: string, podLabels: Record<string, string>): object => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector: { matchLabels: podLabels },
});
const KUBE_DNS = { peer: inNamespace('kube-system', { 'k8s-app': 'kube-dns' }), ports: ['53/UDP', '53/TCP'] };

describe('DnsProfile', () => {
  test.each<[string, DnsProfile, unknown[]]>([
    ['kubeDns', DnsProfile.kubeDns(), [KUBE_DNS]],
    ['nodeLocal', DnsProfile.nodeLocal(), [{ peer: { ipBlock: { cidr: '169.254.20.10/32' } }, ports: ['53/UDP', '53/TCP'] }, KUBE_DNS]],
    ['nodeLocal at another address', DnsProfile.nodeLocal('10.96.0.11'), [{ peer: { ipBlock: { cidr: '10.96.0.11/32' } }, ports: ['53/UDP', '53/TCP'] }, KUBE_DNS]],
    ['nodeLocal at an IPv6 address', DnsProfile.nodeLocal('fd00::a'), [{ peer: { ipBlock: { cidr: 'fd00::a/128' } }, ports: ['53/UDP', '53/TCP'] }, KUBE_DNS]],
    ['openShift, whose pods listen elsewhere than its Service', DnsProfile.openShift(), [
      { peer: inNamespace('openshift-dns', { 'dns.operator.openshift.io/daemonset-dns': 'default' }), ports: ['53/UDP', '53/TCP', '5353/UDP', '5353/TCP'] },
    ]],
    ['custom', DnsProfile.custom([{ peer: NetworkPeer.cidr('10.0.0.53/32'), ports: [{ number: 5300, protocol: Protocol.UDP }] }]), [{ peer: { ipBlock: { cidr: '10.0.0.53/32' } }, ports: ['5300/UDP'] }]],
  ])('%s reaches the right servers by UDP and TCP', (_, profile, expected) => {
    expect(render(profile.peers)).toEqual(expected);
  });
});

describe('MeshProfile', () => {
  test.each<[string, MeshProfile, unknown[]]>([
    ['istio', MeshProfile.istio(), [{ peer: inNamespace('istio-system', { app: 'istiod' }), ports: ['15012/default'] }]],
    ['linkerd', MeshProfile.linkerd(), [
      { peer: inNamespace('linkerd', { 'linkerd.io/control-plane-component': 'identity' }), ports: ['8080/default'] },
      { peer: inNamespace('linkerd', { 'linkerd.io/control-plane-component': 'destination' }), ports: ['8086/default', '8090/default'] },
    ]],
    ['custom', MeshProfile.custom([{ peer: NetworkPeer.namespace('mesh'), ports: [{ number: 1 }] }]), [
      { peer: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'mesh' } } }, ports: ['1/default'] },
    ]],
  ])('%s reaches its control plane', (_, profile, expected) => {
    expect(render(profile.controlPlane)).toEqual(expected);
  });
});

test('a service under default deny reaches what the profiles of its environment name', () => {
  const chart = testChart();
  Environment.production({ dns: DnsProfile.nodeLocal(), mesh: MeshProfile.istio() }).attachTo(chart);
  new ProductionService(chart, 'web', MINIMAL);
  const { egress } = one(synth(chart), 'NetworkPolicy').spec;
  expect(egress).toEqual([
    { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }, KUBE_DNS.peer], ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }] },
    { to: [inNamespace('istio-system', { app: 'istiod' })], ports: [{ port: 15012, protocol: 'TCP' }] },
  ]);
});
