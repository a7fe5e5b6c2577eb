import { Duration } from 'cdk8s';
import { CanaryStep, PodSet } from 'cdk8s-production';
import { renderStep } from '../../../lib/release/argo/argo-steps';

const render = (step: CanaryStep, analysis?: object) => renderStep({ index: 0, action: step._action, weight: 0, scale: undefined }, analysis as never);

test('a pause is written in Go\'s units, and one for a person has no duration', () => {
  expect([render(CanaryStep.pause(Duration.minutes(5))), render(CanaryStep.pauseUntilPromoted())]).toEqual([{ pause: { duration: '5m' } }, { pause: {} }]);
});

test('an experiment waits for its analysis, whose arguments each template gets', () => {
  const step = CanaryStep.experiment({ pods: [{ name: 'baseline', from: PodSet.STABLE }, { name: 'next', from: PodSet.CANARY, replicas: 2, weight: 5 }], duration: Duration.minutes(10) });

  expect(render(step, { args: [{ name: 'namespace', value: 'shop' }], templates: [{ templateName: 'orders' }, { clusterScope: true, templateName: 'errors' }] })).toEqual({
    experiment: {
      analyses: [
        { args: [{ name: 'namespace', value: 'shop' }], name: 'orders', requiredForCompletion: true, templateName: 'orders' },
        { args: [{ name: 'namespace', value: 'shop' }], clusterScope: true, name: 'errors', requiredForCompletion: true, templateName: 'errors' },
      ],
      duration: '10m',
      templates: [{ name: 'baseline', replicas: 1, specRef: 'stable' }, { name: 'next', replicas: 2, specRef: 'canary', weight: 5 }],
    },
  });
});
