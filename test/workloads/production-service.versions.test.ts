import { Chart } from 'cdk8s';
import {
  Availability, DnsProfile, Environment, Findings, Health, ImagePullPolicy, KubernetesVersion, MeshProfile, NetworkPeer, Port, ProductionService, Replicas, Resources, ServiceExposure,
  Shutdown, Spread, TrafficDistribution,
} from 'cdk8s-production';
import { featuresUsedBy } from '../../lib/core/kubernetes-features';
import { errorOf, identities, MINIMAL, synth, testChart } from '../helpers/manifests';
import { chartIn, containerOf, manifestsOf, objectOf, podOf, web } from '../helpers/service';

const SIDECAR = { name: 'proxy', image: 'registry.example.com/shop/proxy:3.2.1' };
const at = (version: string, shutdown?: Shutdown): Chart => chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.of(version), shutdown }));
const SLEEP = Shutdown.exec(['/bin/sleep', '5']);

describe('Kubernetes 1.28', () => {
  test('refuses the kubelet\'s own sleep, with the version that has it and both ways out', () => {
    expect(errorOf(() => web({}, at('1.28')))).toMatchObject({
      code: 'UnsupportedByKubernetesVersion',
      property: 'shutdown',
      allowed: expect.stringContaining('from Kubernetes 1.30; the target is 1.28') as string,
      fix: expect.stringMatching(/1\.30 or later.*Shutdown\.exec\(\['\/bin\/sleep', '5'\]\).*Shutdown\.none\(reason\)/) as string,
    });
  });

  test('takes a command instead, whose time is part of the grace period', () => {
    const service = web({ shutdown: SLEEP }, at('1.28'));

    expect(containerOf(service).lifecycle).toEqual({ preStop: { exec: { command: ['/bin/sleep', '5'] } } });
    expect(podOf(service).terminationGracePeriodSeconds).toBe(40);
  });

  test('takes an application that serves on by itself', () => {
    const service = web({ shutdown: Shutdown.none('it serves on for ten seconds after SIGTERM') }, at('1.28'));

    expect(containerOf(service).lifecycle).toBeUndefined();
    expect(podOf(service).terminationGracePeriodSeconds).toBe(35);
  });

  test('needs no sleep for a worker', () => {
    expect(containerOf(web({ port: undefined, health: Health.none('it takes messages from a queue') }, at('1.28'))).lifecycle).toBeUndefined();
  });

  test('runs sidecars as ordinary containers, after the application\'s', () => {
    const pod = podOf(web({ sidecars: [SIDECAR] }, at('1.28', SLEEP)));

    expect(pod.containers.map((container: { name: string }) => container.name)).toEqual(['web', 'proxy']);
    expect(pod.containers[1]).not.toHaveProperty('restartPolicy');
    expect(pod).not.toHaveProperty('initContainers');
  });

  test.each([
    ['a tolerance of the autoscaler', { replicas: Replicas.autoscaled({ scaleUp: { tolerance: 0.05 } }) }, 'replicas.scaleUp.tolerance', '1.35'],
    ['traffic to the caller\'s zone', { exposure: ServiceExposure.clusterIp({ trafficDistribution: TrafficDistribution.PREFER_SAME_ZONE }) }, 'exposure.trafficDistribution', '1.31'],
    ['traffic to the caller\'s node', { exposure: ServiceExposure.clusterIp({ trafficDistribution: TrafficDistribution.PREFER_SAME_NODE }) }, 'exposure.trafficDistribution', '1.34'],
    ['one pod a node', { placement: { spread: Spread.onePodPerNode(10) } }, 'placement.spread.onePodPerNode', '1.31'],
  ])('refuses %s', (_, props, property, version) => {
    expect(errorOf(() => web(props, at('1.28', SLEEP)))).toMatchObject({
      code: 'UnsupportedByKubernetesVersion', property, allowed: expect.stringContaining(`from Kubernetes ${version}; the target is 1.28`) as string,
    });
  });

  test('refuses a patch with a newer field, at synthesis, by its path', () => {
    const service = web({}, at('1.28', SLEEP));
    service.workload.patch({ spec: { template: { spec: { hostUsers: false } } } });

    expect(() => synth(Chart.of(service))).toThrow(/UnsupportedByKubernetesVersion .*patch: spec\.template\.spec\.hostUsers[\s\S]*from Kubernetes 1\.33; the target is 1\.28/);
  });
});

