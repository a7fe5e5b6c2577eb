import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { type BlueGreenRelease, type CanaryRelease, DeploymentMigration, ProductionService, Replicas } from 'cdk8s-production';
import { errorOf, MINIMAL, one, synth } from '../helpers/manifests';
import { blueGreen, canary, objectsOf, rolloutOf } from '../helpers/release';
import { web } from '../helpers/service';

const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
const js = <T>(value: unknown): T => value as T;
const migration = DeploymentMigration.progressive(6);

describe.each<[string, (service?: Parameters<typeof web>[0]) => CanaryRelease | BlueGreenRelease]>([
  ['a canary', service => canary({ migration }, service)], ['blue-green', service => blueGreen({ migration }, service)],
])('the way to %s', (_, release) => {
  test('keeps the Deployment, as it runs', () => {
    const kept = release();
    const before = one(synth(Chart.of(web())), 'Deployment');

    expect(one(objectsOf(kept), 'Deployment')).toEqual(before);
    expect(kept.deployment).toMatchObject({ kind: 'Deployment', name: 'web' });
  });

  test('has a Rollout that refers to it, with as many pods as it has now', () => {
    const spec = rolloutOf(release());

    expect(spec).toMatchObject({ replicas: 6, selector: { matchLabels: SELECTOR }, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', scaleDown: 'progressively' } });
    expect(spec).not.toHaveProperty('template');
  });

  test('leaves the number of the Deployment to its manifest where that had one, and to the cluster where an autoscaler owned it', () => {
    const replicasOf = (replicas: Replicas) => one(objectsOf(release({ replicas })), 'Deployment').spec.replicas;

    expect([replicasOf(Replicas.fixed(4)), replicasOf(Replicas.autoscaled({ minReplicas: 3 })), replicasOf(Replicas.external(3))]).toEqual([4, undefined, undefined]);
  });

  test('has the autoscaler at the Rollout', () => {
    expect(one(objectsOf(release()), 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' });
  });

  test('has a deployer leave both numbers of pods alone', () => {
    const numbers = release().ignoredDifferences.filter(({ kind }) => kind !== 'Service');

    expect(numbers.map(({ group, kind, name, namespace, jqPathExpressions }) => ({ group, kind, name, namespace, jqPathExpressions }))).toEqual([
      { group: 'apps', kind: 'Deployment', name: 'web', namespace: 'shop', jqPathExpressions: ['.spec.replicas'] },
      { group: 'argoproj.io', kind: 'Rollout', name: 'web', namespace: 'shop', jqPathExpressions: ['.spec.replicas'] },
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

test.each<[what: string, migration: DeploymentMigration, property: string, value: string, fix: string]>([
  ['fewer pods than the service has at least', DeploymentMigration.progressive(2), 'migration.replicas', '2', "give the number of pods the Deployment has now, at least the service's 3"],
  ['half a pod', DeploymentMigration.progressive(3.5), 'migration.replicas', '3.5', "give the number of pods the Deployment has now, at least the service's 3"],
  ['a number as a text', DeploymentMigration.progressive(js('6')), 'migration.replicas', '"6"', 'write 6, without quotes'],
  ['no number', DeploymentMigration.progressive(js(undefined)), 'migration.replicas', 'nothing', "give the number of pods the Deployment has now, at least the service's 3"],
  ['true', js(true), 'migration', 'true', 'write DeploymentMigration.progressive(10)'],
])('refused is %s', (_, given, property, value, fix) => {
  for (const release of [() => canary({ migration: given }), () => blueGreen({ migration: given })]) {
    expect(errorOf(release)).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/release', property, value, fix });
  }
});
