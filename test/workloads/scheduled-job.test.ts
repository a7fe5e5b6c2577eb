import { App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import { NetworkPolicy } from 'cdk8s-plus-28';
import { CleanUp, Concurrency, Environment, ExternalEndpoint, Findings, Identity, KubernetesVersion, MeshProfile, ScheduledJob, type ScheduledJobProps, Spread, type WorkloadProps } from 'cdk8s-production';
import { SCHEDULED_JOB_PROPS } from '../../lib/workloads/scheduled-job-props';
import { cronJobOf, jobOf, NIGHTLY, report } from '../helpers/jobs';
import { errorOf, identities, one, synth, testChart } from '../helpers/manifests';
import { chartIn, web } from '../helpers/service';

const SELECTOR = { 'app.kubernetes.io/instance': 'report', 'app.kubernetes.io/name': 'report' };
const LABELS = { ...SELECTOR, 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/version': '1.4.2' };
const forVersion = (version: KubernetesVersion, props: Partial<ScheduledJobProps> = {}): ScheduledJob => report(props, chartIn(Environment.production({ kubernetesVersion: version })));
const HELPER = { name: 'helper', image: 'registry.example.com/shop/helper:1.0.0' };

describe('an image and a schedule', () => {
  const job = report();
  const manifests = synth(Chart.of(job));

  test('give exactly these objects', () => {
    expect(identities(manifests)).toEqual(['CronJob/report', 'NetworkPolicy/report', 'ServiceAccount/report']);
    for (const manifest of manifests) { expect(manifest.metadata).toMatchObject({ name: 'report', namespace: 'shop', labels: LABELS }); }
  });

  test('give a CronJob that never runs twice at a time, never hangs, and says when', () => {
    const { jobTemplate, ...rest } = cronJobOf(job);
    expect(rest).toEqual({
      concurrencyPolicy: 'Forbid', failedJobsHistoryLimit: 3, schedule: '0 4 * * *', startingDeadlineSeconds: 600, successfulJobsHistoryLimit: 3, timeZone: 'Etc/UTC',
    });
    const { template: _, ...settings } = jobTemplate.spec;
    expect(jobTemplate.metadata).toEqual({ labels: LABELS });
    expect(settings).toEqual({
      activeDeadlineSeconds: 86_400, backoffLimit: 2, podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ status: 'True', type: 'DisruptionTarget' }] }] }, podReplacementPolicy: 'Failed',
    });
  });

  test('give a pod as every workload\'s, but for checks, ports and spread', () => {
    const { metadata, spec } = jobOf(job).template;
    expect(metadata).toEqual({ labels: LABELS });
    expect(spec).toEqual({
      automountServiceAccountToken: false,
      containers: [{
        image: 'registry.example.com/shop/report:1.4.2',
        imagePullPolicy: 'Always',
        name: 'report',
        resources: { limits: { 'cpu': '500m', 'ephemeral-storage': '512Mi', 'memory': '512Mi' }, requests: { 'cpu': '250m', 'ephemeral-storage': '512Mi', 'memory': '256Mi' } },
        securityContext: expect.objectContaining({ readOnlyRootFilesystem: true, runAsUser: 10001 }),
        volumeMounts: [{ mountPath: '/tmp', name: 'report-tmp' }],
      }],
      enableServiceLinks: false,
      restartPolicy: 'Never',
      securityContext: expect.objectContaining({ runAsNonRoot: true, fsGroup: 10001 }),
      serviceAccountName: 'report',
      terminationGracePeriodSeconds: 30,
      volumes: [{ emptyDir: { sizeLimit: '128Mi' }, name: 'report-tmp' }],
    });
  });

  test('give no finding', () => {
    expect(Findings.of(job)).toEqual([]);
  });
});

/** Every prop of its own; those of all workloads are shown with ProductionService. */
type Own = Required<Pick<ScheduledJobProps, Exclude<keyof ScheduledJobProps, keyof Omit<WorkloadProps, 'image'>>>>;

