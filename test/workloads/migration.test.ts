import { type Chart, Duration } from 'cdk8s';
import {
  CanaryDeployments, Environment, ExternalEndpoint, Findings, Migration, MigrationOrder, type MigrationProps, NamePrefix, ProductionService, type WorkloadProps,
} from 'cdk8s-production';
import { MIGRATION_PROPS } from '../../lib/workloads/migration-props';
import { jobManifestOf } from '../helpers/jobs';
import { errorOf, identities, type Manifest, MINIMAL, one, synth, testChart } from '../helpers/manifests';
import { meshChart } from '../helpers/release';
import { chartIn, web } from '../helpers/service';

const WAVE = 'argocd.argoproj.io/sync-wave';
const migrate = (props: Partial<MigrationProps> = {}, chart: Chart = testChart()): Migration => new Migration(chart, 'migration', { before: web({}, chart), ...props });
const objectsOf = (migration: Migration): Manifest[] => synth(migration.job.chart).filter(manifest => manifest.metadata.labels['app.kubernetes.io/name'] === 'migration');
const annotation = (migration: Migration, name: string): Record<string, string | undefined> => Object.fromEntries(
  synth(migration.job.chart).map(({ kind, metadata }) => [`${kind}/${metadata.name.replace(/-[a-z0-9]{10}$/, '')}`, metadata.annotations?.[name]]),
);

describe('a service alone', () => {
  const migration = migrate();
  const manifest = jobManifestOf(migration);

  test('gives a Job of its own image, an account and a policy of its own', () => {
    expect(identities(objectsOf(migration))).toEqual([`Job/${migration.job.name}`, 'NetworkPolicy/migration', 'ServiceAccount/migration']);
    expect(migration.job.name).toMatch(/^migration-[a-z0-9]{10}$/);
    expect(manifest.spec.template.spec).toMatchObject({
      automountServiceAccountToken: false, containers: [{ image: 'registry.example.com/shop/web:1.4.2', name: 'migration' }], restartPolicy: 'Never', serviceAccountName: 'migration',
    });
  });

  test('gives one pod at a time, three tries, one hour, and a log that stays', () => {
    const { template: _, ...settings } = manifest.spec;
    expect(settings).toEqual({
      activeDeadlineSeconds: 3600, backoffLimit: 2, completions: 1, parallelism: 1, podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ status: 'True', type: 'DisruptionTarget' }] }] }, podReplacementPolicy: 'Failed',
    });
  });

  test('comes after everything else, and the service\'s pods after it', () => {
    expect(annotation(migration, WAVE)).toEqual({
      'Deployment/web': '2',
      'HorizontalPodAutoscaler/web': '2',
      'Job/migration': '1',
      'NetworkPolicy/migration': undefined,
      'NetworkPolicy/web': undefined,
      'PodDisruptionBudget/web': '2',
      'Service/web': undefined,
      'ServiceAccount/migration': undefined,
      'ServiceAccount/web': undefined,
    });
  });
});

type Own = Required<Pick<MigrationProps, Exclude<keyof MigrationProps, keyof Omit<WorkloadProps, 'image'>>>>;

test('every prop of its own reaches the Job', () => {
  const chart = testChart();
  const own: Own = {
    before: web({}, chart),
    image: 'registry.example.com/shop/migrations:9.0.0',
    order: MigrationOrder.none(),
    deadline: Duration.hours(3),
    retries: 0,
    failOnExitCodes: [2],
    terminationGracePeriod: Duration.minutes(10),
  };
  expect(Object.keys(own).every(key => key in MIGRATION_PROPS)).toBe(true);
  const { metadata, spec } = jobManifestOf(new Migration(chart, 'migration', own));
  expect(metadata).not.toHaveProperty('annotations');
  expect(spec).toMatchObject({
    activeDeadlineSeconds: 10_800,
    backoffLimit: 0,
    podFailurePolicy: { rules: [{ action: 'Ignore' }, { action: 'FailJob', onExitCodes: { containerName: 'migration', operator: 'In', values: [2] } }] },
    template: { spec: { containers: [{ image: 'registry.example.com/shop/migrations:9.0.0' }], terminationGracePeriodSeconds: 600 } },
  });
});

test('runs once for each image of its service', () => {
  const nameWith = (image: string): string => {
    const chart = testChart();
    return new Migration(chart, 'migration', { before: web({ image }, chart), command: ['/migrate'] }).job.name;
  };
  expect(nameWith('registry.example.com/shop/web:1.4.3')).not.toBe(nameWith('registry.example.com/shop/web:1.4.2'));
  expect(nameWith('registry.example.com/shop/web:1.4.2')).toBe(nameWith('registry.example.com/shop/web:1.4.2'));
});

