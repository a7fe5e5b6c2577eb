import type { ClusterPeer } from 'cdk8s-production';
import { DnsProfile, Environment, MeshProfile, NetworkPeer, ProductionService, Protocol } from 'cdk8s-production';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, MINIMAL, one, synth, testChart } from '../helpers/manifests';

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

  test.each<[string, MeshProfile, unknown[]]>([
    ['istio, on the port where its metrics are merged', MeshProfile.istio(), [{ number: 15020 }]],
    ['linkerd, on its admin port', MeshProfile.linkerd(), [{ number: 4191 }]],
    ['custom', MeshProfile.custom([], { scrapePorts: [{ number: 9091, protocol: Protocol.TCP }] }), [{ number: 9091, protocol: 'TCP' }]],
    ['custom without a word on it: nowhere', MeshProfile.custom([]), []],
  ])('%s is scraped', (_, profile, expected) => {
    expect(profile.scrapePorts).toEqual(expected);
  });

  test.each<[what: string, options: unknown, code: string, property: string]>([
    ['a misspelt property', { scrapePort: [{ number: 9091 }] }, 'UnknownProperty', 'scrapePort'],
    ['a text for options', '9091', 'InvalidValue', ''],
    ['a number for the list', { scrapePorts: 9091 }, 'InvalidValue', 'scrapePorts'],
    ['a port that is a number', { scrapePorts: [9091] }, 'InvalidValue', 'scrapePorts[0]'],
    ['port 0', { scrapePorts: [{ number: 0 }] }, 'InvalidValue', 'scrapePorts[0].number'],
    ['an unknown protocol', { scrapePorts: [{ number: 9091, protocol: 'tcp' }] }, 'InvalidValue', 'scrapePorts[0].protocol'],
  ])('custom refuses %s', (_, options, code, property) => {
    const error = errorOf(() => MeshProfile.custom([], options as object)._check(new PropertyPath(testChart(), 'environment.mesh')));
    expect([error.code, error.property]).toEqual([code, property === '' ? 'environment.mesh' : `environment.mesh.${property}`]);
  });
});

const kubeDns: ClusterPeer = { peer: NetworkPeer.namespace('kube-system'), ports: [{ number: 53 }] };

test.each<[what: string, peers: unknown, code: string, property: string]>([
  ['no list', 'kube-dns', 'InvalidValue', ''],
  ['an element that is no struct', [kubeDns, 'kube-dns'], 'InvalidValue', '[1]'],
  ['a misspelt property', [{ ...kubeDns, port: 53 }], 'UnknownProperty', '[0].port'],
  ['no peer', [{ ports: [{ number: 53 }] }], 'InvalidValue', '[0].peer'],
  ['a peer that is wrong', [{ ...kubeDns, peer: NetworkPeer.cidr('10.0.0.10') }], 'InvalidValue', '[0].peer.cidr'],
  ['no ports', [{ peer: kubeDns.peer }], 'InvalidValue', '[0].ports'],
  ['an empty list of ports, which would mean every port', [{ ...kubeDns, ports: [] }], 'MissingValue', '[0].ports'],
  ['a port that is a number', [{ ...kubeDns, ports: [53] }], 'InvalidValue', '[0].ports[0]'],
  ['port 0', [{ ...kubeDns, ports: [{ number: 53 }, { number: 0 }] }], 'InvalidValue', '[0].ports[1].number'],
  ['port 65536', [{ ...kubeDns, ports: [{ number: 65536 }] }], 'InvalidValue', '[0].ports[0].number'],
  ['a port as text', [{ ...kubeDns, ports: [{ number: '53' }] }], 'InvalidValue', '[0].ports[0].number'],
  ['an unknown protocol', [{ ...kubeDns, ports: [{ number: 53, protocol: 'udp' }] }], 'InvalidValue', '[0].ports[0].protocol'],
])('custom profiles refuse %s', (_, peers, code, property) => {
  const at = new PropertyPath(testChart(), 'environment');
  const dns = errorOf(() => DnsProfile.custom(peers as ClusterPeer[])._check(at));
  const mesh = errorOf(() => MeshProfile.custom(peers as ClusterPeer[])._check(at));
  expect([dns, mesh].map(error => [error.code, error.property])).toEqual([[code, `environment.peers${property}`], [code, `environment.controlPlane${property}`]]);
});

test('a DNS profile without servers is refused, a mesh without a control plane is not', () => {
  const at = new PropertyPath(testChart(), 'environment');
  expect(errorOf(() => DnsProfile.custom([])._check(at))).toMatchObject({ code: 'MissingValue', property: 'environment.peers', fix: 'write DnsProfile.kubeDns()' });
  expect(() => MeshProfile.custom([])._check(at)).not.toThrow();
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
