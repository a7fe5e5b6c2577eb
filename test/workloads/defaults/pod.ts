import { type Chart, Duration, Size } from 'cdk8s';
import { ConfigMap, Cpu, PersistentVolumeClaim, Probe, Secret, Topology, Volume } from 'cdk8s-plus-28';
import { AccessMode, Health, type Mount, PersistentVolumeClaim as ClaimOfOurs, Port, Resources, ServiceExposure, Shutdown } from 'cdk8s-production';
import { defaultsOf } from './default';
import { errorOf, testChart } from '../../helpers/manifests';
import { containerOf, podOf, web } from '../../helpers/service';

const http = (options: Partial<Parameters<typeof Health.http>[0]> = {}) => containerOf(web({ health: Health.http({ readiness: '/ready', ...options }) }));
const timed = { readinessTiming: {}, livenessTiming: {}, liveness: '/live' };
const requests = (resources: Resources) => containerOf(web({ resources })).resources.requests;
const limits = (resources: Resources) => containerOf(web({ resources })).resources.limits;
const twoPorts = [Port.http(9090, { name: 'admin', servicePort: 9090 })];
const mount = (make: (chart: Chart) => Mount['volume']) => {
  const chart = testChart();
  return containerOf(web({ mounts: [{ path: '/mounted', volume: make(chart) }] }, chart)).volumeMounts[0];
};
const claim = (chart: Chart) => Volume.fromPersistentVolumeClaim(chart, 'volume', PersistentVolumeClaim.fromClaimName(chart, 'claim', 'data'), { name: 'data' });

