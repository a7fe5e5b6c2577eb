import { ApiObject, type App, Chart, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AccessMode, BlueGreenDeployments, CanaryRelease, Colour, Environment, KubernetesObject, PersistentVolumeClaim, type PersistentVolumeClaimProps, ProductionService,
  type ProductionServiceProps, Provisioner, Replicas, StorageClass, TrafficRouting, VolumeMode,
} from 'cdk8s-production';
import { watchClaims } from '../../lib/blocks/claim-access';
import { MINIMAL, testChart } from '../helpers/manifests';
import { meshChart } from '../helpers/release';
import { web } from '../helpers/service';

const { READ_ONLY_MANY, READ_WRITE_MANY, READ_WRITE_ONCE, READ_WRITE_ONCE_POD } = AccessMode;
/** One pod, which goes before the next one comes. */
const ALONE: Partial<ProductionServiceProps> = { replicas: Replicas.fixed(1), rollout: { strategy: kplus.DeploymentStrategy.recreate() } };

const rollingWith = (maxSurge: kplus.PercentOrAbsolute) => kplus.DeploymentStrategy.rollingUpdate({ maxSurge, maxUnavailable: kplus.PercentOrAbsolute.absolute(1) });
const claim = (chart: Chart, props: Partial<PersistentVolumeClaimProps> = {}, id = 'data') => new PersistentVolumeClaim(chart, id, { storage: Size.gibibytes(1), ...props });
const problemsOf = (chart: Chart) => chart.node.root.node.findAll().flatMap(construct => construct.node.validate());
const mounting = (modes: AccessMode[], props: Partial<ProductionServiceProps> = {}, readOnly?: boolean) => {
  const chart = testChart();
  web({ mounts: [{ path: '/data', volume: claim(chart, { accessModes: modes }), readOnly }], ...props }, chart);
  return problemsOf(chart);
};

describe('a claim for one node or one pod', () => {
  test.each([[READ_WRITE_ONCE], [READ_WRITE_ONCE_POD]])('%s serves a single pod that goes before the next one comes', mode => {
    expect(mounting([mode], ALONE)).toEqual([]);
    expect(mounting([mode], { ...ALONE, rollout: { strategy: rollingWith(kplus.PercentOrAbsolute.absolute(0)) } })).toEqual([]);
  });

  test('is refused for an autoscaled service, and everything is named', () => {
    expect(mounting([READ_WRITE_ONCE])).toEqual([[
      "VolumeConflict at 'chart/web', property 'mounts'",
      "  given:   PersistentVolumeClaim data (ReadWriteOnce) of 'chart/data'",
      '  allowed: pods on one node, so one pod at a time; the workload may have 10',
      '  fix:     use Replicas.fixed(1), or give the claim AccessMode.READ_WRITE_MANY and a class that can (shared files, such as NFS)',
    ].join('\n')]);
  });

  test.each<[string, Partial<ProductionServiceProps>, string]>([
    ['two replicas', { ...ALONE, replicas: Replicas.fixed(2) }, 'the workload may have 2'],
    ['an external autoscaler', { ...ALONE, replicas: Replicas.external(1) }, 'any number of pods'],
    ['a rolling update, which hangs at each release', { replicas: Replicas.fixed(1) }, 'starts the new pod beside the old one'],
    ['a surge in percent', { ...ALONE, rollout: { strategy: rollingWith(kplus.PercentOrAbsolute.percent(1)) } }, 'beside the old one'],
  ])('is refused with %s', (_, props, because) => {
    for (const mode of [READ_WRITE_ONCE, READ_WRITE_ONCE_POD]) {
      expect(mounting([mode], props)).toEqual([expect.stringContaining(because)]);
    }
  });

  test('is refused for a sidecar and an init container, too', () => {
    for (const kind of ['sidecars', 'initContainers'] as const) {
      const chart = testChart();
      web({ [kind]: [{ name: 'helper', image: MINIMAL.image, mounts: [{ path: '/data', volume: claim(chart) }] }] }, chart);

      expect(problemsOf(chart)).toHaveLength(1);
    }
  });

  test('is refused for two services, each with one pod', () => {
    const chart = testChart();
    const volume = claim(chart);
    for (const id of ['one', 'two']) { new ProductionService(chart, id, { ...MINIMAL, ...ALONE, mounts: [{ path: '/data', volume }] }); }

    expect(problemsOf(chart)).toEqual([expect.stringContaining("at 'chart/two'")]);
    expect(problemsOf(chart)[0]).toContain("'chart/one' mounts the claim, too");
  });

  test('serves one container after the other, and two of one pod', () => {
    const chart = testChart();
    const volume = claim(chart);
    const mounts = [{ path: '/data', volume }];
    web({ ...ALONE, mounts, sidecars: [{ name: 'helper', image: MINIMAL.image, mounts }] }, chart);

    expect(problemsOf(chart)).toEqual([]);
  });
});

