import { Environment, Health, KubernetesVersion, NetworkPeer, Port, type ProductionServiceProps, ServiceExposure, TrafficDistribution } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { chartIn, containerOf, objectOf, podOf, web } from '../helpers/service';

const METRICS = Port.http(9090, { name: 'metrics', servicePort: 9090 });
const exposed = (exposure: ServiceExposure, props: Partial<ProductionServiceProps> = {}) => objectOf(web({ exposure, ...props }), 'Service');
const ingress = (exposure: ServiceExposure, props: Partial<ProductionServiceProps> = {}) => objectOf(web({ exposure, ...props }), 'NetworkPolicy').spec.ingress;
const selector = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
const HTTP = { appProtocol: 'http', name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' };
const EDGE = NetworkPeer.pods({ app: 'gateway' }, { namespace: 'edge' });

describe('each kind of Service', () => {
  test.each([
    ['clusterIp', ServiceExposure.clusterIp(), { ports: [HTTP], selector, type: 'ClusterIP' }],
    ['nodePort', ServiceExposure.nodePort(), { ports: [HTTP], selector, type: 'NodePort' }],
    ['loadBalancer', ServiceExposure.loadBalancer(), { ports: [HTTP], selector, type: 'LoadBalancer' }],
    ['headless', ServiceExposure.headless(), { clusterIP: 'None', ports: [{ ...HTTP, port: 8080 }], selector, type: 'ClusterIP' }],
    ['headless, before its pods are ready', ServiceExposure.headless({ publishNotReadyAddresses: true }), {
      clusterIP: 'None', ports: [{ ...HTTP, port: 8080 }], publishNotReadyAddresses: true, selector, type: 'ClusterIP',
    }],
    ['a load balancer with everything', ServiceExposure.loadBalancer({ clientAffinity: true, keepClientAddress: true, loadBalancerClass: 'example.com/lb', sourceRanges: ['203.0.113.0/24'] }), {
      externalTrafficPolicy: 'Local', loadBalancerClass: 'example.com/lb', loadBalancerSourceRanges: ['203.0.113.0/24'], ports: [HTTP], selector, sessionAffinity: 'ClientIP', type: 'LoadBalancer',
    }],
    ['node ports with everything', ServiceExposure.nodePort({ clientAffinity: true, keepClientAddress: true, sourceRanges: ['203.0.113.0/24'] }), {
      externalTrafficPolicy: 'Local', ports: [HTTP], selector, sessionAffinity: 'ClientIP', type: 'NodePort',
    }],
  ])('%s', (_, exposure, spec) => {
    expect(exposed(exposure).spec).toEqual(spec);
  });

  test.each([
    ['clusterIp', ServiceExposure.clusterIp], ['nodePort', ServiceExposure.nodePort], ['loadBalancer', ServiceExposure.loadBalancer], ['headless', ServiceExposure.headless],
  ])('%s carries its annotations', (_, make) => {
    expect(exposed(make({ annotations: { 'example.com/a': 'b' } })).metadata.annotations).toEqual({ 'example.com/a': 'b' });
  });

  test('false is as if it were not said', () => {
    expect(exposed(ServiceExposure.loadBalancer({ clientAffinity: false, keepClientAddress: false }))).toEqual(exposed(ServiceExposure.loadBalancer()));
    expect(exposed(ServiceExposure.headless({ publishNotReadyAddresses: false }))).toEqual(exposed(ServiceExposure.headless()));
  });
});

describe('the ports of the Service', () => {
  test('are named, typed and targeted as the container\'s', () => {
    const service = web({ port: Port.grpc(9000), additionalPorts: [Port.udp(5353, { name: 'dns', servicePort: 53 }), Port.https(8443), Port.sctp(7000), METRICS], health: Health.grpc() });

    expect(objectOf(service, 'Service').spec.ports).toEqual([
      { appProtocol: 'kubernetes.io/h2c', name: 'grpc', port: 9000, protocol: 'TCP', targetPort: 'grpc' },
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
      { appProtocol: 'https', name: 'https', port: 443, protocol: 'TCP', targetPort: 'https' },
      { name: 'sctp', port: 7000, protocol: 'SCTP', targetPort: 'sctp' },
      { appProtocol: 'http', name: 'metrics', port: 9090, protocol: 'TCP', targetPort: 'metrics' },
    ]);
    expect(containerOf(service).ports).toEqual([
      { containerPort: 9000, name: 'grpc', protocol: 'TCP' }, { containerPort: 5353, name: 'dns', protocol: 'UDP' }, { containerPort: 8443, name: 'https', protocol: 'TCP' },
      { containerPort: 7000, name: 'sctp', protocol: 'SCTP' }, { containerPort: 9090, name: 'metrics', protocol: 'TCP' },
    ]);
  });

  test('one number for TCP and UDP is two ports', () => {
    const service = web({ port: Port.https(8443), additionalPorts: [Port.udp(8443, { name: 'h3', servicePort: 443 })] });

    expect(objectOf(service, 'Service').spec.ports.map((port: { port: number; protocol: string }) => [port.port, port.protocol])).toEqual([[443, 'TCP'], [443, 'UDP']]);
  });

  test('of a sidecar are targeted by number: older clusters look up no names in native sidecars', () => {
    const service = web({ sidecars: [{ name: 'proxy', image: 'registry.example.com/shop/proxy:3.2.1', ports: [Port.http(15000, { name: 'admin', servicePort: 15000 })] }] });

    expect(objectOf(service, 'Service').spec.ports[1]).toEqual({ appProtocol: 'http', name: 'admin', port: 15000, protocol: 'TCP', targetPort: 15000 });
  });

  test.each([
    ['name', [Port.http(9090)], 'http', 'each name once'],
    ['container port', [Port.tcp(8080, { name: 'admin' })], '8080/TCP', 'each container port once'],
    ['Service port', [Port.http(9090, { name: 'admin' })], '80/TCP', 'each Service port once'],
  ])('refuses one %s for two', (_, additionalPorts, value, allowed) => {
    expect(errorOf(() => web({ additionalPorts }))).toMatchObject({ code: 'PortConflict', constructPath: 'chart/web', property: 'additionalPorts', value: JSON.stringify(value), allowed });
  });

  test('refuses one node port for two', () => {
    const ports = { port: Port.http(8080, { nodePort: 30080 }), additionalPorts: [Port.http(9090, { name: 'admin', servicePort: 9090, nodePort: 30080 })] };

    expect(errorOf(() => exposed(ServiceExposure.nodePort(), ports))).toMatchObject({ code: 'PortConflict', value: '"30080/TCP"', allowed: 'each node port once' });
  });

  test('refuses a sidecar\'s port that the application has', () => {
    expect(errorOf(() => web({ sidecars: [{ name: 'proxy', image: 'proxy:1.2.3', ports: [Port.tcp(8080, { name: 'proxy' })] }] }))).toMatchObject({ code: 'PortConflict', value: '"8080/TCP"' });
  });

  test('refuses a node port where the Service has none', () => {
    expect(errorOf(() => exposed(ServiceExposure.clusterIp(), { port: Port.http(8080, { nodePort: 30080 }) }))).toMatchObject({
      code: 'PortConflict', property: 'exposure', fix: "write ServiceExposure.nodePort({ ports: ['http'] }), or leave nodePort out",
    });
  });

  test('refuses to translate a port of a headless Service', () => {
    expect(errorOf(() => exposed(ServiceExposure.headless(), { port: Port.http(8080, { servicePort: 80 }) }))).toMatchObject({
      code: 'PortConflict', property: 'exposure', value: '"Service port 80 for container port 8080"', fix: "leave servicePort out of port 'http'",
    });
  });

  test.each([[80, 'servicePort: 80'], [443, 'servicePort: 443']])('refuses a container port that an ordinary user cannot have: %i', (port, fix) => {
    expect(errorOf(() => web({ port }))).toMatchObject({ code: 'PodSecurityViolation', property: 'port', fix: expect.stringContaining(fix) as string });
  });
});

describe('who is let in', () => {
  const EVERYWHERE = [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } }, { ipBlock: { cidr: '::/0', except: ['fd00:ec2::254/128'] } }];

  test('inside the cluster: those that are connected, and no one else', () => {
    expect(ingress(ServiceExposure.clusterIp())).toBeUndefined(); // with the type Ingress, that is nobody
    expect(ingress(ServiceExposure.headless())).toBeUndefined(); // with the type Ingress, that is nobody
  });

  test('by a load balancer or a node port: everywhere', () => {
    expect(ingress(ServiceExposure.loadBalancer())).toEqual([{ from: EVERYWHERE, ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(ingress(ServiceExposure.nodePort())).toEqual([{ from: EVERYWHERE, ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  test('by ranges where the nodes keep the address of the client', () => {
    const options = { sourceRanges: ['203.0.113.0/24', '2001:db8::/32'], keepClientAddress: true };
    const from = [{ ipBlock: { cidr: '2001:db8::/32' } }, { ipBlock: { cidr: '203.0.113.0/24' } }];

    expect(ingress(ServiceExposure.loadBalancer(options))).toEqual([{ from, ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(ingress(ServiceExposure.nodePort(options))).toEqual([{ from, ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  test('by a load balancer\'s ranges alone where the nodes hide the client\'s address: a policy of them would cut everybody off', () => {
    const exposure = ServiceExposure.loadBalancer({ sourceRanges: ['203.0.113.0/24'] });

    expect(ingress(exposure)).toEqual([{ from: EVERYWHERE, ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(exposed(exposure).spec.loadBalancerSourceRanges).toEqual(['203.0.113.0/24']);
  });

  test('refuses ranges of a node port where the nodes hide the client\'s address: nothing could hold them', () => {
    expect(errorOf(() => exposed(ServiceExposure.nodePort({ sourceRanges: ['203.0.113.0/24'] })))).toMatchObject({ property: expect.stringMatching(/^exposure\.(sourceRanges|keepClientAddress)$/) as string });
  });

  test('by a gateway: the environment\'s, on the main port', () => {
    const service = web({ exposure: ServiceExposure.gateway(), additionalPorts: [METRICS] }, chartIn(Environment.production({ gateways: [EDGE] })));

    expect(objectOf(service, 'NetworkPolicy').spec.ingress).toEqual([{
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } }, podSelector: { matchLabels: { app: 'gateway' } } }], ports: [{ port: 8080, protocol: 'TCP' }],
    }]);
    expect(objectOf(service, 'Service').spec.type).toBe('ClusterIP');
  });

  test('by a gateway only for the service that is exposed by one', () => {
    expect(objectOf(web({}, chartIn(Environment.production({ gateways: [EDGE] }))), 'NetworkPolicy').spec.ingress).toBeUndefined();
  });

  test('refuses a gateway that nobody knows', () => {
    expect(errorOf(() => web({ exposure: ServiceExposure.gateway() }))).toMatchObject({
      code: 'NetworkUnreachable', property: 'exposure', fix: expect.stringContaining("gateways: [NetworkPeer.namespace('ingress-nginx')]") as string,
    });
  });

  test.each([['203.0.113.7'], ['203.0.113.7/24'], ['example.com']])('refuses the range %s', range => {
    expect(errorOf(() => exposed(ServiceExposure.loadBalancer({ sourceRanges: [range] })))).toMatchObject({ code: 'InvalidValue', property: 'exposure.sourceRanges[0]', value: JSON.stringify(range) });
  });
});

describe('behind something that has to learn that a pod goes', () => {
  test.each([
    ['a load balancer', ServiceExposure.loadBalancer(), 15], ['a node port', ServiceExposure.nodePort(), 15], ['a gateway', ServiceExposure.gateway(), 15],
    ['nothing', ServiceExposure.clusterIp(), 5], ['a headless Service', ServiceExposure.headless(), 5],
  ])('%s, the pod serves on for long enough', (_, exposure, delay) => {
    const service = web({ exposure }, chartIn(Environment.production({ gateways: [EDGE] })));

    expect(containerOf(service).lifecycle.preStop).toEqual({ sleep: { seconds: delay } });
    expect(podOf(service).terminationGracePeriodSeconds).toBe(delay + 35);
  });
});

describe('traffic distribution', () => {
  test.each([
    ['1.31', TrafficDistribution.PREFER_SAME_ZONE, 'PreferClose'], ['1.33', TrafficDistribution.PREFER_SAME_ZONE, 'PreferClose'],
    ['1.34', TrafficDistribution.PREFER_SAME_ZONE, 'PreferSameZone'], ['1.37', TrafficDistribution.PREFER_SAME_NODE, 'PreferSameNode'],
  ])('for %s, %s is written as %s', (version, trafficDistribution, written) => {
    const chart = chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.of(version) }));

    expect(objectOf(web({ exposure: ServiceExposure.clusterIp({ trafficDistribution }) }, chart), 'Service').spec.trafficDistribution).toBe(written);
  });
});

describe('a worker', () => {
  test.each([
    ['nodePort', ServiceExposure.nodePort()], ['loadBalancer', ServiceExposure.loadBalancer()], ['gateway', ServiceExposure.gateway()], ['headless', ServiceExposure.headless()],
  ])('refuses %s: there is nothing to expose', (_, exposure) => {
    expect(errorOf(() => web({ port: undefined, health: Health.none('it takes messages from a queue'), exposure }))).toMatchObject({
      code: 'MissingValue', property: 'exposure', fix: 'give it a port, or leave "exposure" out',
    });
  });
});

test('refuses options of another kind', () => {
  expect(errorOf(() => exposed(ServiceExposure.headless({ clientAffinity: true } as object)))).toMatchObject({ code: 'UnknownProperty', property: 'exposure.clientAffinity' });
  expect(errorOf(() => exposed(ServiceExposure.clusterIp({ sourceRanges: [] } as object)))).toMatchObject({ code: 'UnknownProperty', property: 'exposure.sourceRanges' });
});

describe('a service that is reached from outside publishes', () => {
  const metrics = Port.http(9100, { name: 'metrics', servicePort: 9100 });
  const outside = [['a load balancer', ServiceExposure.loadBalancer()], ['ports of the nodes', ServiceExposure.nodePort()]] as const;

  test.each(outside)('by %s its main port alone: metrics stay inside', (_, exposure) => {
    const service = web({ additionalPorts: [metrics], exposure });
    expect(objectOf(service, 'Service').spec.ports).toMatchObject([{ name: 'http' }]);
    expect(objectOf(service, 'NetworkPolicy').spec.ingress).toMatchObject([{ ports: [{ port: 8080 }] }]);
  });

  test('the ports that are named', () => {
    const service = web({ additionalPorts: [metrics], exposure: ServiceExposure.loadBalancer({ ports: ['http', 'metrics'] }) });
    expect(objectOf(service, 'Service').spec.ports).toMatchObject([{ name: 'http' }, { name: 'metrics' }]);
    expect(objectOf(service, 'NetworkPolicy').spec.ingress).toMatchObject([{ ports: [{ port: 8080 }, { port: 9100 }] }]);
  });

  test('refuses to be dialled on a port that its Service has not', () => {
    const chart = chartIn(Environment.production());
    const outer = web({ additionalPorts: [metrics], exposure: ServiceExposure.loadBalancer() }, chart);
    const caller = web({ name: 'caller', port: 8081 }, chartIn(Environment.production()));
    expect(errorOf(() => caller.connectTo(outer, { port: 'metrics' }))).toMatchObject({ code: 'PortConflict', property: 'connectTo.port' });
  });

  test('refuses a node port for a port that stays inside', () => {
    const hidden = Port.http(9100, { name: 'metrics', servicePort: 9100, nodePort: 30091 });
    expect(errorOf(() => web({ additionalPorts: [hidden], exposure: ServiceExposure.nodePort() }))).toMatchObject({ code: 'PortConflict', property: 'exposure' });
  });
});
