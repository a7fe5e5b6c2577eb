import { App, Chart, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  Analysis, BlueGreenRelease, type BlueGreenReleaseProps, CanaryRelease, EmptyResult, Environment, Findings, Health, Metric, type PodMetadata, ProductionService, Prometheus,
  Promotion, ReleaseController, Replicas, RevisionAntiAffinity, ServiceExposure, Spread, Web,
} from 'cdk8s-production';
import { plain, SUCCESS } from '../helpers/analysis';
import { errorOf, identities, type Manifest, MINIMAL, one, synth, testChart } from '../helpers/manifests';
import { blueGreen, canary, meshChart, objectsOf, rolloutOf, strategyOf } from '../helpers/release';
import { web } from '../helpers/service';

const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
const ROLLOUT = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' };
const js = <T>(value: unknown): T => value as T;
const SMOKE = Metric.of({ name: 'smoke', measurement: Web.get('http://web-preview.shop.svc/smoke', { jsonPath: '{$.ok}' }), successCondition: 'result == true' });

describe('the least that blue-green needs', () => {
  test('makes of a service exactly these objects', () => {
    expect(identities(objectsOf(blueGreen()))).toEqual([
      'HorizontalPodAutoscaler/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'Rollout/web', 'Service/web', 'Service/web-preview', 'ServiceAccount/web',
    ]);
  });

  test('says of the Rollout this, and of its pods what the service says', () => {
    const { template, ...spec } = rolloutOf(blueGreen());

    expect(spec).toEqual({
      minReadySeconds: 10,
      progressDeadlineAbort: true,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 5,
      rollbackWindow: { revisions: 3 },
      selector: { matchLabels: SELECTOR },
      strategy: { blueGreen: { activeService: 'web', autoPromotionEnabled: true, previewService: 'web-preview', scaleDownDelaySeconds: 60 } },
    });
    const before = one(synth(Chart.of(web())), 'Deployment').spec.template;
    expect(JSON.stringify(template)).toBe(JSON.stringify(before).replaceAll('"pod-template-hash"', '"rollouts-pod-template-hash"'));
  });

  test('leaves nothing to be found', () => {
    expect(Findings.of(Chart.of(blueGreen()))).toEqual([]);
  });
});

