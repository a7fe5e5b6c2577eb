import { App, Duration } from 'cdk8s';
import { Analysis, type BlueGreenRelease, type CanaryRelease, CanaryScale, CanaryStep, CanarySteps, PodSet, Promotion, Replicas, StringMatch } from 'cdk8s-production';
import { build as buildBlueGreen } from '../../../examples/blue-green-release/main';
import { build as buildCanary } from '../../../examples/canary-release/main';
import { plain, SUCCESS } from '../../helpers/analysis';
import { errorOf } from '../../helpers/manifests';
import { blueGreen, canary, meshChart, routed } from '../../helpers/release';

const minutes = Duration.minutes;
const exampleCanary = (): CanaryRelease => buildCanary(new App({ outdir: 'never-written' }))[0]!;
const exampleBlueGreen = (): BlueGreenRelease => buildBlueGreen(new App({ outdir: 'never-written' }))[0]!;

describe('the example of a canary', () => {
  test('as a table', () => {
    expect(exampleCanary().timeline().toText()).toBe(`\
payments/payment-release: 30 min, for 10 replicas; the start of pods comes on top
step   after  canary     pods  what
   0     0 s     5 %   2 + 10  sends 5 % of the requests to the canary
   1     0 s     5 %   2 + 10  waits 5 min; judged: success-rate at least 0.95
   2   5 min    20 %   2 + 10  sends 20 % of the requests to the canary
   3   5 min    20 %   2 + 10  waits 10 min; judged: success-rate at least 0.95
   4  15 min    50 %   5 + 10  sends 50 % of the requests to the canary
   5  15 min    50 %   5 + 10  waits 10 min; judged: success-rate at least 0.95
   6  25 min    80 %   8 + 10  sends 80 % of the requests to the canary
   7  25 min    80 %   8 + 10  waits 5 min; judged: success-rate at least 0.95
   8  30 min   100 %  10 + 10  sends 100 % of the requests to the canary
   9  30 min   100 %   10 + 0  the canary becomes the stable version; the pods before it go
`);
  });

  test('as a chart', () => {
    expect(exampleCanary().timeline().toMermaid()).toBe(`\
gantt
  title payments/payment-release
  dateFormat X
  axisFormat %H:%M
  section 5 % (2 + 10 pods)
  sends 5 % of the requests to the canary :milestone, 0, 0s
  waits 5 min :0, 300s
  section 20 % (2 + 10 pods)
  sends 20 % of the requests to the canary :milestone, 300, 0s
  waits 10 min :300, 600s
  section 50 % (5 + 10 pods)
  sends 50 % of the requests to the canary :milestone, 900, 0s
  waits 10 min :900, 600s
  section 80 % (8 + 10 pods)
  sends 80 % of the requests to the canary :milestone, 1500, 0s
  waits 5 min :1500, 300s
  section 100 % (10 + 10 pods)
  sends 100 % of the requests to the canary :milestone, 1800, 0s
  section 100 % (10 + 0 pods)
  the canary becomes the stable version and the pods before it go :milestone, 1800, 0s
`);
  });

  test('in numbers', () => {
    const timeline = exampleCanary().timeline();

    expect([timeline.name, timeline.replicas, timeline.duration.toMinutes(), timeline.leastPods, timeline.waitsForPerson]).toEqual(['payments/payment-release', 10, 30, 10, false]);
    expect(timeline.steps[3]).toEqual({
      index: 3, startsAfter: Duration.seconds(300), lasts: Duration.seconds(600), says: 'waits 10 min', weight: 20, canaryPods: 2, stablePods: 10, judged: ['success-rate at least 0.95'],
    });
    expect(timeline.steps.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('the example of blue-green', () => {
  test('as a table', () => {
    expect(exampleBlueGreen().timeline().toText()).toBe(`\
store/checkout-release: 20 min 30 s, for 4 replicas; the start of pods comes on top
step        after  canary   pods  what
   0          0 s     0 %  4 + 4  starts the new version; the preview Service points at it
   1          0 s     0 %  4 + 4  judges the preview, and goes on only when it passes; judged: smoke result == true
   2        4 min   100 %  4 + 4  switches all requests to the new version
   3        4 min   100 %  4 + 4  judges the new version, and switches back when it fails; judged: success-rate at least 0.99
   4  10 min 30 s   100 %  4 + 4  keeps the old version for 10 min, then lets it go
`);
  });

  test('as a chart', () => {
    expect(exampleBlueGreen().timeline().toMermaid()).toBe(`\
gantt
  title store/checkout-release
  dateFormat X
  axisFormat %H:%M
  section 0 % (4 + 4 pods)
  starts the new version and the preview Service points at it :milestone, 0, 0s
  judges the preview and goes on only when it passes :0, 240s
  section 100 % (4 + 4 pods)
  switches all requests to the new version :milestone, 240, 0s
  judges the new version and switches back when it fails :240, 390s
  keeps the old version for 10 min then lets it go :630, 600s
`);
  });

  test('in numbers', () => {
    const timeline = exampleBlueGreen().timeline();

    expect([timeline.replicas, timeline.duration.toSeconds(), timeline.leastPods, timeline.waitsForPerson]).toEqual([4, 1230, 8, false]);
  });
});

describe('a person', () => {
  test('ends a step of a canary: it has no duration, and is drawn as a milestone', () => {
    const timeline = routed({ steps: CanarySteps.approved() }).timeline();

    expect(timeline.steps[1]).toEqual({ index: 1, startsAfter: Duration.seconds(0), lasts: undefined, says: 'waits until a person promotes it', weight: 10, canaryPods: 2, stablePods: 10, judged: [] });
    expect([timeline.waitsForPerson, timeline.duration.toMinutes()]).toEqual([true, 5]);
    expect(timeline.toText().split('\n')[0]).toBe('chart/release: 5 min, and what a person takes to promote it, for 10 replicas; the start of pods comes on top');
    expect(timeline.toMermaid()).toContain('  waits until a person promotes it :milestone, 0, 0s\n');
  });

  test('promotes blue-green', () => {
    const timeline = blueGreen({ promotion: Promotion.manual() }).timeline();

    expect(timeline.waitsForPerson).toBe(true);
    expect(timeline.steps.map(({ says, lasts }) => [says, lasts?.toSeconds()])).toEqual([
      ['starts the new version; the preview Service points at it', 0], ['waits until a person promotes it', undefined], ['switches all requests to the new version', 0],
      ['keeps the old version for 1 min, then lets it go', 60],
    ]);
  });
});

test.each<[what: string, step: CanaryStep, says: string]>([
  ['a lowered weight', CanaryStep.lowerWeight(5, 'a first look at full load'), 'sends 5 % of the requests to the canary'],
  ['a fixed number of pods', CanaryStep.setCanaryScale(CanaryScale.replicas(3)), 'gives the canary 3 pods'],
  ['a share of the pods', CanaryStep.setCanaryScale(CanaryScale.percent(30)), 'gives the canary 30 % of the replicas'],
  ['as many pods as requests', CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight()), 'lets the canary grow with its share of requests'],
  ['an analysis', CanaryStep.analysis(Analysis.inline({ metrics: [plain('orders')] })), 'is judged, and goes on only when it passes'],
  ['an experiment', CanaryStep.experiment({ pods: [{ name: 'old', from: PodSet.STABLE }, { name: 'new', from: PodSet.CANARY }], duration: minutes(3) }), 'compares old, new in an experiment'],
  ['a header route', CanaryStep.setHeaderRoute({ name: 'testers', headers: [{ name: 'x-a', value: StringMatch.exact('1') }, { name: 'x-b', value: StringMatch.exact('2') }] }), 'sends requests with x-a and x-b to the canary (testers)'],
  ['a mirror route', CanaryStep.setMirrorRoute({ name: 'shadow', match: [{ method: StringMatch.exact('GET') }] }), 'copies 100 % of the matching requests to the canary (shadow)'],
  ['a part of a mirror route', CanaryStep.setMirrorRoute({ name: 'shadow', percent: 10, match: [{ method: StringMatch.exact('GET') }] }), 'copies 10 % of the matching requests to the canary (shadow)'],
])('%s is told', (_, step, says) => {
  expect(routed({ steps: [CanaryStep.setWeight(20), step] }).timeline().steps[1]!.says).toBe(says);
});

test('the removal of a route is told', () => {
  const route = CanaryStep.setHeaderRoute({ name: 'testers', headers: [{ name: 'x-a', value: StringMatch.exact('1') }] });

  expect(routed({ steps: [CanaryStep.setWeight(20), route, CanaryStep.removeRoute('testers')] }).timeline().steps[2]!.says).toBe('removes the route testers');
});

describe('time', () => {
  test('of an analysis in a step is that of its longest metric; of an experiment its own, else that of its analysis', () => {
    const analysis = Analysis.inline({ metrics: [plain('orders'), SUCCESS] });
    const timeline = routed({
      steps: [
        CanaryStep.setWeight(20), CanaryStep.analysis(analysis), CanaryStep.experiment({ pods: [{ name: 'next', from: PodSet.CANARY }], analysis }),
        CanaryStep.experiment({ pods: [{ name: 'next', from: PodSet.CANARY }], analysis, duration: minutes(30) }),
      ],
    }).timeline();

    // Five measurements, a minute apart: the first of orders after 60 s, the first of the success rate after 150 s.
    expect(timeline.steps.map(({ lasts }) => lasts!.toSeconds())).toEqual([0, 390, 390, 1800, 0]);
    expect(timeline.steps.map(({ startsAfter }) => startsAfter.toSeconds())).toEqual([0, 0, 390, 780, 2580]);
    expect(timeline.steps[1]!.judged).toEqual(['orders at least 1', 'success-rate at least 0.95']);
  });

  test('of a promotion counts from the same moment as the analysis before it: the longer of the two decides', () => {
    const waits = (delay: Duration) => blueGreen({ prePromotionAnalysis: Analysis.inline({ metrics: [plain('orders')] }), promotion: Promotion.automatic(delay) }).timeline().steps.map(({ says }) => says).filter(says => says.startsWith('waits'));

    expect([waits(minutes(4)), waits(minutes(5)), waits(minutes(7))]).toEqual([[], [], ['waits 2 min']]);
  });
});

describe('pods', () => {
  test('are those of the fewest replicas, unless a number is given', () => {
    const release = routed({}, { replicas: Replicas.autoscaled({ minReplicas: 4, maxReplicas: 20 }) });

    expect([release.timeline().replicas, release.timeline(20).replicas]).toEqual([4, 20]);
    expect(release.timeline(20).steps.filter((_, i) => i % 2 === 0).map(({ canaryPods }) => canaryPods)).toEqual([2, 4, 10, 16, 20]);
    expect(blueGreen({ previewReplicas: 2 }).timeline(20).steps.map(({ canaryPods, stablePods }) => [canaryPods, stablePods])).toEqual([[2, 20], [20, 20], [20, 20]]);
  });

  test.each([[0], [1.5], [5001]])('are not counted for %d replicas', count => {
    expect(errorOf(() => canary().timeline(count))).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/release', property: 'timeline', value: String(count) });
    expect(errorOf(() => blueGreen().timeline(count))).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/release', property: 'timeline' });
  });

  test('are fewest where the stable version shrinks', () => {
    const shrinking = routed({ dynamicStableScale: true, abortScaleDownDelay: minutes(5), minPodsPerReplicaSet: 1 });

    expect(shrinking.timeline().steps.map(({ canaryPods, stablePods }) => [canaryPods, stablePods])).toEqual([[1, 10], [1, 10], [2, 8], [2, 8], [5, 5], [5, 5], [8, 2], [8, 2], [10, 0]]);
    expect([shrinking.timeline().leastPods, routed().timeline().leastPods, canary({}, {}, meshChart()).timeline().leastPods]).toEqual([10, 10, 3]);
  });

  test('of a weight between percents are shown with one digit', () => {
    expect(canary({ steps: [CanaryStep.setWeight(33)] }, { replicas: Replicas.fixed(3) }).timeline().toText()).toContain('  33.3 %  1 + 2  sends 33 % of the requests to the canary\n');
  });
});

test('a chart keeps out what Mermaid reads as its own', () => {
  const timeline = routed({ steps: [CanaryStep.setWeight(20), CanaryStep.experiment({ pods: [{ name: 'old', from: PodSet.STABLE }, { name: 'new', from: PodSet.CANARY }], duration: minutes(3) })] }).timeline();

  expect(timeline.toMermaid().split('\n').filter(line => line.includes('compares'))).toEqual(['  compares old new in an experiment :0, 180s']);
});
