import { Duration } from 'cdk8s';
import { ConfigurationError, Environment, Health, ImagePullPolicy, KubernetesObject, type KubernetesObjectProps, NamePrefix, NetworkPeer, Port, ProductionService, Replicas, Resources, ServiceExposure } from 'cdk8s-production';
import { defaultsOf } from './default';
import { jobOf, report } from '../../helpers/jobs';
import { MINIMAL, one, synth, testChart } from '../../helpers/manifests';
import { chartIn, containerOf, manifestsOf, objectOf, podOf, web } from '../../helpers/service';

const WORKER = { port: undefined, health: Health.none('it takes messages from a queue') };
const HELPER = { name: 'helper', image: 'registry.example.com/shop/helper:1.0.0' };
const DIGEST = `registry.example.com/shop/web@sha256:${'ab'.repeat(32)}`;
const scrape = (port: Port[], metricsPort?: string) => objectOf(
  web({ port: port[0], additionalPorts: port.slice(1), metricsPort }, chartIn(Environment.production({ monitoring: [NetworkPeer.namespace('monitoring')] }))), 'NetworkPolicy',
).spec.ingress[0].ports;
const plain = (props: Partial<KubernetesObjectProps> = {}) => {
  const chart = testChart();
  new KubernetesObject(chart, 'plain', { apiVersion: 'example.com/v1', kind: 'Thing', name: 'plain', content: { spec: () => ({ size: 1 }) }, ...props });
  return one(synth(chart), 'Thing');
};
const selector = { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web' };

export const WORKLOAD_DEFAULTS = [
  ...defaultsOf('ProductionServiceProps', {
    port: ['- none: the service is a worker, without Service object', () => {
      expect(manifestsOf(web(WORKER)).map(manifest => manifest.kind)).not.toContain('Service');
      expect(containerOf(web(WORKER))).not.toHaveProperty('ports');
    }],
    additionalPorts: ['- none', () => expect(containerOf(web()).ports).toEqual([{ containerPort: 8080, name: 'http', protocol: 'TCP' }])],
    metricsPort: ['- the port named `metrics`, else the first TCP port', () => {
      expect(scrape([Port.http(8080)])).toEqual([{ port: 8080, protocol: 'TCP' }]);
      expect(scrape([Port.http(8080), Port.http(9102, { name: 'metrics', servicePort: 9102 })])).toEqual([{ port: 9102, protocol: 'TCP' }]);
    }],
    replicas: ['- the environment\'s: `Replicas.autoscaled()`, 3 to 10 at 70 % CPU, in production', () => {
      expect(objectOf(web(), 'HorizontalPodAutoscaler').spec).toMatchObject({
        minReplicas: 3, maxReplicas: 10, metrics: [{ type: 'ContainerResource', containerResource: { container: 'web', name: 'cpu', target: { averageUtilization: 70, type: 'Utilization' } } }],
      });
      expect(objectOf(web(), 'Deployment').spec).not.toHaveProperty('replicas');
      expect(objectOf(web({}, chartIn(Environment.production({ replicas: Replicas.fixed(4) }))), 'Deployment').spec.replicas).toBe(4);
    }],
    rollout: ['- rolling, without losing capacity', () => expect(objectOf(web(), 'Deployment').spec.strategy).toEqual({
      type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    })],
    disruptionBudget: ['- one; 10 % from ten replicas on; no budget at one replica, and a finding', () => {
      const limit = (replicas: Replicas) => objectOf(web({ replicas }), 'PodDisruptionBudget').spec.maxUnavailable;
      expect([limit(Replicas.fixed(2)), limit(Replicas.fixed(9)), limit(Replicas.fixed(10)), limit(Replicas.external(3))]).toEqual([1, 1, '10%', 1]);
      expect(web({ replicas: Replicas.fixed(1) }).disruptionBudget).toBeUndefined();
    }],
    shutdown: ['- the environment\'s: `Shutdown.graceful()`', () => {
      expect(containerOf(web()).lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
      expect(podOf(web()).terminationGracePeriodSeconds).toBe(40);
    }],
    postStart: ['- nothing', () => expect(Object.keys(containerOf(web()).lifecycle)).toEqual(['preStop'])],
    exposure: ['ServiceExposure.clusterIp()', () => expect(manifestsOf(web())).toEqual(manifestsOf(web({ exposure: ServiceExposure.clusterIp() })))],
    names: ['- `name`', () => expect(manifestsOf(web({ name: 'front' })).map(manifest => manifest.metadata.name)).toEqual(Array(6).fill('front'))],
    selectorLabels: ['- `app.kubernetes.io/name` and `app.kubernetes.io/instance`', () => expect(objectOf(web(), 'Deployment').spec.selector).toEqual({ matchLabels: selector })],
  }),
  ...defaultsOf('PodProps', {
    placement: ['- several pods are spread over zones and nodes as well as possible', () => {
      expect(jobOf(report()).template.spec).not.toHaveProperty('topologySpreadConstraints'); // one pod

      const { topologySpreadConstraints, affinity } = podOf(web());
      expect(topologySpreadConstraints.map((c: Record<string, unknown>) => [c.topologyKey, c.whenUnsatisfiable])).toEqual([
        ['topology.kubernetes.io/zone', 'ScheduleAnyway'], ['kubernetes.io/hostname', 'ScheduleAnyway'],
      ]);
      expect(affinity).toEqual({
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { podAffinityTerm: { labelSelector: { matchLabels: selector }, topologyKey: 'kubernetes.io/hostname' }, weight: 100 },
          ],
        },
      });
    }],
    identity: ['Identity.own()', () => {
      expect(objectOf(web(), 'ServiceAccount').automountServiceAccountToken).toBe(false);
      expect(podOf(web())).toMatchObject({ serviceAccountName: 'web', automountServiceAccountToken: false });
    }],
    files: ['- none', () => {
      expect(web().configMap).toBeUndefined();
      expect(podOf(web()).volumes).toEqual([{ emptyDir: { sizeLimit: '128Mi' }, name: 'web-tmp' }]);
    }],
    sidecars: ['- none', () => expect(podOf(web())).not.toHaveProperty('initContainers')],
    initContainers: ['- none', () => expect(podOf(web())).not.toHaveProperty('initContainers')],
    pod: ['- an ordinary user, 10001', () => expect(podOf(web()).securityContext).toMatchObject({ runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001, runAsNonRoot: true })],
    name: ['- the construct\'s id, after the prefixes of `NamePrefix`', () => {
      const chart = testChart();
      NamePrefix.on(chart, 'eu-');
      expect([web().name, new ProductionService(chart, 'web', MINIMAL).name]).toEqual(['web', 'eu-web']);
    }],
    renamedFrom: ['- it was never renamed', () => expect(web().selectorLabels).toEqual(selector)],
    labels: ['- none', () => expect(Object.keys(objectOf(web(), 'Deployment').metadata.labels)).toEqual([
      'app.kubernetes.io/instance', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/name', 'app.kubernetes.io/version',
    ])],
    annotations: ['- none', () => {
      expect(objectOf(web(), 'Deployment').spec.template.metadata).not.toHaveProperty('annotations');
      expect(Object.keys(objectOf(web(), 'Deployment').metadata.annotations)).toEqual(['kubernetes.io/change-cause']);
    }],
    version: ['- the image\'s tag', () => {
      expect(objectOf(web(), 'Deployment').metadata.labels['app.kubernetes.io/version']).toBe('1.4.2');
      expect(objectOf(web({ image: DIGEST }), 'Deployment').metadata.labels).not.toHaveProperty('app.kubernetes.io/version');
    }],
    component: ['- no label', () => expect(objectOf(web(), 'Deployment').metadata.labels).not.toHaveProperty('app.kubernetes.io/component')],
  }),
  ...defaultsOf('ContainerProps', {
    imagePullPolicy: ['- the environment\'s where the image has a digest, else ALWAYS', () => {
      const lazy = () => chartIn(Environment.production({ imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }));
      expect([containerOf(web({}, lazy())), containerOf(web({ image: DIGEST }, lazy())), containerOf(web({ image: DIGEST }))].map(c => c.imagePullPolicy))
        .toEqual(['Always', 'IfNotPresent', 'Always']);
    }],
    command: ['- the image\'s', () => expect(containerOf(web())).not.toHaveProperty('command')],
    args: ['- the image\'s', () => expect(containerOf(web())).not.toHaveProperty('args')],
    env: ['- none', () => expect(containerOf(web())).not.toHaveProperty('env')],
    envFrom: ['- none', () => expect(containerOf(web())).not.toHaveProperty('envFrom')],
    notSecret: ['- none', () => expect(() => web({ env: { API_TOKEN: 'x' } })).toThrow(ConfigurationError)],
    mounts: ['- none', () => expect(containerOf(web()).volumeMounts).toEqual([{ mountPath: '/tmp', name: 'web-tmp' }])],
    scratch: ['- none; the application has `/tmp` with 128 MiB in any case, unless something else is mounted there', () => {
      const service = web({ sidecars: [HELPER], initContainers: [{ ...HELPER, name: 'init' }] });
      expect(podOf(service).volumes).toEqual([{ emptyDir: { sizeLimit: '128Mi' }, name: 'web-tmp' }]);
      expect(['helper', 'init'].map(name => 'volumeMounts' in containerOf(service, name))).toEqual([false, false]);
    }],
    resources: ['- the environment\'s for the application; for other containers 50m, 64 MiB and 128 MiB of disk, CPU and memory limits twice that, or equal beside a guaranteed application', () => {
      const service = web({ sidecars: [HELPER], initContainers: [{ ...HELPER, name: 'init' }] }, chartIn(Environment.production({ resources: Resources.guaranteed() })));
      expect(containerOf(service).resources.limits.cpu).toBe('250m');
      for (const name of ['helper', 'init']) {
        expect(containerOf(service, name).resources).toEqual({
          limits: { 'cpu': '50m', 'ephemeral-storage': '128Mi', 'memory': '64Mi' }, requests: { 'cpu': '50m', 'ephemeral-storage': '128Mi', 'memory': '64Mi' },
        });
      }
      expect(containerOf(web({ sidecars: [HELPER] }), 'helper').resources.limits).toEqual({ 'cpu': '100m', 'ephemeral-storage': '128Mi', 'memory': '128Mi' });
    }],
  }),
  ...defaultsOf('SidecarProps', {
    ports: ['- none', () => {
      expect(containerOf(web({ sidecars: [HELPER] }), 'helper')).not.toHaveProperty('ports');
      expect(objectOf(web({ sidecars: [HELPER] }), 'Service').spec.ports).toHaveLength(1);
    }],
    health: ['- none: it counts as working as long as it runs', () => expect(Object.keys(containerOf(web({ sidecars: [HELPER] }), 'helper')).filter(key => key.endsWith('Probe'))).toEqual([])],
  }),
  ...defaultsOf('RolloutOptions', {
    strategy: ['- rolling: one pod more at a time (25 % from ten replicas on), none fewer', () => {
      const update = (replicas: number) => objectOf(web({ rollout: {}, replicas: Replicas.fixed(replicas) }), 'Deployment').spec.strategy;
      expect([update(1), update(9), update(10)]).toEqual([1, 1, '25%'].map(maxSurge => ({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 0 } })));
    }],
    minReady: ['Duration.seconds(10)', () => expect(objectOf(web(), 'Deployment').spec.minReadySeconds).toBe(10)],
    progressDeadline: ['- 10 minutes, or one minute more than a pod may take to start', () => {
      const deadline = (minutes: number) => objectOf(
        web({ health: Health.http({ readiness: '/ready', liveness: '/live', startupBudget: Duration.minutes(minutes) }) }), 'Deployment',
      ).spec.progressDeadlineSeconds;
      expect([deadline(1), deadline(8), deadline(10), deadline(60)]).toEqual([600, 600, 670, 3670]);
    }],
    revisionHistoryLimit: ['5', () => expect(objectOf(web(), 'Deployment').spec.revisionHistoryLimit).toBe(5)],
  }),
  ...defaultsOf('ObjectNames', {
    container: ['- the service\'s name without prefixes', () => {
      const named = (service: ReturnType<typeof web>) => [podOf(service).containers[0].name, objectOf(service, 'HorizontalPodAutoscaler').spec.metrics[0].containerResource.container];
      expect([named(web()), named(web({ names: { container: 'app' } }))]).toEqual([['web', 'web'], ['app', 'app']]);
    }],
  }),
  ...defaultsOf('ObjectNames', Object.fromEntries(['workload', 'service', 'autoscaler', 'disruptionBudget', 'networkPolicy', 'serviceAccount'].map(property => [
    property, ['- the service\'s name', () => {
      const other = web({ names: { [property === 'workload' ? 'service' : 'workload']: 'other' } });
      expect(manifestsOf(other).map(manifest => manifest.metadata.name).sort()).toEqual(['other', 'web', 'web', 'web', 'web', 'web']);
    }] as const,
  ]))),
  ...defaultsOf('KubernetesObjectProps', {
    labels: ['- none', () => expect(plain().metadata).toEqual({ name: 'plain', namespace: 'shop' })],
    annotations: ['- none', () => expect(plain().metadata).not.toHaveProperty('annotations')],
    namespace: ['- the chart\'s', () => expect([plain().metadata.namespace, plain({ namespace: 'other' }).metadata.namespace]).toEqual(['shop', 'other'])],
    clusterScoped: ['- known for Kubernetes\' own kinds, else false', () => expect([plain(), plain({ clusterScoped: true })].map(manifest => 'namespace' in manifest.metadata)).toEqual([true, false])],
  }),
];
