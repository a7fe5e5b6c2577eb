import { Duration } from 'cdk8s';
import {
  Availability, Environment, type EnvironmentProps, ExternalEndpoint, Findings, Identity, KubernetesVersion, NetworkPeer, type ProductionService, Replicas, Resources, type ScalingBehavior,
  ServiceExposure, Shutdown,
} from 'cdk8s-production';
import { defaultsOf } from './default';
import { errorOf, testChart } from '../../helpers/manifests';
import { chartIn, containerOf, KUBERNETES_API, objectOf, podOf, web } from '../../helpers/service';

const presets = [Environment.production, Environment.staging, Environment.development].map(make => () => chartIn(make()));
const each = <T>(look: (service: ProductionService) => T): T[] => presets.map(chart => look(web({}, chart())));
/** What holds where an outer scope sets a property and the nearest one does not. */
const inherited = (props: EnvironmentProps) => {
  const chart = testChart();
  Environment.production(props).attachTo(chart.node.root);
  Environment.named('inner').attachTo(chart);
  return web({}, chart);
};
const scaler = (options: Parameters<typeof Replicas.autoscaled>[0] = {}) => objectOf(web({ replicas: Replicas.autoscaled(options) }), 'HorizontalPodAutoscaler').spec;
const behavior = (scaleUp: ScalingBehavior = {}, scaleDown: ScalingBehavior = {}) => scaler({ scaleUp, scaleDown }).behavior;

