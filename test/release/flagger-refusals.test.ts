import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  CanaryRelease, type CanaryReleaseProps, CanaryScale, CanaryStep, CanarySteps, DeploymentMigration, type FlaggerOptions, Health, IstioSplit, PodSet, Port, type ProductionServiceProps,
  ReleaseController, Replicas, RevisionAntiAffinity, ServiceExposure, StringMatch, TrafficRouting,
} from 'cdk8s-production';
import { flagged } from '../helpers/flagger';
import { errorOf, identities } from '../helpers/manifests';
import { meshChart, objectsOf } from '../helpers/release';
import { web } from '../helpers/service';

const UNSUPPORTED = 'UnsupportedByController';
const HEADER = { name: 'beta', headers: [{ name: 'x-canary', value: StringMatch.exact('true') }] };
const gateway: Partial<ProductionServiceProps> = { exposure: ServiceExposure.gateway() };

function refusalOf(props: Partial<CanaryReleaseProps>, service: Partial<ProductionServiceProps> = {}, options: FlaggerOptions = {}): [string, string] {
  const { code, property } = errorOf(() => flagged(props, service, options));
  return [code, property];
}

describe('Flagger has no word for', () => {
  test.each<[keyof CanaryReleaseProps, Partial<CanaryReleaseProps>]>([
    ['scaleDownDelay', { scaleDownDelay: Duration.minutes(1) }],
    ['abortScaleDownDelay', { abortScaleDownDelay: Duration.minutes(1) }],
    ['progressDeadlineAbort', { progressDeadlineAbort: false }],
    ['rollbackWindow', { rollbackWindow: 2 }],
    ['antiAffinity', { antiAffinity: RevisionAntiAffinity.preferred() }],
    ['migration', { migration: DeploymentMigration.fromRunning(3) }],
    ['minPodsPerReplicaSet', { minPodsPerReplicaSet: 2 }],
    ['dynamicStableScale', { dynamicStableScale: true }],
    ['canaryMetadata', { canaryMetadata: { labels: { role: 'canary' } } }],
    ['stableMetadata', { stableMetadata: { labels: { role: 'stable' } } }],
  ])('%s', (property, props) => {
    expect(refusalOf(props)).toEqual([UNSUPPORTED, property]);
  });

  test('Services of other names', () => {
    expect(refusalOf({ serviceNames: { stable: 'web-old' } })).toEqual([UNSUPPORTED, 'serviceNames.stable']);
    expect(refusalOf({ serviceNames: { canary: 'web-new' } })).toEqual([UNSUPPORTED, 'serviceNames.canary']);
    expect(() => flagged({ serviceNames: { stable: 'web-primary', canary: 'web-canary' } })).not.toThrow();
  });

  test('and takes what says no more than its own default', () => {
    expect(() => flagged({ progressDeadlineAbort: true, dynamicStableScale: false })).not.toThrow();
  });
});

