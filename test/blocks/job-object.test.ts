import { Chart } from 'cdk8s';
import { JobObject } from '../../lib/blocks/job-object';
import { errorOf, identities, synth, testChart } from '../helpers/manifests';

const LABELS = { app: 'job' };
const made = (spec: object = {}, hashed = true): JobObject => new JobObject(testChart(), 'job', {
  kind: 'Job', name: 'job', labels: {}, annotations: {}, selectorLabels: LABELS, hashed, spec: () => ({ template: { metadata: { labels: LABELS } }, ...spec }),
});

test('names itself after what can never be changed, in the manifest as well', () => {
  const job = made({ completions: 3 });
  expect(job.name).toMatch(/^job-[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  expect(identities(synth(Chart.of(job)))).toEqual([`Job/${job.name}`]);
  expect(made({ completions: 4 }).name).not.toBe(job.name);
});

test.each(['activeDeadlineSeconds', 'backoffLimit', 'parallelism', 'suspend', 'ttlSecondsAfterFinished'])('keeps its name when %s changes, which the API server takes', field => {
  expect(made({ [field]: 1 }).name).toBe(made({ [field]: 2 }).name);
});

test('without a hash is named as it is said', () => {
  expect(made({}, false).name).toBe('job');
  expect(made({}, false).toJson()).toMatchObject({ metadata: { name: 'job' } });
});

test('takes a patch to its pods for what it runs', () => {
  const job = made();
  const before = job.name;
  job.patch({ spec: { template: { spec: { hostname: 'pinned' } } } });
  expect(job.name).not.toBe(before);
});

test('refuses pods that its policies would not find, whoever made them so', () => {
  expect(errorOf(() => made({ template: { metadata: { labels: { app: 'x' } } } }).toJson())).toMatchObject({ code: 'InvalidPatch' });
});
