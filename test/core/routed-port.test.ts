import { Port } from 'cdk8s-production';
import { Construct } from 'constructs';
import { PropertyPath } from '../../lib/core/property-path';
import { requireGateway, requireMesh, routedPort, type RequestProtocol } from '../../lib/core/routed-port';
import type { TrafficContext } from '../../lib/core/traffic-routing';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(new Construct(testChart(), 'release'), 'traffic');
const context = (fields: Partial<TrafficContext>): TrafficContext => fields as TrafficContext;
const ALL: readonly RequestProtocol[] = ['http', 'https', 'grpc'];

test.each<[string, Port, RequestProtocol]>([
  ['HTTP', Port.http(8080), 'http'],
  ['HTTP/2 without TLS, as Istio calls it', Port.tcp(8080, { appProtocol: 'http2' }), 'http'],
  ['WebSockets', Port.http(8080, { appProtocol: 'kubernetes.io/ws' }), 'http'],
  ['HTTPS', Port.https(8443), 'https'],
  ['WebSockets over TLS', Port.https(8443, { appProtocol: 'kubernetes.io/wss' }), 'https'],
  ['gRPC', Port.grpc(9000), 'grpc'],
  ['gRPC, as Istio calls it', Port.tcp(9000, { appProtocol: 'grpc' }), 'grpc'],
])('knows a port of %s', (_, port, protocol) => {
  expect(routedPort(at, 'Router', context({ ports: [port, Port.tcp(5432)] }), ALL)).toEqual({ port, protocol });
});

test.each<[string, readonly Port[], string]>([
  ['a stream of bytes', [Port.tcp(5432)], '"tcp: 5432/TCP"'],
  ['datagrams', [Port.udp(8125)], '"udp: 8125/UDP"'],
  ['a protocol of its own', [Port.tcp(5432, { appProtocol: 'postgres' })], '"tcp: 5432/TCP, postgres"'],
  ['no port', [], 'nothing'],
])('refuses %s', (_, ports, value) => {
  expect(errorOf(() => routedPort(at, 'Router', context({ ports }), ALL))).toMatchObject({
    code: 'UnsupportedByController',
    property: 'traffic',
    value,
    allowed: 'a main port that speaks http or https or grpc: Router splits requests',
    fix: 'say so by Port.http(…) or Port.https(…) or Port.grpc(…), or use TrafficRouting.replicas()',
  });
});

test('refuses what the router does not understand', () => {
  expect(errorOf(() => routedPort(at, 'Router', context({ ports: [Port.https(8443)] }), ['http'])).value).toBe('"https: 8443/TCP, https"');
});

test('asks for a gateway, and for a mesh, where there is none', () => {
  expect(errorOf(() => requireGateway(at, 'Router', context({ behindGateway: false })))).toMatchObject({ code: 'NetworkUnreachable', property: 'traffic', value: '"Router"' });
  expect(() => requireGateway(at, 'Router', context({ behindGateway: true }))).not.toThrow();
  expect(errorOf(() => requireMesh(at, 'Router', context({ environment: {} as TrafficContext['environment'] }), 'istio()'))).toMatchObject({
    code: 'NetworkUnreachable', property: 'traffic', fix: 'set mesh on the environment: Environment.production({ mesh: MeshProfile.istio() })',
  });
});