describe('Flagger takes no steps with', () => {
  const minutes = (count: number): CanaryStep => CanaryStep.pause(Duration.minutes(count));
  test.each<[string, CanaryStep[], string, string]>([
    ['a pause that is longer than another', CanarySteps.standard(), UNSUPPORTED, 'steps[3]'],
    ['a weight without a pause', [CanaryStep.setWeight(10), CanaryStep.setWeight(50), minutes(5)], UNSUPPORTED, 'steps[0]'],
    ['a pause before the first weight', [minutes(5), CanaryStep.setWeight(10)], UNSUPPORTED, 'steps[0]'],
    ['a pause of less than ten seconds', CanarySteps.ramp([10], Duration.seconds(5)), 'InvalidValue', 'steps[1]'],
    ['a weight of nothing', [CanaryStep.setWeight(0), minutes(5)], UNSUPPORTED, 'steps[0]'],
    ['a weight that is lower than the one before', CanarySteps.ramp([50, 20], Duration.minutes(5)), 'InvalidValue', 'steps[2]'],
    ['a weight that is lowered on purpose', [...CanarySteps.ramp([50], Duration.minutes(5)), CanaryStep.lowerWeight(20, 'after a first look')], UNSUPPORTED, 'steps[2]'],
    ['a weight that is none', [CanaryStep.setWeight(101)], 'InvalidValue', 'steps[0]'],
    ['a person in the middle', CanarySteps.approved(), UNSUPPORTED, 'steps[1]'],
    ['a person at the end, without a gate', [CanaryStep.setWeight(10), CanaryStep.pauseUntilPromoted()], UNSUPPORTED, 'steps'],
    ['a canary of a size of its own', [CanaryStep.setCanaryScale(CanaryScale.replicas(2)), ...CanarySteps.fast()], UNSUPPORTED, 'steps[0]'],
    ['an experiment', [CanaryStep.experiment({ pods: [{ name: 'baseline', from: PodSet.STABLE }], duration: Duration.minutes(5) })], UNSUPPORTED, 'steps[0]'],
    ['a header beside weights', [CanaryStep.setHeaderRoute(HEADER), minutes(5), CanaryStep.setWeight(20)], UNSUPPORTED, 'steps[2]'],
    ['weights before a header', [...CanarySteps.fast(), CanaryStep.setHeaderRoute(HEADER)], UNSUPPORTED, 'steps[4]'],
    ['a test by header without an end', [CanaryStep.setHeaderRoute(HEADER)], 'ReleaseNeverFinishes', 'steps[0]'],
    ['copies of some requests', [CanaryStep.setMirrorRoute({ name: 'copy', match: [{ method: StringMatch.exact('GET') }] }), minutes(5), CanaryStep.setWeight(20)], UNSUPPORTED, 'steps[0].match'],
    ['copies after a weight', [...CanarySteps.fast(), CanaryStep.setMirrorRoute({ name: 'copy', match: [{}] })], UNSUPPORTED, 'steps[4]'],
    ['a route that is removed and is not the last', [...CanarySteps.fast(), CanaryStep.removeRoute('copy')], UNSUPPORTED, 'steps[4]'],
    ['no weight at all', [CanaryStep.setCanaryScale(CanaryScale.percent(100))], 'InvalidValue', 'steps'],
    ['nothing', [], 'MissingValue', 'steps'],
    ['what is none', [{} as CanaryStep], 'InvalidValue', 'steps[0]'],
  ])('%s', (_, steps, code, property) => {
    expect(refusalOf({ steps })).toEqual([code, property]);
  });

  test('which pause is meant, it says', () => {
    const error = errorOf(() => flagged({ steps: CanarySteps.standard() }));

    expect([error.value, error.allowed]).toEqual(['"600 s"', 'with Flagger, the same pause at each weight; the first is 300 s']);
  });

  test.each<[string, Partial<CanaryReleaseProps>, string]>([
    ['headers that the router does not know', { traffic: TrafficRouting.traefik({ hosts: ['shop.example.com'] }), steps: [CanaryStep.setHeaderRoute(HEADER), minutes(5)] }, 'steps[0]'],
    ['prefixes of headers that Flagger would drop', {
      traffic: TrafficRouting.gatewayApi({ parents: [{ name: 'public' }] }), steps: [CanaryStep.setHeaderRoute({ name: 'beta', headers: [{ name: 'x-user', value: StringMatch.prefix('beta-') }] }), minutes(5)],
    }, 'steps[0].headers[0].value'],
    ['more headers than the router knows', {
      traffic: TrafficRouting.nginx({ hosts: ['shop.example.com'] }), steps: [CanaryStep.setHeaderRoute({ name: 'beta', headers: [...HEADER.headers, { name: 'x-user', value: StringMatch.exact('1') }] }), minutes(5)],
    }, 'steps[0].headers'],
    ['copies by a router that makes none', { traffic: TrafficRouting.gatewayApi({ parents: [{ name: 'public' }] }), steps: [CanaryStep.setMirrorRoute({ name: 'copy', match: [{}] }), minutes(5)] }, 'steps[0]'],
  ])('%s', (_, props, property) => {
    expect(refusalOf(props, gateway)).toEqual([UNSUPPORTED, property]);
  });
});