describe('a release', () => {
  const released = (release: (service: ProductionService) => unknown, props: Partial<ProductionServiceProps> = {}, chart = testChart()) => {
    release(web({ replicas: Replicas.fixed(1), mounts: [{ path: '/data', volume: claim(chart) }], ...props }, chart));
    return problemsOf(chart).filter(problem => problem.startsWith('VolumeConflict'));
  };

  test('by a Rollout runs new pods beside the old ones', () => {
    const problems = released(service => new CanaryRelease(Chart.of(service), 'release', { service, traffic: TrafficRouting.istio() }), { replicas: Replicas.fixed(10) }, meshChart());

    expect(problems).toEqual([expect.stringContaining('the workload may have 10')]);
  });

  test('by two Deployments is two workloads', () => {
    const problems = released(service => new BlueGreenDeployments(Chart.of(service), 'release', {
      service, active: Colour.BLUE, images: { blue: MINIMAL.image, green: MINIMAL.image },
    }), ALONE);

    expect(problems).toEqual([expect.stringContaining('mounts the claim, too')]);
  });

  test('by Flagger runs a copy', () => {
    const chart = meshChart();
    const service = web({ ...ALONE, replicas: Replicas.fixed(1), mounts: [{ path: '/data', volume: claim(chart) }] }, chart);
    new ApiObject(chart, 'canary', { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name: 'web' }, spec: { targetRef: { kind: 'Deployment', name: service.workload.name } } });

    expect(problemsOf(chart)).toEqual([expect.stringContaining("Flagger runs a copy of the workload beside it for 'chart/canary'")]);
  });
});

describe('a claim for many nodes', () => {
  test.each<[string, AccessMode[], boolean | undefined]>([
    ['is written by all', [READ_WRITE_MANY], undefined], ['is written by all, whatever else it can', [READ_WRITE_ONCE, READ_WRITE_MANY], false],
    ['is read by all', [READ_ONLY_MANY], undefined], ['is read by all where it could be written by one', [READ_WRITE_ONCE, READ_ONLY_MANY], true],
  ])('%s', (_, modes, readOnly) => {
    expect(mounting(modes, {}, readOnly)).toEqual([]);
  });

  test('that reads only is refused where a volume of cdk8s-plus would be written', () => {
    const chart = testChart();
    const data = claim(chart, { accessModes: [READ_ONLY_MANY] });
    web({ mounts: [{ path: '/data', volume: kplus.Volume.fromPersistentVolumeClaim(chart, 'volume', data) }] }, chart);

    expect(problemsOf(chart)).toEqual([expect.stringContaining('reading only: the claim has no access mode to write by')]);
  });

  test('that one may write and many may read is refused where many write', () => {
    expect(mounting([READ_WRITE_ONCE, READ_ONLY_MANY])).toEqual([expect.stringContaining('the workload may have 10')]);
  });
});

describe('whoever made the claim', () => {
  const using = (make: (chart: Chart) => unknown, chart = testChart()) => {
    make(chart);
    web({ mounts: [{ path: '/data', volume: kplus.Volume.fromPersistentVolumeClaim(chart, 'volume', kplus.PersistentVolumeClaim.fromClaimName(chart, 'ref', 'data')) }] }, chart);
    return problemsOf(chart);
  };

  test('it is looked at', () => {
    const metadata = { name: 'data' };
    expect(using(chart => new kplus.PersistentVolumeClaim(chart, 'made', { metadata, storage: Size.gibibytes(1), accessModes: [kplus.PersistentVolumeAccessMode.READ_WRITE_ONCE] }))).toHaveLength(1);
    expect(using(chart => new ApiObject(chart, 'made', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: { accessModes: ['ReadWriteOnce'] } }))).toHaveLength(1);
    expect(using(chart => claim(chart).resource.patch({ spec: { accessModes: ['ReadWriteMany'] } }))).toEqual([]);
  });

  test('a claim that is not in the tree, in another namespace or of another environment passes', () => {
    expect(using(() => undefined)).toEqual([]);
    expect(using(chart => claim(new Chart(chart.node.root as App, 'other', { namespace: 'other' })))).toEqual([]);
    expect(using(chart => {
      const other = new Chart(chart.node.root as App, 'other', { namespace: 'shop' });
      Environment.staging().attachTo(other);
      claim(other);
    })).toEqual([]);
  });

  test('a claim of another chart of the namespace does not', () => {
    expect(using(chart => claim(new Chart(chart.node.root as App, 'other', { namespace: 'shop' })))).toHaveLength(1);
  });
});