export const POD_DEFAULTS = [
  ...defaultsOf('PodOptions', {
    user: ['10001', () => {
      expect(podOf(web({ pod: {} })).securityContext.runAsUser).toBe(10001);
      expect(containerOf(web({ pod: {} })).securityContext.runAsUser).toBe(10001);
    }],
    group: ['- the user id', () => expect(podOf(web({ pod: { user: 20001 } })).securityContext).toMatchObject({ runAsUser: 20001, runAsGroup: 20001, fsGroup: 20001 })],
    imagePullSecrets: ['- none', () => expect(podOf(web({ pod: {} }))).not.toHaveProperty('imagePullSecrets')],
    hostAliases: ['- none', () => expect(podOf(web({ pod: {} }))).not.toHaveProperty('hostAliases')],
    dns: ['- as the cluster does', () => expect(Object.keys(podOf(web({ pod: {} }))).filter(key => /^(dns|host|subdomain|setHost)/.test(key))).toEqual([])],
  }),
  ...defaultsOf('PlacementOptions', {
    spread: ['- `Spread.preferred()` where there are several pods', () => expect(podOf(web({ placement: {} })).topologySpreadConstraints.map((c: { whenUnsatisfiable: string }) => c.whenUnsatisfiable)).toEqual(['ScheduleAnyway', 'ScheduleAnyway'])],
    nodeSelector: ['- any node', () => expect(podOf(web({ placement: {} }))).not.toHaveProperty('nodeSelector')],
    requiredNodes: ['- any node', () => expect(podOf(web({ placement: {} })).affinity).not.toHaveProperty('nodeAffinity')],
    preferredNodes: ['- no preference', () => expect(podOf(web({ placement: {} })).affinity).not.toHaveProperty('nodeAffinity')],
    tolerations: ['- none', () => expect(podOf(web({ placement: {} }))).not.toHaveProperty('tolerations')],
    pool: ['- none', () => expect(podOf(web({ placement: { tolerations: [] } }))).not.toHaveProperty('tolerations')],
    colocation: ['- none', () => expect(Object.keys(podOf(web({ placement: {} })).affinity)).toEqual(['podAntiAffinity'])],
    priorityClassName: ['- the cluster\'s default class', () => expect(podOf(web({ placement: {} }))).not.toHaveProperty('priorityClassName')],
  }),
  ...defaultsOf('DedicatedPool', {
    taint: ['- the label', () => expect(podOf(web({ placement: { pool: { label: 'pool', value: 'shop' } } }))).toMatchObject({
      nodeSelector: { pool: 'shop' }, tolerations: [{ key: 'pool', operator: 'Equal', value: 'shop' }],
    })],
  }),
  ...defaultsOf('Colocation', {
    required: ['false', () => expect(podOf(web({ placement: { colocation: [{ labels: { app: 'cache' }, topology: Topology.HOSTNAME }] } })).affinity.podAffinity).toEqual({
      preferredDuringSchedulingIgnoredDuringExecution: [
        { podAffinityTerm: { labelSelector: { matchLabels: { app: 'cache' } }, topologyKey: 'kubernetes.io/hostname' }, weight: 50 },
      ],
    })],
  }),
  ...defaultsOf('Mount', {
    readOnly: ['- true for Secrets, ConfigMaps and claims that many may read and nobody write, else false', () => {
      expect(mount(chart => Volume.fromSecret(chart, 'volume', Secret.fromSecretName(chart, 'secret', 's'), { name: 'v' }))).toEqual({ mountPath: '/mounted', name: 'v', readOnly: true });
      expect(mount(chart => Volume.fromConfigMap(chart, 'volume', ConfigMap.fromConfigMapName(chart, 'map', 'm'), { name: 'v' }))).toEqual({ mountPath: '/mounted', name: 'v', readOnly: true });
      expect(mount(claim)).toEqual({ mountPath: '/mounted', name: 'data' });
      expect(mount(chart => new ClaimOfOurs(chart, 'shared', { storage: Size.gibibytes(1), accessModes: [AccessMode.READ_ONLY_MANY] }))).toEqual({ mountPath: '/mounted', name: 'shared', readOnly: true });
    }],
    subPath: ['- its root', () => expect(mount(claim)).not.toHaveProperty('subPath')],
  }),
  ...defaultsOf('ProbeTiming', {
    period: ['- 5 s for readiness and startup, 10 s for liveness', () => {
      const { readinessProbe, startupProbe, livenessProbe } = http(timed);
      expect([readinessProbe, startupProbe, livenessProbe].map(probe => probe.periodSeconds)).toEqual([5, 5, 10]);
    }],
    timeout: ['- 2 s for readiness and startup, 5 s for liveness', () => {
      const { readinessProbe, startupProbe, livenessProbe } = http(timed);
      expect([readinessProbe, startupProbe, livenessProbe].map(probe => probe.timeoutSeconds)).toEqual([2, 2, 5]);
    }],
    failureThreshold: ['- 3 for readiness, 6 for liveness', () => {
      const { readinessProbe, livenessProbe } = http(timed);
      expect([readinessProbe, livenessProbe].map(probe => probe.failureThreshold)).toEqual([3, 6]);
    }],
  }),
  ...defaultsOf('HealthTiming', {
    startupBudget: ['Duration.minutes(5)', () => {
      const { failureThreshold, periodSeconds } = http({ liveness: '/live' }).startupProbe;
      expect(failureThreshold * periodSeconds).toBe(300);
    }],
    readinessTiming: ['- each 5 s, 2 s long, 3 failures', () => expect(http().readinessProbe).toMatchObject({ periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 })],
    livenessTiming: ['- each 10 s, 5 s long, 6 failures', () => expect(http({ liveness: '/live' }).livenessProbe).toMatchObject({ periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 })],
  }),
  ...defaultsOf('HttpHealthOptions', {
    liveness: ['- no liveness check: a process that ends is restarted anyway', () => expect(Object.keys(http()).filter(key => key.endsWith('Probe'))).toEqual(['readinessProbe'])],
    port: ['- the main port', () => expect(containerOf(web({ additionalPorts: twoPorts })).readinessProbe.httpGet).toEqual({ path: '/ready', port: 'http' })],
    tls: ['- true for a port of kind https', () => {
      expect(containerOf(web({ port: Port.https(8443) })).readinessProbe.httpGet).toEqual({ path: '/ready', port: 'https', scheme: 'HTTPS' });
      expect(http().readinessProbe.httpGet).not.toHaveProperty('scheme');
    }],
  }),
  ...defaultsOf('GrpcHealthOptions', {
    readiness: ['- the server as a whole', () => expect(containerOf(web({ port: Port.grpc(9000), health: Health.grpc() })).readinessProbe.grpc).toEqual({ port: 9000 })],
    liveness: ['- no liveness check', () => expect(containerOf(web({ port: Port.grpc(9000), health: Health.grpc() }))).not.toHaveProperty('livenessProbe')],
    port: ['- the main port', () => expect(containerOf(web({ port: Port.grpc(9000), additionalPorts: twoPorts, health: Health.grpc() })).readinessProbe.grpc.port).toBe(9000)],
  }),
  ...defaultsOf('TcpHealthOptions', {
    port: ['- the main port', () => expect(containerOf(web({ port: Port.tcp(9000), additionalPorts: twoPorts, health: Health.tcp() })).readinessProbe.tcpSocket).toEqual({ port: 'tcp' })],
  }),
  ...defaultsOf('ExecHealthOptions', {
    readiness: ['- none; a service with a port needs one', () => {
      expect(containerOf(web({ port: undefined, health: Health.exec({ liveness: ['/live'] }) }))).not.toHaveProperty('readinessProbe');
      expect(errorOf(() => web({ health: Health.exec({ liveness: ['/live'] }) }))).toMatchObject({ code: 'MissingValue', property: 'health.readiness' });
    }],
    liveness: ['- no liveness check', () => expect(containerOf(web({ health: Health.exec({ readiness: ['/ready'] }) }))).not.toHaveProperty('livenessProbe')],
  }),
  ...defaultsOf('ProbeHealthOptions', {
    liveness: ['- no liveness check', () => expect(containerOf(web({ health: Health.probes({ readiness: Probe.fromHttpGet('/ready') }) }))).not.toHaveProperty('livenessProbe')],
    startup: ['- with liveness, the liveness check with 5 minutes of patience; else none', () => {
      const readiness = Probe.fromHttpGet('/ready');
      expect(containerOf(web({ health: Health.probes({ readiness }) }))).not.toHaveProperty('startupProbe');
      expect(containerOf(web({ health: Health.probes({ readiness, liveness: Probe.fromHttpGet('/live') }) })).startupProbe)
        .toMatchObject({ failureThreshold: 60, httpGet: { path: '/live', port: 8080 }, periodSeconds: 5 });
    }],
  }),
  ...defaultsOf('ShutdownOptions', {
    delay: ['- 5 s; 15 s behind a load balancer, ingress or gateway', () => {
      const delay = (exposure: ServiceExposure) => containerOf(web({ exposure })).lifecycle.preStop.sleep.seconds;
      expect([ServiceExposure.clusterIp(), ServiceExposure.headless(), ServiceExposure.nodePort(), ServiceExposure.loadBalancer()].map((exposure, i) => (
        i === 1 ? containerOf(web({ exposure, port: Port.http(8080) })).lifecycle.preStop.sleep.seconds : delay(exposure)))).toEqual([5, 5, 15, 15]);
    }],
    drain: ['Duration.seconds(30)', () => expect(podOf(web({ shutdown: Shutdown.graceful({ delay: Duration.seconds(7) }) })).terminationGracePeriodSeconds).toBe(7 + 30 + 5)],
  }),
  ...defaultsOf('ResourcesOptions', {
    cpu: ['Cpu.millis(250)', () => expect(requests(Resources.of({ memory: Size.gibibytes(1) })).cpu).toBe('250m')],
    cpuLimit: ['- twice the request', () => expect([limits(Resources.of({})).cpu, limits(Resources.of({ cpu: Cpu.millis(700) })).cpu, limits(Resources.of({ cpu: Cpu.units(2) })).cpu]).toEqual(['500m', '1400m', '4'])],
    memory: ['Size.mebibytes(256)', () => expect(requests(Resources.of({ cpu: Cpu.units(1) })).memory).toBe('256Mi')],
    memoryLimit: ['- twice the request', () => expect([limits(Resources.of({})).memory, limits(Resources.of({ memory: Size.mebibytes(700) })).memory]).toEqual(['512Mi', '1400Mi'])],
    ephemeralStorage: ['Size.mebibytes(512)', () => expect([requests(Resources.of({}))['ephemeral-storage'], limits(Resources.of({}))['ephemeral-storage']]).toEqual(['512Mi', '512Mi'])],
  }),
  ...defaultsOf('GuaranteedResourcesOptions', {
    cpu: ['Cpu.millis(250)', () => expect([requests(Resources.guaranteed()).cpu, limits(Resources.guaranteed()).cpu]).toEqual(['250m', '250m'])],
    memory: ['Size.mebibytes(256)', () => expect([requests(Resources.guaranteed()).memory, limits(Resources.guaranteed()).memory]).toEqual(['256Mi', '256Mi'])],
    ephemeralStorage: ['Size.mebibytes(512)', () => expect(limits(Resources.guaranteed())['ephemeral-storage']).toBe('512Mi')],
  }),
];