describe('by sync waves', () => {
  test('below zero, what it needs comes with it, and the service where it was', () => {
    const waves = annotation(migrate({ order: MigrationOrder.argoSyncWave(-1), files: { '/etc/a': 'b' } }), WAVE);
    expect(waves).toMatchObject({ 'Job/migration': '-1', 'ServiceAccount/migration': '-1', 'NetworkPolicy/migration': '-1', 'ConfigMap/migration-files': '-1', 'Deployment/web': '0' });
  });

  test('a second one before the same service puts it further back, never nearer', () => {
    const chart = testChart();
    const service = web({}, chart);
    new Migration(chart, 'first', { before: service, order: MigrationOrder.argoSyncWave(3) });
    new Migration(chart, 'second', { before: service });
    expect(one(synth(chart), 'Deployment').metadata.annotations[WAVE]).toBe('4');
  });

  test('a service that says its wave itself keeps it, if it comes after', () => {
    const chart = testChart();
    const service = web({ annotations: { [WAVE]: '7' } }, chart);
    new Migration(chart, 'migration', { before: service });
    expect(one(synth(chart), 'Deployment').metadata.annotations[WAVE]).toBe('7');
    expect(errorOf(() => new Migration(chart, 'late', { before: service, order: MigrationOrder.argoSyncWave(7) }))).toMatchObject({ code: 'ConflictingProperties', property: 'order.argoSyncWave' });
  });

  test.each(['before', 'after'])('every workload of a release comes after it, one that is made %s it too', when => {
    const chart = meshChart();
    const service = web({}, chart);
    const release = () => new CanaryDeployments(chart, 'release', { service, canary: { image: 'registry.example.com/shop/web:1.5.0' }, weight: 10 });
    if (when === 'before') { release(); }
    new Migration(chart, 'migration', { before: service });
    if (when === 'after') { release(); }
    const deployments = synth(chart).filter(({ kind }) => kind === 'Deployment');
    expect(deployments.length).toBe(2);
    expect(synth(chart).filter(({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.annotations[WAVE] === '2').length).toBe(2);
    for (const { metadata } of deployments) { expect(metadata.annotations[WAVE]).toBe('2'); }
  });
});

test('by an Argo CD hook it has one name, and brings what it needs a wave earlier', () => {
  const migration = migrate({ order: MigrationOrder.argoHook() });
  expect(migration.job.name).toBe('migration');
  for (const { kind, metadata } of objectsOf(migration)) {
    expect(metadata.annotations).toEqual({ 'argocd.argoproj.io/hook': 'PreSync', 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation', [WAVE]: kind === 'Job' ? '0' : '-1' });
  }
  expect(annotation(migration, WAVE)['Deployment/web']).toBeUndefined();
});

test('by a Helm hook likewise, by weights', () => {
  const migration = migrate({ order: MigrationOrder.helmHook(5) });
  expect(migration.job.name).toBe('migration');
  for (const { kind, metadata } of objectsOf(migration)) {
    expect(metadata.annotations).toEqual({ 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/hook-delete-policy': 'before-hook-creation', 'helm.sh/hook-weight': kind === 'Job' ? '5' : '4' });
  }
});

test('as a hook, a target of the same application is a finding: neither it nor its policy may be there', () => {
  const ids = (order: MigrationOrder): string[] => {
    const chart = testChart();
    const migration = migrate({ order }, chart);
    migration.connectTo(new ProductionService(chart, 'db', MINIMAL));
    migration.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'bank' }));
    expect(one(synth(chart), 'NetworkPolicy', 'db').spec.ingress[0].from).toEqual([{ podSelector: { matchLabels: migration.selectorLabels } }]);
    return Findings.of(migration).map(({ id }) => id);
  };
  expect([MigrationOrder.argoHook(), MigrationOrder.helmHook()].map(ids)).toEqual([['run-the-migration-after-its-database'], ['run-the-migration-after-its-database']]);
  expect([MigrationOrder.argoSyncWave(), MigrationOrder.none()].map(ids)).toEqual([[], []]);
});

test('synthesizes the same twice, and a composite of service and migration can be used twice', () => {
  const chart = testChart();
  for (const region of ['eu', 'us']) {
    const scope = new (class extends ProductionService {})(chart, region, MINIMAL);
    NamePrefix.on(scope, `${region}-`);
    new Migration(scope, 'migration', { before: scope });
  }
  expect(synth(chart)).toEqual(synth(chart));
});

test.each<[what: string, props: object, code: string, property: string]>([
  ['a prop it has not', { completions: 3 }, 'UnknownProperty', 'completions'],
  ['no service', { before: undefined }, 'InvalidValue', 'before'],
  ['the name of a service', { before: 'web' }, 'InvalidValue', 'before'],
  ['an order in words', { order: 'PreSync' }, 'InvalidValue', 'order'],
  ['half a wave', { order: MigrationOrder.argoSyncWave(0.5) }, 'InvalidValue', 'order.argoSyncWave'],
  ['a heavy weight', { order: MigrationOrder.helmHook(1e6) }, 'InvalidValue', 'order.helmHook'],
  ['a name that leaves no room for the hash', { name: 'a'.repeat(47) }, 'InvalidName', 'name'],
  ['a literal secret', { env: { DB_PASSWORD: 'hunter2' } }, 'SecretInManifest', 'env.DB_PASSWORD'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => migrate(props))).toMatchObject({ code, property, constructPath: 'chart/migration' });
});

test('refuses a service of another environment', () => {
  const staging = web({}, chartIn(Environment.staging()));
  expect(errorOf(() => new Migration(testChart(), 'migration', { before: staging }))).toMatchObject({ code: 'InvalidValue', property: 'before' });
});