test('sees what patches say: of the volume, of the number of pods', () => {
  const chart = testChart();
  claim(chart);
  const service = web({ ...ALONE, replicas: Replicas.fixed(1) }, chart);
  service.workload.patch({ spec: { template: { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }], containers: [{ name: 'web', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] } } } });
  expect(problemsOf(chart)).toEqual([]);

  service.workload.addJsonPatch(JsonPatch.replace('/spec/replicas', 2));
  expect(problemsOf(chart)).toEqual([expect.stringContaining('the workload may have 2')]);
});

test('refuses a raw device at a path', () => {
  const chart = testChart();
  web({ ...ALONE, mounts: [{ path: '/data', volume: claim(chart, { volumeMode: VolumeMode.BLOCK }) }] }, chart);

  expect(problemsOf(chart)).toEqual([expect.stringContaining('this one is a raw device')]);
});

describe('other kinds of workloads', () => {
  const pod = { template: { spec: { containers: [{ name: 'a', volumeMounts: [{ name: 'data', mountPath: '/data' }] }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } } };
  const running = (kind: string, spec: object, most?: number) => {
    const chart = testChart();
    claim(chart);
    const apiVersion = kind.endsWith('Job') ? 'batch/v1' : kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1';
    watchClaims(new KubernetesObject(chart, 'workload', { apiVersion, kind, name: 'workload', content: { spec: () => spec } }), most === undefined ? undefined : () => most);
    return problemsOf(chart);
  };

  test.each<[string, string, object]>([
    ['a StatefulSet of one pod', 'StatefulSet', { replicas: 1, ...pod }],
    ['a StatefulSet that says no number', 'StatefulSet', pod],
    ['a Deployment of no pods', 'Deployment', { replicas: 0, ...pod }],
    ['a Job of one pod', 'Job', pod],
    ['a CronJob whose runs do not overlap', 'CronJob', { concurrencyPolicy: 'Forbid', jobTemplate: { spec: pod } }],
    ['a CronJob whose runs replace each other', 'CronJob', { concurrencyPolicy: 'Replace', jobTemplate: { spec: pod } }],
    ['a Rollout without a surge', 'Rollout', { replicas: 1, strategy: { canary: { maxSurge: 0 } }, ...pod }],
    ['a Rollout that refers to a Deployment', 'Rollout', { replicas: 3, strategy: { canary: {} }, workloadRef: { name: 'a' } }],
    ['a workload without volumes', 'Deployment', { replicas: 3, template: { spec: { containers: [{ name: 'a' }] } } }],
  ])('%s may use it', (_, kind, spec) => {
    expect(running(kind, spec)).toEqual([]);
  });

  test.each<[string, string, object, string]>([
    ['a StatefulSet of two pods', 'StatefulSet', { replicas: 2, ...pod }, 'the workload may have 2'],
    ['a DaemonSet', 'DaemonSet', pod, 'any number of pods'],
    ['a Job of several pods', 'Job', { parallelism: 4, ...pod }, 'the workload may have 4'],
    ['a CronJob whose runs overlap', 'CronJob', { jobTemplate: { spec: pod } }, 'one run may begin before the last one has ended'],
    ['a CronJob of several pods', 'CronJob', { concurrencyPolicy: 'Forbid', jobTemplate: { spec: { parallelism: 2, ...pod } } }, 'let one pod work at a time'],
    ['a canary', 'Rollout', { replicas: 1, strategy: { canary: {} }, ...pod }, 'a release runs new pods beside the old ones'],
    ['a canary with a router', 'Rollout', { replicas: 1, strategy: { canary: { maxSurge: 0, trafficRouting: {} } }, ...pod }, 'a release runs new pods'],
    ['a blue-green release', 'Rollout', { replicas: 1, strategy: { blueGreen: {} }, ...pod }, 'a release runs new pods'],
  ])('%s is refused', (_, kind, spec, because) => {
    expect(running(kind, spec)).toEqual([expect.stringContaining(because)]);
  });

  test('a StatefulSet with an autoscaler is refused', () => {
    expect(running('StatefulSet', pod, 3)).toEqual([expect.stringContaining('the workload may have 3')]);
  });
});

test('costs nothing where there is no claim: nothing is rendered', () => {
  const chart = testChart();
  new StorageClass(chart, 'fast', { provisioner: Provisioner.awsEbs() });
  const service = web({}, chart);
  const toJson = jest.spyOn(service.workload, 'toJson');
  problemsOf(chart);

  expect(toJson).not.toHaveBeenCalled();
});
