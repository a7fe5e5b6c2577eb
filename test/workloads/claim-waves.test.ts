import { ApiObject, type App, Chart, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AccessMode, BatchJob, BlueGreenDeployments, Colour, Environment, Migration, MigrationOrder, PersistentVolumeClaim, type PersistentVolumeClaimProps, ProductionService, ScheduledJob,
} from 'cdk8s-production';
import { WAVE } from '../../lib/workloads/claim-waves';
import { NIGHTLY } from '../helpers/jobs';
import { type Manifest, MINIMAL, one, synth, testChart } from '../helpers/manifests';

const SHARED = { storage: Size.gibibytes(1), accessModes: [AccessMode.READ_WRITE_MANY] };
const claim = (chart: Chart, props: Partial<PersistentVolumeClaimProps> = {}, id = 'data') => new PersistentVolumeClaim(chart, id, { ...SHARED, ...props });
/** By its name: the claim itself may come later. */
const mounting = (chart: Chart, id: string) => [{ path: '/data', volume: kplus.Volume.fromPersistentVolumeClaim(chart, `volume-${id}`, kplus.PersistentVolumeClaim.fromClaimName(chart, `ref-${id}`, 'data')) }];
const service = (chart: Chart, id = 'web', annotations?: Record<string, string>) => new ProductionService(chart, id, { ...MINIMAL, annotations, mounts: mounting(chart, id) });
const migrate = (before: ProductionService, order?: MigrationOrder, chart = Chart.of(before)) => new Migration(chart, 'migration', { before, order });
const claimOf = (chart: Chart): Manifest => one(synth(chart), 'PersistentVolumeClaim', 'data');
const waveOf = (chart: Chart): string | undefined => claimOf(chart).metadata.annotations?.[WAVE];

