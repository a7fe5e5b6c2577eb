import { App, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { type BlueGreenRelease, type CanaryRelease, DeploymentMigration, ProductionService, Replicas } from 'cdk8s-production';
import { errorOf, MINIMAL, one, synth } from '../helpers/manifests';
import { blueGreen, canary, objectsOf, rolloutOf } from '../helpers/release';
import { web } from '../helpers/service';

const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
const js = <T>(value: unknown): T => value as T;
const migration = DeploymentMigration.fromRunning(6);

describe.each<[string, (service?: Parameters<typeof web>[0]) => CanaryRelease | BlueGreenRelease]>([
  ['a canary', service => canary({ migration }, service)], ['blue-green', service => blueGreen({ migration }, service)],
])('the way to %s', (_, release) => {
  test('keeps the Deployment, as it runs, but for the label that tells revisions apart: the template is the one that the Rollout will hold', () => {
    const kept = release();
    const before = JSON.stringify(one(synth(Chart.of(web())), 'Deployment'));
    const withoutWay = JSON.stringify(rolloutOf(_ === 'a canary' ? canary() : blueGreen()).template);

    expect(JSON.stringify(one(objectsOf(kept), 'Deployment'))).toBe(before.replaceAll('"pod-template-hash"', '"rollouts-pod-template-hash"'));
    expect(JSON.stringify(one(objectsOf(kept), 'Deployment').spec.template)).toBe(withoutWay);
    expect(kept.deployment).toMatchObject({ kind: 'Deployment', name: 'web' });
  });

  test('has a Rollout that refers to it, states no number that an autoscaler owns, and is healthy only when that has looked', () => {
    const spec = rolloutOf(release());

    expect(spec).toMatchObject({ minReadySeconds: 30, selector: { matchLabels: SELECTOR }, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', scaleDown: 'onsuccess' } });
    expect(Object.keys(spec).filter(key => key === 'template' || key === 'replicas')).toEqual([]);
  });

  test('has a Rollout that takes fixed pods over one by one', () => {
    const spec = rolloutOf(release({ replicas: Replicas.fixed(6) }));

    expect(spec).toMatchObject({ replicas: 6, minReadySeconds: 10, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', scaleDown: 'progressively' } });
    expect(spec).not.toHaveProperty('template');
  });

  test('keeps a longer minReady', () => {
    expect(rolloutOf(release({ rollout: { minReady: Duration.seconds(45) } })).minReadySeconds).toBe(45);
  });

  test('leaves the number of the Deployment to its manifest where that had one, and to the cluster where an autoscaler owned it', () => {
    const replicasOf = (replicas: Replicas) => one(objectsOf(release({ replicas })), 'Deployment').spec.replicas;

    expect([replicasOf(Replicas.fixed(6)), replicasOf(Replicas.autoscaled({ minReplicas: 3 })), replicasOf(Replicas.external(3))]).toEqual([6, undefined, undefined]);
  });

  test('has the autoscaler at the Rollout, and goes no lower than now', () => {
    const { spec } = one(objectsOf(release()), 'HorizontalPodAutoscaler');

    expect(spec.scaleTargetRef).toEqual({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' });
    expect([spec.minReplicas, spec.maxReplicas]).toEqual([6, 10]);
  });

  test('has a deployer leave the number of the Deployment alone', () => {
    const numbers = release().ignoredDifferences.filter(({ kind }) => kind !== 'Service');

    expect(numbers.map(({ group, kind, name, namespace, jqPathExpressions }) => ({ group, kind, name, namespace, jqPathExpressions }))).toEqual([
      { group: 'apps', kind: 'Deployment', name: 'web', namespace: 'shop', jqPathExpressions: ['.spec.replicas'] },
    ]);
  });

  test('lets the two select the same pods, and nobody else', () => {
    const made = release();
    expect(() => App.of(made).synthYaml()).not.toThrow();
    expect(['Deployment', 'Rollout'].map(kind => one(objectsOf(made), kind).spec.selector)).toEqual([{ matchLabels: SELECTOR }, { matchLabels: SELECTOR }]);

    new ProductionService(Chart.of(made), 'other', { ...MINIMAL, selectorLabels: SELECTOR });
    expect(() => App.of(made).synthYaml()).toThrow(/DuplicateIdentity/);
  });

  test('lets the Deployment be patched, apart from the Rollout', () => {
    const made = release();
    made.deployment!.patch({ metadata: { annotations: { note: 'goes soon' } } });

    expect(['Deployment', 'Rollout'].map(kind => one(objectsOf(made), kind).metadata.annotations.note)).toEqual(['goes soon', undefined]);
  });

  test('gives the same bytes when synthesized twice', () => {
    const made = release();

    expect(JSON.stringify(objectsOf(made))).toBe(JSON.stringify(objectsOf(made)));
  });
});

test.each([['a canary', canary], ['blue-green', blueGreen]])('the way to %s ends with the prop: the Rollout holds the template itself, and states no number that an autoscaler owns', (_, release) => {
  const after = release();

  expect(Object.keys(rolloutOf(after))).toEqual(expect.arrayContaining(['selector', 'template']));
  expect(Object.keys(rolloutOf(after)).filter(key => key === 'replicas' || key === 'workloadRef')).toEqual([]);
  expect(after.deployment).toBeUndefined();
});

test('a Deployment whose strategy its manifest states cannot be taken over', () => {
  expect(errorOf(() => canary({ migration }, { rollout: { strategy: kplus.DeploymentStrategy.recreate() } }))).toMatchObject({ code: 'ConflictingProperties', property: 'service' });
});

test.each<[what: string, replicas: Replicas, migration: DeploymentMigration, property: string, value: string, fix: string]>([
  ['fewer pods than the service has at least', Replicas.autoscaled(), DeploymentMigration.fromRunning(2), 'migration.replicas', '2', "give the number of pods the Deployment has now, or change the service's bounds, 3 to 10, first"],
  ['more pods than the service may have', Replicas.autoscaled(), DeploymentMigration.fromRunning(11), 'migration.replicas', '11', "give the number of pods the Deployment has now, or change the service's bounds, 3 to 10, first"],
  ['another number than the fixed one', Replicas.fixed(4), DeploymentMigration.fromRunning(6), 'migration.replicas', '6', 'set replicas: Replicas.fixed(…) to the number of pods the Deployment has now, and give 4 here'],
  ['half a pod', Replicas.external(3), DeploymentMigration.fromRunning(3.5), 'migration.replicas', '3.5', "give the number of pods the Deployment has now, or change the service's bounds, 3 or more, first"],
  ['a number as a text', Replicas.autoscaled(), DeploymentMigration.fromRunning(js('6')), 'migration.replicas', '"6"', 'write 6, without quotes'],
  ['no number', Replicas.autoscaled(), DeploymentMigration.fromRunning(js(undefined)), 'migration.replicas', 'nothing', "give the number of pods the Deployment has now, or change the service's bounds, 3 to 10, first"],
  ['true', Replicas.autoscaled(), js(true), 'migration', 'true', 'write DeploymentMigration.fromRunning(10)'],
])('refused is %s', (_, replicas, given, property, value, fix) => {
  for (const release of [() => canary({ migration: given }, { replicas }), () => blueGreen({ migration: given }, { replicas })]) {
    expect(errorOf(release)).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/release', property, value, fix });
  }
});