describe('Kubernetes 1.29', () => {
  test('runs sidecars as init containers that never end, before the others', () => {
    const pod = podOf(web({ sidecars: [SIDECAR], initContainers: [{ ...SIDECAR, name: 'warm-up' }] }, at('1.29', SLEEP)));

    expect(pod.initContainers.map((container: { name: string; restartPolicy?: string }) => [container.name, container.restartPolicy])).toEqual([['proxy', 'Always'], ['warm-up', undefined]]);
    expect(pod.containers).toHaveLength(1);
  });
});

describe('Kubernetes 1.31, the default', () => {
  test('has the kubelet\'s sleep, native sidecars and PreferClose', () => {
    const service = web({ sidecars: [SIDECAR], exposure: ServiceExposure.clusterIp({ trafficDistribution: TrafficDistribution.PREFER_SAME_ZONE }) });

    expect(containerOf(service).lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect(containerOf(service, 'proxy').restartPolicy).toBe('Always');
    expect(objectOf(service, 'Service').spec.trafficDistribution).toBe('PreferClose');
  });

  test('is what a chart without environment gets', () => {
    expect(manifestsOf(web())).toEqual(manifestsOf(web({}, at('1.31'))));
  });
});

describe('Kubernetes 1.37', () => {
  const service = web({
    sidecars: [SIDECAR],
    replicas: Replicas.autoscaled({ scaleUp: { tolerance: 0.05 }, scaleDown: { tolerance: 0 } }),
    exposure: ServiceExposure.clusterIp({ trafficDistribution: TrafficDistribution.PREFER_SAME_ZONE }),
  }, at('1.37'));

  test('has the autoscaler\'s tolerance, zero included, and PreferSameZone', () => {
    const { behavior } = objectOf(service, 'HorizontalPodAutoscaler').spec;

    expect([behavior.scaleUp.tolerance, behavior.scaleDown.tolerance]).toEqual(['0.05', '0']);
    expect(objectOf(service, 'Service').spec.trafficDistribution).toBe('PreferSameZone');
  });

  test('refuses what no version honours yet', () => {
    const patched = web({}, at('1.37'));
    patched.workload.patch({ spec: { template: { spec: { containers: [{ name: 'web', lifecycle: { stopSignal: 'SIGUSR1' } }] } } } });

    expect(() => synth(Chart.of(patched))).toThrow(/UnsupportedByKubernetesVersion[\s\S]*no Kubernetes up to 1\.37 honours it by default/);
  });
});

test.each(KubernetesVersion.ALL.map(version => [version.toString(), version] as const))('for %s nothing is written that it does not honour', (_, version) => {
  const service = web({ sidecars: [SIDECAR], additionalPorts: [Port.grpc(9000)] }, at(version.toString(), version.supports('preStopSleep') ? undefined : SLEEP));
  const tooNew = manifestsOf(service).flatMap(featuresUsedBy).filter(({ feature }) => !version.supports(feature));

  expect(tooNew).toEqual([]);
});

describe('an environment', () => {
  test('gives production 3 to 10 replicas, staging 3 to 5, development one small one without finding', () => {
    const [production, staging, development] = [Environment.production(), Environment.staging(), Environment.development()].map(environment => web({}, chartIn(environment)));

    expect(objectOf(production!, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 3, maxReplicas: 10 });
    expect(objectOf(staging!, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 3, maxReplicas: 5 });
    expect(identities(manifestsOf(development!))).toEqual(['Deployment/web', 'NetworkPolicy/web', 'Service/web', 'ServiceAccount/web']);
    expect(objectOf(development!, 'Deployment').spec.replicas).toBe(1);
    expect(Findings.of(Chart.of(development!))).toEqual([]);
  });

  test('keeps its protections in development: only the number and the size of pods differ', () => {
    const [production, development] = [Environment.production(), Environment.development({ resources: Resources.medium() })]
      .map(environment => web({ replicas: Replicas.fixed(2) }, chartIn(environment)));

    expect(manifestsOf(development!)).toEqual(manifestsOf(production!));
  });

  test('lets one function build an application for several clusters', () => {
    const build = (environment: Environment, namespace: string) => {
      const chart = chartIn(environment, namespace);
      new ProductionService(chart, 'web', MINIMAL);
      return synth(chart);
    };
    const [staging, production] = [
      build(Environment.staging({ registry: 'staging.example.com' }), 'shop-staging'), build(Environment.production({ kubernetesVersion: KubernetesVersion.V1_33 }), 'shop'),
    ];

    expect(identities(staging)).toEqual(identities(production));
    expect(staging.map(manifest => manifest.metadata.namespace)).toEqual(Array(6).fill('shop-staging'));
  });

  test('allows a service that shrinks to one only where availability is relaxed', () => {
    const replicas = Replicas.autoscaled({ minReplicas: 1, maxReplicas: 4 });

    expect(errorOf(() => web({ replicas }))).toMatchObject({ code: 'InvalidValue', property: 'replicas.minReplicas', value: '1', allowed: 'a whole number from 2 to 5000' });
    expect(objectOf(web({ replicas }, chartIn(Environment.production({ availability: Availability.RELAXED }))), 'HorizontalPodAutoscaler').spec.minReplicas).toBe(1);
  });

  test('brings registry, pull policy, team and application to every object', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const service = web({ image: `shop/web@${digest}`, sidecars: [{ ...SIDECAR, image: 'proxy:1.2.3' }] }, chartIn(Environment.production({
      registry: 'mirror.example.com/hub', imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT, team: 'shop', partOf: 'store',
    })));

    expect([containerOf(service).image, containerOf(service).imagePullPolicy]).toEqual([`mirror.example.com/hub/shop/web@${digest}`, 'IfNotPresent']);
    expect([containerOf(service, 'proxy').image, containerOf(service, 'proxy').imagePullPolicy]).toEqual(['mirror.example.com/hub/proxy:1.2.3', 'Always']);
    for (const manifest of manifestsOf(service)) { expect(manifest.metadata.labels).toMatchObject({ 'team': 'shop', 'app.kubernetes.io/part-of': 'store' }); }
  });

  test('lets the pods reach the mesh and the name servers, and monitoring reach the pods', () => {
    const service = web({}, chartIn(Environment.production({
      dns: DnsProfile.nodeLocal(), mesh: MeshProfile.istio(), monitoring: [NetworkPeer.pods({ app: 'prometheus' }, { namespace: 'monitoring' })],
    })));
    const { ingress, egress } = objectOf(service, 'NetworkPolicy').spec;

    expect(egress).toEqual([
      {
        ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }],
        to: [
          { ipBlock: { cidr: '169.254.20.10/32' } },
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } },
        ],
      },
      {
        ports: [{ port: 15012, protocol: 'TCP' }],
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } }, podSelector: { matchLabels: { app: 'istiod' } } }],
      },
    ]);
    expect(ingress).toEqual([{
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } }, podSelector: { matchLabels: { app: 'prometheus' } } }],
      ports: [{ port: 15020, protocol: 'TCP' }, { port: 8080, protocol: 'TCP' }],
    }]);
  });

  test('refuses to come after the services that it would not reach', () => {
    const chart = testChart();
    web({}, chart);

    expect(errorOf(() => Environment.development().attachTo(chart))).toMatchObject({ code: 'ConflictingProperties', property: 'environment', allowed: expect.stringContaining('chart/web') as string });
  });
});