describe('a claim that only the pods of a service with a migration mount', () => {
  test.each<[string, (chart: Chart) => unknown]>([
    ['claim, service, migration', chart => { claim(chart); migrate(service(chart)); }],
    ['service, claim, migration', chart => { const web = service(chart); claim(chart); migrate(web); }],
    ['service, migration, claim', chart => { migrate(service(chart)); claim(chart); }],
    ['service and migration, its chart, claim', chart => { migrate(service(chart)); claim(new Chart(chart, 'inner', { namespace: 'shop' })); }],
  ])('comes in the wave of its workload, made in the order of %s', (_, make) => {
    const chart = testChart();
    make(chart);
    const manifests = chart.node.findAll().filter(construct => construct instanceof Chart).flatMap(synth);

    expect(one(manifests, 'Deployment').metadata.annotations[WAVE]).toBe('2');
    expect(one(manifests, 'PersistentVolumeClaim').metadata.annotations).toMatchObject({ [WAVE]: '2' });
  });

  test('comes in it as the object of another library as well', () => {
    const chart = testChart();
    migrate(service(chart));
    new ApiObject(chart, 'claim', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteMany'] } });

    expect(claimOf(chart).metadata.annotations).toEqual({ [WAVE]: '2' });
  });

  test('follows the last migration, the wave that the service says itself, and what patches mount', () => {
    const chart = testChart();
    const web = service(chart);
    migrate(web);
    new Migration(chart, 'later', { before: web, order: MigrationOrder.argoSyncWave(4) });
    claim(chart);
    expect(waveOf(chart)).toBe('5');

    const own = testChart();
    migrate(service(own, 'web', { [WAVE]: '7' }));
    claim(own);
    expect(waveOf(own)).toBe('7');

    web.workload.addJsonPatch(JsonPatch.replace('/spec/template/spec/volumes', [{ name: 'data', emptyDir: {} }]));
    expect(waveOf(chart)).toBeUndefined();
  });

  test('comes with the Deployments of its release', () => {
    const chart = testChart();
    const web = service(chart);
    new BlueGreenDeployments(chart, 'release', { service: web, active: Colour.BLUE, images: { blue: MINIMAL.image, green: MINIMAL.image } });
    migrate(web);
    claim(chart);

    expect(waveOf(chart)).toBe('2');
  });

  test('keeps a wave that it says itself, at construction or later', () => {
    const chart = testChart();
    migrate(service(chart));
    const data = claim(chart, { annotations: { [WAVE]: '-3' } });
    expect(waveOf(chart)).toBe('-3');

    data.resource.patch({ metadata: { annotations: { [WAVE]: '1' } } });
    expect(waveOf(chart)).toBe('1');
  });
});

describe('a claim that another workload mounts, too', () => {
  const shared = (other: (chart: Chart, mounts: ReturnType<typeof mounting>) => unknown, order?: MigrationOrder) => {
    const chart = testChart();
    migrate(service(chart), order);
    other(chart, mounting(chart, 'other'));
    claim(chart);
    return waveOf(chart);
  };

  test('stays where a CronJob, a Job or a service of an earlier wave needs it', () => {
    expect(shared((chart, mounts) => new ScheduledJob(chart, 'report', { ...NIGHTLY, mounts }))).toBeUndefined();
    expect(shared((chart, mounts) => new BatchJob(chart, 'fees', { image: MINIMAL.image, mounts }))).toBeUndefined();
    expect(shared((chart, mounts) => new ProductionService(chart, 'other', { ...MINIMAL, mounts }))).toBeUndefined();
    expect(shared((chart, mounts) => new ProductionService(chart, 'other', { ...MINIMAL, mounts, annotations: { [WAVE]: 'none' } }))).toBeUndefined();
  });

  test('comes with the first of them', () => {
    const at = (wave: string) => shared((chart, mounts) => new ProductionService(chart, 'other', { ...MINIMAL, mounts, annotations: { [WAVE]: wave } }));
    expect([at('1'), at('3'), at('-2')]).toEqual(['1', '2', '-2']);
  });

  test('comes with the migration that mounts it', () => {
    for (const [order, wave] of [[undefined, '1'], [MigrationOrder.argoSyncWave(-1), '-1']] as const) {
      const chart = testChart();
      new Migration(chart, 'migration', { before: new ProductionService(chart, 'web', MINIMAL), order, mounts: mounting(chart, 'migration') });
      claim(chart);
      expect(waveOf(chart)).toBe(wave);
    }
  });
});

test('leaves alone claims of other services, namespaces and environments, and those of no service', () => {
  const chart = testChart();
  const app = chart.node.root as App;
  migrate(service(chart));
  const namespace = new Chart(app, 'namespace', { namespace: 'other' });
  const environment = new Chart(app, 'environment', { namespace: 'shop' });
  Environment.staging().attachTo(environment);
  const alone = new Chart(app, 'alone', { namespace: 'alone' });
  service(alone, 'elsewhere', { [WAVE]: '3' });
  for (const other of [namespace, environment, alone]) { claim(other); }
  claim(chart, {}, 'unused');

  expect([namespace, environment, alone].map(waveOf)).toEqual([undefined, undefined, undefined]);
  expect(one(synth(chart), 'PersistentVolumeClaim').metadata.annotations).not.toHaveProperty([WAVE]);
});

test.each([MigrationOrder.argoHook(), MigrationOrder.helmHook(), MigrationOrder.none()])('another order gives claims no wave', order => {
  const chart = testChart();
  claim(chart);
  migrate(service(chart), order);

  expect(waveOf(chart)).toBeUndefined();
});

test('synthesizes the same twice, and renders no workload where there is no claim', () => {
  const chart = testChart();
  const web = service(chart);
  migrate(web);
  const toJson = jest.spyOn(web.workload, 'toJson');
  chart.node.root.node.validate();
  expect(toJson).not.toHaveBeenCalled();

  claim(chart);
  expect(synth(chart)).toEqual(synth(chart));
});
