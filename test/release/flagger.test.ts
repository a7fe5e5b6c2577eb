import { Chart, Duration, JsonPatch } from 'cdk8s';
import {
  Analysis, CanaryRelease, type CanaryReleaseProps, CanaryScale, CanaryStep, CanarySteps, Environment, type FlaggerOptions, Metric, NamePrefix, NetworkPeer, Port, ProductionService,
  type ProductionServiceProps, Prometheus, ReleaseController, Replicas, ServiceExposure, StringMatch, TrafficDistribution, TrafficRouting,
} from 'cdk8s-production';
import { canarySpecOf, flagged } from '../helpers/flagger';
import { identities, MINIMAL, one, synth } from '../helpers/manifests';
import { meshChart, objectsOf, routed } from '../helpers/release';
import { chartIn } from '../helpers/service';

const LABELS = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/version': '1.4.2' };
const WEIGHTS = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75];
const success = (): Metric => Metric.successRate({ provider: Prometheus.at('http://prometheus.monitoring:9090'), atLeast: 0.95 });
const steps = (given: CanaryStep[], options: FlaggerOptions = {}): object => canarySpecOf(flagged({ steps: given }, {}, options)).analysis;

describe('a canary by Flagger', () => {
  test('needs one line, and makes a Canary; the Deployment stays, and its Service is Flagger\'s', () => {
    const release = flagged();

    expect(identities(objectsOf(release))).toEqual(['Canary/web', 'Deployment/web', 'HorizontalPodAutoscaler/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'ServiceAccount/web']);
    expect(one(objectsOf(release), 'Canary')).toEqual({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { labels: LABELS, name: 'web', namespace: 'shop' },
      spec: {
        analysis: { interval: '2m', stepWeightPromotion: 25, stepWeights: WEIGHTS, threshold: 3 },
        autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'web' },
        progressDeadlineSeconds: 600,
        provider: 'istio',
        service: { apex: { labels: LABELS }, appProtocol: 'http', canary: { labels: LABELS }, port: 80, portName: 'http', primary: { labels: LABELS }, targetPort: 'http' },
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    });
    expect([release.canary!.name, release.stableService, release.canaryService, release.routes, release.deployment]).toEqual(['web', undefined, undefined, [], undefined]);
  });

  test('leaves the Deployment as it was, but for the labels that spread its pods', () => {
    const deployment = (release: CanaryRelease): string => JSON.stringify(one(objectsOf(release), 'Deployment'));
    const plain = meshChart();
    new ProductionService(plain, 'web', MINIMAL);

    expect(deployment(flagged())).toBe(JSON.stringify(one(synth(plain), 'Deployment')).replaceAll(
      '"labelSelector":{"matchLabels":{"app.kubernetes.io/instance":"web","app.kubernetes.io/name":"web"}}', '"labelSelector":{"matchLabels":{"app.kubernetes.io/instance":"web"}}'));
  });

  test('takes every option', () => {
    const options: Required<FlaggerOptions> = {
      rolloutGate: 'http://flagger-loadtester.flagger/gate/check',
      promotionGate: 'http://flagger-loadtester.flagger/gate/approve',
      promotionStep: 50,
      selectorLabels: ['app.kubernetes.io/instance'],
      secrets: { prometheus: 'flagger-prometheus' },
      revertOnDeletion: true,
    };
    const release = flagged({
      steps: [CanaryStep.pauseUntilPromoted(), ...CanarySteps.ramp([10], Duration.minutes(1)), CanaryStep.pauseUntilPromoted()], analysis: Analysis.background({ metrics: [success()] }),
    }, {}, options);
    const manifests = objectsOf(release);
    const { analysis, revertOnDeletion } = canarySpecOf(release);

    expect(analysis).toMatchObject({
      stepWeightPromotion: 50,
      webhooks: [{ name: 'rollout', type: 'confirm-rollout', url: options.rolloutGate }, { name: 'promotion', type: 'confirm-promotion', url: options.promotionGate }],
    });
    expect(revertOnDeletion).toBe(true);
    expect(one(manifests, 'MetricTemplate').spec.provider).toEqual({ address: 'http://prometheus.monitoring:9090', secretRef: { name: 'flagger-prometheus' }, type: 'prometheus' });
    expect(one(manifests, 'NetworkPolicy').spec.podSelector).toEqual({ matchLabels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' } });
  });

  test('of a service with a fixed number of pods begins with that number, and lets a deployer leave it alone', () => {
    const release = flagged({}, { replicas: Replicas.fixed(4) });
    const { analysis, autoscalerRef } = canarySpecOf(release);

    expect(one(objectsOf(release), 'Deployment').spec.replicas).toBe(4);
    expect(autoscalerRef).toBeUndefined();
    expect(analysis).not.toHaveProperty('stepWeightPromotion');
    expect(release.ignoredDifferences).toEqual([
      { group: 'apps', kind: 'Deployment', name: 'web', namespace: 'shop', jqPathExpressions: ['.spec.replicas'], reason: 'Flagger scales the Deployment down to none between two releases' },
    ]);
    expect(flagged().ignoredDifferences).toEqual([]);
    expect(one(objectsOf(flagged()), 'Deployment').spec).not.toHaveProperty('replicas');
  });

  test('leaves the service how its Deployment replaces pods', () => {
    const { strategy } = one(objectsOf(flagged({}, { rollout: { strategy: undefined, progressDeadline: Duration.minutes(20) } })), 'Deployment').spec;

    expect(strategy).toEqual({ rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }, type: 'RollingUpdate' });
    expect(canarySpecOf(flagged({}, { rollout: { progressDeadline: Duration.minutes(20) } })).progressDeadlineSeconds).toBe(1200);
  });

  test('is the same in a second synthesis, and can be patched', () => {
    const release = flagged({ analysis: Analysis.background({ metrics: [success()] }) });
    release.canary!.patch({ spec: { skipAnalysis: true, analysis: { alerts: [{ name: 'on-call', providerRef: { name: 'slack' } }] } } });
    release.canary!.addJsonPatch(JsonPatch.replace('/spec/analysis/threshold', 5));
    release.analysisTemplates[0]!.patch({ metadata: { annotations: { owner: 'shop' } } });
    const first = objectsOf(release);

    expect(objectsOf(release)).toEqual(first);
    expect(one(first, 'Canary').spec).toMatchObject({ skipAnalysis: true, analysis: { alerts: [{ name: 'on-call' }], threshold: 5, interval: '2m' } });
    expect(one(first, 'MetricTemplate').metadata.annotations).toEqual({ owner: 'shop' });
  });

  test('keeps out of the way of a second one in the same namespace', () => {
    const chart = meshChart();
    for (const id of ['web', 'api']) {
      new CanaryRelease(chart, `${id}-release`, { service: new ProductionService(chart, id, MINIMAL), controller: ReleaseController.flagger(), traffic: TrafficRouting.istio(), analysis: Analysis.background({ metrics: [success()] }) });
    }

    expect(identities(synth(chart)).filter(name => /Canary|MetricTemplate/.test(name))).toEqual(['Canary/api', 'Canary/web', expect.stringMatching(/^MetricTemplate\/success-rate-/)]);
  });

  test.each([
    ['Service/web-primary', 'web-primary'],
    ['Service/web-canary', 'web-canary'],
  ])('refuses a service whose objects have names of Flagger\'s own: %s', (_, id) => {
    const release = flagged();
    new ProductionService(Chart.of(release), id, MINIMAL);

    expect(() => objectsOf(release)).toThrow(/DuplicateIdentity/);
  });

  test('refuses pods of something else that its Services would take', () => {
    const chart = meshChart();
    const release = flagged({}, {}, {}, chart);
    class Team extends Chart {}
    const team = new Team(chart, 'team', { namespace: 'shop' });
    NamePrefix.on(team, 'eu-');
    new ProductionService(team, 'web', MINIMAL);

    expect(() => objectsOf(release)).toThrow(/DuplicateIdentity at 'chart\/release', property 'service'[^]*app.kubernetes.io\/name=web/);
  });
});

describe('the steps become', () => {
  test.each([
    ['weights, each for one interval', CanarySteps.ramp([10, 50], Duration.minutes(5)), { interval: '5m', stepWeights: [10, 50] }],
    ['weights, the last of which holds for one interval as well', [CanaryStep.setWeight(10), CanaryStep.pause(Duration.seconds(90)), CanaryStep.setWeight(100)], { interval: '90s', stepWeights: [10, 100] }],
    ['weights with pauses that follow on each other', [CanaryStep.setWeight(10), CanaryStep.pause(Duration.minutes(1)), CanaryStep.pause(Duration.minutes(1))], { interval: '2m', stepWeights: [10] }],
    ['copies before the first weight', [
      CanaryStep.setCanaryScale(CanaryScale.percent(100)), CanaryStep.setMirrorRoute({ name: 'copy', percent: 20, match: [{}] }), CanaryStep.pause(Duration.minutes(5)), CanaryStep.removeRoute('copy'), ...CanarySteps.ramp([50], Duration.minutes(5)),
    ], { interval: '5m', mirror: true, mirrorWeight: 20, stepWeights: [50] }],
    ['copies of all requests', [CanaryStep.setMirrorRoute({ name: 'copy', match: [{}] }), CanaryStep.pause(Duration.minutes(5)), ...CanarySteps.ramp([50], Duration.minutes(5))], { interval: '5m', mirror: true, stepWeights: [50] }],
  ])('%s', (_, given, analysis) => {
    expect(steps(given)).toEqual({ stepWeightPromotion: 25, threshold: 3, ...analysis });
  });

  test.each([
    ['in minutes', Duration.minutes(10), { interval: '1m', iterations: 10 }],
    ['of less than a minute', Duration.seconds(90), { interval: '90s', iterations: 1 }],
  ])('a test by header %s', (_, lasts, analysis) => {
    const headers = [{ name: 'x-user', value: StringMatch.prefix('beta-') }, { name: 'x-canary', value: StringMatch.exact('true') }];

    expect(steps([CanaryStep.setCanaryScale(CanaryScale.percent(100)), CanaryStep.setHeaderRoute({ name: 'beta', headers }), CanaryStep.pause(lasts), CanaryStep.removeRoute('beta')])).toEqual({
      ...analysis, match: [{ headers: { 'x-canary': { exact: 'true' }, 'x-user': { prefix: 'beta-' } } }], threshold: 3,
    });
  });

  test('gates where a person is waited for', () => {
    const url = 'http://flagger-loadtester.flagger/gate/check';

    expect(steps([CanaryStep.setWeight(10), CanaryStep.pauseUntilPromoted()], { promotionGate: url })).toEqual({
      interval: '1m', stepWeightPromotion: 25, stepWeights: [10], threshold: 3, webhooks: [{ name: 'promotion', type: 'confirm-promotion', url }],
    });
    expect(steps(CanarySteps.fast(), { promotionGate: url, rolloutGate: url })).not.toHaveProperty('webhooks');
  });
});

describe('the Service becomes', () => {
  const serviceOf = (props: Parameters<typeof flagged>[1]): object => canarySpecOf(flagged({}, props)).service;

  test('what Flagger makes of it, annotations and the like included', () => {
    expect(serviceOf({
      exposure: ServiceExposure.clusterIp({ annotations: { 'example.com/scrape': 'yes' }, trafficDistribution: TrafficDistribution.PREFER_SAME_ZONE }),
      port: Port.grpc(9090, { servicePort: 80 }),
      health: MINIMAL.health,
      names: { service: 'frontend' },
    })).toEqual({
      apex: { annotations: { 'example.com/scrape': 'yes' }, labels: LABELS },
      appProtocol: 'kubernetes.io/h2c',
      canary: { labels: LABELS },
      name: 'frontend',
      port: 80,
      portName: 'grpc',
      primary: { labels: LABELS },
      targetPort: 'grpc',
      trafficDistribution: 'PreferClose',
    });
  });

  test('one with all ports of the containers', () => {
    expect(serviceOf({ additionalPorts: [Port.tcp(9100, { name: 'metrics' })] })).toMatchObject({ port: 80, portDiscovery: true, portName: 'http', targetPort: 'http' });
    expect(serviceOf({})).not.toHaveProperty('portDiscovery');
  });

  test('a headless one', () => {
    expect(serviceOf({ exposure: ServiceExposure.headless() })).toMatchObject({ headless: true, port: 8080 });
  });

  test('what patches make of it, before and after the release', () => {
    const release = flagged();
    release.service.service!.patch({ metadata: { annotations: { note: 'kept' } }, spec: { trafficDistribution: 'PreferClose' } });
    release.service.service!.metadata.addLabel('tier', 'front');

    expect(canarySpecOf(release).service).toMatchObject({ apex: { annotations: { note: 'kept' }, labels: { ...LABELS, tier: 'front' } }, trafficDistribution: 'PreferClose' });
    expect(release.service.service!.name).toBe('web');
  });
});

describe('the router says of its routes', () => {
  const gatewayed = (traffic: Partial<CanaryReleaseProps>, props: Partial<ProductionServiceProps> = {}): CanaryRelease => flagged(traffic, { exposure: ServiceExposure.gateway(), ...props });

  test.each([
    ['Istio for outside', TrafficRouting.istio({ gateways: ['istio-system/public', 'mesh'], hosts: ['shop.example.com', 'web'], timeout: Duration.seconds(10), retries: { attempts: 2 } }), 'istio', {
      gateways: ['istio-system/public', 'mesh'], hosts: ['shop.example.com', 'web'], retries: { attempts: 2 }, timeout: '10s',
    }],
    ['the Gateway API', TrafficRouting.gatewayApi({ parents: [{ name: 'public', namespace: 'edge', sectionName: 'https' }], hostnames: ['shop.example.com'], path: '/web' }), 'gatewayapi:v1', {
      gatewayRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'edge', sectionName: 'https' }], hosts: ['shop.example.com'], match: [{ uri: { prefix: '/web' } }],
    }],
    ['Linkerd', TrafficRouting.linkerd(), 'gatewayapi:v1', { gatewayRefs: [{ group: 'core', kind: 'Service', name: 'web', port: 80 }] }],
  ])('%s', (_, traffic, provider, service) => {
    const release = gatewayed({ traffic });

    expect(canarySpecOf(release)).toMatchObject({ provider, service });
    expect(identities(objectsOf(release))).not.toContainEqual(expect.stringMatching(/VirtualService|DestinationRule|HTTPRoute/));
  });

  test('ingress-nginx, whose Ingress leads to the Service that Flagger makes', () => {
    const release = gatewayed({ traffic: TrafficRouting.nginx({ hosts: ['shop.example.com'] }) });
    const { provider, ingressRef } = canarySpecOf(release);

    expect([provider, ingressRef]).toEqual(['nginx', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' }]);
    expect(one(objectsOf(release), 'Ingress').spec.rules[0].http.paths[0].backend.service).toEqual({ name: 'web', port: { number: 80 } });
    expect(release.routes.map(({ kind }) => kind)).toEqual(['Ingress']);
    expect(canarySpecOf(gatewayed({ traffic: TrafficRouting.existingNginx({ ingresses: ['shop'] }) })).ingressRef.name).toBe('shop');
  });

  test('Traefik, whose IngressRoute leads to the TraefikService that Flagger makes', () => {
    const release = gatewayed({ traffic: TrafficRouting.traefik({ hosts: ['shop.example.com'], name: 'shop' }) }, { names: { service: 'frontend' } });

    expect(canarySpecOf(release).provider).toBe('traefik');
    expect(one(objectsOf(release), 'IngressRoute').spec.routes[0].services).toEqual([{ kind: 'TraefikService', name: 'frontend' }]);
    expect(identities(objectsOf(release))).not.toContain('TraefikService/shop');
  });
});

describe('the timeline of a canary by Flagger', () => {
  test('tells each weight, and how the primary pods get version and requests back', () => {
    expect(flagged({ steps: CanarySteps.ramp([10, 60], Duration.minutes(5)) }).timeline(6).toText().split('\n')).toEqual([
      'chart/release: 30 min, for 6 replicas; the start of pods comes on top',
      ' after  canary   pods  what',
      '   0 s    10 %  3 + 6  sends 10 % of the requests to the canary',
      '   0 s    10 %  3 + 6  waits 5 min',
      ' 5 min    60 %  3 + 6  sends 60 % of the requests to the canary',
      ' 5 min    60 %  3 + 6  waits 5 min',
      '10 min    60 %  3 + 6  the primary pods get the new version',
      '15 min   100 %  9 + 0  leaves 35 % of the requests to the canary; the primary pods have the new version, too',
      '20 min   100 %  9 + 0  leaves 10 % of the requests to the canary; the primary pods have the new version, too',
      '25 min   100 %  9 + 0  the primary pods, which have the new version, get all requests',
      "30 min   100 %  6 + 0  the canary's pods go",
      '',
    ]);
  });

  test('gives the canary all replicas where they are fixed, and the requests back at once', () => {
    const { steps: moments } = flagged({ steps: [CanaryStep.setWeight(50)] }, { replicas: Replicas.fixed(4) }).timeline();

    expect(moments.map(({ says, canaryPods, stablePods, lasts }) => [says, canaryPods, stablePods, lasts?.toSeconds()])).toEqual([
      ['sends 50 % of the requests to the canary', 4, 4, 0],
      ['waits 1 min', 4, 4, 60],
      ['the primary pods get the new version', 4, 4, 60],
      ['the primary pods, which have the new version, get all requests', 8, 0, 60],
      ["the canary's pods go", 4, 0, 0],
    ]);
  });

  test('waits for a person, and tells what is judged', () => {
    const release = flagged({ steps: [CanaryStep.setWeight(50), CanaryStep.pauseUntilPromoted()], analysis: Analysis.background({ metrics: [success()] }) }, {}, { promotionGate: 'http://gate' });

    expect(release.timeline().waitsForPerson).toBe(true);
    expect(release.timeline().steps.map(step => step.says)).toContain('waits until a person promotes it');
    expect(release.timeline().steps[1]!.judged).toEqual(['success-rate at least 0.95']);
  });

  test('counts the requests at each weight as any other', () => {
    expect(() => flagged({ steps: CanarySteps.ramp([1, 50], Duration.minutes(1)), expectedTraffic: { requestsPerSecond: 10 } })).toThrow(/ReleaseTooThin at 'chart\/release', property 'steps\[0\]'/);
  });
});

test('a service without autoscaler and mesh is released by ingress-nginx alone', () => {
  const chart = chartIn(Environment.production({ gateways: [NetworkPeer.namespace('edge')] }));
  const release = routed({ controller: ReleaseController.flagger(), traffic: TrafficRouting.nginx({ hosts: ['shop.example.com'] }) }, {}, chart);

  expect(identities(objectsOf(release))).toEqual(['Canary/web', 'Deployment/web', 'Ingress/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'ServiceAccount/web']);
});
