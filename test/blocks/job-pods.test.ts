import { Chart } from 'cdk8s';
import { Completions, Spread } from 'cdk8s-production';
import { JOB_REVISION_LABEL } from '../../lib/blocks/job-pods';
import { fees, jobManifestOf } from '../helpers/jobs';
import { errorOf, synth } from '../helpers/manifests';

const podOf = (...[props]: Parameters<typeof fees>) => jobManifestOf(fees(props)).spec.template.spec;

test('are told apart by the label that the Job controller gives them', () => {
  const spread = podOf({ completions: Completions.fixed(3) }).topologySpreadConstraints;
  expect(spread.map((constraint: { matchLabelKeys: string[] }) => constraint.matchLabelKeys)).toEqual([[JOB_REVISION_LABEL], [JOB_REVISION_LABEL]]);
});

test('are spread where there are several at a time, and only there', () => {
  expect('topologySpreadConstraints' in podOf({ completions: Completions.fixed(3, { parallelism: 1 }) })).toBe(false);
  expect('affinity' in podOf({ completions: Completions.single() })).toBe(false);
  expect('topologySpreadConstraints' in podOf({ completions: Completions.fixed(3), placement: { spread: Spread.none('they share a cache on one node') } })).toBe(false);
  expect(podOf({ placement: { spread: Spread.preferred() } }).topologySpreadConstraints).toHaveLength(2);
});

test('have no ports, so that no policy lets anybody in', () => {
  const policy = synth(Chart.of(fees().job)).find(({ kind }) => kind === 'NetworkPolicy');
  expect(policy.spec).not.toHaveProperty('ingress');
  expect(policy.spec.policyTypes).toEqual(['Ingress', 'Egress']);
});

test('refuse a spread that so few pods cannot fill', () => {
  expect(errorOf(() => fees({ placement: { spread: Spread.overZones(2) } }))).toMatchObject({ code: 'UnsatisfiablePlacement' });
});
