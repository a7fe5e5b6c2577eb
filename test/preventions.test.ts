import { App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  Analysis, AnalysisTemplate, Availability, BlueGreenDeployments, BlueGreenRelease, CanaryDeployments, CanaryRelease, type CanaryReleaseProps, CanaryStep, CanarySteps, CloudIdentity,
  Colour, type ConfigurationErrorCode, DisruptionBudget, DnsProfile, Environment, type EnvironmentProps, ExternalEndpoint, Findings, Health, Identity, ImagePullPolicy,
  type IReleaseStrategy, KubernetesVersion, Metric, NamePrefix, NetworkPeer, PodSet, Port, ProductionService, type ProductionServiceProps, Protocol, Replicas, Resources,
  RevisionAntiAffinity, ScalingMetric, ServiceExposure, Shutdown, Spread, StringMatch, TrafficDistribution,
} from 'cdk8s-production';
import { Construct } from 'constructs';
import { PROMETHEUS, SUCCESS } from './helpers/analysis';
import { errorOf, identities, type Manifest, MINIMAL, one, synth, testChart } from './helpers/manifests';
import { blueGreen, canary, meshChart, objectsOf, rolloutOf, routed, strategyOf } from './helpers/release';
import { chartIn, chartWithApi, containerOf, manifestsOf, objectOf, podOf, web } from './helpers/service';
import { accidents, disruptionsAllowed, fieldsAreKnown, passesRestricted } from './properties/checks';
import { type Endpoint, Network } from './properties/network';
import type { JsonObject } from '../lib/core/merge';

/** What hurts in production, case by case: with this library it cannot be written, or it is refused with the way out. */

type Props = Partial<ProductionServiceProps>;
type Refused = readonly [what: string, action: () => unknown, code: ConfigurationErrorCode, property: string, fix: string];

function expectRefusal(action: () => unknown, code: ConfigurationErrorCode, property: string, fix: string): void {
  const error = errorOf(action);
  expect({ code: error.code, property: error.property }).toEqual({ code, property });
  expect(error.constructPath).toMatch(/^chart/);
  expect(error.fix).toContain(fix);
}

const IMAGE = 'registry.example.com/shop/helper:3.2.1';
const HELPER = { name: 'helper', image: IMAGE };
const inEnvironment = (environment: EnvironmentProps, props: Props = {}): ProductionService => web(props, chartIn(Environment.production(environment)));
const forVersion = (minor: string, props: Props = {}): ProductionService => inEnvironment({ kubernetesVersion: KubernetesVersion.of(minor) }, props);
const containers = (service: ProductionService): Manifest[] => [...podOf(service).containers, ...podOf(service).initContainers ?? []];
/** Sidecar, init container and application: what holds must hold for each. */
const CROWD: Props = { sidecars: [HELPER], initContainers: [{ ...HELPER, name: 'init' }] };
const inChart = (props: (chart: Chart) => Props): ProductionService => {
  const chart = testChart();
  return web(props(chart), chart);
};

