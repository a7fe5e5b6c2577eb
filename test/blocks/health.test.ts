import { Duration } from 'cdk8s';
import { Probe } from 'cdk8s-plus-28';
import { Findings, Health, type HttpHealthOptions, Port, type ProductionServiceProps } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { containerOf, web } from '../helpers/service';

const ADMIN = Port.http(9090, { name: 'admin', servicePort: 9090 });
const probes = (health: Health, props: Partial<ProductionServiceProps> = {}) => {
  const { readinessProbe, livenessProbe, startupProbe } = containerOf(web({ health, ...props }));
  return { readinessProbe, livenessProbe, startupProbe };
};
const READY = { failureThreshold: 3, periodSeconds: 5, timeoutSeconds: 2 };
const ALIVE = { failureThreshold: 6, periodSeconds: 10, timeoutSeconds: 5 };
const STARTED = { failureThreshold: 60, periodSeconds: 5, timeoutSeconds: 2 };

describe('each kind of check', () => {
  test.each([
    ['http', Health.http({ readiness: '/ready', liveness: '/live' }), {}, { httpGet: { path: '/ready', port: 'http' } }, { httpGet: { path: '/live', port: 'http' } }],
    ['http on another port', Health.http({ readiness: '/ready', liveness: '/live', port: 'admin' }), { additionalPorts: [ADMIN] },
      { httpGet: { path: '/ready', port: 'admin' } }, { httpGet: { path: '/live', port: 'admin' } }],
    ['https', Health.http({ readiness: '/ready', liveness: '/live' }), { port: Port.https(8443) },
      { httpGet: { path: '/ready', port: 'https', scheme: 'HTTPS' } }, { httpGet: { path: '/live', port: 'https', scheme: 'HTTPS' } }],
    ['plain http on a port of kind https', Health.http({ readiness: '/ready', liveness: '/live', tls: false }), { port: Port.https(8443) },
      { httpGet: { path: '/ready', port: 'https' } }, { httpGet: { path: '/live', port: 'https' } }],
    ['grpc', Health.grpc({ readiness: 'shop.Stock', liveness: 'process' }), { port: Port.grpc(9000) }, { grpc: { port: 9000, service: 'shop.Stock' } }, { grpc: { port: 9000, service: 'process' } }],
    ['exec', Health.exec({ readiness: ['/ready', '--fast'], liveness: ['/live'] }), {}, { exec: { command: ['/ready', '--fast'] } }, { exec: { command: ['/live'] } }],
  ])('%s', (_, health, props, readiness, liveness) => {
    expect(probes(health, props)).toEqual({ readinessProbe: { ...readiness, ...READY }, livenessProbe: { ...liveness, ...ALIVE }, startupProbe: { ...liveness, ...STARTED } });
  });

  test('tcp says only that something listens, so nothing restarts for it', () => {
    expect(probes(Health.tcp(), { port: Port.tcp(9000) })).toEqual({ readinessProbe: { tcpSocket: { port: 'tcp' }, ...READY } });
  });

  test('none writes none, for a reason', () => {
    expect(probes(Health.none('the batch ends within a second'))).toEqual({});
    expect(errorOf(() => web({ health: Health.none('no') }))).toMatchObject({ code: 'MissingValue', property: 'health.none', allowed: 'a reason of at least 10 characters' });
  });

  test('a check asks the TCP port where the main port is UDP', () => {
    expect(probes(Health.http({ readiness: '/ready' }), { port: Port.udp(5353), additionalPorts: [ADMIN] }).readinessProbe.httpGet).toEqual({ path: '/ready', port: 'admin' });
  });

  test('a worker may say that it lives, and nothing about requests', () => {
    expect(probes(Health.exec({ liveness: ['/live'] }), { port: undefined })).toEqual({ livenessProbe: { exec: { command: ['/live'] }, ...ALIVE }, startupProbe: { exec: { command: ['/live'] }, ...STARTED } });
  });

  test.each([
    ['http without a port', Health.http({ readiness: '/ready' }), { port: undefined }, 'health.port', 'PortConflict'],
    ['http on UDP', Health.http({ readiness: '/ready' }), { port: Port.udp(5353) }, 'health.port', 'PortConflict'],
    ['http on a port that is not there', Health.http({ readiness: '/ready', port: 'admin' }), {}, 'health.port', 'PortConflict'],
    ['a port of a sidecar: a probe asks its own container', Health.http({ readiness: '/ready', port: 'admin' }), { sidecars: [{ name: 'p', image: 'p:1.2.3', ports: [ADMIN] }] }, 'health.port', 'PortConflict'],
    ['a service with a port that never says it is ready', Health.exec({ liveness: ['/live'] }), {}, 'health.readiness', 'MissingValue'],
    ['a path without slash', Health.http({ readiness: 'ready' }), {}, 'health.readiness', 'InvalidValue'],
    ['no path', Health.http({} as HttpHealthOptions), {}, 'health.readiness', 'MissingValue'],
  ])('refuses %s', (_, health, props, property, code) => {
    expect(errorOf(() => web({ health, ...props }))).toMatchObject({ constructPath: 'chart/web', code, property });
  });

  test('refuses a service without any word on health', () => {
    expect(errorOf(() => web({ health: undefined as never }))).toMatchObject({ code: 'InvalidValue', property: 'health', fix: "write Health.http({ readiness: '/ready' }), or Health.none(reason)" });
  });
});

