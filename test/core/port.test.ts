import type { PortOptions } from 'cdk8s-production';
import { Port, ProductionService, Protocol } from 'cdk8s-production';
import { checkPorts } from '../../lib/core/port';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, MINIMAL, one, synth, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'port');
const check = (port: Port): void => port._check(at);
const parts = ({ number, protocol, name, servicePort, nodePort, appProtocol }: Port): unknown => ({ number, protocol, name, servicePort, nodePort, appProtocol });

type Kind = 'http' | 'https' | 'grpc' | 'tcp' | 'udp' | 'sctp';
const KINDS: [kind: Kind, protocol: Protocol, name: string, servicePort: number, appProtocol: string | undefined][] = [
  ['http', Protocol.TCP, 'http', 80, 'http'],
  ['https', Protocol.TCP, 'https', 443, 'https'],
  ['grpc', Protocol.TCP, 'grpc', 8080, 'kubernetes.io/h2c'],
  ['tcp', Protocol.TCP, 'tcp', 8080, undefined],
  ['udp', Protocol.UDP, 'udp', 8080, undefined],
  ['sctp', Protocol.SCTP, 'sctp', 8080, undefined],
];

describe('Port', () => {
  test.each(KINDS)('%s is %s, named %s, at Service port %d', (kind, protocol, name, servicePort, appProtocol) => {
    const port = Port[kind](8080);
    check(port);
    expect(parts(port)).toEqual({ number: 8080, protocol, name, servicePort, nodePort: undefined, appProtocol });
  });

  test.each(KINDS)('%s takes every option and keeps its protocol %s', (kind, protocol) => {
    const port = Port[kind](9000, { name: 'admin', servicePort: 9001, nodePort: 30001, appProtocol: 'example.com/custom' });
    check(port);
    expect(parts(port)).toEqual({ number: 9000, protocol, name: 'admin', servicePort: 9001, nodePort: 30001, appProtocol: 'example.com/custom' });
  });

  test.each<[Port, headless: number, behindAnAddress: number]>([
    [Port.http(8080), 8080, 80],
    [Port.https(8443), 8443, 443],
    [Port.http(8080, { servicePort: 8000 }), 8000, 8000],
    [Port.tcp(5432), 5432, 5432],
  ])('%j is at Service port %d without an address of the Service, else at %d', (port, headless, behindAnAddress) => {
    expect([port._servicePort(true), port._servicePort(false)]).toEqual([headless, behindAnAddress]);
  });

  test.each([1024, 8080, 65535])('takes the container port %d', number => {
    expect(() => check(Port.tcp(number))).not.toThrow();
  });

  test.each<[unknown]>([[0], [-1], [65536], [80.5], [NaN], [Infinity], ['8080'], [undefined], [null], [true]])('refuses the container port %j', number => {
    expect(errorOf(() => check(Port.http(number as number)))).toMatchObject({ code: 'InvalidValue', property: 'port', allowed: 'a whole number from 1 to 65535' });
  });

  test.each([1, 80, 443, 1023])('refuses the container port %d, where an ordinary user cannot listen', number => {
    expect(errorOf(() => check(Port.tcp(number)))).toMatchObject({
      code: 'PodSecurityViolation', property: 'port', value: String(number), fix: `let the application listen on ${number + 8000} and keep ${number} for the Service: servicePort: ${number}`,
    });
  });

  test.each<[unknown]>([[0], [65536], [1.5], ['80'], [NaN]])('refuses the Service port %j', servicePort => {
    expect(errorOf(() => check(Port.http(8080, { servicePort: servicePort as number })))).toMatchObject({ code: 'InvalidValue', property: 'port.servicePort' });
  });

  test.each([1, 80, 65535])('takes the Service port %d', servicePort => {
    expect(() => check(Port.http(8080, { servicePort }))).not.toThrow();
  });

  test.each([30000, 32767])('takes the node port %d', nodePort => {
    expect(() => check(Port.http(8080, { nodePort }))).not.toThrow();
  });

  test.each<[unknown]>([[0], [80], [29999], [32768], ['30000']])('refuses the node port %j', nodePort => {
    expect(errorOf(() => check(Port.http(8080, { nodePort: nodePort as number })))).toMatchObject({ code: 'InvalidValue', property: 'port.nodePort', allowed: 'a whole number from 30000 to 32767' });
  });

  test.each(['a', 'http', 'http-2', 'a-b-c', '2d', '15characterslng', '1a'])('takes the name %s', name => {
    expect(() => check(Port.http(8080, { name }))).not.toThrow();
  });

  test.each<[unknown]>([[''], ['HTTP'], ['16characterslong'], ['-a'], ['a-'], ['a--b'], ['a_b'], ['a.b'], ['80'], ['1-2'], ['a b'], [5]])('refuses the name %j', name => {
    expect(errorOf(() => check(Port.http(8080, { name: name as string })))).toMatchObject({ code: 'InvalidName', property: 'port.name', fix: 'choose a short name such as "http", "metrics" or "admin"' });
  });

  test.each(['http', 'https', 'grpc', 'kubernetes.io/h2c', 'kubernetes.io/ws', 'TCP', '9P9-9p9', '9z.example.com/My-Protocol'])('takes the application protocol %s', appProtocol => {
    expect(() => check(Port.tcp(8080, { appProtocol }))).not.toThrow();
  });

  test.each<[unknown]>([[''], ['two words'], ['a/b/c'], ['/http'], ['example.com/'], ['-http'], [5]])('refuses the application protocol %j', appProtocol => {
    expect(errorOf(() => check(Port.tcp(8080, { appProtocol: appProtocol as string })))).toMatchObject({ code: 'InvalidValue', property: 'port.appProtocol' });
  });

  test.each<[options: unknown, code: string, property: string]>([
    [{ targetPort: 80 }, 'UnknownProperty', 'port.targetPort'],
    [{ serviceport: 80 }, 'UnknownProperty', 'port.serviceport'],
    [null, 'InvalidValue', 'port'],
    ['metrics', 'InvalidValue', 'port'],
    [9090, 'InvalidValue', 'port'],
    [{ servicePort: null }, 'InvalidValue', 'port.servicePort'],
  ])('refuses the options %j', (options, code, property) => {
    expect(errorOf(() => check(Port.http(8080, options as PortOptions)))).toMatchObject({ code, property });
  });
});