describe('what the service has follows', () => {
  const manifests = objectsOf(blueGreen({}, { placement: { spread: Spread.onePodPerNode(10) } }));

  test('the autoscaler points at the Rollout', () => {
    expect(one(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual(ROLLOUT);
  });

  test('both Services begin with all pods, which the controller narrows; budget and policy stay with all', () => {
    expect(['web', 'web-preview'].map(name => one(manifests, 'Service', name).spec.selector)).toEqual([SELECTOR, SELECTOR]);
    expect(one(manifests, 'PodDisruptionBudget').spec.selector).toEqual({ matchLabels: SELECTOR });
    expect(one(manifests, 'NetworkPolicy').spec.podSelector).toEqual({ matchLabels: SELECTOR });
  });

  test('pods are spread, and kept apart, within their own version', () => {
    const { topologySpreadConstraints, affinity } = one(manifests, 'Rollout').spec.template.spec;

    expect(topologySpreadConstraints.map((c: Manifest) => c.matchLabelKeys)).toEqual([['rollouts-pod-template-hash'], ['rollouts-pod-template-hash']]);
    expect(affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys).toEqual(['rollouts-pod-template-hash']);
  });
});

describe('all props', () => {
  const previewMetadata: Required<PodMetadata> = { labels: { role: 'preview' }, annotations: { 'example.com/role': 'preview' } };
  const activeMetadata: Required<PodMetadata> = { labels: { role: 'active' }, annotations: { 'example.com/role': 'active' } };

  /** Every prop at once; one that is added and not here does not compile. A migration changes what all others mean: it has a test of its own. */
  const everything = (service: ProductionService): Required<Omit<BlueGreenReleaseProps, 'migration'>> => ({
    service,
    controller: ReleaseController.argoRollouts(),
    prePromotionAnalysis: Analysis.inline({ metrics: [SMOKE] }),
    postPromotionAnalysis: Analysis.inline({ metrics: [plain('orders', 'up{a="{{args.service-name}}",b="{{args.stable-service-name}}"}')] }),
    promotion: Promotion.automatic(Duration.minutes(7)),
    previewReplicas: 2,
    previewMetadata,
    activeMetadata,
    previewServiceName: 'next',
    scaleDownDelay: Duration.minutes(10),
    abortScaleDownDelay: Duration.seconds(0),
    progressDeadlineAbort: false,
    rollbackWindow: 1,
    antiAffinity: RevisionAntiAffinity.required(),
  });
  const subject = web({ replicas: Replicas.fixed(4) }, meshChart());
  const release = new BlueGreenRelease(Chart.of(subject), 'release', everything(subject));

  test('reach the Rollout', () => {
    const { template: _, minReadySeconds: _m, progressDeadlineSeconds: _d, revisionHistoryLimit: _h, selector: _s, ...spec } = rolloutOf(release);
    const [smoke, orders] = release.analysisTemplates.map(({ name }) => name);

    expect([smoke, orders]).toEqual([expect.stringMatching(/^smoke-[a-z0-9]{10}$/), expect.stringMatching(/^orders-[a-z0-9]{10}$/)]);
    expect(spec).toEqual({
      progressDeadlineAbort: false,
      replicas: 4,
      rollbackWindow: { revisions: 1 },
      strategy: {
        blueGreen: {
          abortScaleDownDelaySeconds: 0,
          activeMetadata: { annotations: { 'example.com/role': 'active' }, labels: { role: 'active' } },
          activeService: 'web',
          antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} },
          autoPromotionEnabled: true,
          autoPromotionSeconds: 420,
          postPromotionAnalysis: { args: [{ name: 'service-name', value: 'next' }, { name: 'stable-service-name', value: 'web' }], templates: [{ templateName: orders }] },
          prePromotionAnalysis: { templates: [{ templateName: smoke }] },
          previewMetadata: { annotations: { 'example.com/role': 'preview' }, labels: { role: 'preview' } },
          previewReplicaCount: 2,
          previewService: 'next',
          scaleDownDelaySeconds: 600,
        },
      },
    });
  });

  test('reach the other objects', () => {
    expect(identities(objectsOf(release))).toEqual([
      ...release.analysisTemplates.map(({ name }) => `AnalysisTemplate/${name}`).sort(), 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'Rollout/web', 'Service/next', 'Service/web', 'ServiceAccount/web',
    ]);
  });
});