export const ENVIRONMENT_DEFAULTS = [
  ...defaultsOf('EnvironmentProps', {
    kubernetesVersion: ['- the outer scope\'s, else 1.31', () => {
      expect(Environment.of(testChart()).kubernetesVersion.toString()).toBe('1.31');
      expect(Environment.of(inherited({ kubernetesVersion: KubernetesVersion.V1_34 })).kubernetesVersion.toString()).toBe('1.34');
    }],
    availability: ['- the preset\'s: HIGH in production and staging, RELAXED in development', () => {
      expect(each(service => Environment.of(service).availability)).toEqual(['high', 'high', 'relaxed']);
      expect(Environment.of(inherited({ availability: Availability.RELAXED })).availability).toBe('high');
      expect(presets.map(chart => Findings.of(web({ replicas: Replicas.fixed(1) }, chart())).map(finding => finding.id))).toEqual([
        ['run-more-than-one-replica'], ['run-more-than-one-replica'], [],
      ]);
    }],
    registry: ['- the outer scope\'s, else references stay as they are', () => {
      expect(containerOf(web({ image: 'shop/web:1.4.2' })).image).toBe('shop/web:1.4.2');
      expect(Environment.of(inherited({ registry: 'mirror.example.com' })).registry).toBe('mirror.example.com');
    }],
    imagePullPolicy: ['- the outer scope\'s, else ALWAYS', () => expect(containerOf(web()).imagePullPolicy).toBe('Always')],
    dns: ['- the outer scope\'s, else DnsProfile.kubeDns()', () => expect(objectOf(web(), 'NetworkPolicy').spec.egress).toEqual([{
      ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }],
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
    }])],
    monitoring: ['- the outer scope\'s, else nobody', () => {
      expect(objectOf(web(), 'NetworkPolicy').spec.ingress).toBeUndefined();
      expect(objectOf(inherited({ monitoring: [NetworkPeer.namespace('monitoring')] }), 'NetworkPolicy').spec.ingress).toHaveLength(1);
    }],
    gateways: ['- the outer scope\'s, else nobody', () => expect(errorOf(() => web({ exposure: ServiceExposure.gateway() }))).toMatchObject({ code: 'NetworkUnreachable', property: 'exposure' })],
    kubernetesApi: ['- the outer scope\'s, else services that mount a token for it are refused', () => {
      const identity = Identity.own({ mountToken: true });
      expect(errorOf(() => web({ identity }))).toMatchObject({ code: 'NetworkUnreachable', property: 'identity' });
      const chart = testChart();
      Environment.production({ kubernetesApi: KUBERNETES_API }).attachTo(chart.node.root);
      expect(objectOf(web({ identity }, chart), 'NetworkPolicy').spec.egress[0]).toEqual({ ports: [{ port: 6443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.0.0.10/32' } }] });
    }],
    mesh: ['- the outer scope\'s, else none', () => expect(objectOf(web(), 'NetworkPolicy').spec.egress).toHaveLength(1)],
    fqdnEgress: ['- the outer scope\'s, else connections to host names are refused', () => expect(errorOf(() => web().connectTo(ExternalEndpoint.fqdn('api.example.com', 443)))).toMatchObject({
      code: 'NetworkUnreachable', property: 'connectTo.hostName',
    })],
    clusterDomain: ['- the outer scope\'s, else cluster.local', () => {
      expect(Environment.of(testChart()).clusterDomain).toBe('cluster.local');
      expect(Environment.of(inherited({ clusterDomain: 'eu.example.com' })).clusterDomain).toBe('eu.example.com');
    }],
    team: ['- the outer scope\'s, else no label', () => {
      expect(objectOf(web(), 'Deployment').metadata.labels).not.toHaveProperty('team');
      expect(objectOf(inherited({ team: 'shop' }), 'Service').metadata.labels.team).toBe('shop');
    }],
    partOf: ['- the outer scope\'s, else no label', () => {
      expect(objectOf(web(), 'Deployment').metadata.labels).not.toHaveProperty('app.kubernetes.io/part-of');
      expect(objectOf(inherited({ partOf: 'shop' }), 'Service').metadata.labels['app.kubernetes.io/part-of']).toBe('shop');
    }],
    replicas: ['- the preset\'s: 3 to 10 in production, 3 to 5 in staging, 1 in development', () => {
      const bounds = each(service => [service.autoscaler === undefined, Environment.of(service).replicas.minimum, Environment.of(service).replicas.maximum]);
      expect(bounds).toEqual([[false, 3, 10], [false, 3, 5], [true, 1, 1]]);
      expect(objectOf(inherited({ replicas: Replicas.fixed(4) }), 'HorizontalPodAutoscaler').spec.minReplicas).toBe(3);
    }],
    resources: ['- the preset\'s: Resources.medium() in production and staging, Resources.small() in development', () => {
      const rendered = (resources: Resources) => containerOf(web({ resources })).resources;
      expect(each(service => containerOf(service).resources)).toEqual([rendered(Resources.medium()), rendered(Resources.medium()), rendered(Resources.small())]);
      expect(containerOf(inherited({ resources: Resources.large() })).resources).toEqual(rendered(Resources.medium()));
    }],
    shutdown: ['- the outer scope\'s, else Shutdown.graceful()', () => {
      expect(containerOf(web()).lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
      expect(podOf(inherited({ shutdown: Shutdown.graceful({ drain: Duration.minutes(1) }) })).terminationGracePeriodSeconds).toBe(70);
    }],
  }),
  ...defaultsOf('AutoscaledReplicasOptions', {
    minReplicas: ['3', () => expect(scaler().minReplicas).toBe(3)],
    maxReplicas: ['- 10, or three times `minReplicas` if that is more', () => expect([scaler(), scaler({ minReplicas: 2 }), scaler({ minReplicas: 4 })].map(spec => spec.maxReplicas)).toEqual([10, 10, 12])],
    cpuUtilization: ['- 70, unless `memoryUtilization` or `metrics` is given', () => {
      expect(scaler().metrics[0].containerResource.target.averageUtilization).toBe(70);
      expect(scaler({ memoryUtilization: 80 }).metrics.map((metric: { containerResource: { name: string } }) => metric.containerResource.name)).toEqual(['memory']);
    }],
    memoryUtilization: ['- memory is not watched: few runtimes give memory back, so such a service scales up and never down', () => expect(scaler().metrics).toHaveLength(1)],
    metrics: ['- none', () => expect(scaler().metrics.map((metric: { type: string }) => metric.type)).toEqual(['ContainerResource'])],
    scaleUp: ['- at once, by the larger of 100 % and 4 pods each 15 s', () => expect(scaler().behavior.scaleUp).toEqual({
      policies: [{ periodSeconds: 15, type: 'Percent', value: 100 }, { periodSeconds: 15, type: 'Pods', value: 4 }], selectPolicy: 'Max', stabilizationWindowSeconds: 0,
    })],
    scaleDown: ['- after 5 minutes, by 20 % each minute', () => expect(scaler().behavior.scaleDown).toEqual({
      policies: [{ periodSeconds: 60, type: 'Percent', value: 20 }], selectPolicy: 'Max', stabilizationWindowSeconds: 300,
    })],
  }),
  ...defaultsOf('ScalingBehavior', {
    stabilizationWindow: ['- 0 s up, 5 minutes down', () => {
      const { scaleUp, scaleDown } = behavior({ percent: 50 }, { percent: 50 });
      expect([scaleUp.stabilizationWindowSeconds, scaleDown.stabilizationWindowSeconds]).toEqual([0, 300]);
    }],
    percent: ['- 100 up, 20 down', () => {
      const { scaleUp, scaleDown } = behavior({ period: Duration.seconds(30) }, { period: Duration.seconds(30) });
      expect([scaleUp.policies[0], scaleDown.policies[0]]).toEqual([{ periodSeconds: 30, type: 'Percent', value: 100 }, { periodSeconds: 30, type: 'Percent', value: 20 }]);
    }],
    pods: ['- 4 up, none down', () => {
      const { scaleUp, scaleDown } = behavior();
      expect([scaleUp.policies[1], scaleDown.policies[1]]).toEqual([{ periodSeconds: 15, type: 'Pods', value: 4 }, undefined]);
    }],
    period: ['- 15 s up, 60 s down', () => {
      const { scaleUp, scaleDown } = behavior({ pods: 2 }, { pods: 2 });
      expect([scaleUp.policies, scaleDown.policies]).toEqual([[{ periodSeconds: 15, type: 'Pods', value: 2 }], [{ periodSeconds: 60, type: 'Pods', value: 2 }]]);
    }],
    tolerance: ['- the cluster\'s setting, as a rule 0.1', () => expect(Object.values(behavior()).map(rules => 'tolerance' in (rules as object))).toEqual([false, false])],
  }),
];

