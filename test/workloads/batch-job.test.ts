import { Chart, Duration } from 'cdk8s';
import { BatchJob, type BatchJobProps, CleanUp, Completions, Environment, Findings, MeshProfile, Spread, type WorkloadProps } from 'cdk8s-production';
import { BATCH_JOB_PROPS } from '../../lib/workloads/batch-job-props';
import { fees, jobManifestOf } from '../helpers/jobs';
import { errorOf, identities, synth, testChart } from '../helpers/manifests';
import { chartIn, web } from '../helpers/service';

const IGNORE = { action: 'Ignore', onPodConditions: [{ status: 'True', type: 'DisruptionTarget' }] };
const settingsOf = (job: BatchJob) => {
  const { template: _, ...settings } = jobManifestOf(job).spec;
  return settings;
};

describe('an image', () => {
  const job = fees();
  const manifest = jobManifestOf(job);

  test('gives exactly these objects', () => {
    expect(identities(synth(Chart.of(job)))).toEqual([`Job/${job.job.name}`, 'NetworkPolicy/fees', 'ServiceAccount/fees']);
    expect(job.job.name).toMatch(/^fees-[a-z0-9]{10}$/);
    expect(job.name).toBe('fees');
  });

  test('gives a Job that is tried three times and ends within a day, and stays with its log', () => {
    expect(settingsOf(job)).toEqual({ activeDeadlineSeconds: 86_400, backoffLimit: 2, completions: 1, parallelism: 1, podFailurePolicy: { rules: [IGNORE] }, podReplacementPolicy: 'Failed' });
    expect(manifest.spec.template.spec).toMatchObject({ restartPolicy: 'Never', serviceAccountName: 'fees', terminationGracePeriodSeconds: 30 });
    expect(manifest.spec.template.spec).not.toHaveProperty('topologySpreadConstraints');
    expect(Findings.of(job)).toEqual([]);
  });
});

type Own = Required<Pick<BatchJobProps, Exclude<keyof BatchJobProps, keyof WorkloadProps>>>;

test('every prop of its own reaches the Job', () => {
  const own: Own = {
    completions: Completions.indexed(40, { parallelism: 8, retriesPerIndex: 1 }),
    deadline: Duration.hours(5),
    cleanUp: CleanUp.after(Duration.hours(24), 'applied once, by hand'),
    fixedName: true,
    retries: 9,
    failOnExitCodes: [42],
    terminationGracePeriod: Duration.seconds(90),
  };
  expect(Object.keys(own).every(key => key in BATCH_JOB_PROPS)).toBe(true);

  const job = fees(own);
  expect(job.job.name).toBe('fees');
  expect(settingsOf(job)).toEqual({
    activeDeadlineSeconds: 18_000,
    backoffLimit: 9,
    backoffLimitPerIndex: 1,
    completionMode: 'Indexed',
    completions: 40,
    parallelism: 8,
    podFailurePolicy: { rules: [IGNORE, { action: 'FailIndex', onExitCodes: { containerName: 'fees', operator: 'In', values: [42] } }] },
    podReplacementPolicy: 'Failed',
    ttlSecondsAfterFinished: 86_400,
  });
  expect(jobManifestOf(job).spec.template.spec.terminationGracePeriodSeconds).toBe(90);
});

test('indexes have tries of their own, so the Job as a whole has no limit unless one is said', () => {
  expect(settingsOf(fees({ completions: Completions.indexed(5) }))).not.toHaveProperty('backoffLimit');
});

test('several pods at a time are kept apart, by the Job they belong to', () => {
  const spec = jobManifestOf(fees({ completions: Completions.workQueue(3) })).spec.template.spec;
  expect(spec.topologySpreadConstraints.map((constraint: { topologyKey: string; matchLabelKeys: string[] }) => [constraint.topologyKey, constraint.matchLabelKeys])).toEqual([
    ['topology.kubernetes.io/zone', ['batch.kubernetes.io/controller-uid']], ['kubernetes.io/hostname', ['batch.kubernetes.io/controller-uid']],
  ]);
});