describe('a pod that goes drops no request', () => {
  test.each<[string, ServiceExposure, number]>([
    ['inside the cluster', ServiceExposure.clusterIp(), 5], ['headless', ServiceExposure.headless(), 5], ['behind a gateway', ServiceExposure.gateway(), 15],
    ['behind a load balancer', ServiceExposure.loadBalancer(), 15], ['on the nodes\' ports', ServiceExposure.nodePort(), 15],
  ])('%s it serves on while others forget it, and the grace period covers wait, drain and a margin', (_, exposure, wait) => {
    const service = inEnvironment({ gateways: [NetworkPeer.namespace('ingress-nginx')] }, { exposure });

    expect(containerOf(service).lifecycle).toEqual({ preStop: { sleep: { seconds: wait } } });
    expect(podOf(service).terminationGracePeriodSeconds).toBe(wait + 30 + 5);
  });

  test.each([[1, 1], [20, 90], [600, 3600]])('after a wait of %d s and a drain of %d s it still has time', (delay, drain) => {
    const service = web({ shutdown: Shutdown.graceful({ delay: Duration.seconds(delay), drain: Duration.seconds(drain) }) });

    expect(containerOf(service).lifecycle.preStop.sleep.seconds).toBe(delay);
    expect(podOf(service).terminationGracePeriodSeconds).toBe(delay + drain + 5);
  });

  test('its sidecars end after it, so that it keeps its network while it drains', () => {
    expect(podOf(web({ sidecars: [HELPER] })).initContainers).toMatchObject([{ name: 'helper', restartPolicy: 'Always' }]);
  });

  test('and gets none any more 15 s after it stopped answering', () => {
    const { periodSeconds, failureThreshold } = containerOf(web()).readinessProbe;

    expect(periodSeconds * failureThreshold).toBe(15);
  });

  test('its successor has to be ready for 10 s before the next one goes', () => {
    expect(objectOf(web(), 'Deployment').spec).toMatchObject({ minReadySeconds: 10, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
  });

  test.each<Refused>([
    ['no wait that the cluster knows', () => forVersion('1.29'), 'UnsupportedByKubernetesVersion', 'shutdown', "Shutdown.exec(['/bin/sleep', '5'])"],
    ['a command that waits longer than it may', () => web({ shutdown: Shutdown.exec(['/bin/sh', '-c', 'sleep 30']) }), 'ShutdownTooShort', 'shutdown.delay', 'Duration.seconds(30)'],
    ['no wait without a reason', () => web({ shutdown: Shutdown.none('') }), 'MissingValue', 'shutdown.none', 'say why'],
    ['a drain without time', () => web({ shutdown: Shutdown.graceful({ drain: Duration.seconds(0) }) }), 'InvalidValue', 'shutdown.drain', 'whole seconds from 1'],
    ['a hook that the kubelet cannot run', () => web({ shutdown: Shutdown.hook(kplus.Handler.fromTcpSocket()) }), 'InvalidValue', 'shutdown.handler', 'Handler.fromCommand'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('one owner decides how many pods there are', () => {
  const autoscale = (service: ProductionService): unknown => new kplus.HorizontalPodAutoscaler(Chart.of(service), `hpa-${Chart.of(service).node.children.length}`, { target: service, maxReplicas: 9 });
  const patched = (edit: (service: ProductionService) => unknown, props: Props = {}): unknown => {
    const service = web(props);
    edit(service);
    return manifestsOf(service);
  };

  test.each<[string, Replicas | undefined, number]>([
    ['by default', undefined, 1], ['autoscaled', Replicas.autoscaled({ minReplicas: 5 }), 1], ['scaled from elsewhere', Replicas.external(5), 0],
  ])('%s the manifest does not state it, so no apply sets it back', (_, replicas, autoscalers) => {
    const manifests = manifestsOf(web({ replicas }));

    expect(one(manifests, 'Deployment').spec).not.toHaveProperty('replicas');
    expect(manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toHaveLength(autoscalers);
  });

  test('fixed, it is stated, and there is no autoscaler', () => {
    expect(objectOf(web({ replicas: Replicas.fixed(4) }), 'Deployment').spec.replicas).toBe(4);
    expect(web({ replicas: Replicas.fixed(4) }).autoscaler).toBeUndefined();
  });

  test.each<Refused>([
    ['an autoscaler beside ours', () => autoscale(web()), 'AutoscalerConflict', 'replicas', 'Replicas.external(minReplicas)'],
    ['an autoscaler beside a fixed number', () => autoscale(web({ replicas: Replicas.fixed(3) })), 'AutoscalerConflict', 'replicas', 'Replicas.external(minReplicas)'],
    ['a second autoscaler', () => patched(service => { autoscale(service); autoscale(service); }, { replicas: Replicas.external(3) }), 'AutoscalerConflict', 'replicas', 'keep one autoscaler'],
    ['a patch that states the number beside ours', () => patched(service => service.workload.patch({ spec: { replicas: 5 } })), 'AutoscalerConflict', 'patch', 'Replicas.fixed('],
    ['a JSON patch that states it beside somebody else\'s', () => patched(service => service.workload.addJsonPatch(JsonPatch.add('/spec/replicas', 5)), { replicas: Replicas.external(3) }),
      'AutoscalerConflict', 'patch', 'Replicas.fixed('],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a node can always be drained', () => {
  const allowedAtMinimum = (minReplicas: number, disruptionBudget?: DisruptionBudget): number =>
    disruptionsAllowed(objectOf(web({ replicas: Replicas.autoscaled({ minReplicas, maxReplicas: 200 }), disruptionBudget }), 'PodDisruptionBudget'), minReplicas);

  test.each([2, 3, 5, 9, 10, 11, 19, 20, 100])('with %d pods at least, one or more may be evicted and most stay', minReplicas => {
    expect(allowedAtMinimum(minReplicas)).toBe(minReplicas < 10 ? 1 : Math.ceil(minReplicas / 10));
  });

  test.each<[string, DisruptionBudget, number]>([
    ['1 away', DisruptionBudget.maxUnavailable(1), 1], ['1 % away', DisruptionBudget.maxUnavailable('1%'), 1], ['half away', DisruptionBudget.maxUnavailable('50%'), 2], ['2 there', DisruptionBudget.minAvailable(2), 1],
  ])('with %s of three, too', (_, budget, allowed) => {
    expect(allowedAtMinimum(3, budget)).toBe(allowed);
  });

  test.each([[2, 1], [3, 1], [10, '10%'], [50, '10%']])('of %d fixed pods the budget is %s away, and none is said to be there', (count, maxUnavailable) => {
    const { spec } = objectOf(web({ replicas: Replicas.fixed(count) }), 'PodDisruptionBudget');

    expect(spec.maxUnavailable).toBe(maxUnavailable);
    expect(spec).not.toHaveProperty('minAvailable');
  });

  test('one pod has no budget: it would block every drain, or protect nothing', () => {
    expect(manifestsOf(web({ replicas: Replicas.fixed(1) })).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
  });

  test('pods that are not ready hold nothing back', () => {
    expect(objectOf(web(), 'PodDisruptionBudget').spec.unhealthyPodEvictionPolicy).toBe('AlwaysAllow');
  });

  const AUTOSCALED = { replicas: Replicas.autoscaled({ minReplicas: 3, maxReplicas: 20 }) };
  test.each<Refused>([
    ['none away', () => web({ disruptionBudget: DisruptionBudget.maxUnavailable(0) }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.maxUnavailable', 'DisruptionBudget.maxUnavailable(1)'],
    ['0 % away', () => web({ disruptionBudget: DisruptionBudget.maxUnavailable('0%') }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.maxUnavailable', '"10%"'],
    ['as many there as the autoscaler may leave', () => web({ ...AUTOSCALED, disruptionBudget: DisruptionBudget.minAvailable(3) }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.minAvailable', 'maxUnavailable(1)'],
    ['more there than there are', () => web({ replicas: Replicas.fixed(3), disruptionBudget: DisruptionBudget.minAvailable(4) }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.minAvailable', 'raise the replicas'],
    ['the only one there', () => web({ replicas: Replicas.fixed(1), disruptionBudget: DisruptionBudget.minAvailable(1) }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.minAvailable', 'maxUnavailable(1)'],
    ['percent there, which round up', () => web({ disruptionBudget: DisruptionBudget.minAvailable('50%' as never) }), 'InvalidValue', 'disruptionBudget.minAvailable', 'percentages round up'],
    ['no budget without a reason', () => web({ disruptionBudget: DisruptionBudget.none('') }), 'MissingValue', 'disruptionBudget.none', 'say why'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('what a service depends on can fail without restarting it', () => {
  const http = (options: Partial<Parameters<typeof Health.http>[0]>): ProductionService => web({ health: Health.http({ readiness: '/health', ...options }) });
  const probes = (readiness: kplus.Probe, liveness: kplus.Probe): ProductionService => web({ health: Health.probes({ readiness, liveness }) });

  test('nothing restarts a container unless liveness is asked for', () => {
    expect(Object.keys(containerOf(http({}))).filter(key => key.endsWith('Probe'))).toEqual(['readinessProbe']);
    expect(Object.keys(containerOf(web({ health: Health.tcp() }))).filter(key => key.endsWith('Probe'))).toEqual(['readinessProbe']);
  });

  test('liveness asks another path than readiness, and waits four times as long', () => {
    const { readinessProbe, livenessProbe } = containerOf(web());

    expect([readinessProbe.httpGet.path, livenessProbe.httpGet.path]).toEqual(['/ready', '/live']);
    expect(livenessProbe.periodSeconds * livenessProbe.failureThreshold).toBe(4 * readinessProbe.periodSeconds * readinessProbe.failureThreshold);
    expect(livenessProbe.timeoutSeconds).toBeGreaterThan(readinessProbe.timeoutSeconds);
  });

  test.each(['/health/db', '/ready', '/healthz/dependencies', '/deep'])('a liveness path such as %s is found', liveness => {
    expect(Findings.of(http({ liveness })).map(({ id, constructPath }) => [id, constructPath])).toEqual([['keep-liveness-inside-the-process', 'chart/web']]);
  });

  test('a liveness path of the process alone is not', () => {
    expect(Findings.of(http({ liveness: '/live' }))).toEqual([]);
  });

  test.each<Refused>([
    ['one path for both', () => http({ liveness: '/health' }), 'ProbeConflict', 'health.liveness', 'leave liveness out'],
    ['one command for both', () => web({ health: Health.exec({ readiness: ['/check'], liveness: ['/check'] }) }), 'ProbeConflict', 'health.liveness', 'process alone'],
    ['one gRPC service for both', () => web({ port: Port.grpc(9000), health: Health.grpc({ readiness: 'shop', liveness: 'shop' }) }), 'ProbeConflict', 'health.liveness', 'process alone'],
    ['one probe for both', () => probes(kplus.Probe.fromHttpGet('/health'), kplus.Probe.fromHttpGet('/health', { port: 8080 })), 'ProbeConflict', 'health.liveness', 'process alone'],
    ['one path for both in a sidecar', () => web({ sidecars: [{ ...HELPER, ports: [Port.http(9000, { name: 'admin', servicePort: 9000 })], health: Health.http({ readiness: '/h', liveness: '/h' }) }] }),
      'ProbeConflict', 'sidecars[0].health.liveness', 'leave liveness out'],
    ['less patience than readiness has', () => http({ liveness: '/live', livenessTiming: { failureThreshold: 1 } }), 'ProbeConflict', 'health.livenessTiming', 'raise period or failureThreshold'],
    ['less patience in a probe', () => probes(kplus.Probe.fromHttpGet('/r'), kplus.Probe.fromHttpGet('/l', { failureThreshold: 1 })), 'ProbeConflict', 'health.liveness', 'raise period or failureThreshold'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a slow start is not killed', () => {
  const starting = (startupBudget?: Duration): Manifest => containerOf(web({ health: Health.http({ readiness: '/ready', liveness: '/live', startupBudget }) })).startupProbe;

  test('liveness waits until the start is over, five minutes at most', () => {
    expect(starting()).toEqual({ failureThreshold: 60, httpGet: { path: '/live', port: 'http' }, periodSeconds: 5, timeoutSeconds: 2 });
  });

  test.each([1, 7, 30, 600, 3600])('a budget of %d s is given in full', seconds => {
    const { failureThreshold, periodSeconds } = starting(Duration.seconds(seconds));

    expect(failureThreshold * periodSeconds).toBe(Math.ceil(seconds / 5) * 5);
  });

  test('a rollout is not given up while a pod may still be starting', () => {
    const { progressDeadlineSeconds, minReadySeconds } = objectOf(web({ health: Health.http({ readiness: '/ready', liveness: '/live', startupBudget: Duration.minutes(40) }) }), 'Deployment').spec;

    expect(progressDeadlineSeconds).toBe(40 * 60 + minReadySeconds + 60);
  });

  const SLOW = Health.http({ readiness: '/ready', liveness: '/live', startupBudget: Duration.minutes(20) });
  test.each<Refused>([
    ['a rollout that is given up earlier', () => web({ health: SLOW, rollout: { progressDeadline: Duration.minutes(10) } }), 'InvalidValue', 'rollout.progressDeadline', 'raise progressDeadline'],
    ['one that is given up before the five minutes', () => web({ rollout: { progressDeadline: Duration.minutes(5) } }), 'InvalidValue', 'rollout.progressDeadline', 'lower the startup budget'],
    ['a budget that nothing watches', () => web({ health: Health.http({ readiness: '/ready', startupBudget: Duration.minutes(20) }) }), 'ConflictingProperties', 'health.startupBudget', 'add liveness'],
    ['no time to start', () => starting(Duration.seconds(0)), 'InvalidValue', 'health.startupBudget', 'from 1 to 3600'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

/** A service's pods, for the model of a network. */
const podsOf = (service: ProductionService): Endpoint => ({ namespace: service.namespace!, labels: service.selectorLabels, ips: ['10.1.0.7'] });
const networkOf = (...services: ProductionService[]): Network => new Network([...new Set(services.map(service => Chart.of(service)))].flatMap(chart => synth(chart).filter(({ kind }) => kind === 'NetworkPolicy')));

describe('names can be looked up, whatever else is denied', () => {
  const KUBE_DNS: Endpoint = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, ips: ['10.0.0.10'] };
  const OPENSHIFT: Endpoint = { namespace: 'openshift-dns', labels: { 'dns.operator.openshift.io/daemonset-dns': 'default' }, ips: ['10.0.0.10'] };
  const bind = { peer: NetworkPeer.pods({ app: 'bind' }, { namespace: 'dns' }), ports: [{ number: 1053, protocol: Protocol.UDP }, { number: 1053 }] };

  test.each<[string, DnsProfile, Endpoint, number]>([
    ['kube-dns', DnsProfile.kubeDns(), KUBE_DNS, 53], ['a cache on the node', DnsProfile.nodeLocal(), { ips: ['169.254.20.10'] }, 53], ['what is behind that cache', DnsProfile.nodeLocal(), KUBE_DNS, 53],
    ['OpenShift\'s servers', DnsProfile.openShift(), OPENSHIFT, 5353], ['servers of one\'s own', DnsProfile.custom([bind]), { namespace: 'dns', labels: { app: 'bind' }, ips: ['10.0.0.11'] }, 1053],
  ])('at %s, by UDP and TCP', (_, dns, server, port) => {
    const service = inEnvironment({ dns });
    service.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443));
    const network = networkOf(service);

    expect([Protocol.UDP, Protocol.TCP].map(protocol => network.allowsEgress(podsOf(service), server, port, protocol))).toEqual([true, true]);
    expect(network.allowsEgress(podsOf(service), server, 443, 'TCP')).toBe(false);
  });

  test.each<[string, Props]>([['a service', {}], ['a worker', { port: undefined, health: Health.none('it takes messages from a queue') }]])('by %s, which is denied the rest', (_, props) => {
    const service = web(props);

    expect(objectOf(service, 'NetworkPolicy').spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(networkOf(service).allowsEgress(podsOf(service), KUBE_DNS, 53, 'UDP')).toBe(true);
    expect(networkOf(service).allowsEgress(podsOf(service), { ips: ['203.0.113.9'] }, 443, 'TCP')).toBe(false);
  });

  test('at the name servers that a pod names itself', () => {
    const service = web({ pod: { dns: { policy: kplus.DnsPolicy.NONE, nameservers: ['10.9.9.9', 'fd00::53'] } } });

    expect(['10.9.9.9', 'fd00::53'].flatMap(ip => ['UDP', 'TCP'].map(protocol => networkOf(service).allowsEgress(podsOf(service), { ips: [ip] }, 53, protocol)))).toEqual([true, true, true, true]);
  });

  test.each<Refused>([
    ['an environment without servers', () => inEnvironment({ dns: DnsProfile.custom([]) }), 'MissingValue', 'environment.dns.peers', 'DnsProfile.kubeDns()'],
    ['a pod without servers', () => web({ pod: { dns: { policy: kplus.DnsPolicy.NONE } } }), 'MissingValue', 'pod.dns.nameservers', 'name the servers'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a connection is open at both ends, and nothing else is', () => {
  const shop = (from: string | undefined, to: string | undefined) => {
    const app = new App({ outdir: 'never-written' });
    const service = (id: string, namespace: string | undefined, props: Props = {}) => new ProductionService(new Chart(app, `chart-${id}`, { namespace }), id, { ...MINIMAL, ...props });
    return { front: service('front', from), stock: service('stock', to), worker: service('worker', from, { port: undefined, health: Health.none('it takes messages from a queue') }) };
  };

  test.each([['in one namespace', 'shop', 'shop'], ['across namespaces', 'shop', 'backend']])('%s', (_, from, to) => {
    const { front, stock, worker } = shop(from, to);
    front.connectTo(stock);
    const network = networkOf(front, stock, worker);

    expect(network.allows(podsOf(front), podsOf(stock), 8080, 'TCP')).toBe(true);
    expect([[stock, front, 8080], [worker, stock, 8080], [front, stock, 9090], [front, worker, 8080]].map(([a, b, port]) => (
      network.allows(podsOf(a as ProductionService), podsOf(b as ProductionService), port as number, 'TCP')))).toEqual([false, false, false, false]);
    expect(network.allows(podsOf(front), { ...podsOf(stock), namespace: 'elsewhere' } as Endpoint, 8080, 'TCP')).toBe(false);
  });

  test('when the other end says so, too', () => {
    const { front, stock } = shop('shop', 'backend');
    stock.allowFrom(front);

    expect(networkOf(front, stock).allows(podsOf(front), podsOf(stock), 8080, 'TCP')).toBe(true);
  });

  test('with a workload of cdk8s-plus that is isolated', () => {
    const service = web();
    const legacy = new kplus.Deployment(Chart.of(service), 'legacy', { isolate: true, containers: [{ image: IMAGE, ports: [{ number: 9000 }] }] });
    const theirs: Endpoint = { namespace: 'shop', labels: { 'cdk8s.io/metadata.addr': legacy.podMetadata.getLabel('cdk8s.io/metadata.addr')! }, ips: ['10.1.0.8'] };
    expect(networkOf(service).allows(podsOf(service), theirs, 9000, 'TCP')).toBe(false);
    service.connectTo(legacy);

    expect(networkOf(service).allows(podsOf(service), theirs, 9000, 'TCP')).toBe(true);
    expect(networkOf(service).allows(theirs, podsOf(service), 8080, 'TCP')).toBe(false);
  });

  const connect = (from: string | undefined, to: string | undefined, target: 'stock' | 'worker' = 'stock') => (): void => {
    const services = shop(from, to);
    services.front.connectTo(services[target]);
  };
  test.each<Refused>([
    ['a target that nobody can reach', connect('shop', 'shop', 'worker'), 'NetworkUnreachable', 'connectTo', 'give it a port'],
    ['a target whose namespace no policy could name', connect('shop', undefined), 'NetworkUnreachable', 'connectTo', 'give both charts a namespace'],
    ['a host name where the network knows addresses', () => web().connectTo(ExternalEndpoint.fqdn('api.example.com', 443)), 'NetworkUnreachable', 'connectTo.hostName', 'fqdnEgress'],
    ['a gateway that nobody knows', () => web({ exposure: ServiceExposure.gateway() }), 'NetworkUnreachable', 'exposure', 'set gateways'],
    ['a token for an API that cannot be reached', () => web({ identity: Identity.own({ mountToken: true }) }), 'NetworkUnreachable', 'identity', 'set kubernetesApi'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('every pod is admitted where Pod Security is restricted', () => {
  test.each<[string, Props]>([
    ['a minimal service', {}], ['one with sidecar and init container', CROWD], ['one of another user', { pod: { user: 20001, group: 3000 } }], ['a worker', { port: undefined, health: Health.none('it takes messages') }],
  ])('%s, in every version', (_, props) => {
    for (const version of KubernetesVersion.ALL) {
      expect(passesRestricted(manifestsOf(forVersion(version.toString(), { shutdown: Shutdown.exec(['/bin/sleep', '5']), ...props })))).toEqual([]);
    }
  });

  test('every container is an ordinary user without rights', () => {
    for (const { securityContext } of containers(web(CROWD))) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsGroup: 10001,
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  test('the root file system is read-only, and what programs write goes to a /tmp of limited size', () => {
    const service = web();

    expect(containerOf(service).securityContext.readOnlyRootFilesystem).toBe(true);
    expect(containerOf(service).volumeMounts).toEqual([{ mountPath: '/tmp', name: 'web-tmp' }]);
    expect(podOf(service).volumes).toEqual([{ name: 'web-tmp', emptyDir: { sizeLimit: '128Mi' } }]);
  });

  const mounting = (make: (chart: Chart) => kplus.Volume) => (): unknown => inChart(chart => ({ mounts: [{ path: '/data', volume: make(chart) }] }));
  test.each<Refused>([
    ['a directory of the node', mounting(chart => kplus.Volume.fromHostPath(chart, 'v', 'run', { path: '/run' })), 'PodSecurityViolation', 'mounts[0].volume', 'PersistentVolumeClaim'],
    ['a share of the network', mounting(chart => kplus.Volume.fromNfs(chart, 'v', 'share', { server: 'nfs.example.com', path: '/' })), 'PodSecurityViolation', 'mounts[0].volume', 'PersistentVolumeClaim'],
    ['a disk of a cloud by its id', mounting(chart => kplus.Volume.fromAwsElasticBlockStore(chart, 'v', 'vol-1')), 'PodSecurityViolation', 'mounts[0].volume', 'PersistentVolumeClaim'],
    ['the user root', () => web({ pod: { user: 0 } }), 'PodSecurityViolation', 'pod.user', 'leave it out'],
    ['the group root', () => web({ pod: { group: 0 } }), 'PodSecurityViolation', 'pod.group', 'leave it out'],
    ['a port that needs root', () => web({ port: 80 }), 'PodSecurityViolation', 'port', 'servicePort: 80'],
    ['a probe of another host', () => web({ health: Health.probes({ readiness: kplus.Probe.fromHttpGet('/', { host: 'example.com' }) }) }), 'PodSecurityViolation', 'health.readiness.host', 'leave the host out'],
    ['a TCP probe of another host', () => web({ health: Health.probes({ readiness: kplus.Probe.fromTcpSocket({ host: 'example.com' }) }) }), 'PodSecurityViolation', 'health.readiness.host', 'leave the host out'],
    ['a hook of another host', () => web({ postStart: kplus.Handler.fromHttpGet('/', { host: 'example.com' } as object) }), 'PodSecurityViolation', 'postStart.host', 'leave the host out'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a selector never changes', () => {
  const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
  const selectors = (manifests: Manifest[]): unknown[] => [
    one(manifests, 'Deployment').spec.selector.matchLabels, one(manifests, 'Service').spec.selector, one(manifests, 'PodDisruptionBudget').spec.selector.matchLabels, one(manifests, 'NetworkPolicy').spec.podSelector.matchLabels,
  ];
  const FOUR = [SELECTOR, SELECTOR, SELECTOR, SELECTOR];

  test.each<[string, () => ProductionService]>([
    ['another version', () => web({ image: 'registry.example.com/shop/web:2.0.0', version: '2.0.0' })], ['other labels', () => web({ labels: { tier: 'gold' }, component: 'frontend' })],
    ['another team and application', () => inEnvironment({ team: 'shop', partOf: 'shop' })], ['another chart', () => web({}, new Chart(new App({ outdir: 'never-written' }), 'moved', { namespace: 'shop' }))],
    ['another place in the tree', () => new ProductionService(new Construct(testChart(), 'group'), 'web', MINIMAL)], ['another image', () => web({ image: IMAGE })],
    ['another id, if it is said', () => new ProductionService(testChart(), 'storefront', { ...MINIMAL, renamedFrom: 'web' })],
  ])('with %s', (_, make) => {
    expect(selectors(manifestsOf(make()))).toEqual(FOUR);
    expect(identities(manifestsOf(make()))).toEqual(identities(manifestsOf(web())));
  });

  test('and that of a workload that runs already is kept', () => {
    const selectorLabels = { app: 'legacy', release: 'r1' };

    expect(selectors(manifestsOf(web({ selectorLabels })))).toEqual([selectorLabels, selectorLabels, selectorLabels, selectorLabels]);
  });

  const patched = (edit: (service: ProductionService) => void) => (): unknown => {
    const service = web();
    edit(service);
    return manifestsOf(service);
  };
  test.each<Refused>([
    ['a label that would change it', () => web({ labels: { 'app.kubernetes.io/name': 'other' } }), 'ConflictingProperties', 'labels["app.kubernetes.io/name"]', 'selectorLabels'],
    ['a patch that narrows it', patched(service => service.workload.patch({ spec: { selector: { matchLabels: { version: '2' } } } })), 'InvalidPatch', 'patch', 'selectorLabels'],
    ['a patch that widens it', patched(service => service.workload.patch({ spec: { selector: { matchLabels: { 'app.kubernetes.io/instance': null } } } })), 'InvalidPatch', 'patch', 'selectorLabels'],
    ['a patch with expressions', patched(service => service.workload.patch({ spec: { selector: { matchExpressions: [{ key: 'version', operator: 'Exists' }] } } })), 'InvalidPatch', 'patch', 'selectorLabels'],
    ['a JSON patch that replaces it', patched(service => service.workload.addJsonPatch(JsonPatch.replace('/spec/selector', { matchLabels: { app: 'web' } }))), 'InvalidPatch', 'patch', 'selectorLabels'],
    ['a patch that takes the pods out of it', patched(service => service.workload.patch({ spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': 'other' } } } } })), 'InvalidPatch', 'patch', 'labels'],
    ['one that takes every pod', () => web({ selectorLabels: {} }), 'MissingValue', 'selectorLabels', 'spec.selector.matchLabels'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a changed configuration rolls the pods, and a rollback finds the old one', () => {
  const PATH = '/etc/web/features.yaml';
  const parts = (files: Record<string, string>) => {
    const manifests = manifestsOf(web({ files }));
    return { map: one(manifests, 'ConfigMap'), template: JSON.stringify(one(manifests, 'Deployment').spec.template) };
  };

  test('a change makes another ConfigMap and another pod template, the same content the same ones', () => {
    const [before, after, again] = ['a: 1', 'a: 2', 'a: 1'].map(text => parts({ [PATH]: text }));

    expect(after!.map.metadata.name).not.toBe(before!.map.metadata.name);
    expect(after!.template).not.toBe(before!.template);
    expect(after!.template.replaceAll(after!.map.metadata.name, before!.map.metadata.name)).toBe(before!.template);
    expect(again).toEqual(before);
  });

  test('a path, too, is content', () => {
    expect(parts({ '/etc/web/a': 'x' }).map.metadata.name).not.toBe(parts({ '/etc/web/b': 'x' }).map.metadata.name);
  });

  test('the old one cannot be changed, and whoever deploys is told to keep it', () => {
    const { map } = parts({ [PATH]: 'a: 1' });

    expect(map.immutable).toBe(true);
    expect(map.metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-options': 'Prune=false', 'helm.sh/resource-policy': 'keep', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
  });

  test('variables are in the pod template itself', () => {
    const [before, after] = ['info', 'debug'].map(LOG_LEVEL => JSON.stringify(objectOf(web({ env: { LOG_LEVEL } }), 'Deployment').spec.template));

    expect(after).toBe(before!.replace('"value":"info"', '"value":"debug"'));
    expect(after).not.toBe(before);
  });

  const map = () => web({ files: { [PATH]: 'a: 1' } }).configMap!;
  test.each<Refused>([
    ['a patch to the content', () => map().patch({ data: { other: 'b' } }), 'ContentIsImmutable', 'patch', '"files" prop'],
    ['a JSON patch to the content', () => map().addJsonPatch(JsonPatch.add('/data/other', 'b')), 'ContentIsImmutable', 'addJsonPatch', '"files" prop'],
    ['a patch that would make it mutable', () => map().patch({ immutable: false }), 'ContentIsImmutable', 'patch', '"files" prop'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('what was tested is what runs', () => {
  const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

  test.each<[string, string, EnvironmentProps, string]>([
    ['a version', 'registry.example.com/shop/web:1.4.2', {}, 'Always'], ['a version, even where nodes may keep images', 'registry.example.com/shop/web:1.4.2', { imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }, 'Always'],
    ['a digest', `registry.example.com/shop/web@${DIGEST}`, { imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }, 'IfNotPresent'],
    ['a tag beside a digest, both of which are shown', `registry.example.com/shop/web:latest@${DIGEST}`, { imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }, 'IfNotPresent'],
  ])('%s', (_, image, environment, imagePullPolicy) => {
    expect(containerOf(inEnvironment(environment, { image }))).toMatchObject({ image, imagePullPolicy });
  });

  const REPOSITORY = 'registry.example.com/shop/web';
  test.each([':1.4.2', ':v1.4.2', ':1.4.2-rc.1', ':20261121-1432', ':main-9f8e7d6', `@${DIGEST}`, `:latest@${DIGEST}`])('the image web%s runs as it is written, in every container', tag => {
    const image = `${REPOSITORY}${tag}`;

    expect(containers(web({ image, sidecars: [{ ...HELPER, image }], initContainers: [{ ...HELPER, name: 'init', image }] })).map(container => container.image)).toEqual([image, image, image]);
  });

  test.each(['', ':latest', ':stable', ':1', ':1.4', ':main', ':1.4.2-SNAPSHOT', ':v2', ':20', ':nightly'])('refuses an image that moves (%s), in every container', tag => {
    const image = `${REPOSITORY}${tag}`;
    const fix = tag === '' ? 'add the full version' : 'by the full version or the digest';

    expectRefusal(() => web({ image }), 'MutableImage', 'image', fix);
    expectRefusal(() => web({ sidecars: [{ ...HELPER, image }] }), 'MutableImage', 'sidecars[0].image', fix);
    expectRefusal(() => web({ initContainers: [{ ...HELPER, image }] }), 'MutableImage', 'initContainers[0].image', fix);
  });

  test('refuses to keep an image on the nodes by its tag', () => {
    expectRefusal(() => web({ imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }), 'InvalidValue', 'imagePullPolicy', 'by its digest');
  });
});

describe('the loss of a zone or a node takes few pods', () => {
  const CANARY: IReleaseStrategy = {
    description: 'a canary', apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', revisionLabel: 'rollouts-pod-template-hash', renderSpec: (common: JsonObject): JsonObject => common,
  };
  const rule = (topologyKey: string, revision: string, whenUnsatisfiable: string) => ({
    labelSelector: { matchLabels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' } }, matchLabelKeys: [revision], maxSkew: 1, nodeTaintsPolicy: 'Honor', topologyKey, whenUnsatisfiable,
  });

  test.each<[string, Props, string]>([['as well as possible', {}, 'ScheduleAnyway'], ['without exception, where that is asked for', { placement: { spread: Spread.overZones(3) } }, 'DoNotSchedule']])(
    'the pods of each revision are spread over zones %s, and over nodes', (_, props, zones) => {
      expect(podOf(web(props)).topologySpreadConstraints).toEqual([
        rule('topology.kubernetes.io/zone', 'pod-template-hash', zones), rule('kubernetes.io/hostname', 'pod-template-hash', 'ScheduleAnyway'),
      ]);
    });

  test('by whatever label the controller tells revisions apart', () => {
    const service = web();
    service.releaseWith(CANARY);

    expect(one(manifestsOf(service), 'Rollout').spec.template.spec.topologySpreadConstraints).toEqual([
      rule('topology.kubernetes.io/zone', 'rollouts-pod-template-hash', 'ScheduleAnyway'), rule('kubernetes.io/hostname', 'rollouts-pod-template-hash', 'ScheduleAnyway'),
    ]);
  });

  test.each<Refused>([
    ['more zones than pods', () => web({ replicas: Replicas.fixed(2), placement: { spread: Spread.overZones(3) } }), 'UnsatisfiablePlacement', 'placement.spread.overZones', 'raise the replicas to at least 3'],
    ['more zones than pods at the least', () => web({ replicas: Replicas.autoscaled({ minReplicas: 2, maxReplicas: 9 }), placement: { spread: Spread.overZones(3) } }), 'UnsatisfiablePlacement', 'placement.spread.overZones', 'Spread.preferred()'],
    ['no rule without a reason', () => web({ placement: { spread: Spread.none('') } }), 'MissingValue', 'placement.spread.none', 'say why'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a rolling update finds room for its new pods', () => {
  const SELF = { labelSelector: { matchLabels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' } }, topologyKey: 'kubernetes.io/hostname' };

  test.each([[3, 1], [9, 1], [10, '25%']])('of %d pods: some more at a time, and none fewer', (minReplicas, maxSurge) => {
    expect(objectOf(web({ replicas: Replicas.autoscaled({ minReplicas }) }), 'Deployment').spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 0 } });
  });

  test('pods had rather not share a node, and do before they wait', () => {
    expect(podOf(web()).affinity.podAntiAffinity).toEqual({ preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: SELF, weight: 100 }] });
  });

  test('where they never share one, new pods may still stand beside old ones', () => {
    expect(podOf(web({ placement: { spread: Spread.onePodPerNode(10) } })).affinity.podAntiAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: [{ ...SELF, matchLabelKeys: ['pod-template-hash'] }],
    });
  });

  const apart = (nodes: number): Props => ({ placement: { spread: Spread.onePodPerNode(nodes) } });
  test.each<Refused>([
    ['fewer nodes than pods at the most', () => web(apart(9)), 'UnsatisfiablePlacement', 'placement.spread.onePodPerNode', 'add nodes'],
    ['fewer nodes than fixed pods', () => web({ ...apart(3), replicas: Replicas.fixed(4) }), 'UnsatisfiablePlacement', 'placement.spread.onePodPerNode', 'lower the replicas'],
    ['an autoscaler whose most nobody knows', () => web({ ...apart(3), replicas: Replicas.external(3) }), 'UnsatisfiablePlacement', 'placement.spread.onePodPerNode', 'Spread.preferred()'],
    ['a cluster that counts old pods as well', () => forVersion('1.30', apart(20)), 'UnsupportedByKubernetesVersion', 'placement.spread.onePodPerNode', '1.31'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('an autoscaler sees the load of the application', () => {
  test.each<[string, Props, [string, number][]]>([
    ['by default', {}, [['cpu', 70]]], ['beside a sidecar', CROWD, [['cpu', 70]]], ['by memory as well', { replicas: Replicas.autoscaled({ cpuUtilization: 60, memoryUtilization: 80 }) }, [['cpu', 60], ['memory', 80]]],
  ])('%s, and nothing of what was injected beside it', (_, props, metrics) => {
    expect(objectOf(web(props), 'HorizontalPodAutoscaler').spec.metrics).toEqual(metrics.map(([name, averageUtilization]) => (
      { type: 'ContainerResource', containerResource: { container: 'web', name, target: { averageUtilization, type: 'Utilization' } } })));
  });

  test('every container says what it needs', () => {
    for (const { resources } of containers(web(CROWD))) { expect(Object.keys(resources.requests)).toEqual(['cpu', 'ephemeral-storage', 'memory']); }
    expect(containers(web(CROWD))).toHaveLength(3);
  });

  test.each<Refused>([
    ['a container that says nothing', () => web({ sidecars: [{ ...HELPER, resources: {} as Resources }] }), 'InvalidValue', 'sidecars[0].resources', 'Resources.of('],
    ['a request of nothing', () => web({ resources: Resources.of({ cpu: { amount: '0' } }) }), 'InvalidValue', 'resources.cpu', 'Cpu.millis(250)'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('scaling does not flap, and does not end at one pod', () => {
  test('it grows at once, and shrinks by a fifth a minute after five quiet minutes', () => {
    expect(objectOf(web(), 'HorizontalPodAutoscaler').spec).toMatchObject({
      minReplicas: 3,
      maxReplicas: 10,
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }, { type: 'Pods', value: 4, periodSeconds: 15 }] },
        scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 20, periodSeconds: 60 }] },
      },
    });
  });

  test('one pod is for where services may be away', () => {
    expect(objectOf(inEnvironment({ availability: Availability.RELAXED }, { replicas: Replicas.autoscaled({ minReplicas: 1 }) }), 'HorizontalPodAutoscaler').spec.minReplicas).toBe(1);
  });

  test('one fixed pod is found', () => {
    expect(Findings.of(web({ replicas: Replicas.fixed(1) })).map(({ id }) => id)).toEqual(['run-more-than-one-replica']);
  });

  const scaled = (options: Parameters<typeof Replicas.autoscaled>[0]) => (): unknown => web({ replicas: Replicas.autoscaled(options) });
  test.each<Refused>([
    ['one pod at the least', scaled({ minReplicas: 1 }), 'InvalidValue', 'replicas.minReplicas', 'at least 2'],
    ['bounds that leave no choice', scaled({ minReplicas: 4, maxReplicas: 4 }), 'InvalidValue', 'replicas.maxReplicas', 'Replicas.fixed(4)'],
    ['bounds the wrong way round', scaled({ minReplicas: 9, maxReplicas: 4 }), 'InvalidValue', 'replicas.maxReplicas', 'raise maxReplicas'],
    ['a target that pods reach only when they starve', scaled({ cpuUtilization: 150 }), 'InvalidValue', 'replicas.cpuUtilization', 'such as 70'],
    ['a target of nothing', scaled({ memoryUtilization: 0 }), 'InvalidValue', 'replicas.memoryUtilization', 'such as 80'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('whoever takes over a pod finds nothing to go on with', () => {
  const METADATA: readonly Endpoint[] = [{ ips: ['169.254.169.254'] }, { ips: ['fd00:ec2::254'] }];
  const reachesMetadata = (service: ProductionService): boolean[] => METADATA.map(endpoint => networkOf(service).allowsEgress(podsOf(service), endpoint, 80, 'TCP'));

  test('an account of its own, without rights, and no token of it', () => {
    const manifests = manifestsOf(web());

    expect(one(manifests, 'Deployment').spec.template.spec).toMatchObject({ serviceAccountName: 'web', automountServiceAccountToken: false });
    expect(one(manifests, 'ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(manifests.map(({ kind }) => kind)).not.toContain('Role');
  });

  test('the clouds\' metadata endpoints stay out of reach, even where everything else is in it', () => {
    const open = web();
    open.connectTo(ExternalEndpoint.cidr('0.0.0.0/0', 80));
    open.connectTo(ExternalEndpoint.cidr('::/0', 80));
    open.connectTo(ExternalEndpoint.cidr('169.254.0.0/16', 80));

    expect(networkOf(open).allowsEgress(podsOf(open), { ips: ['203.0.113.9'] }, 80, 'TCP')).toBe(true);
    expect(reachesMetadata(open)).toEqual([false, false]);
    expect(reachesMetadata(web())).toEqual([false, false]);
  });

  test.each<[string, CloudIdentity, boolean]>([
    ['AWS', CloudIdentity.aws('arn:aws:iam::123456789012:role/shop'), false], ['Azure', CloudIdentity.azure('11111111-2222-3333-4444-555555555555'), false],
    ['Google, whose tokens come from there', CloudIdentity.google('shop@project.iam.gserviceaccount.com'), true],
  ])('also with an identity of %s', (_, cloud, reaches) => {
    expect(reachesMetadata(web({ identity: Identity.own({ cloud }) }))).toEqual([reaches, false]);
  });

  test('rights are what was asked for, in its own namespace', () => {
    const service = web({ identity: Identity.own({ permissions: [{ verbs: ['get'], resources: ['secrets'], resourceNames: ['web-tls'] }] }) }, chartWithApi());

    expect(objectOf(service, 'Role').rules).toEqual([{ apiGroups: [''], resourceNames: ['web-tls'], resources: ['secrets'], verbs: ['get'] }]);
    expect(objectOf(service, 'RoleBinding').subjects).toEqual([{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }]);
  });

  const permitted = (permission: object) => (): unknown => web({ identity: Identity.own({ permissions: [{ verbs: ['get'], resources: ['pods'], ...permission }] }) }, chartWithApi());
  test.each<Refused>([
    ['every Secret of the namespace', permitted({ resources: ['secrets'] }), 'MissingValue', 'identity.permissions[0].resourceNames', 'resourceNames:'],
    ['every verb', permitted({ verbs: ['*'] }), 'InvalidValue', 'identity.permissions[0].verbs', "['get', 'list', 'watch']"],
    ['every resource', permitted({ resources: ['*'] }), 'InvalidValue', 'identity.permissions[0].resources', "['configmaps']"],
    ['every group', permitted({ apiGroup: '*' }), 'InvalidValue', 'identity.permissions[0].apiGroup', 'give a group'],
    ['a right to any right', permitted({ verbs: ['bind'], resources: ['rolebindings'], apiGroup: 'rbac.authorization.k8s.io' }), 'InvalidValue', 'identity.permissions[0].verbs', 'leave it out'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('no secret stands in a manifest', () => {
  const URL = 'postgres://web:hunter2@db/shop';
  const env = { DB_PASSWORD: 'hunter2' };
  const fix = 'EnvValue.fromSecretValue';
  const PLACES: readonly Refused[] = [
    ['a variable of such a name', () => web({ env }), 'SecretInManifest', 'env.DB_PASSWORD', fix],
    ['a variable with such a text', () => web({ env: { DATABASE_URL: URL } }), 'SecretInManifest', 'env.DATABASE_URL', fix],
    ['a literal of cdk8s-plus', () => web({ env: { DB_PASSWORD: kplus.EnvValue.fromValue('hunter2') } }), 'SecretInManifest', 'env.DB_PASSWORD', fix],
    ['a variable of a sidecar', () => web({ sidecars: [{ ...HELPER, env }] }), 'SecretInManifest', 'sidecars[0].env.DB_PASSWORD', fix],
    ['a variable of an init container', () => web({ initContainers: [{ ...HELPER, env }] }), 'SecretInManifest', 'initContainers[0].env.DB_PASSWORD', fix],
    ['an argument', () => web({ args: ['--database', URL] }), 'SecretInManifest', 'args[1]', fix],
    ['an argument that says so', () => web({ args: ['--password=hunter2'] }), 'SecretInManifest', 'args[0]', fix],
    ['a command', () => web({ command: ['/app', URL] }), 'SecretInManifest', 'command[1]', fix],
    ['a check', () => web({ health: Health.exec({ readiness: ['pg_isready', '-d', URL] }) }), 'SecretInManifest', 'health.readiness[2]', fix],
    ['a check for liveness', () => web({ health: Health.exec({ readiness: ['/ready'], liveness: ['/live', '--token=hunter2'] }) }), 'SecretInManifest', 'health.liveness[1]', fix],
    ['a probe of cdk8s-plus', () => web({ health: Health.probes({ readiness: kplus.Probe.fromCommand(['/ready', URL]) }) }), 'SecretInManifest', 'health.readiness[1]', fix],
    ['a check of a sidecar', () => web({ sidecars: [{ ...HELPER, health: Health.exec({ readiness: ['/ready', URL] }) }] }), 'SecretInManifest', 'sidecars[0].health.readiness[1]', fix],
    ['a hook before the end', () => web({ shutdown: Shutdown.exec(['/drain', URL]) }), 'SecretInManifest', 'shutdown.command[1]', fix],
    ['a hook after the start', () => web({ postStart: kplus.Handler.fromCommand(['/warm-up', URL]) }), 'SecretInManifest', 'postStart[1]', fix],
    ['a file', () => web({ files: { '/etc/web/db': URL } }), 'SecretInManifest', 'files["/etc/web/db"]', 'mount it with "mounts"'],
    ['an annotation', () => web({ annotations: { database: URL } }), 'SecretInManifest', 'annotations.database', 'into a Secret'],
  ];

  test.each<Refused>(PLACES)('refuses it in %s, and does not show it', (_, action, ...refusal) => {
    expectRefusal(action, ...refusal);
    expect(errorOf(action).message).not.toContain('hunter2');
  });

  test('it is there by reference', () => {
    const service = inChart(chart => ({ env: { DB_PASSWORD: kplus.EnvValue.fromSecretValue({ secret: kplus.Secret.fromSecretName(chart, 'secret', 'web-db'), key: 'password' }), DATABASE_URL: 'postgres://web:$(DB_PASSWORD)@db/shop' } }));

    expect(containerOf(service).env).toEqual([
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { key: 'password', name: 'web-db' } } }, { name: 'DATABASE_URL', value: 'postgres://web:$(DB_PASSWORD)@db/shop' },
    ]);
  });
});

describe('a pod cannot fill the disk of its node', () => {
  test('every container has a share of it, and no more', () => {
    for (const { resources } of containers(web(CROWD))) {
      expect(resources.limits['ephemeral-storage']).toMatch(/^\d+Mi$/);
      expect(resources.requests['ephemeral-storage']).toBe(resources.limits['ephemeral-storage']);
    }
  });

  test('every directory to write to has a limit', () => {
    const service = inChart(chart => ({
      scratch: { '/var/cache': Size.mebibytes(100) },
      sidecars: [{ ...HELPER, scratch: { '/var/run': Size.mebibytes(10) } }],
      mounts: [{ path: '/shared', volume: kplus.Volume.fromEmptyDir(chart, 'shared', 'shared', { medium: kplus.EmptyDirMedium.MEMORY, sizeLimit: Size.mebibytes(16) }) }],
    }));

    expect(podOf(service).volumes.map((volume: Manifest) => [volume.name, volume.emptyDir])).toEqual([
      ['helper-var-run', { sizeLimit: '10Mi' }], ['shared', { medium: 'Memory', sizeLimit: '16Mi' }], ['web-tmp', { sizeLimit: '128Mi' }], ['web-var-cache', { sizeLimit: '100Mi' }],
    ]);
  });

  test.each<Refused>([
    ['a directory without a limit', () => inChart(chart => ({ mounts: [{ path: '/cache', volume: kplus.Volume.fromEmptyDir(chart, 'v', 'cache') }] })), 'MissingValue', 'mounts[0].volume', 'sizeLimit: Size.mebibytes(100)'],
    ['directories larger than the share', () => web({ scratch: { '/a': Size.mebibytes(200), '/b': Size.mebibytes(200) } }), 'InvalidValue', 'scratch', 'raise resources.ephemeralStorage'],
    ['a share of nothing', () => web({ resources: Resources.of({ ephemeralStorage: Size.mebibytes(0) }) }), 'InvalidValue', 'resources.ephemeralStorage', 'Size.mebibytes(256)'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a process starts however many Services its namespace has', () => {
  test.each<[string, Props]>([['a minimal service', {}], ['one with helpers', CROWD], ['a worker', { port: undefined, health: Health.none('it takes messages') }]])('%s gets no variables of theirs', (_, props) => {
    expect(podOf(web(props)).enableServiceLinks).toBe(false);
  });

  test('and none but those of its connections', () => {
    const chart = testChart();
    const service = web({}, chart);
    service.connectTo(new ProductionService(chart, 'stock', MINIMAL));

    expect(containerOf(service).env).toEqual([{ name: 'STOCK_HOST', value: 'stock' }, { name: 'STOCK_PORT', value: '80' }]);
  });
});

describe('probe, Service and policy mean the port that the container listens on', () => {
  test.each<[string, Port, string | undefined, string]>([
    ['http', Port.http(8080), 'http', 'TCP'], ['https', Port.https(8443), 'https', 'TCP'], ['grpc', Port.grpc(9000), 'kubernetes.io/h2c', 'TCP'], ['tcp', Port.tcp(5000), undefined, 'TCP'],
    ['udp', Port.udp(5353), undefined, 'UDP'], ['sctp', Port.sctp(9899), undefined, 'SCTP'],
  ])('%s has a name, says what is spoken, and is found by its name', (name, port, appProtocol, protocol) => {
    const chart = testChart();
    const service = web({ port, health: Health.none('this test asks nothing of it') }, chart);
    new ProductionService(chart, 'front', MINIMAL).connectTo(service);

    expect(containerOf(service).ports).toEqual([{ containerPort: port.number, name, protocol }]);
    expect(objectOf(service, 'Service').spec.ports).toEqual([{ ...appProtocol === undefined ? {} : { appProtocol }, name, port: port.servicePort, protocol, targetPort: name }]);
    expect(objectOf(service, 'NetworkPolicy').spec.ingress[0].ports).toEqual([{ port: port.number, protocol }]);
    expect(one(synth(chart), 'NetworkPolicy', 'front').spec.egress.filter((rule: Manifest) => rule.ports[0].port !== 53).map((rule: Manifest) => rule.ports)).toEqual([[{ port: port.number, protocol }]]);
  });

  test('a check goes to the port of the name, wherever that is', () => {
    const { readinessProbe, livenessProbe, startupProbe } = containerOf(web({ port: 9191 }));

    expect([readinessProbe, livenessProbe, startupProbe].map(probe => probe.httpGet.port)).toEqual(['http', 'http', 'http']);
    expect(containerOf(web({ port: Port.grpc(9191), health: Health.grpc() })).readinessProbe.grpc.port).toBe(9191);
    expect(containerOf(web({ port: 9191, health: Health.probes({ readiness: kplus.Probe.fromHttpGet('/ready') }) })).readinessProbe.httpGet.port).toBe(9191);
  });

  const http = (port: string): Props => ({ health: Health.http({ readiness: '/ready', port }) });
  test.each<Refused>([
    ['a check of a port that is not there', () => web(http('admin')), 'PortConflict', 'health.port', 'add the port'],
    ['a check by HTTP of a port of UDP', () => web({ ...http('udp'), additionalPorts: [Port.udp(5353)] }), 'PortConflict', 'health.port', 'Health.exec'],
    ['a probe of a number that is not there', () => web({ health: Health.probes({ readiness: kplus.Probe.fromHttpGet('/ready', { port: 9999 }) }) }), 'PortConflict', 'health.readiness.port', 'additionalPorts'],
    ['metrics at a port that is not there', () => web({ metricsPort: 'metrics' }), 'PortConflict', 'metricsPort', 'additionalPorts'],
    ['a connection to a port that is not there', () => { const target = web(); target.connectTo(target, { port: 'admin' }); }, 'PortConflict', 'connectTo.port', 'name a port the target has'],
    ['a peer at a port that is not there', () => web().allowFrom(NetworkPeer.namespace('edge'), { ports: ['admin'] }), 'PortConflict', 'allowFrom.ports[0]', 'name a port the target has'],
    ['two ports of one name', () => web({ additionalPorts: [Port.http(9090, { servicePort: 9090 })] }), 'PortConflict', 'additionalPorts', 'give one of the ports another name'],
    ['two ports of one number', () => web({ additionalPorts: [Port.http(8080, { name: 'admin', servicePort: 9090 })] }), 'PortConflict', 'additionalPorts', 'another container port'],
    ['a port that a headless Service cannot translate', () => web({ port: Port.http(8080, { servicePort: 80 }), exposure: ServiceExposure.headless() }), 'PortConflict', 'exposure', 'leave servicePort out'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a cluster gets no field that it would drop', () => {
  const SLEEP = { shutdown: Shutdown.exec(['/bin/sleep', '5']) };

  test.each(KubernetesVersion.ALL.map(version => [version.toString(), version.minor] as const))('of version %s', (name, minor) => {
    const same: TrafficDistribution | undefined = minor >= 31 ? TrafficDistribution.PREFER_SAME_ZONE : undefined;
    const service = forVersion(name, { ...CROWD, ...minor >= 30 ? {} : SLEEP, exposure: ServiceExposure.clusterIp({ trafficDistribution: same }) });

    expect(fieldsAreKnown(minor)(manifestsOf(service))).toEqual([]);
    expect(objectOf(service, 'Service').spec.trafficDistribution).toBe(minor >= 34 ? 'PreferSameZone' : minor >= 31 ? 'PreferClose' : undefined);
  });

  test('where there is an older way, that is taken: a sidecar is an ordinary container', () => {
    const pod = podOf(forVersion('1.28', { ...SLEEP, sidecars: [HELPER] }));

    expect(pod.containers.map((container: Manifest) => container.name)).toEqual(['web', 'helper']);
    expect(pod).not.toHaveProperty('initContainers');
  });

  test('what the cluster knows is written, and a patch that names it is kept', () => {
    const service = forVersion('1.36', { replicas: Replicas.autoscaled({ scaleDown: { tolerance: 0.05 } }) });
    service.workload.patch({ spec: { template: { spec: { hostUsers: false } } } });

    expect(podOf(service).hostUsers).toBe(false);
    expect(objectOf(service, 'HorizontalPodAutoscaler').spec.behavior.scaleDown.tolerance).toBe('0.05');
  });

  const patched = (minor: string, partial: object) => (): unknown => {
    const service = forVersion(minor);
    service.workload.patch({ spec: { template: { spec: partial } } });
    return manifestsOf(service);
  };
  test.each<Refused>([
    ['the kubelet\'s sleep before 1.30', () => forVersion('1.28'), 'UnsupportedByKubernetesVersion', 'shutdown', '1.30 or later'],
    ['traffic to one\'s own zone before 1.31', () => forVersion('1.30', { exposure: ServiceExposure.clusterIp({ trafficDistribution: TrafficDistribution.PREFER_SAME_ZONE }) }), 'UnsupportedByKubernetesVersion', 'exposure.trafficDistribution', '1.31 or later'],
    ['a tolerance before 1.35', () => forVersion('1.34', { replicas: Replicas.autoscaled({ scaleUp: { tolerance: 0.05 } }) }), 'UnsupportedByKubernetesVersion', 'replicas.scaleUp.tolerance', '1.35 or later'],
    ['a patch with a field before its time', patched('1.32', { hostUsers: false }), 'UnsupportedByKubernetesVersion', 'patch: spec.template.spec.hostUsers', '1.33 or later'],
    ['a patch with a field that has no time yet', patched('1.37', { containers: [{ name: 'web', lifecycle: { stopSignal: 'SIGUSR1' } }] }), 'UnsupportedByKubernetesVersion',
      'patch: spec.template.spec.containers.lifecycle.stopSignal', 'leave it out'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));

  test.each(['1.27', '1.38', '2.0', '1', ''])('refuses the version %j, with those there are', version => {
    expect(() => KubernetesVersion.of(version)).toThrow(RangeError);
    expect(() => KubernetesVersion.of(version)).toThrow('is not one of 1.28 to 1.37');
  });
});

describe('names fit, and no two objects share one', () => {
  const named = (name: string): string => web({ name }).name;
  const prefixed = (prefix: string, id: string): unknown => {
    const chart = testChart();
    NamePrefix.on(chart, prefix);
    return new ProductionService(chart, id, MINIMAL);
  };
  const names = (service: ProductionService): string[] => podOf(service).volumes.map((volume: Manifest) => volume.name);

  test('the longest leaves room for what controllers append', () => {
    expect(named(`w${'x'.repeat(45)}`)).toHaveLength(46); // and 1 + 10 + 1 + 5 for a pod's is 63
  });

  test('volumes of long or similar paths stay apart, and within 63 characters', () => {
    const volumes = names(web({ scratch: { '/a/b': Size.mebibytes(1), '/a-b': Size.mebibytes(1), [`/${'x'.repeat(80)}/1`]: Size.mebibytes(1), [`/${'x'.repeat(80)}/2`]: Size.mebibytes(1) } }));

    expect(new Set(volumes).size).toBe(5);
    for (const volume of volumes) { expect(volume).toMatch(/^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/); }
  });

  test('nothing in any name comes from a value that is not there', () => {
    const chart = new Chart(new App({ outdir: 'never-written' }), 'chart');
    const service = new ProductionService(chart, 'web', { ...MINIMAL, ...CROWD, files: { '/etc/a': 'b' } });
    service.connectTo(new ProductionService(chart, 'stock', MINIMAL));

    expect(accidents(JSON.stringify(synth(chart)))).toEqual([]);
  });

  test.each<Refused>([
    ['a name without room for a pod\'s', () => named(`w${'x'.repeat(46)}`), 'InvalidName', 'name', 'shorten it by 1 characters'],
    ['a name that no Service may have', () => named('1web'), 'InvalidName', 'name', 'set its name'],
    ['capitals', () => named('Web'), 'InvalidName', 'name', 'set its name'],
    ['a prefix without room', () => prefixed(`p${'x'.repeat(39)}`, 'storefront'), 'InvalidName', 'name', 'shorten it by 4 characters'],
    ['two containers of one name', () => web({ sidecars: [HELPER], initContainers: [HELPER] }), 'InvalidName', 'sidecars[0].name', 'rename it'],
    ['a version that is no label', () => web({ version: 'x'.repeat(64) }), 'InvalidValue', 'version', 'annotation'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));

  test.each<[string, (app: App) => unknown]>([
    ['in one chart', app => { const chart = new Chart(app, 'shop', { namespace: 'shop' }); return [web({}, chart), new ProductionService(chart, 'copy', { ...MINIMAL, name: 'web' })]; }],
    ['in two charts of one namespace', app => ['shop', 'copy'].map(id => web({}, new Chart(app, id, { namespace: 'shop' })))],
    ['of ours and of cdk8s-plus', app => { const chart = new Chart(app, 'shop', { namespace: 'shop' }); return [web({}, chart), new kplus.Deployment(chart, 'theirs', { metadata: { name: 'web' }, containers: [{ image: IMAGE }] })]; }],
  ])('refuses two objects of one name %s, naming both', (_, build) => {
    const app = new App({ outdir: 'never-written' });
    build(app);

    expect(() => app.synthYaml()).toThrow(/DuplicateIdentity at '.+', property 'name'\n {2}given: {3}Deployment shop\/web\n {2}allowed: .*the other is '.+'\n {2}fix: {5}rename one of them/);
  });

  test('two environments may share names: they are two clusters', () => {
    const app = new App({ outdir: 'never-written' });
    for (const id of ['staging', 'production']) {
      const chart = new Chart(app, id, { namespace: 'shop' });
      Environment.named(id).attachTo(chart);
      web({}, chart);
    }

    expect(() => app.synthYaml()).not.toThrow();
  });
});

describe('an autoscaler points at what runs the pods, however they are released', () => {
  const targets = (manifests: readonly Manifest[]): unknown[] => manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef);
  const running = (manifests: readonly Manifest[]): unknown[] => manifests.filter(({ kind }) => ['Deployment', 'Rollout'].includes(kind)).map(({ apiVersion, kind, metadata }) => ({ apiVersion, kind, name: metadata.name }));
  const NEXT = 'registry.example.com/shop/web:2.0.0';

  test.each<[string, (service: ProductionService, chart: Chart) => unknown]>([
    ['by a rolling update', () => undefined], ['by a canary', (service, chart) => new CanaryRelease(chart, 'release', { service })], ['blue-green', (service, chart) => new BlueGreenRelease(chart, 'release', { service })],
    ['by two Deployments', (service, chart) => new BlueGreenDeployments(chart, 'release', { service, active: Colour.BLUE, images: { blue: MINIMAL.image, green: NEXT } })],
    ['by two Deployments in a mesh', (service, chart) => new CanaryDeployments(chart, 'release', { service, canary: { image: NEXT }, weight: 10 })],
  ])('%s', (_, release) => {
    const chart = meshChart();
    release(web({}, chart), chart);
    const manifests = synth(chart);

    expect(targets(manifests)).toEqual(running(manifests));
  });

  test('even one of cdk8s-plus that was there before the release', () => {
    const service = web({ replicas: Replicas.external(3) });
    new kplus.HorizontalPodAutoscaler(Chart.of(service), 'hpa', { target: service, minReplicas: 3, maxReplicas: 9 });
    new CanaryRelease(Chart.of(service), 'release', { service });

    expect(targets(manifestsOf(service))).toEqual([{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' }]);
  });

  test.each<Refused>([
    ['a second release of one service', () => { const release = canary(); new BlueGreenRelease(Chart.of(release), 'again', { service: release.service }); }, 'ReleaseConflict', 'releaseWith', 'keep one of the two'],
    ['a strategy that no release could heed', () => canary({}, { rollout: { strategy: kplus.DeploymentStrategy.recreate() } }), 'ConflictingProperties', 'service', 'leave "strategy" out'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('each version of a release is spread by itself', () => {
  test.each<[string, () => Manifest]>([['a canary', () => rolloutOf(canary())], ['blue-green', () => rolloutOf(blueGreen())]])('%s', (_, spec) => {
    expect(spec().template.spec.topologySpreadConstraints.map(({ topologyKey, matchLabelKeys }: Manifest) => [topologyKey, matchLabelKeys])).toEqual([
      ['topology.kubernetes.io/zone', ['rollouts-pod-template-hash']], ['kubernetes.io/hostname', ['rollouts-pod-template-hash']],
    ]);
  });

  test('new pods stay away from the nodes of the old ones only where that is asked for', () => {
    expect(strategyOf(canary({ antiAffinity: RevisionAntiAffinity.preferred() })).antiAffinity).toEqual({ preferredDuringSchedulingIgnoredDuringExecution: { weight: 100 } });
    expect(strategyOf(canary())).not.toHaveProperty('antiAffinity');
  });
});

describe('the Services of two versions are two, and begin alike', () => {
  test.each<[string, () => CanaryRelease | BlueGreenRelease, string[]]>([['of a canary', () => routed(), ['web-stable', 'web-canary']], ['of blue-green', () => blueGreen(), ['web', 'web-preview']]])('%s', (_, make, names) => {
    const release = make();
    const services = names.map(name => one(objectsOf(release), 'Service', name).spec);

    expect(new Set(names).size).toBe(2);
    expect(services[0]).toEqual(services[1]);
    // The hash is the controller's; a port without a name would be no HTTP to Istio.
    expect(services[0].selector).toEqual({ 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' });
    expect(services[0].ports.every((port: Manifest) => port.name === 'http' && port.appProtocol === 'http' && port.targetPort === 'http')).toBe(true);
  });

  test.each<Refused>([
    ['one name for both', () => canary({ serviceNames: { stable: 'web-1', canary: 'web-1' } }), 'InvalidName', 'serviceNames.canary', 'leave it out for web-canary'],
    ['the name that callers dial', () => canary({ serviceNames: { stable: 'web' } }), 'InvalidName', 'serviceNames.stable', 'leave it out for web-stable'],
    ['a preview that is the service', () => blueGreen({ previewServiceName: 'web' }), 'InvalidName', 'previewServiceName', 'leave it out for web-preview'],
    ['pods of one role that would leave their Service', () => canary({ canaryMetadata: { labels: { 'app.kubernetes.io/name': 'canary' } } }), 'ConflictingProperties', 'canaryMetadata.labels["app.kubernetes.io/name"]', 'use another key'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a deployer does not undo what a release has done', () => {
  const TESTERS = CanaryStep.setHeaderRoute({ name: 'testers', headers: [{ name: 'x-tester', value: StringMatch.exact('yes') }] });
  const release = routed({ steps: [CanaryStep.setWeight(20), TESTERS] });
  const { http } = one(objectsOf(release), 'VirtualService').spec;

  test('the route has a name, and begins with everything for the stable version', () => {
    expect(http.map(({ name, route }: Manifest) => [name, ...route.map(({ weight }: Manifest) => weight)])).toEqual([['primary', 100, 0]]);
    expect(strategyOf(release).trafficRouting.istio.virtualService.routes).toEqual(['primary']);
  });

  test('the routes of steps are the controller\'s, and no manifest states them', () => {
    expect(strategyOf(release).trafficRouting.managedRoutes).toEqual([{ name: 'testers' }]);
    expect(http.filter(({ name }: Manifest) => name === 'testers')).toEqual([]);
  });

  test('each field that the controller writes is named, by object and path', () => {
    expect(release.ignoredDifferences.map(({ kind, name, jqPathExpressions }) => [kind, name, ...jqPathExpressions])).toEqual([
      ['Service', 'web-stable', '.spec.selector["rollouts-pod-template-hash"]'],
      ['Service', 'web-canary', '.spec.selector["rollouts-pod-template-hash"]'],
      ['VirtualService', 'web', '.spec.http[].route[].weight', '.spec.http[] | select(.name == "testers")', '.spec.http[].route[] | select(.destination.host != "web-stable" and .destination.host != "web-canary")'],
    ]);
  });

  test.each<Refused>([
    ['a header route that no step names', () => routed({ steps: [CanaryStep.setWeight(20), CanaryStep.removeRoute('testers')] }), 'InvalidValue', 'steps[1]', 'name a header or mirror route of an earlier step'],
    ['a header route to no pods', () => routed({ steps: [TESTERS, CanaryStep.setWeight(20)] }), 'InvalidValue', 'steps[0]', 'CanaryScale.replicas(2)'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('an autoscaler does not mistake a canary for load', () => {
  const ids = (release: CanaryRelease): string[] => Findings.of(release).map(({ id }) => id);
  const scaled = (replicas: Replicas, props: Partial<CanaryReleaseProps> = {}): CanaryRelease => routed({ analysis: Analysis.background({ metrics: [SUCCESS] }), ...props }, { replicas });

  test('by the CPU of the application\'s containers the average stays what it is', () => {
    const release = scaled(Replicas.autoscaled());

    expect(one(objectsOf(release), 'HorizontalPodAutoscaler').spec.metrics.map(({ type }: Manifest) => type)).toEqual(['ContainerResource']);
    expect(ids(release)).toEqual([]);
  });

  test.each<[string, Replicas]>([
    ['a metric of the pods', Replicas.autoscaled({ minReplicas: 3, metrics: [ScalingMetric.pods('requests', 30)] })], ['one from elsewhere', Replicas.autoscaled({ minReplicas: 3, metrics: [ScalingMetric.external('queue', 30)] })],
  ])('by %s it is found', (_, replicas) => {
    expect(ids(scaled(replicas))).toEqual(['scale-a-canary-by-its-load']);
  });
});

describe('an aborted release has the pods to serve', () => {
  const SHRINKING: Partial<CanaryReleaseProps> = { dynamicStableScale: true, abortScaleDownDelay: Duration.minutes(5) };

  test('the stable version stays whole until the canary has taken over, and a while longer', () => {
    const release = routed();

    expect(release.timeline().steps.slice(0, -1).map(({ stablePods }) => stablePods)).toEqual(Array(8).fill(10));
    expect(strategyOf(release).scaleDownDelaySeconds).toBe(60);
    expect(strategyOf(release)).not.toHaveProperty('dynamicStableScale');
  });

  test('where it shrinks, the canary stays as well, and neither goes down to one pod', () => {
    expect(strategyOf(routed(SHRINKING))).toMatchObject({ abortScaleDownDelaySeconds: 300, minPodsPerReplicaSet: 2 });
    expect(routed(SHRINKING).timeline().steps.slice(0, -1).every(({ canaryPods, stablePods }) => Math.min(canaryPods, stablePods) >= 2)).toBe(true);
  });

  test.each<Refused>([
    ['a stable version that shrinks without a way back', () => routed({ dynamicStableScale: true }), 'MissingValue', 'abortScaleDownDelay', 'Duration.minutes(5)'],
    ['one that shrinks and stays', () => routed({ ...SHRINKING, scaleDownDelay: Duration.minutes(1) }), 'ConflictingProperties', 'scaleDownDelay', 'leave one of the two out'],
    ['old pods that go before proxies have learned of the new ones', () => routed({ scaleDownDelay: Duration.seconds(5) }), 'InvalidValue', 'scaleDownDelay', 'at least 30'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a release takes no capacity', () => {
  test.each<[string, () => CanaryRelease | BlueGreenRelease, number]>([
    ['a canary by pods', () => canary({}, { replicas: Replicas.fixed(4) }), 4], ['a canary by requests', () => routed(), 10], ['one whose stable version shrinks', () => routed({ dynamicStableScale: true, abortScaleDownDelay: Duration.minutes(5) }), 10],
    ['blue-green', () => blueGreen({}, { replicas: Replicas.fixed(4) }), 8], ['blue-green with a small preview', () => blueGreen({ previewReplicas: 1 }, { replicas: Replicas.fixed(4) }), 5],
  ])('%s', (_, release, pods) => {
    expect(release().timeline().leastPods).toBe(pods);
  });

  test.each([[1, 1], [9, 1], [10, '25%']])('by pods a canary of %d brings its new ones first', (count, maxSurge) => {
    expect(strategyOf(canary({}, { replicas: Replicas.fixed(count) }))).toMatchObject({ maxSurge, maxUnavailable: 0 });
  });
});

describe('a release ends', () => {
  test('when its pods do not become available it is aborted', () => {
    expect([canary(), blueGreen()].map(release => [rolloutOf(release).progressDeadlineAbort, rolloutOf(release).progressDeadlineSeconds])).toEqual([[true, 600], [true, 600]]);
  });

  test('nobody has to be there, unless somebody is asked for', () => {
    const waits = (steps: CanaryStep[]): boolean => routed({ steps }).timeline().waitsForPerson;

    expect([CanarySteps.standard(), CanarySteps.cautious(), CanarySteps.fast(), CanarySteps.quarters(), CanarySteps.approved()].map(waits)).toEqual([false, false, false, false, true]);
    expect(blueGreen().timeline().waitsForPerson).toBe(false);
  });

  test('metrics give up: after two bad measurements, or two minutes without an answer', () => {
    const [template] = routed({ analysis: Analysis.background({ metrics: [SUCCESS] }) }).analysisTemplates;

    expect(template!.toJson()).toMatchObject({ spec: { metrics: [{ failureLimit: 2, consecutiveErrorLimit: 12, successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # >= 0.95)' }] } });
  });

  test.each<Refused>([
    ['a pause that forgot how long', () => routed({ steps: [CanaryStep.setWeight(20), CanaryStep.pause(undefined as never)] }), 'InvalidValue', 'steps[1]', 'Duration.minutes(5)'],
    ['a step that waits for an analysis without end', () => routed({ steps: [CanaryStep.setWeight(20), CanaryStep.analysis(Analysis.background({ metrics: [SUCCESS] }))] }), 'InvalidValue', 'steps[1]', 'Analysis.inline'],
    ['an experiment without end', () => routed({ steps: [CanaryStep.experiment({ pods: [{ name: 'next', from: PodSet.CANARY }] })] }), 'ReleaseNeverFinishes', 'steps[0]', 'Duration.minutes(10)'],
    ['a template that does not end where the release waits for it', () => {
      const chart = meshChart();
      return blueGreen({ prePromotionAnalysis: Analysis.inline({ templates: [new AnalysisTemplate(chart, 'success', { metrics: [SUCCESS] })] }) }, {}, chart);
    }, 'ReleaseNeverFinishes', 'prePromotionAnalysis.templates[0]', 'add a count'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a canary is judged on enough', () => {
  test('a version has two pods as soon as it has any', () => {
    expect(routed({ steps: CanarySteps.cautious() }).timeline().steps.slice(0, 2).map(({ weight, canaryPods }) => [weight, canaryPods])).toEqual([[1, 2], [1, 2]]);
  });

  test('without an answer it is not promoted', () => {
    const [template] = canary({ analysis: Analysis.background({ metrics: [Metric.query({ name: 'orders', provider: PROMETHEUS, query: 'orders', atLeast: 1 })] }) }).analysisTemplates;

    expect(template!.toJson()).toMatchObject({ spec: { metrics: [{ successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # >= 1)' }] } });
  });

  test('that nothing judges it, and that nobody can see it, is found', () => {
    expect(Findings.of(canary()).map(({ id }) => id)).toEqual(['judge-the-canary']);
    expect(Findings.of(canary({ analysis: Analysis.background({ metrics: [SUCCESS] }) })).map(({ id }) => id)).toEqual(['let-the-canary-be-scraped']);
  });

  test.each<Refused>([
    ['a weight that pods cannot give', () => canary({ steps: [CanaryStep.setWeight(1)] }), 'InvalidValue', 'steps[0]', 'CanaryStep.setWeight(25)'],
    ['too few requests', () => routed({ steps: CanarySteps.cautious(), expectedTraffic: { requestsPerSecond: 10 } }), 'ReleaseTooThin', 'steps[0]', 'wait at least 1000 s'],
    ['an analysis that ends before it has measured', () => routed({ steps: [CanaryStep.setWeight(20), CanaryStep.pause(Duration.minutes(1))], analysis: Analysis.background({ metrics: [SUCCESS] }) }), 'ReleaseTooThin', 'analysis', 'let the steps take longer'],
  ])('refuses %s', (_, ...refusal) => expectRefusal(...refusal));
});

describe('a synthesis gives the same bytes', () => {
  const build = (order: readonly number[] = [0, 1, 2, 3]): string => {
    const chart = testChart();
    const [front, stock] = ['front', 'stock'].map(id => new ProductionService(chart, id, { ...MINIMAL, ...CROWD, files: { '/etc/b': '2', '/etc/a': '1' }, env: { Z: '1', A: '2' }, labels: { z: '1', a: '2' }, exposure: ServiceExposure.loadBalancer(), resources: Resources.guaranteed() })) as [ProductionService, ProductionService];
    const calls = [
      () => front.connectTo(stock), () => stock.connectTo(front), () => stock.allowFrom(NetworkPeer.namespace('edge')), () => front.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'bank', host: 'bank.example.com' })),
    ];
    order.forEach(i => calls[i]!());
    return JSON.stringify([synth(chart), synth(chart), App.of(chart).synthYaml()]);
  };
  const expected = build();

  test('the second time', () => {
    const [first, second] = JSON.parse(expected) as [unknown, unknown];

    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  test('in whatever order connections are declared', () => {
    expect(build([3, 2, 1, 0])).toBe(expected);
  });

  test('at another time', () => {
    jest.useFakeTimers({ now: new Date('2031-01-01T00:00:00Z') });
    try {
      expect(build()).toBe(expected);
    } finally {
      jest.useRealTimers();
    }
  });

  test('without a look at chance', () => {
    const random = jest.spyOn(Math, 'random').mockImplementation(() => { throw new Error('chance was asked'); });
    try {
      expect(build()).toBe(expected);
    } finally {
      random.mockRestore();
    }
  });

  test('whatever the variables of the process that makes it', () => {
    const env = jest.replaceProperty(process, 'env', { TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', HOME: '/nowhere', KUBECONFIG: '/nowhere' });
    try {
      expect(build()).toBe(expected);
    } finally {
      env.restore();
    }
  });
});
