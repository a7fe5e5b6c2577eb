import { Duration } from 'cdk8s';
import { Analysis, type BlueGreenReleaseProps, type FlaggerOptions, Metric, Prometheus, Promotion, Replicas } from 'cdk8s-production';
import { canarySpecOf, flaggedBlueGreen } from '../../helpers/flagger';
import { errorOf, identities, one } from '../../helpers/manifests';
import { objectsOf } from '../../helpers/release';

const metric = (options: { readonly count?: number; readonly interval?: Duration; readonly failureLimit?: number } = {}): Metric => Metric.successRate({
  provider: Prometheus.at('http://prometheus.monitoring:9090'), atLeast: 0.95, ...options,
});
const judged = (...metrics: Metric[]): Partial<BlueGreenReleaseProps> => ({ prePromotionAnalysis: Analysis.inline({ metrics }) });
const analysisOf = (props: Partial<BlueGreenReleaseProps>, options: FlaggerOptions = {}): object => canarySpecOf(flaggedBlueGreen(props, {}, options)).analysis;

describe('a blue-green release by Flagger', () => {
  test('needs one line, and no router', () => {
    const release = flaggedBlueGreen();

    expect(identities(objectsOf(release))).toEqual(['Canary/web', 'Deployment/web', 'HorizontalPodAutoscaler/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'ServiceAccount/web']);
    expect(canarySpecOf(release)).toMatchObject({ analysis: { interval: '1m', iterations: 1, threshold: 3 }, provider: 'kubernetes' });
    expect([release.canary!.name, release.previewService]).toEqual(['web', undefined]);
  });

  test.each([
    ['five times, a minute apart', judged(metric()), { interval: '1m', iterations: 5 }],
    ['as often as a metric asks for', judged(metric({ count: 3, interval: Duration.seconds(30) })), { interval: '30s', iterations: 3 }],
    ['as long as the promotion waits', { ...judged(metric({ count: 3 })), promotion: Promotion.automatic(Duration.minutes(10)) }, { interval: '1m', iterations: 10 }],
  ])('is judged %s', (_, props, analysis) => {
    expect(analysisOf(props)).toMatchObject(analysis);
  });

  test('holds its metrics in templates, as a canary does', () => {
    const release = flaggedBlueGreen(judged(metric()));
    const template = one(objectsOf(release), 'MetricTemplate');

    expect(canarySpecOf(release).analysis.metrics).toEqual([{ interval: '1m', name: 'success-rate', templateRef: { name: template.metadata.name }, thresholdRange: { min: 0.95 } }]);
    expect(release.analysisTemplates.map(({ name }) => name)).toEqual([template.metadata.name]);
  });

  test('waits for a person at its gate', () => {
    expect(analysisOf({ promotion: Promotion.manual() }, { promotionGate: 'http://gate' })).toMatchObject({ iterations: 1, webhooks: [{ name: 'promotion', type: 'confirm-promotion', url: 'http://gate' }] });
  });

  test('takes the name that the Service in front of the preview has in any case', () => {
    expect(canarySpecOf(flaggedBlueGreen({ previewServiceName: 'web-canary' })).targetRef.name).toBe('web');
  });

  test('tells by its timeline that pods are replaced, and no requests switched', () => {
    const moments = flaggedBlueGreen({ ...judged(metric()), promotion: Promotion.manual() }, {}, { promotionGate: 'http://gate' }).timeline(6).steps;

    expect(moments.map(({ says, weight, canaryPods, stablePods, lasts }) => [says, weight, canaryPods, stablePods, lasts?.toSeconds()])).toEqual([
      ['starts the new version; the Service web-canary leads to it', 0, 3, 6, 0],
      ['judges the preview, and goes on only when it passes', 0, 3, 6, 300],
      ['waits until a person promotes it', 0, 3, 6, undefined],
      ['replaces the primary pods by those of the new version, some at a time', 0, 3, 6, 60],
      ["the preview's pods go", 100, 6, 0, 0],
    ]);
    expect(moments[1]!.judged).toEqual(['success-rate at least 0.95']);
    expect(flaggedBlueGreen({}, { replicas: Replicas.fixed(2) }).timeline().steps[1]).toMatchObject({ says: 'waits 1 min', canaryPods: 2 });
  });
});

test.each<[string, Partial<BlueGreenReleaseProps>, string, string]>([
  ['a judgement after the promotion', { postPromotionAnalysis: Analysis.inline({ metrics: [metric()] }) }, 'UnsupportedByController', 'postPromotionAnalysis'],
  ['fewer pods of the preview', { previewReplicas: 1 }, 'UnsupportedByController', 'previewReplicas'],
  ['labels of the preview', { previewMetadata: { labels: { role: 'preview' } } }, 'UnsupportedByController', 'previewMetadata'],
  ['labels of what serves', { activeMetadata: { labels: { role: 'active' } } }, 'UnsupportedByController', 'activeMetadata'],
  ['another name of the preview', { previewServiceName: 'web-next' }, 'UnsupportedByController', 'previewServiceName'],
  ['a person without a gate', { promotion: Promotion.manual() }, 'UnsupportedByController', 'promotion'],
  ['a delay after it', { scaleDownDelay: Duration.minutes(1) }, 'UnsupportedByController', 'scaleDownDelay'],
  ['metrics that are not measured alike', judged(metric({ interval: Duration.seconds(30) }), Metric.latency({ provider: Prometheus.at('http://p'), atMost: Duration.seconds(1), interval: Duration.minutes(1) })),
    'UnsupportedByController', 'prePromotionAnalysis.metrics[1].interval'],
  ['an analysis that goes on with the release', { prePromotionAnalysis: Analysis.background({ metrics: [metric()] }) }, 'InvalidValue', 'prePromotionAnalysis'],
])('refused is %s', (_, props, code, property) => {
  const error = errorOf(() => flaggedBlueGreen(props));

  expect([error.code, error.property]).toEqual([code, property]);
});
