import type { Chart } from 'cdk8s';
import { BatchJob, Completions, Environment, Health, HostAccess, KubernetesVersion, Migration, NodeAgent } from 'cdk8s-production';
import { featuresUsedBy } from '../../lib/core/kubernetes-features';
import { fees, report } from '../helpers/jobs';
import { one, synth } from '../helpers/manifests';
import { chartIn, web } from '../helpers/service';

const IMAGE = 'registry.example.com/shop/work:1.4.2';

/** One of each kind, with all that the version takes. */
function everything(version: KubernetesVersion): Chart {
  const chart = chartIn(Environment.production({ kubernetesVersion: version }));
  const service = web(version.supports('preStopSleep') ? {} : { shutdown: undefined, port: undefined, health: Health.none('it takes messages from a queue') }, chart);
  const sidecars = version.supports('nativeSidecars') ? [{ name: 'helper', image: IMAGE }] : [];
  report({ sidecars }, chart);
  fees({ sidecars, completions: Completions.indexed(9, version.supports('jobSuccessPolicy') ? { successPolicy: [{ succeededCount: 3 }] } : {}) }, chart);
  new BatchJob(chart, 'queue', { image: IMAGE, completions: Completions.workQueue(4) });
  new Migration(chart, 'migration', { before: service });
  new NodeAgent(chart, 'agent', { image: IMAGE, health: Health.none('it ends when it cannot go on'), hostAccess: [HostAccess.network('it watches the connections of its node')] });
  return chart;
}

describe.each(KubernetesVersion.ALL.map(version => [version.toString(), version] as const))('for Kubernetes %s', (_, version) => {
  const manifests = synth(everything(version));

  test('no field is written that it would drop', () => {
    const used = manifests.flatMap(manifest => featuresUsedBy(manifest as Record<string, unknown>));
    expect(used.filter(({ feature }) => !version.supports(feature))).toEqual([]);
    expect(used.map(({ feature }) => feature)).toEqual(expect.arrayContaining(['cronJobTimeZone', 'jobPodFailurePolicy']));
  });

  test('what it honours is used', () => {
    const jobs = [one(manifests, 'CronJob').spec.jobTemplate.spec, ...manifests.filter(({ kind }) => kind === 'Job').map(({ spec }) => spec)];
    expect(jobs.length).toBe(4);
    for (const job of jobs) { expect(job.podReplacementPolicy).toBe(version.atLeast(KubernetesVersion.V1_29) ? 'Failed' : undefined); }
    expect(jobs.filter(job => job.backoffLimitPerIndex === 2).length).toBe(version.atLeast(KubernetesVersion.V1_29) ? 1 : 0);
    expect(jobs.filter(job => job.successPolicy !== undefined).length).toBe(version.atLeast(KubernetesVersion.V1_31) ? 1 : 0);
  });
});