test('every prop of its own reaches the CronJob', () => {
  const own: Own = {
    image: 'registry.example.com/shop/report:1.4.2',
    schedule: '@hourly',
    timeZone: 'America/Argentina/Buenos_Aires',
    concurrency: Concurrency.REPLACE,
    startingDeadline: Duration.minutes(7),
    deadline: Duration.minutes(20),
    jitter: Duration.minutes(30),
    successfulJobsHistoryLimit: 0,
    failedJobsHistoryLimit: 9,
    suspend: true,
    cleanUp: CleanUp.after(Duration.hours(2), 'a CronJob makes its Jobs anew anyway'),
    retries: 5,
    failOnExitCodes: [64, 3, 64],
    terminationGracePeriod: Duration.minutes(2),
  };
  expect([...Object.keys(own)].every(key => key in SCHEDULED_JOB_PROPS)).toBe(true);

  const job = report(own);
  const { jobTemplate, ...rest } = cronJobOf(job);
  expect(rest).toEqual({
    concurrencyPolicy: 'Replace',
    failedJobsHistoryLimit: 9,
    schedule: expect.stringMatching(/^[12]?\d \* \* \* \*$/),
    startingDeadlineSeconds: 420,
    successfulJobsHistoryLimit: 0,
    suspend: true,
    timeZone: 'America/Argentina/Buenos_Aires',
  });
  expect(job.schedule).toBe(rest.schedule);
  const { template, ...settings } = jobTemplate.spec;
  expect(settings).toEqual({
    activeDeadlineSeconds: 1200,
    backoffLimit: 5,
    podFailurePolicy: {
      rules: [
        { action: 'Ignore', onPodConditions: [{ status: 'True', type: 'DisruptionTarget' }] },
        { action: 'FailJob', onExitCodes: { containerName: 'report', operator: 'In', values: [3, 64] } },
      ],
    },
    podReplacementPolicy: 'Failed',
    ttlSecondsAfterFinished: 7200,
  });
  expect(template.spec.terminationGracePeriodSeconds).toBe(120);
});

test.each([
  ['* * * * *', 60, 3600], ['*/5 * * * *', 150, 3600], ['*/30 * * * *', 600, 3600], ['0 */6 * * *', 600, 21_600], ['0 4 1 * *', 600, 86_400],
])('%s may begin %d s late and take %d s', (schedule, late, long) => {
  expect(cronJobOf(report({ schedule })).startingDeadlineSeconds).toBe(late);
  expect(jobOf(report({ schedule })).activeDeadlineSeconds).toBe(long);
});

test('before Kubernetes 1.29 the replacement of pods is left to its default, which is the same', () => {
  expect(jobOf(forVersion(KubernetesVersion.V1_28))).not.toHaveProperty('podReplacementPolicy');
  expect(jobOf(forVersion(KubernetesVersion.V1_29)).podReplacementPolicy).toBe('Failed');
});

test('a sidecar ends with the application, or is refused where it would not', () => {
  expect(jobOf(forVersion(KubernetesVersion.V1_29, { sidecars: [HELPER] })).template.spec.initContainers).toMatchObject([{ name: 'helper', restartPolicy: 'Always' }]);
  const error = errorOf(() => forVersion(KubernetesVersion.V1_28, { sidecars: [HELPER] }));
  expect(error).toMatchObject({ code: 'UnsupportedByKubernetesVersion', property: 'sidecars' });
  expect(error.fix).toContain('outlive the application');
});

