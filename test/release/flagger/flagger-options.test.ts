import { Duration } from 'cdk8s';
import { Analysis, CanaryStep, CanarySteps, type FlaggerOptions } from 'cdk8s-production';
import { SUCCESS } from '../../helpers/analysis';
import { canarySpecOf, flagged } from '../../helpers/flagger';
import { errorOf, one } from '../../helpers/manifests';
import { objectsOf } from '../../helpers/release';

test('Flagger\'s options are all taken', () => {
  const options: Required<FlaggerOptions> = {
    rolloutGate: 'http://flagger-loadtester.flagger/gate/check',
    promotionGate: 'http://flagger-loadtester.flagger/gate/approve',
    promotionStep: 50,
    selectorLabels: ['app.kubernetes.io/instance'],
    secrets: { prometheus: 'flagger-prometheus' },
    revertOnDeletion: true,
  };
  const release = flagged({
    steps: [CanaryStep.pauseUntilPromoted(), ...CanarySteps.ramp([10], Duration.minutes(1)), CanaryStep.pauseUntilPromoted()], analysis: Analysis.background({ metrics: [SUCCESS] }),
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

test.each<[string, FlaggerOptions, string, string]>([
  ['a gate that is no address', { promotionGate: 'gate' }, 'InvalidValue', 'controller.promotionGate'],
  ['a gate with a password', { rolloutGate: 'http://user:hunter2hunter2@gate' }, 'SecretInManifest', 'controller.rolloutGate'],
  ['more than all requests', { promotionStep: 101 }, 'InvalidValue', 'controller.promotionStep'],
  ['labels that are none', { selectorLabels: ['-'] }, 'InvalidName', 'controller.selectorLabels'],
  ['a Secret without a name', { secrets: { datadog: '' } }, 'InvalidValue', 'controller.secrets.datadog'],
  ['a word for yes', { revertOnDeletion: 'yes' as never }, 'InvalidValue', 'controller.revertOnDeletion'],
  ['what it does not know', { provider: 'istio' } as never, 'UnknownProperty', 'controller.provider'],
])('refused are options with %s', (_, options, code, property) => {
  const error = errorOf(() => flagged({}, {}, options));

  expect([error.code, error.property]).toEqual([code, property]);
});
