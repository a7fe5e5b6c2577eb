import { Duration, Size } from 'cdk8s';
import { Cpu, EnvValue, Secret, Volume } from 'cdk8s-plus-28';
import { Environment, ImagePullPolicy, JobRun, type JobRunOptions, Resources } from 'cdk8s-production';
import { measured } from '../../helpers/analysis';
import { errorOf, type Manifest, testChart } from '../../helpers/manifests';
import { chartIn } from '../../helpers/service';

const IMAGE = 'registry.example.com/shop/smoke:1.4.2';
const DIGEST = `registry.example.com/shop/smoke@sha256:${'a'.repeat(64)}`;
const job = (options: object = {}): Manifest => (measured(JobRun.of({ image: IMAGE, ...options })).provider as Manifest).job;

test('a run ends by itself, has limits, and passes Pod Security "restricted"', () => {
  expect(measured(JobRun.of({ image: IMAGE }))).toEqual({
    runsOnce: true,
    provider: {
      job: {
        spec: {
          activeDeadlineSeconds: 600,
          backoffLimit: 0,
          template: {
            spec: {
              automountServiceAccountToken: false,
              containers: [{
                image: IMAGE,
                imagePullPolicy: 'Always',
                name: 'run',
                resources: { limits: { 'cpu': '200m', 'ephemeral-storage': '256Mi', 'memory': '256Mi' }, requests: { 'cpu': '100m', 'ephemeral-storage': '256Mi', 'memory': '128Mi' } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ['ALL'] },
                  privileged: false,
                  readOnlyRootFilesystem: true,
                  runAsGroup: 10001,
                  runAsNonRoot: true,
                  runAsUser: 10001,
                  seccompProfile: { type: 'RuntimeDefault' },
                },
                volumeMounts: [{ mountPath: '/tmp', name: 'run-tmp' }],
              }],
              enableServiceLinks: false,
              restartPolicy: 'Never',
              securityContext: { fsGroup: 10001, fsGroupChangePolicy: 'OnRootMismatch', runAsGroup: 10001, runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
              volumes: [{ emptyDir: { sizeLimit: '128Mi' }, name: 'run-tmp' }],
            },
          },
        },
      },
    },
  });
  expect(JobRun.of({ image: IMAGE }).description).toBe(`a Job of ${IMAGE}`);
});

test('all options are taken', () => {
  const chart = testChart();
  const secret = Secret.fromSecretName(chart, 'secret', 'smoke');
  const options: Required<JobRunOptions> = {
    image: DIGEST,
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    command: ['smoke'],
    args: ['http://{{args.service-name}}'],
    env: { TARGET: '{{args.service-name}}', API_TOKEN: EnvValue.fromSecretValue({ secret, key: 'token' }), PASS: 'fail' },
    envFrom: [],
    notSecret: ['PASS'],
    mounts: [{ path: '/etc/smoke', volume: Volume.fromSecret(chart, 'volume', secret, { name: 'config' }) }],
    scratch: { '/results': Size.mebibytes(64) },
    resources: Resources.of({ cpu: Cpu.millis(500), memory: Size.mebibytes(512) }),
    timeout: Duration.minutes(30),
    retries: 2,
    pod: { user: 20000, imagePullSecrets: [{ name: 'registry-login' }] },
    serviceAccountName: 'smoke',
    podLabels: { 'sidecar.istio.io/inject': 'false' },
    podAnnotations: { 'linkerd.io/inject': 'disabled' },
  };
  const { spec } = job(options);
  const pod = spec.template.spec;

  expect(spec).toMatchObject({
    activeDeadlineSeconds: 1800,
    backoffLimit: 2,
    template: {
      metadata: { annotations: { 'linkerd.io/inject': 'disabled' }, labels: { 'sidecar.istio.io/inject': 'false' } },
      spec: { imagePullSecrets: [{ name: 'registry-login' }], serviceAccountName: 'smoke', securityContext: { runAsUser: 20000 } },
    },
  });
  expect(pod.containers).toMatchObject([{
    args: ['http://{{args.service-name}}'],
    command: ['smoke'],
    env: [{ name: 'TARGET', value: '{{args.service-name}}' }, { name: 'API_TOKEN', valueFrom: { secretKeyRef: { key: 'token', name: 'smoke' } } }, { name: 'PASS', value: 'fail' }],
    image: DIGEST,
    imagePullPolicy: 'IfNotPresent',
    resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '512Mi' } },
    volumeMounts: [{ mountPath: '/etc/smoke' }, { mountPath: '/results' }, { mountPath: '/tmp' }],
  }]);
});

test('a directory for temporary files gives way to what is mounted there', () => {
  const chart = testChart();
  const volume = Volume.fromEmptyDir(chart, 'volume', 'temporary', { sizeLimit: Size.mebibytes(10) });

  expect(job({ mounts: [{ path: '/tmp', volume }] }).spec.template.spec.volumes).toMatchObject([{ name: 'temporary' }]);
});

test('the image comes from the registry of the environment', () => {
  const { provider } = JobRun.of({ image: 'smoke:1.4.2' }).bind(chartIn(Environment.production({ registry: 'mirror.example.com' })), 'measurement');

  expect((provider as Manifest).job.spec.template.spec.containers[0].image).toBe('mirror.example.com/smoke:1.4.2');
});

test.each<[what: string, options: unknown, code: string, property: string]>([
  ['a moving tag', { image: 'smoke:latest' }, 'MutableImage', 'image'],
  ['no image', { image: undefined }, 'InvalidImage', 'image'],
  ['a misspelt option', { deadline: Duration.minutes(1) }, 'UnknownProperty', 'deadline'],
  ['a name, which is the library\'s', { name: 'smoke' }, 'UnknownProperty', 'name'],
  ['a second to run in', { timeout: Duration.seconds(1) }, 'InvalidValue', 'timeout'],
  ['a time as a number', { timeout: 600 }, 'InvalidValue', 'timeout'],
  ['many retries', { retries: 11 }, 'InvalidValue', 'retries'],
  ['root', { pod: { user: 0 } }, 'PodSecurityViolation', 'pod.user'],
  ['an account that is no name', { serviceAccountName: 'Smoke Test' }, 'InvalidName', 'serviceAccountName'],
  ['a label with a space', { podLabels: { team: 'the shop' } }, 'InvalidValue', 'podLabels.team'],
  ['a number in an annotation', { podAnnotations: { port: 1 } }, 'InvalidValue', 'podAnnotations.port'],
  ['a literal password', { env: { DB_PASSWORD: 'hunter2' } }, 'SecretInManifest', 'env.DB_PASSWORD'],
  ['a password among the arguments', { args: ['--password=hunter2'] }, 'SecretInManifest', 'args[0]'],
  ['mounts as a text', { mounts: '/tmp' }, 'InvalidValue', 'mounts'],
])('refuses %s', (_, options, code, property) => {
  expect(errorOf(() => job(options as object))).toMatchObject({ code, property: `measurement.${property}` });
});

test('refuses no options at all', () => {
  expect(errorOf(() => measured(JobRun.of(undefined as unknown as JobRunOptions)))).toMatchObject({ code: 'InvalidValue', property: 'measurement' });
});