describe('its name', () => {
  const name = (props: Partial<BatchJobProps> = {}, change: (job: BatchJob) => void = () => undefined): string => {
    const job = fees(props);
    change(job);
    expect(jobManifestOf(job).metadata.name).toBe(job.job.name);
    return job.job.name;
  };

  test('is the same for the same', () => {
    expect(name()).toBe(name());
    expect(name({ env: { A: '1', B: '2' } })).toBe(name({ env: { A: '1', B: '2' } }));
  });

  test.each<[what: string, props: Partial<BatchJobProps>, change?: (job: BatchJob) => void]>([
    ['an image', { image: 'registry.example.com/shop/fees:1.4.3' }],
    ['a variable', { env: { A: '1' } }],
    ['a file', { files: { '/etc/a': 'b' } }],
    ['the number of completions', { completions: Completions.fixed(2) }],
    ['a connection', {}, job => job.connectTo(web({}, Chart.of(job)))],
    ['a patch to the pods', {}, job => job.job.patch({ spec: { template: { spec: { hostname: 'pinned' } } } })],
  ])('is another after a change of %s', (_, ...[props, change]) => {
    expect(name(props, change)).not.toBe(name());
  });

  test.each<[what: string, props: Partial<BatchJobProps>, change?: (job: BatchJob) => void]>([
    ['the deadline', { deadline: Duration.hours(2) }],
    ['the retries', { retries: 7 }],
    ['who removes it', { cleanUp: CleanUp.after(Duration.hours(1), 'applied once, by hand') }],
    ['an annotation by a patch', {}, job => job.job.patch({ metadata: { annotations: { a: 'b' } } })],
  ])('stays after a change of %s, which the API server takes', (_, ...[props, change]) => {
    expect(name(props, change)).toBe(name());
  });

  test('does not hide an error', () => {
    const job = fees();
    job.job.patch({ spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': 'x' } } } } });
    expect(errorOf(() => job.job.name)).toMatchObject({ code: 'InvalidPatch' });
    expect(errorOf(() => job.job.toJson())).toMatchObject({ code: 'InvalidPatch' });
  });
});

test('synthesizes the same twice, and two of them do not collide', () => {
  const chart = testChart();
  fees({}, chart);
  new BatchJob(chart, 'other', { image: 'registry.example.com/shop/fees:1.4.2' });
  expect(synth(chart)).toEqual(synth(chart));
});

test('a mesh whose proxy may outlive it is a finding', () => {
  expect(Findings.of(fees({}, chartIn(Environment.production({ mesh: MeshProfile.istio() })))).map(({ id }) => id)).toEqual(['let-the-proxy-end']);
});

test.each<[what: string, props: object, code: string, property: string]>([
  ['a prop it has not', { schedule: '@daily' }, 'UnknownProperty', 'schedule'],
  ['a number of completions', { completions: 3 }, 'InvalidValue', 'completions'],
  ['a deadline of a moment', { deadline: Duration.seconds(1) }, 'InvalidValue', 'deadline'],
  ['a text for fixedName', { fixedName: 'yes' }, 'InvalidValue', 'fixedName'],
  ['a name that leaves no room for the hash', { name: 'a'.repeat(47) }, 'InvalidName', 'name'],
  ['a fixed name that leaves no room for its pods', { name: 'a'.repeat(58), fixedName: true }, 'InvalidName', 'name'],
  ['a TTL that nobody vouches for', { cleanUp: CleanUp.after(Duration.hours(1), 'short') }, 'MissingValue', 'cleanUp.after'],
  ['fewer pods at a time than zones', { completions: Completions.fixed(9, { parallelism: 2 }), placement: { spread: Spread.overZones(3) } }, 'UnsatisfiablePlacement', 'placement.spread.overZones'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => fees(props))).toMatchObject({ code, property, constructPath: 'chart/fees' });
});
