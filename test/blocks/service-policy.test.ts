import { CloudIdentity, DnsProfile, Environment, Health, Identity, MeshProfile, NetworkPeer, Port, ServiceExposure } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { chartIn, objectOf, web } from '../helpers/service';

const namespaced = (namespace: string, labels?: Record<string, string>): object => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, ...labels === undefined ? {} : { podSelector: { matchLabels: labels } },
});
const tcp = (...ports: number[]): object[] => ports.map(port => ({ port, protocol: 'TCP' }));
const NAMES = { ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }], to: [namespaced('kube-system', { 'k8s-app': 'kube-dns' })] };

test('a service that declares nothing may look up names, and nothing else: nobody may come, it may go nowhere', () => {
  expect(objectOf(web(), 'NetworkPolicy').spec).toEqual({
    policyTypes: ['Ingress', 'Egress'], egress: [NAMES], podSelector: { matchLabels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web' } },
  });
});

test.each([
  ['a cache on the node, and CoreDNS behind it', DnsProfile.nodeLocal(), [
    { ports: NAMES.ports, to: [{ ipBlock: { cidr: '169.254.20.10/32' } }, ...NAMES.to] },
  ]],
  ['OpenShift, whose pods listen on 5353', DnsProfile.openShift(), [{
    ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }, { port: 5353, protocol: 'TCP' }, { port: 5353, protocol: 'UDP' }],
    to: [namespaced('openshift-dns', { 'dns.operator.openshift.io/daemonset-dns': 'default' })],
  }]],
])('names are looked up from %s', (_, dns, egress) => {
  expect(objectOf(web({}, chartIn(Environment.production({ dns }))), 'NetworkPolicy').spec.egress).toEqual(egress);
});

describe('monitoring reaches', () => {
  const monitored = () => chartIn(Environment.production({ monitoring: [NetworkPeer.namespace('monitoring')] }));
  test.each([
    ['the port named metrics', { additionalPorts: [Port.http(9100, { name: 'metrics', servicePort: 9100 })] }, 9100],
    ['the main port where there is none of that name', {}, 8080],
    ['the port that is named', { additionalPorts: [Port.http(9101, { name: 'admin', servicePort: 9101 })], metricsPort: 'admin' }, 9101],
    ['a TCP port where the main one is UDP', { port: Port.udp(8125), additionalPorts: [Port.http(8126)], health: Health.http({ readiness: '/ready', port: 'http' }) }, 8126],
  ])('%s', (_, props, port) => {
    expect(objectOf(web(props, monitored()), 'NetworkPolicy').spec.ingress).toEqual([{ from: [namespaced('monitoring')], ports: tcp(port) }]);
  });

  test('no worker: it has no port', () => {
    const service = web({ port: undefined, health: Health.none('it ends with its work') }, monitored());
    expect(objectOf(service, 'NetworkPolicy').spec).not.toHaveProperty('ingress');
  });

  test('refuses a port that is not there', () => {
    const error = errorOf(() => web({ metricsPort: 'metrics' }, monitored()));
    expect([error.code, error.property]).toEqual(['PortConflict', 'metricsPort']);
  });
});

test('gateways reach the main port of a service they are meant for, and no other service', () => {
  const chart = chartIn(Environment.production({ gateways: [NetworkPeer.namespace('ingress-nginx')] }));
  const additionalPorts = [Port.http(9100, { name: 'metrics', servicePort: 9100 })];
  const exposed = web({ name: 'exposed', additionalPorts, exposure: ServiceExposure.gateway() }, chart);
  expect(objectOf(exposed, 'NetworkPolicy').spec.ingress).toEqual([{ from: [namespaced('ingress-nginx')], ports: tcp(8080) }]);
  expect(objectOf(web({}, chartIn(Environment.production({ gateways: [NetworkPeer.namespace('ingress-nginx')] }))), 'NetworkPolicy').spec).not.toHaveProperty('ingress');
});

test.each([
  ['Istio', MeshProfile.istio(), [{ ports: tcp(15012), to: [namespaced('istio-system', { app: 'istiod' })] }]],
  ['Linkerd', MeshProfile.linkerd(), [
    { ports: tcp(8086, 8090), to: [namespaced('linkerd', { 'linkerd.io/control-plane-component': 'destination' })] },
    { ports: tcp(8080), to: [namespaced('linkerd', { 'linkerd.io/control-plane-component': 'identity' })] },
  ]],
])('the proxies of %s reach their control plane', (_, mesh, rules) => {
  const { egress } = objectOf(web({}, chartIn(Environment.production({ mesh }))), 'NetworkPolicy').spec;
  expect(egress).toHaveLength(rules.length + 1);
  expect(egress).toEqual(expect.arrayContaining([NAMES, ...rules]));
});

describe('the proxies of a mesh', () => {
  const monitoring = [NetworkPeer.namespace('monitoring')];
  const ingressOf = (environment: Environment, props: object = {}) => objectOf(web(props, chartIn(environment)), 'NetworkPolicy').spec.ingress;

  test('are scraped beside the application', () => {
    expect(ingressOf(Environment.production({ mesh: MeshProfile.istio(), monitoring }))).toEqual([{ from: [namespaced('monitoring')], ports: tcp(15020, 8080) }]);
  });

  test('are scraped in a worker as well, which has no port of its own', () => {
    const worker = { port: undefined, health: Health.none('it ends with its work') };
    expect(ingressOf(Environment.production({ mesh: MeshProfile.linkerd(), monitoring }), worker)).toEqual([{ from: [namespaced('monitoring')], ports: tcp(4191) }]);
  });

  test('are scraped by nobody where nobody monitors', () => {
    expect(ingressOf(Environment.production({ mesh: MeshProfile.istio() }))).toBeUndefined();
  });
});

test('only an identity that gets its credentials from the metadata endpoint may reach it', () => {
  const google = web({ identity: Identity.own({ cloud: CloudIdentity.google('web@example.iam.gserviceaccount.com') }) });
  expect(objectOf(google, 'NetworkPolicy').spec.egress).toEqual(expect.arrayContaining([
    { ports: tcp(80), to: [{ ipBlock: { cidr: '169.254.169.254/32' } }] },
    { ports: tcp(988), to: [{ ipBlock: { cidr: '169.254.169.252/32' } }] },
  ]));
  const aws = web({ identity: Identity.own({ cloud: CloudIdentity.aws('arn:aws:iam::123456789012:role/web') }) });
  expect(objectOf(aws, 'NetworkPolicy').spec.egress).toEqual([NAMES]);
});

test('name servers that a pod is told of may be asked', () => {
  const { egress } = objectOf(web({ pod: { dns: { nameservers: ['192.0.2.53', '2001:db8::53'] } } }), 'NetworkPolicy').spec;
  expect(egress).toEqual([{ ports: NAMES.ports, to: [{ ipBlock: { cidr: '192.0.2.53/32' } }, { ipBlock: { cidr: '2001:db8::53/128' } }, ...NAMES.to] }]);
});