describe('readiness and liveness', () => {
  test.each([
    ['http', Health.http({ readiness: '/health', liveness: '/health' }), {}],
    ['grpc', Health.grpc({ readiness: 'all', liveness: 'all' }), { port: Port.grpc(9000) }],
    ['exec', Health.exec({ readiness: ['/check'], liveness: ['/check'] }), {}],
    ['probes', Health.probes({ readiness: Probe.fromHttpGet('/health'), liveness: Probe.fromHttpGet('/health', { periodSeconds: Duration.seconds(60) }) }), {}],
  ])('refuses one check for both: %s', (_, health, props) => {
    expect(errorOf(() => web({ health, ...props }))).toMatchObject({ code: 'ProbeConflict', property: 'health.liveness', fix: expect.stringContaining('leave liveness out') as string });
  });

  test('refuses a restart before the pod has left the Service', () => {
    const health = Health.http({ readiness: '/ready', liveness: '/live', livenessTiming: { period: Duration.seconds(5), failureThreshold: 2 } });

    expect(errorOf(() => web({ health }))).toMatchObject({ code: 'ProbeConflict', property: 'health.livenessTiming', value: '"10 s until a restart"', allowed: 'at least the 15 s until readiness fails' });
  });

  test('refuses the same for probes of cdk8s-plus, by their defaults', () => {
    const health = Health.probes({ readiness: Probe.fromHttpGet('/ready', { failureThreshold: 10 }), liveness: Probe.fromHttpGet('/live') });

    expect(errorOf(() => web({ health }))).toMatchObject({ code: 'ProbeConflict', value: '"30 s until a restart"' });
  });

  test('find a liveness path that by its name asks others', () => {
    const finding = (liveness: string) => Findings.of(web({ health: Health.http({ readiness: '/up', liveness }) })).map(({ id }) => id);

    expect(['/health/db', '/deep-health', '/readiness', '/ready/full'].map(finding)).toEqual(Array(4).fill(['keep-liveness-inside-the-process']));
    expect(['/live', '/healthz', '/debug', '/already', '/feedback'].map(finding)).toEqual(Array(5).fill([]));
  });
});

describe('times', () => {
  test('of a start are one budget, rounded up to whole checks', () => {
    const startup = (seconds: number) => probes(Health.http({ readiness: '/ready', liveness: '/live', startupBudget: Duration.seconds(seconds) })).startupProbe;

    expect([1, 5, 6, 300, 3600].map(seconds => startup(seconds).failureThreshold)).toEqual([1, 1, 2, 60, 720]);
    expect(startup(61)).toEqual({ httpGet: { path: '/live', port: 'http' }, failureThreshold: 13, periodSeconds: 5, timeoutSeconds: 2 });
  });

  test('of the checks are as given', () => {
    const health = Health.http({
      readiness: '/ready',
      liveness: '/live',
      readinessTiming: { period: Duration.seconds(7), timeout: Duration.seconds(7), failureThreshold: 1 },
      livenessTiming: { period: Duration.seconds(20), timeout: Duration.seconds(9), failureThreshold: 4 },
    });

    expect(probes(health)).toMatchObject({
      readinessProbe: { periodSeconds: 7, timeoutSeconds: 7, failureThreshold: 1 }, livenessProbe: { periodSeconds: 20, timeoutSeconds: 9, failureThreshold: 4 },
    });
  });

  test('of a check that is made often shorten with it', () => {
    expect(probes(Health.http({ readiness: '/ready', readinessTiming: { period: Duration.seconds(1) } })).readinessProbe).toMatchObject({ periodSeconds: 1, timeoutSeconds: 1 });
  });

  test.each<[string, Partial<HttpHealthOptions>, string, string]>([
    ['a timeout longer than the period', { readinessTiming: { period: Duration.seconds(2), timeout: Duration.seconds(3) } }, 'health.readinessTiming.timeout', 'InvalidValue'],
    ['half a second', { readinessTiming: { period: Duration.millis(500) } }, 'health.readinessTiming.period', 'InvalidValue'],
    ['no failure', { readinessTiming: { failureThreshold: 0 } }, 'health.readinessTiming.failureThreshold', 'InvalidValue'],
    ['a number for a duration', { liveness: '/live', startupBudget: 60 as never }, 'health.startupBudget', 'InvalidValue'],
    ['a budget over an hour', { liveness: '/live', startupBudget: Duration.hours(2) }, 'health.startupBudget', 'InvalidValue'],
    ['a budget without liveness', { startupBudget: Duration.minutes(1) }, 'health.startupBudget', 'ConflictingProperties'],
    ['liveness times without liveness', { livenessTiming: { failureThreshold: 9 } }, 'health.livenessTiming', 'ConflictingProperties'],
  ])('refuses %s', (_, options, property, code) => {
    expect(errorOf(() => web({ health: Health.http({ readiness: '/ready', ...options }) }))).toMatchObject({ code, property });
  });
});

describe('probes of cdk8s-plus', () => {
  test('refuses a host: a probe that asks elsewhere is an attack on the network', () => {
    expect(errorOf(() => web({ health: Health.probes({ readiness: Probe.fromTcpSocket({ host: 'metadata.internal', port: 8080 }) }) }))).toMatchObject({
      code: 'PodSecurityViolation', property: 'health.readiness.host', value: '"metadata.internal"',
    });
  });

  test.each([
    ['a port that the container does not have', Probe.fromHttpGet('/ready', { port: 9999 }), {}], ['its default port where there is none', Probe.fromHttpGet('/ready'), { port: undefined }],
  ])('refuses %s', (_, readiness, props) => {
    expect(errorOf(() => web({ health: Health.probes({ readiness }), ...props }))).toMatchObject({ code: 'PortConflict', property: 'health.readiness.port' });
  });

  test('refuses what is no probe', () => {
    expect(errorOf(() => web({ health: Health.probes({ readiness: '/ready' as never }) }))).toMatchObject({ code: 'InvalidValue', property: 'health.readiness', allowed: 'a Probe of cdk8s-plus' });
  });
});