describe('checkPorts', () => {
  test.each<[what: string, ports: Port[]]>([
    ['none', []],
    ['several', [Port.http(8080), Port.http(9090, { name: 'admin', servicePort: 9090 }), Port.tcp(5432)]],
    ['one number for UDP and TCP, as DNS has it', [Port.udp(5353, { name: 'dns', servicePort: 53 }), Port.tcp(5353, { name: 'dns-tcp', servicePort: 53 })]],
    ['one node port for UDP and TCP', [Port.udp(5353, { nodePort: 30053 }), Port.tcp(5353, { nodePort: 30053 })]],
  ])('takes %s', (_, ports) => {
    expect(() => checkPorts(at, ports)).not.toThrow();
  });

  test.each<[what: string, ports: Port[], value: string, allowed: string]>([
    ['one name twice', [Port.http(8080), Port.http(9090, { servicePort: 9090 })], '"http"', 'each name once'],
    ['one container port twice', [Port.http(8080), Port.tcp(8080)], '"8080/TCP"', 'each container port once'],
    ['one Service port twice', [Port.http(8080), Port.tcp(9090, { servicePort: 80 })], '"80/TCP"', 'each Service port once'],
    ['one node port twice', [Port.http(8080, { nodePort: 30000 }), Port.tcp(9090, { nodePort: 30000 })], '"30000/TCP"', 'each node port once'],
    ['the third like the first', [Port.http(8080), Port.tcp(9090), Port.udp(8080, { name: 'http' })], '"http"', 'each name once'],
  ])('refuses %s', (_, ports, value, allowed) => {
    expect(errorOf(() => checkPorts(at, ports))).toMatchObject({ code: 'PortConflict', property: 'port', value, allowed });
  });
});

test('UDP stays UDP on the container, the Service and in the policy', () => {
  const chart = testChart();
  new ProductionService(chart, 'dns', { ...MINIMAL, additionalPorts: [Port.udp(5353, { name: 'dns', servicePort: 53 })] });
  const manifests = synth(chart);
  expect(one(manifests, 'Deployment').spec.template.spec.containers[0].ports).toContainEqual({ containerPort: 5353, name: 'dns', protocol: 'UDP' });
  expect(one(manifests, 'Service').spec.ports).toContainEqual({ name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' });
});
