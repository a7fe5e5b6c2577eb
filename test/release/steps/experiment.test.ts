import { Duration } from 'cdk8s';
import { Analysis, CanaryStep, ExistingAnalysisTemplate, type ExperimentOptions, type ExperimentPods, PodSet } from 'cdk8s-production';
import { plain } from '../../helpers/analysis';
import { errorOf, type Manifest } from '../../helpers/manifests';
import { routed, strategyOf } from '../../helpers/release';

const js = <T>(value: unknown): T => value as T;
const TEN = Duration.minutes(10);
const PODS: ExperimentPods[] = [{ name: 'baseline', from: PodSet.STABLE }, { name: 'next', from: PodSet.CANARY }];
const experimentOf = (options: ExperimentOptions): Manifest => strategyOf(routed({ steps: [CanaryStep.experiment(options)] })).steps[0].experiment;

test('all options', () => {
  const pods: Required<ExperimentPods>[] = [{ name: 'baseline', from: PodSet.STABLE, replicas: 3, weight: 5 }, { name: 'next', from: PodSet.CANARY, replicas: 4, weight: 6 }];
  const options: Required<ExperimentOptions> = { pods, duration: TEN, analysis: Analysis.inline({ metrics: [plain('orders', 'up{hash="{{args.canary-hash}}"}'), plain('errors')] }) };
  const { analyses, ...rest } = experimentOf(options);

  expect(rest).toEqual({
    duration: '10m', templates: [{ name: 'baseline', replicas: 3, specRef: 'stable', weight: 5 }, { name: 'next', replicas: 4, specRef: 'canary', weight: 6 }],
  });
  expect(analyses.map(({ templateName, name, ...more }: Manifest) => [templateName.replace(/-[a-z0-9]{10}$/, ''), name === templateName, more])).toEqual([
    ['orders', true, { args: [{ name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } }], requiredForCompletion: true }],
    ['errors', true, { args: [{ name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } }], requiredForCompletion: true }],
  ]);
});

test('templates made elsewhere keep their scope', () => {
  const analysis = Analysis.inline({ templates: [ExistingAnalysisTemplate.named('compare', { clusterScoped: true })] });

  expect(experimentOf({ pods: PODS, analysis }).analyses).toEqual([{ clusterScope: true, name: 'compare', requiredForCompletion: true, templateName: 'compare' }]);
});

test('with an analysis it ends when that has ended', () => {
  expect(experimentOf({ pods: PODS, analysis: Analysis.inline({ metrics: [plain('orders')] }) })).not.toHaveProperty('duration');
});

test('with a duration alone nothing is judged', () => {
  expect(experimentOf({ pods: PODS, duration: TEN })).not.toHaveProperty('analyses');
});

test.each<[what: string, options: ExperimentOptions, code: string, property: string, value: string, fix: string]>([
  ['without an end', { pods: PODS }, 'ReleaseNeverFinishes', '', '"an experiment without an end"', 'add duration: Duration.minutes(10)'],
  ['without pods', { pods: [], duration: TEN }, 'MissingValue', '.pods', '[]', "write [{ name: 'baseline', from: PodSet.STABLE }, { name: 'canary', from: PodSet.CANARY }]"],
  ['with pods as an object', { pods: js({ baseline: 1 }), duration: TEN }, 'InvalidValue', '.pods', '{"baseline":1}', 'put the value into square brackets'],
  ['with two sets of one name', { pods: [PODS[0]!, PODS[0]!], duration: TEN }, 'InvalidName', '.pods[1].name', '"baseline"', 'rename one of the sets'],
  ['with a set without a name', { pods: [js({ from: PodSet.STABLE })], duration: TEN }, 'InvalidName', '.pods[0].name', 'nothing', 'give it a name'],
  ['with a set of no version', { pods: [{ name: 'old', from: js('previous') }], duration: TEN }, 'InvalidValue', '.pods[0].from', '"previous"', 'write PodSet.CANARY or PodSet.STABLE'],
  ['with no pod in a set', { pods: [{ ...PODS[0]!, replicas: 0 }], duration: TEN }, 'InvalidValue', '.pods[0].replicas', '0', 'give a whole number within the bounds'],
  ['with a weight of nothing', { pods: [{ ...PODS[0]!, weight: 0 }], duration: TEN }, 'InvalidValue', '.pods[0].weight', '0', 'give a whole number within the bounds'],
  ['with more weight than there is', { pods: [{ ...PODS[0]!, weight: 60 }, { ...PODS[1]!, weight: 41 }], duration: TEN }, 'InvalidValue', '.pods', '101', 'lower them'],
  ['with a typo in a set', { pods: [js({ ...PODS[0]!, replica: 2 })], duration: TEN }, 'UnknownProperty', '.pods[0].replica', '2', "did you mean 'replicas'?"],
  ['with a typo', js({ pods: PODS, durations: TEN }), 'UnknownProperty', '.durations', expect.any(String) as unknown as string, "did you mean 'duration'?"],
  ['of no time', { pods: PODS, duration: Duration.seconds(0) }, 'InvalidValue', '.duration', '0', 'give whole seconds, at most a week'],
  ['of a time as a text', { pods: PODS, duration: js('10m') }, 'InvalidValue', '.duration', '"10m"', 'write Duration.minutes(10)'],
  ['with a metric for its analysis', { pods: PODS, analysis: js(plain('orders')) }, 'InvalidValue', '.analysis', expect.any(String) as unknown as string, 'write Analysis.inline({ metrics: […] })'],
  ['with an analysis that never ends', { pods: PODS, analysis: Analysis.background({ metrics: [plain('orders')] }) }, 'InvalidValue', '.analysis', '"Analysis.background"', 'write Analysis.inline({ metrics: […] })'],
  ['of nothing', js(undefined), 'InvalidValue', '', 'nothing', 'pass an object'],
])('one %s is refused', (_, options, code, property, value, fix) => {
  expect(errorOf(() => routed({ steps: [CanaryStep.experiment(options)] }))).toMatchObject({ code, constructPath: 'chart/release', property: `steps[0]${property}`, value, fix });
});
