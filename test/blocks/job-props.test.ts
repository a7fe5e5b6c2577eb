import { Duration } from 'cdk8s';
import { type JobProps, KubernetesVersion } from 'cdk8s-production';
import { jobDeadline, jobGracePeriod, type JobSettingsOptions, renderJobSettings } from '../../lib/blocks/job-props';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), '');
const settings = (props: Partial<JobProps> = {}, options: Partial<JobSettingsOptions> = {}) => renderJobSettings(
  at, { image: 'registry.example.com/shop/report:1.4.2', ...props }, { container: 'report', version: KubernetesVersion.V1_31, deadline: 60, ...options },
);

test('an eviction is looked at before any exit code: a pod that is evicted may end with any', () => {
  expect(settings({ failOnExitCodes: [9] }).podFailurePolicy!.rules.map(rule => rule.action)).toEqual(['Ignore', 'FailJob']);
});

test('exit codes come sorted and once each, as the API server demands', () => {
  expect(settings({ failOnExitCodes: [9, 1, 255, 9] }).podFailurePolicy!.rules[1]!.onExitCodes!.values).toEqual([1, 9, 255]);
});

test('for 1.28 a rule has the field that its schema demands', () => {
  const rule = (version: KubernetesVersion) => settings({ failOnExitCodes: [9] }, { version }).podFailurePolicy!.rules[1];
  expect(rule(KubernetesVersion.V1_28)).toHaveProperty('onPodConditions', []);
  expect(rule(KubernetesVersion.V1_29)).not.toHaveProperty('onPodConditions');
});

test('with tries of its own an index fails alone, and the sum is limited only where it is said', () => {
  expect(settings({ failOnExitCodes: [9] }, { retriesPerIndex: 1 })).toMatchObject({ backoffLimitPerIndex: 1, podFailurePolicy: { rules: [{ action: 'Ignore' }, { action: 'FailIndex' }] } });
  expect(settings({}, { retriesPerIndex: 1 })).not.toHaveProperty('backoffLimit');
  expect(settings({ retries: 3 }, { retriesPerIndex: 1 })).toMatchObject({ backoffLimit: 3, backoffLimitPerIndex: 1 });
});

test.each<[what: string, action: () => unknown, property: string]>([
  ['a deadline of nine seconds', () => jobDeadline(at.at('deadline'), Duration.seconds(9)), 'deadline'],
  ['a deadline of two months', () => jobDeadline(at.at('deadline'), Duration.days(60)), 'deadline'],
  ['two hours to end', () => jobGracePeriod(at, { image: 'a', terminationGracePeriod: Duration.hours(2) }), 'terminationGracePeriod'],
  ['a code that no process has', () => settings({ failOnExitCodes: [256] }), 'failOnExitCodes[0]'],
  ['codes as a text', () => settings({ failOnExitCodes: '1' as never }), 'failOnExitCodes'],
  ['a retry less than none', () => settings({ retries: -1 }), 'retries'],
])('refuses %s', (_, action, property) => {
  expect(errorOf(action)).toMatchObject({ code: 'InvalidValue', property });
});
