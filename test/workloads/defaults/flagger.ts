import { Analysis, CanaryStep, Datadog, Metric, Replicas } from 'cdk8s-production';
import { defaultsOf } from './default';
import { plain } from '../../helpers/analysis';
import { canarySpecOf, flagged } from '../../helpers/flagger';
import { errorOf, type Manifest, one } from '../../helpers/manifests';
import { canary, objectsOf, routed, strategyOf } from '../../helpers/release';

const atAPerson = (...steps: CanaryStep[]): string => errorOf(() => flagged({ steps })).code;
const weightsOf = (steps: Manifest[]): unknown[] => steps.map(step => step.setWeight ?? step.pause.duration);

export const FLAGGER_DEFAULTS = [
  ...defaultsOf('CanaryReleaseProps', {
    steps: ['- CanarySteps.standard(): 5, 20, 50, 80 % in half an hour; with Flagger 5 to 75 % in steps of 5 every two minutes; without a router 25, 50, 75 %, or 50 % alone of one or two replicas', () => {
      expect(weightsOf(strategyOf(routed()).steps)).toEqual([5, '5m', 20, '10m', 50, '10m', 80, '5m']);
      expect(canarySpecOf(flagged()).analysis).toMatchObject({ interval: '2m', stepWeights: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75] });
      expect(weightsOf(strategyOf(canary({}, { replicas: Replicas.fixed(4) })).steps)).toEqual([25, '5m', 50, '5m', 75, '5m']);
      expect([1, 2].map(count => weightsOf(strategyOf(canary({}, { replicas: Replicas.fixed(count) })).steps))).toEqual([[50, '5m'], [50, '5m']]);
    }],
  }),
  ...defaultsOf('FlaggerOptions', {
    rolloutGate: ['- none', () => expect(atAPerson(CanaryStep.pauseUntilPromoted(), CanaryStep.setWeight(10))).toBe('UnsupportedByController')],
    promotionGate: ['- none', () => expect(atAPerson(CanaryStep.setWeight(10), CanaryStep.pauseUntilPromoted())).toBe('UnsupportedByController')],
    promotionStep: ['- 25 where the service is autoscaled; else all at once', () => {
      expect(canarySpecOf(flagged()).analysis.stepWeightPromotion).toBe(25);
      expect(canarySpecOf(flagged({}, { replicas: Replicas.fixed(3) })).analysis).not.toHaveProperty('stepWeightPromotion');
    }],
    selectorLabels: ['- Flagger\'s own: app, name, app.kubernetes.io/name', () => {
      for (const label of ['app', 'name', 'app.kubernetes.io/name']) { expect(() => flagged({}, { selectorLabels: { [label]: 'web', tier: 'front' } })).not.toThrow(); }
      expect(errorOf(() => flagged({}, { selectorLabels: { component: 'web', tier: 'front' } })).code).toBe('UnsupportedByController');
    }],
    secrets: ['- none', () => {
      expect(one(objectsOf(flagged({ analysis: Analysis.background({ metrics: [plain('up')] }) })), 'MetricTemplate').spec.provider).not.toHaveProperty('secretRef');
      expect(errorOf(() => flagged({ analysis: Analysis.background({ metrics: [Metric.query({ name: 'up', provider: Datadog.of(), query: 'avg:up{*}', atLeast: 1 })] }) })).code).toBe('MissingValue');
    }],
    revertOnDeletion: ['false', () => expect(canarySpecOf(flagged())).not.toHaveProperty('revertOnDeletion')],
  }),
];
