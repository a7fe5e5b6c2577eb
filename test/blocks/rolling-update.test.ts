import { Duration } from 'cdk8s';
import { DeploymentStrategy, PercentOrAbsolute } from 'cdk8s-plus-28';
import { Findings, Health, Replicas, type RolloutOptions } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { objectOf, web } from '../helpers/service';

const rolled = (rollout: RolloutOptions, replicas?: Replicas) => objectOf(web({ rollout, replicas }), 'Deployment').spec;

describe('by default', () => {
  test.each([[Replicas.fixed(1), 1], [Replicas.fixed(9), 1], [Replicas.fixed(10), '25%'], [Replicas.autoscaled(), 1], [Replicas.autoscaled({ minReplicas: 10 }), '25%'], [Replicas.external(30), '25%']])(
    'capacity never drops, and larger services roll faster', (replicas, maxSurge) => {
      expect(rolled({}, replicas).strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 0 } });
    });

  test('a pod has to hold for ten seconds, and a rollout gives up after ten minutes without progress', () => {
    expect(rolled({})).toMatchObject({ minReadySeconds: 10, progressDeadlineSeconds: 600, revisionHistoryLimit: 5 });
  });
});

describe('a strategy of cdk8s-plus', () => {
  test.each([
    ['numbers', DeploymentStrategy.rollingUpdate({ maxSurge: PercentOrAbsolute.absolute(2), maxUnavailable: PercentOrAbsolute.absolute(0) }),
      { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 }, type: 'RollingUpdate' }],
    ['percent', DeploymentStrategy.rollingUpdate({ maxSurge: PercentOrAbsolute.percent(50), maxUnavailable: PercentOrAbsolute.percent(5) }), { rollingUpdate: { maxSurge: '50%', maxUnavailable: '5%' }, type: 'RollingUpdate' }],
    ['recreation', DeploymentStrategy.recreate(), { type: 'Recreate' }],
  ])('is written as plain %s', (_, strategy, written) => {
    expect(rolled({ strategy }).strategy).toEqual(written);
  });

  test.each<[string, DeploymentStrategy, boolean]>([
    ['recreates', DeploymentStrategy.recreate(), true],
    ['may stop all three', DeploymentStrategy.rollingUpdate({ maxUnavailable: PercentOrAbsolute.absolute(3) }), true],
    ['may stop all by percent', DeploymentStrategy.rollingUpdate({ maxUnavailable: PercentOrAbsolute.percent(100) }), true],
    ['keeps one of three', DeploymentStrategy.rollingUpdate({ maxUnavailable: PercentOrAbsolute.percent(99) }), false],
    ['keeps most', DeploymentStrategy.rollingUpdate(), false],
  ])('is a finding where it stops all pods at once: it %s', (_, strategy, found) => {
    expect(Findings.of(web({ rollout: { strategy } })).map(({ id }) => id)).toEqual(found ? ['keep-pods-during-a-rollout'] : []);
  });

  test('refuses what is none', () => {
    expect(errorOf(() => rolled({ strategy: { type: 'Recreate' } as never }))).toMatchObject({ code: 'InvalidValue', property: 'rollout.strategy', allowed: 'a DeploymentStrategy of cdk8s-plus' });
  });
});

describe('the pace', () => {
  test('is as given, zero included', () => {
    const rollout = { minReady: Duration.seconds(0), progressDeadline: Duration.minutes(20), revisionHistoryLimit: 1 };

    expect(rolled(rollout)).toMatchObject({ minReadySeconds: 0, progressDeadlineSeconds: 1200, revisionHistoryLimit: 1 });
  });

  test('waits for a start that takes long', () => {
    const health = Health.http({ readiness: '/ready', liveness: '/live', startupBudget: Duration.minutes(30) });

    expect(objectOf(web({ health, rollout: { minReady: Duration.seconds(30) } }), 'Deployment').spec.progressDeadlineSeconds).toBe(1800 + 30 + 60);
  });

  test('refuses to give up before a pod may have started', () => {
    const health = Health.http({ readiness: '/ready', liveness: '/live', startupBudget: Duration.minutes(5) });

    expect(errorOf(() => web({ health, rollout: { progressDeadline: Duration.seconds(310) } }))).toMatchObject({
      code: 'InvalidValue', property: 'rollout.progressDeadline', value: '"310 s"', allowed: 'more than the 310 s a pod may take to start and be ready (startup budget and minReady)',
    });
    expect(objectOf(web({ health, rollout: { progressDeadline: Duration.seconds(311) } }), 'Deployment').spec.progressDeadlineSeconds).toBe(311);
  });

  test.each<[string, RolloutOptions, string]>([
    ['no old revision: nothing could be rolled back', { revisionHistoryLimit: 0 }, 'rollout.revisionHistoryLimit'], ['half seconds', { minReady: Duration.millis(500) }, 'rollout.minReady'],
    ['a number for a duration', { minReady: 10 as never }, 'rollout.minReady'], ['a negative limit', { revisionHistoryLimit: -1 }, 'rollout.revisionHistoryLimit'],
  ])('refuses %s', (_, rollout, property) => {
    expect(errorOf(() => rolled(rollout))).toMatchObject({ code: 'InvalidValue', property });
  });
});
