import { Duration } from 'cdk8s';
import { type CanaryReleaseProps, DeploymentMigration, Health, type ProductionServiceProps, Replicas, RevisionAntiAffinity } from 'cdk8s-production';
import { flagged } from '../../helpers/flagger';
import { errorOf } from '../../helpers/manifests';

const UNSUPPORTED = 'UnsupportedByController';

function refusalOf(props: Partial<CanaryReleaseProps>, service: Partial<ProductionServiceProps> = {}): [string, string] {
  const { code, property } = errorOf(() => flagged(props, service));
  return [code, property];
}

describe('Flagger has no word for', () => {
  test.each<[keyof CanaryReleaseProps, Partial<CanaryReleaseProps>]>([
    ['scaleDownDelay', { scaleDownDelay: Duration.minutes(1) }],
    ['abortScaleDownDelay', { abortScaleDownDelay: Duration.minutes(1) }],
    ['progressDeadlineAbort', { progressDeadlineAbort: false }],
    ['rollbackWindow', { rollbackWindow: 2 }],
    ['antiAffinity', { antiAffinity: RevisionAntiAffinity.preferred() }],
    ['migration', { migration: DeploymentMigration.fromRunning(3) }],
    ['minPodsPerReplicaSet', { minPodsPerReplicaSet: 2 }],
    ['dynamicStableScale', { dynamicStableScale: true }],
    ['canaryMetadata', { canaryMetadata: { labels: { role: 'canary' } } }],
    ['stableMetadata', { stableMetadata: { labels: { role: 'stable' } } }],
  ])('%s', (property, props) => {
    expect(refusalOf(props)).toEqual([UNSUPPORTED, property]);
  });

  test('Services of other names', () => {
    expect(refusalOf({ serviceNames: { stable: 'web-old' } })).toEqual([UNSUPPORTED, 'serviceNames.stable']);
    expect(refusalOf({ serviceNames: { canary: 'web-new' } })).toEqual([UNSUPPORTED, 'serviceNames.canary']);
    expect(() => flagged({ serviceNames: { stable: 'web-primary', canary: 'web-canary' } })).not.toThrow();
  });

  test('and takes what says no more than its own default', () => {
    expect(() => flagged({ progressDeadlineAbort: true, dynamicStableScale: false })).not.toThrow();
  });
});

test('Flagger releases no worker, and none that somebody else scales', () => {
  expect(refusalOf({}, { port: undefined, health: Health.none('it ends with its work') })).toEqual([UNSUPPORTED, 'service']);
  expect(refusalOf({}, { replicas: Replicas.external(3) })).toEqual([UNSUPPORTED, 'service']);
});