test('has files, an account of its own with permissions, and connections, as every workload', () => {
  const chart = testChart();
  const job = report({ files: { '/etc/report.yaml': 'a: 1' }, scratch: { '/work': Size.mebibytes(10) } }, chart);
  job.connectTo(web({}, chart));
  job.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'bank' }));

  const manifests = synth(chart);
  expect(one(manifests, 'NetworkPolicy', 'web').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: SELECTOR } }], ports: [{ port: 8080, protocol: 'TCP' }] }]);
  expect(one(manifests, 'NetworkPolicy', 'report').spec.egress).toContainEqual({ ports: [{ port: 443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] });
  expect(jobOf(job).template.spec.containers[0].env).toContainEqual({ name: 'WEB_HOST', value: 'web' });
  expect(jobOf(job).template.spec.volumes).toContainEqual({ configMap: { name: job.configMap!.name }, name: 'files' });
  expect(report({ identity: Identity.existing({ name: 'reporter' }) }).serviceAccount).toBeUndefined();
});

test('can be selected by cdk8s-plus', () => {
  const chart = testChart();
  new NetworkPolicy(chart, 'policy', { selector: report({}, chart) });
  expect(synth(chart).find(manifest => manifest.metadata.name.startsWith('chart-policy-'))!.spec.podSelector.matchLabels).toEqual(SELECTOR);
});

test('says as data when no run has succeeded for too long', () => {
  expect(report().missedRunAlert).toEqual({
    expression: 'time() - (kube_cronjob_status_last_successful_time{namespace="shop",cronjob="report"} or kube_cronjob_created{namespace="shop",cronjob="report"}) > 173400'
      + ' and on (namespace, cronjob) kube_cronjob_spec_suspend{namespace="shop",cronjob="report"} == 0',
    for: Duration.minutes(5),
    summary: 'no run of the CronJob shop/report has succeeded for 2 days 10 minutes',
  });
  expect(report({ schedule: '0 8 * * 1-5' }).missedRunAlert.expression).toContain(`> ${(3 * 24 + 24) * 3600 + 600} `); // a weekend is no miss
  expect(report({}, new Chart(new App({ outdir: 'never-written' }), 'chart')).missedRunAlert.expression).toContain('{cronjob="report"}');
});

describe('findings', () => {
  const ids = (job: ScheduledJob): string[] => Findings.of(job).map(({ id }) => id);

  test('say when many runs may be at work at once', () => {
    expect(ids(report({ schedule: '*/5 * * * *', concurrency: Concurrency.ALLOW }))).toEqual(['keep-runs-from-piling-up']);
    expect(ids(report({ schedule: '*/5 * * * *', concurrency: Concurrency.ALLOW, deadline: Duration.minutes(10) }))).toEqual([]);
    expect(ids(report({ schedule: '*/5 * * * *' }))).toEqual([]);
  });

  test('say when a clock change leaves a run out or repeats it', () => {
    expect(ids(report({ schedule: '30 2 * * *', timeZone: 'Europe/Berlin' }))).toEqual(['keep-schedules-off-clock-changes']);
    expect(ids(report({ schedule: '30 2 * * *' }))).toEqual([]);
    expect(ids(report({ schedule: '30 4 * * *', timeZone: 'Europe/Berlin' }))).toEqual([]);
    expect(ids(report({ schedule: '30 * * * *', timeZone: 'Europe/Berlin' }))).toEqual([]);
  });

  test('say when the proxy of a mesh may keep the Job from ending', () => {
    const mesh = () => chartIn(Environment.production({ mesh: MeshProfile.istio() }));
    expect(ids(report({}, mesh()))).toEqual(['let-the-proxy-end']);
    expect(ids(report({ labels: { 'sidecar.istio.io/inject': 'false' } }, mesh()))).toEqual([]);
  });
});

test('synthesizes the same twice, and two of them do not collide', () => {
  const chart = testChart();
  report({}, chart);
  new ScheduledJob(chart, 'other', NIGHTLY);

  expect(synth(chart)).toEqual(synth(chart));
  expect(identities(synth(chart))).toEqual(['CronJob/other', 'CronJob/report', 'NetworkPolicy/other', 'NetworkPolicy/report', 'ServiceAccount/other', 'ServiceAccount/report']);
});