describe('each object', () => {
  test('is a member, and can be patched', () => {
    const release = blueGreen({ prePromotionAnalysis: Analysis.inline({ metrics: [plain('orders')] }) });
    [release.service.workload, release.service.service!, release.previewService!, ...release.analysisTemplates].forEach(member => member.patch({ metadata: { annotations: { patched: 'yes' } } }));

    expect(objectsOf(release).filter(({ metadata }) => metadata.annotations?.patched === 'yes').map(({ kind }) => kind)).toEqual(['Rollout', 'Service', 'Service', 'AnalysisTemplate']);
  });

  test('of the service keeps the patches from before the release, and takes those after it', () => {
    const service = web();
    service.workload.patch({ spec: { minReadySeconds: 33 } });
    const release = new BlueGreenRelease(Chart.of(service), 'release', { service });
    service.workload.addJsonPatch(JsonPatch.add('/spec/strategy/blueGreen/scaleDownDelayRevisionLimit', 2));

    expect(rolloutOf(release)).toMatchObject({ minReadySeconds: 33, strategy: { blueGreen: { scaleDownDelayRevisionLimit: 2, activeService: 'web' } } });
  });

  test('is the same in a second synthesis, and in a second tree', () => {
    const release = blueGreen({ prePromotionAnalysis: Analysis.inline({ metrics: [SMOKE] }) });
    const first = JSON.stringify(objectsOf(release));

    expect(JSON.stringify(objectsOf(release))).toBe(first);
    expect(JSON.stringify(objectsOf(blueGreen({ prePromotionAnalysis: Analysis.inline({ metrics: [SMOKE] }) })))).toBe(first);
  });

  test('of two releases of a chart has a name of its own', () => {
    const chart = testChart();
    ['web', 'api'].forEach(id => new BlueGreenRelease(chart, `${id}-release`, { service: new ProductionService(chart, id, MINIMAL) }));

    expect(() => App.of(chart).synthYaml()).not.toThrow();
    expect(identities(synth(chart)).filter(identity => /^(Rollout|Service)\//.test(identity))).toEqual(['Rollout/api', 'Rollout/web', 'Service/api', 'Service/api-preview', 'Service/web', 'Service/web-preview']);
  });
});

describe('the preview', () => {
  test('is inside the cluster, whatever the service is', () => {
    const manifests = objectsOf(blueGreen({}, { exposure: ServiceExposure.loadBalancer({ annotations: { 'example.com/lb': 'public' } }) }));

    expect(['web', 'web-preview'].map(name => one(manifests, 'Service', name).spec.type)).toEqual(['LoadBalancer', 'ClusterIP']);
    expect(one(manifests, 'Service', 'web-preview').metadata).not.toHaveProperty('annotations');
  });

  test.each<[what: string, previewServiceName: string, value: string]>([
    ['the service\'s own', 'web', '"web"'], ['in capitals', 'Preview', '"Preview"'], ['one that is too long', 'p'.repeat(64), `"${'p'.repeat(64)}"`], ['a number', js(7), '7'], ['nothing', '', '""'],
  ])('is not named %s', (_, previewServiceName, value) => {
    expect(errorOf(() => blueGreen({ previewServiceName }))).toMatchObject({ code: 'InvalidName', constructPath: 'chart/release', property: 'previewServiceName', value, fix: 'leave it out for web-preview' });
  });

  test.each([[0], [5], [1.5]])('has no %d pods of four', previewReplicas => {
    expect(errorOf(() => blueGreen({ previewReplicas }, { replicas: Replicas.fixed(4) }))).toMatchObject({
      code: 'InvalidValue', constructPath: 'chart/release', property: 'previewReplicas', value: String(previewReplicas), allowed: 'a whole number from 1 to 4', fix: "give at most the service's 4",
    });
  });
});

describe('a deployer', () => {
  test('leaves alone whom the controller points the two Services at', () => {
    expect(blueGreen().ignoredDifferences).toEqual(['web', 'web-preview'].map(name => ({
      group: '', kind: 'Service', name, namespace: 'shop', jqPathExpressions: ['.spec.selector["rollouts-pod-template-hash"]'], reason: 'Argo Rollouts points the Service at the pods of one version',
    })));
  });
});

describe('the service', () => {
  test('is no worker: nothing could be switched', () => {
    expect(errorOf(() => blueGreen({}, { port: undefined, health: Health.none('it takes messages from a queue') }))).toMatchObject({
      code: 'MissingValue', constructPath: 'chart/release', property: 'service', value: '"chart/web"', fix: 'use CanaryRelease, or leave it a Deployment',
    });
  });

  test('has one release, of whichever kind', () => {
    const [first, second] = [blueGreen(), canary()];

    expect(errorOf(() => new CanaryRelease(Chart.of(first), 'again', { service: first.service }))).toMatchObject({
      code: 'ReleaseConflict', constructPath: 'chart/web', value: '"the canary \'chart/again\'"', allowed: "one release strategy a service; it has the blue-green release 'chart/release'",
    });
    expect(errorOf(() => new BlueGreenRelease(Chart.of(second), 'again', { service: second.service }))).toMatchObject({
      code: 'ReleaseConflict', constructPath: 'chart/web', value: '"the blue-green release \'chart/again\'"', allowed: "one release strategy a service; it has the canary 'chart/release'",
    });
  });

  test('is a ProductionService', () => {
    const chart = testChart();

    [new kplus.Deployment(chart, 'web', { containers: [{ image: 'nginx:1.27.3' }] }), { name: 'web' }, undefined].forEach((service, i) => {
      expect(errorOf(() => new BlueGreenRelease(chart, `release-${i}`, { service: js(service) }))).toMatchObject({ code: 'InvalidValue', property: 'service', allowed: 'a ProductionService' });
    });
  });

  test('leaves its pods to the release', () => {
    expect(errorOf(() => blueGreen({}, { rollout: { strategy: kplus.DeploymentStrategy.recreate() } }))).toMatchObject({ code: 'ConflictingProperties', property: 'service', value: '"chart/web: rollout.strategy"' });
  });

  test('may be of another chart, in the same namespace and environment', () => {
    const here = testChart();
    const other = (id: string, namespace: string, environment?: Environment): Chart => {
      const chart = new Chart(App.of(here), id, { namespace });
      environment?.attachTo(chart);
      return chart;
    };
    const service = web({}, here);

    for (const chart of [other('a', 'elsewhere'), other('b', 'shop', Environment.staging())]) {
      expect(errorOf(() => new BlueGreenRelease(chart, 'release', { service }))).toMatchObject({ code: 'ConflictingProperties', property: 'service', value: '"chart/web"' });
    }
    const release = new BlueGreenRelease(other('c', 'shop'), 'release', { service });
    expect(identities(synth(Chart.of(release)))).toEqual(['Service/web-preview']);
  });
});

describe('an analysis', () => {
  test.each(['prePromotionAnalysis', 'postPromotionAnalysis'] as const)('of %s ends by itself', prop => {
    expect(errorOf(() => blueGreen({ [prop]: Analysis.background({ metrics: [SUCCESS] }) }))).toMatchObject({ code: 'InvalidValue', property: prop, value: '"Analysis.background"', fix: 'write Analysis.inline({ metrics: […] })' });
    expect(errorOf(() => blueGreen({ [prop]: js([SUCCESS]) }))).toMatchObject({ code: 'InvalidValue', property: prop, allowed: 'an Analysis', fix: 'write Analysis.inline({ metrics: […] })' });
  });

  test.each(['prePromotionAnalysis', 'postPromotionAnalysis'] as const)('of %s by the pods\' own metrics is found where nobody may scrape them', prop => {
    const findings = (release: BlueGreenRelease) => Findings.of(Chart.of(release)).map(({ id, constructPath }) => [id, constructPath]);
    const analysis = Analysis.inline({ metrics: [SUCCESS] });

    expect(findings(blueGreen({ [prop]: analysis }))).toContainEqual(['let-the-canary-be-scraped', 'chart/release']);
    expect(findings(blueGreen({ [prop]: analysis }, {}, meshChart()))).not.toContainEqual(['let-the-canary-be-scraped', 'chart/release']);
  });

  test('by requests is found where it judges a preview, which gets none, and not afterwards', () => {
    const ids = (props: Partial<BlueGreenReleaseProps>) => Findings.of(Chart.of(blueGreen(props, {}, meshChart()))).map(({ id }) => id);
    const judged = (whenEmpty?: EmptyResult) => Analysis.inline({ metrics: [Metric.successRate({ provider: Prometheus.at('http://prometheus.monitoring:9090'), atLeast: 0.95, whenEmpty })] });

    expect(ids({ prePromotionAnalysis: judged() })).toEqual(['send-requests-to-the-preview']);
    expect([ids({ postPromotionAnalysis: judged() }), ids({ prePromotionAnalysis: judged(EmptyResult.PASSES) }), ids({ prePromotionAnalysis: Analysis.inline({ metrics: [plain('orders')] }) })]).toEqual([[], [], []]);
  });

  test('that both judge by makes one template', () => {
    const analysis = Analysis.inline({ metrics: [plain('orders')] });
    const release = blueGreen({ prePromotionAnalysis: analysis, postPromotionAnalysis: analysis });

    expect(release.analysisTemplates).toHaveLength(1);
    expect(strategyOf(release).prePromotionAnalysis).toEqual(strategyOf(release).postPromotionAnalysis);
  });
});

test.each<[what: string, props: Partial<BlueGreenReleaseProps>, property: string, allowed: string]>([
  ['a delay below the controller\'s', { scaleDownDelay: Duration.seconds(29) }, 'scaleDownDelay', 'a whole number from 30 to 604800'],
  ['a delay of half a second', { abortScaleDownDelay: Duration.millis(500) }, 'abortScaleDownDelay', 'a whole number from 0 to 604800'],
  ['more revisions than are kept', { rollbackWindow: 6 }, 'rollbackWindow', 'a whole number from 0 to 5'],
  ['a flag as a text', { progressDeadlineAbort: js('no') }, 'progressDeadlineAbort', 'true or false'],
])('refused is %s', (_, props, property, allowed) => {
  expect(errorOf(() => blueGreen(props))).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/release', property, allowed });
});
