import { Chart, Duration, JsonPatch } from 'cdk8s';
import { Analysis, CanaryRelease, CanaryStep, CanarySteps, Environment, NamePrefix, NetworkPeer, ProductionService, ReleaseController, Replicas, TrafficRouting } from 'cdk8s-production';
import { SUCCESS } from '../../helpers/analysis';
import { canarySpecOf, flagged } from '../../helpers/flagger';
import { errorOf, identities, MINIMAL, one, synth } from '../../helpers/manifests';
import { meshChart, objectsOf, routed } from '../../helpers/release';
import { chartIn } from '../../helpers/service';

const LABELS = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/version': '1.4.2' };
const WEIGHTS = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75];

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
    const release = flagged({ analysis: Analysis.background({ metrics: [SUCCESS] }) });
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
      new CanaryRelease(chart, `${id}-release`, { service: new ProductionService(chart, id, MINIMAL), controller: ReleaseController.flagger(), traffic: TrafficRouting.istio(), analysis: Analysis.background({ metrics: [SUCCESS] }) });
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

describe('the timeline of a canary by Flagger', () => {
  test('tells each weight, and how the primary pods get version and requests back', () => {
    const { steps: moments } = flagged({ steps: CanarySteps.ramp([10, 60], Duration.minutes(5)) }).timeline(6);

    expect(moments.map(({ index, startsAfter, weight, canaryPods, stablePods, says }) => [index, startsAfter.toMinutes(), weight, canaryPods, stablePods, says])).toEqual([
      [0, 0, 10, 3, 6, 'sends 10 % of the requests to the canary'],
      [1, 0, 10, 3, 6, 'waits 5 min'],
      [2, 5, 60, 3, 6, 'sends 60 % of the requests to the canary'],
      [3, 5, 60, 3, 6, 'waits 5 min'],
      [4, 10, 60, 3, 6, 'the primary pods get the new version'],
      [5, 15, 100, 9, 0, 'leaves 35 % of the requests to the canary; the primary pods have the new version, too'],
      [6, 20, 100, 9, 0, 'leaves 10 % of the requests to the canary; the primary pods have the new version, too'],
      [7, 25, 100, 9, 0, 'the primary pods, which have the new version, get all requests'],
      [8, 30, 100, 6, 0, "the canary's pods go"],
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
    const release = flagged({ steps: [CanaryStep.setWeight(50), CanaryStep.pauseUntilPromoted()], analysis: Analysis.background({ metrics: [SUCCESS] }) }, {}, { promotionGate: 'http://gate' });

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

test('a service has one release, whoever carries it out', () => {
  const release = flagged();

  const again = (): CanaryRelease => new CanaryRelease(Chart.of(release), 'again', { service: release.service, controller: ReleaseController.flagger(), traffic: TrafficRouting.istio() });

  expect(errorOf(again).code).toBe('ReleaseConflict');
});