test('beside a service of the same name it is refused: the Service would send requests to its pods', () => {
  const chart = testChart();
  new ScheduledJob(chart, 'job', { ...NIGHTLY, name: 'web' });
  web({}, chart);
  expect(() => synth(chart)).toThrow(/DuplicateIdentity/);
});

test('is patched like every object, but for the labels that select its pods', () => {
  const job = report();
  job.cronJob.patch({ spec: { jobTemplate: { spec: { template: { spec: { hostname: 'pinned' } } } } } });
  job.cronJob.addJsonPatch(JsonPatch.replace('/spec/failedJobsHistoryLimit', 7));
  job.serviceAccount!.patch({ metadata: { annotations: { a: 'b' } } });
  job.networkPolicies[0]!.patch({ metadata: { annotations: { a: 'c' } } });
  expect(cronJobOf(job).failedJobsHistoryLimit).toBe(7);
  expect(jobOf(job).template.spec.hostname).toBe('pinned');

  job.cronJob.patch({ spec: { jobTemplate: { spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': 'x' } } } } } } });
  expect(errorOf(() => job.cronJob.toJson())).toMatchObject({ code: 'InvalidPatch' });
});

test.each<[what: string, props: object, code: string, property: string]>([
  ['a prop it has not', { port: 8080 }, 'UnknownProperty', 'port'],
  ['a schedule that never comes', { schedule: '0 0 30 2 *' }, 'InvalidValue', 'schedule'],
  ['a time zone inside the schedule', { schedule: 'CRON_TZ=Europe/Berlin 0 3 * * *' }, 'InvalidValue', 'schedule'],
  ['no schedule', { schedule: undefined }, 'InvalidValue', 'schedule'],
  ['a time zone by its abbreviation and offset', { timeZone: 'GMT+2' }, 'InvalidValue', 'timeZone'],
  ['a time zone in small letters', { timeZone: 'europe/berlin' }, 'InvalidValue', 'timeZone'],
  ['the zone of whatever machine', { timeZone: 'Local' }, 'InvalidValue', 'timeZone'],
  ['a policy that is none', { concurrency: 'Never' }, 'InvalidValue', 'concurrency'],
  ['a start that a busy controller misses', { startingDeadline: Duration.seconds(10) }, 'InvalidValue', 'startingDeadline'],
  ['a number for a deadline', { deadline: 60 }, 'InvalidValue', 'deadline'],
  ['no history of failures', { failedJobsHistoryLimit: 0 }, 'InvalidValue', 'failedJobsHistoryLimit'],
  ['half a retry', { retries: 0.5 }, 'InvalidValue', 'retries'],
  ['success as a failure', { failOnExitCodes: [0] }, 'InvalidValue', 'failOnExitCodes[0]'],
  ['no time to end', { terminationGracePeriod: Duration.seconds(0) }, 'InvalidValue', 'terminationGracePeriod'],
  ['jitter for each minute', { schedule: '* * * * *', jitter: Duration.minutes(5) }, 'InvalidValue', 'jitter'],
  ['a text for suspend', { suspend: 'no' }, 'InvalidValue', 'suspend'],
  ['a clean-up without a reason', { cleanUp: CleanUp.after(Duration.hours(1), '') }, 'MissingValue', 'cleanUp.after'],
  ['a clean-up as a number', { cleanUp: 60 }, 'InvalidValue', 'cleanUp'],
  ['a clean-up at once', { cleanUp: CleanUp.after(Duration.seconds(1), 'nothing applies it again') }, 'InvalidValue', 'cleanUp.after'],
  ['one pod over three zones', { placement: { spread: Spread.overZones(3) } }, 'UnsatisfiablePlacement', 'placement.spread.overZones'],
  ['a name that leaves no room for its Jobs', { name: 'a'.repeat(53) }, 'InvalidName', 'name'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => report(props))).toMatchObject({ code, property, constructPath: 'chart/report' });
});