describe('Flagger makes no Service', () => {
  test.each<[string, Partial<ProductionServiceProps>, RegExp]>([
    ['on the nodes', { exposure: ServiceExposure.nodePort() }, /^"spec.type: /],
    ['behind a load balancer', { exposure: ServiceExposure.loadBalancer({ sourceRanges: ['203.0.113.0/24'] }) }, /^"spec.loadBalancerSourceRanges: /],
    ['that keeps a client at a pod', { exposure: ServiceExposure.clusterIp({ clientAffinity: true }) }, /^"spec.sessionAffinity: /],
    ['with names before the pods are ready', { exposure: ServiceExposure.headless({ publishNotReadyAddresses: true }) }, /^"spec.publishNotReadyAddresses: /],
    ['that says what further ports speak', { additionalPorts: [Port.http(9100, { name: 'metrics', servicePort: 9100 })] }, /^"spec.ports\[1\].appProtocol: /],
    ['with further ports under other numbers', { additionalPorts: [Port.tcp(9100, { name: 'metrics', servicePort: 91 })] }, /^"spec.ports\[1\].port: /],
    ['with further ports of UDP', { additionalPorts: [Port.udp(9100, { name: 'stats' })] }, /^"spec.ports\[1\].protocol: /],
    ['with ports of sidecars', { sidecars: [{ name: 'proxy', image: 'registry.example.com/proxy:1.0.0', ports: [Port.tcp(9901, { name: 'admin' })] }] }, /^"spec.ports\[1\]: /],
  ])('%s', (_, service, value) => {
    const error = errorOf(() => flagged({}, service));

    expect([error.code, error.property]).toEqual([UNSUPPORTED, 'service']);
    expect(error.value).toMatch(value);
  });

  test('as a later patch would have it', () => {
    const release = flagged();
    release.service.service!.patch({ spec: { internalTrafficPolicy: 'Local' } });

    expect(() => objectsOf(release)).toThrow(/UnsupportedByController at 'chart\/release', property 'service'[^]*spec.internalTrafficPolicy/);
  });

  test.each([
    ['its selector', { spec: { selector: { extra: 'label' } } }, 'spec.selector'],
    ['an address', { spec: { clusterIP: '10.0.0.1' } }, 'spec.clusterIP'],
    ['finalizers', { metadata: { finalizers: ['example.com/keep'] } }, 'metadata.finalizers'],
  ])('with %s patched before', (_, patch, field) => {
    const service = web({}, meshChart());
    service.service!.patch(patch);
    const error = errorOf(() => new CanaryRelease(Chart.of(service), 'release', { service, controller: ReleaseController.flagger(), traffic: TrafficRouting.istio() }));

    expect([error.code, error.property]).toEqual([UNSUPPORTED, 'service']);
    expect(error.value).toContain(field);
  });

  test('twice: what depends on the one that is not written does not bring it back', () => {
    const release = flagged();
    new kplus.ConfigMap(Chart.of(release), 'config').node.addDependency(release.service.service!);

    expect(identities(objectsOf(release))).not.toContain('Service/web');
  });
});

describe('Flagger drives no', () => {
  test.each<[string, Partial<CanaryReleaseProps>, string]>([
    ['number of pods', { traffic: TrafficRouting.replicas() }, 'traffic'],
    ['load balancer of AWS', { traffic: TrafficRouting.alb() }, 'traffic'],
    ['SMI', { traffic: TrafficRouting.smi() }, 'traffic'],
    ['routes that are made elsewhere', { traffic: TrafficRouting.existingIstio({ virtualServices: [{ name: 'shop' }] }) }, 'traffic'],
    ['subsets of Istio\'s', { traffic: TrafficRouting.istio({ split: IstioSplit.subsets() }) }, 'traffic.split'],
    ['VirtualService of another name', { traffic: TrafficRouting.istio({ virtualService: 'shop' }) }, 'traffic.virtualService'],
    ['HTTPRoute of another name', { traffic: TrafficRouting.gatewayApi({ parents: [{ name: 'public' }], name: 'shop' }) }, 'traffic.name'],
    ['several Ingresses', { traffic: TrafficRouting.existingNginx({ ingresses: ['shop', 'admin'] }) }, 'traffic.ingresses'],
    ['annotations of the canary\'s Ingress', { traffic: TrafficRouting.nginx({ hosts: ['shop.example.com'], canaryAnnotations: { 'canary-by-header': 'x' } }) }, 'traffic.canaryAnnotations'],
    ['annotations with another prefix', { traffic: TrafficRouting.existingNginx({ ingresses: ['shop'], annotationPrefix: 'nginx.example.com' }) }, 'traffic.annotationPrefix'],
  ])('%s', (_, props, property) => {
    expect(refusalOf(props, gateway)).toEqual([UNSUPPORTED, property]);
  });

  test.each([
    ['the Gateway API', TrafficRouting.gatewayApi({ parents: [{ name: 'public' }] })],
    ['Traefik', TrafficRouting.traefik({ hosts: ['shop.example.com'] })],
  ])('gRPC by %s', (_, traffic) => {
    expect(refusalOf({ traffic }, { ...gateway, port: Port.grpc(9090), health: Health.grpc() })).toEqual([UNSUPPORTED, 'traffic']);
  });
});

test('Flagger releases no worker, and none that somebody else scales', () => {
  expect(refusalOf({}, { port: undefined, health: Health.none('it ends with its work') })).toEqual([UNSUPPORTED, 'service']);
  expect(refusalOf({}, { replicas: Replicas.external(3) })).toEqual([UNSUPPORTED, 'service']);
});

test.each<[string, FlaggerOptions, string, string]>([
  ['a gate that is no address', { promotionGate: 'gate' }, 'InvalidValue', 'controller.promotionGate'],
  ['a gate with a password', { rolloutGate: 'http://user:hunter2hunter2@gate' }, 'SecretInManifest', 'controller.rolloutGate'],
  ['more than all requests', { promotionStep: 101 }, 'InvalidValue', 'controller.promotionStep'],
  ['labels that are none', { selectorLabels: ['-'] }, 'InvalidName', 'controller.selectorLabels'],
  ['a Secret without a name', { secrets: { datadog: '' } }, 'InvalidValue', 'controller.secrets.datadog'],
  ['a word for yes', { revertOnDeletion: 'yes' as never }, 'InvalidValue', 'controller.revertOnDeletion'],
  ['what it does not know', { provider: 'istio' } as never, 'UnknownProperty', 'controller.provider'],
])('refused are options with %s', (_, options, code, property) => {
  expect(refusalOf({}, {}, options)).toEqual([code, property]);
});

test('a service has one release, whoever carries it out', () => {
  const release = flagged();

  const again = (): CanaryRelease => new CanaryRelease(Chart.of(release), 'again', { service: release.service, controller: ReleaseController.flagger(), traffic: TrafficRouting.istio() });

  expect(errorOf(again).code).toBe('ReleaseConflict');
});
