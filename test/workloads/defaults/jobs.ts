import { Chart, Duration } from 'cdk8s';
import {
  CleanUp, type CompletionOptions, Completions, Concurrency, Environment, Health, HostAccess, type IndexedOptions, KubernetesVersion, Migration, MigrationOrder, type MigrationProps,
  NetworkPeer, NodeAgent, type NodeAgentProps, NodeCoverage, Port, type ScheduledJobProps, Shutdown, type SuccessRule,
} from 'cdk8s-production';
import { defaultsOf } from './default';
import { PropertyPath } from '../../../lib/core/property-path';
import { cronJobOf, fees, jobManifestOf, jobOf, report } from '../../helpers/jobs';
import { type Manifest, one, synth, testChart } from '../../helpers/manifests';
import { chartIn, web } from '../../helpers/service';

const migrate = (props: Partial<MigrationProps> = {}): Migration => {
  const chart = testChart();
  return new Migration(chart, 'migration', { before: web({}, chart), ...props });
};
const agent = (props: Partial<NodeAgentProps> = {}, chart: Chart = testChart()): NodeAgent => new NodeAgent(chart, 'agent', { image: 'registry.example.com/platform/agent:1.4.2', health: Health.none('it ends when it cannot go on'), ...props });
const daemonSetOf = (node: NodeAgent): Manifest => one(synth(Chart.of(node)), 'DaemonSet');
const podOf = (node: NodeAgent): Manifest => daemonSetOf(node).spec.template.spec;
const scrape = (ports: Port[]): Manifest => one(synth(Chart.of(agent({ ports }, chartIn(Environment.production({ monitoring: [NetworkPeer.namespace('monitoring')] }))))), 'NetworkPolicy').spec.ingress[0].ports;
const rendered = (completions: Completions, version = KubernetesVersion.V1_31): Manifest => completions._render(new PropertyPath(testChart(), 'completions'), version);
const fixed = (options: CompletionOptions = {}): Manifest => rendered(Completions.fixed(40, options)).spec;
const indexed = (options: IndexedOptions = {}, version?: KubernetesVersion): Manifest => rendered(Completions.indexed(40, options), version);
const success = (rule: SuccessRule): Manifest => indexed({ successPolicy: [rule] }).spec.successPolicy.rules[0];
const often = (schedule: string): Partial<ScheduledJobProps> => ({ schedule });

export const JOB_DEFAULTS = [
  ...defaultsOf('JobProps', {
    retries: ['2', () => expect([jobOf(report()), jobManifestOf(fees()).spec, jobManifestOf(migrate()).spec].map(spec => spec.backoffLimit)).toEqual([2, 2, 2])],
    failOnExitCodes: ['- none: every failure is tried again', () => expect(jobOf(report()).podFailurePolicy.rules.map((rule: Manifest) => rule.action)).toEqual(['Ignore'])],
    terminationGracePeriod: ['Duration.seconds(30)', () => expect(jobOf(report()).template.spec.terminationGracePeriodSeconds).toBe(30)],
  }),
  ...defaultsOf('ScheduledJobProps', {
    timeZone: ['Etc/UTC', () => expect(cronJobOf(report()).timeZone).toBe('Etc/UTC')],
    concurrency: ['Concurrency.FORBID', () => expect(cronJobOf(report())).toEqual(cronJobOf(report({ concurrency: Concurrency.FORBID })))],
    startingDeadline: ['- half of the time between two runs, at least 1 minute and at most 10', () => {
      expect(['* * * * *', '*/10 * * * *', '0 * * * *'].map(schedule => cronJobOf(report(often(schedule))).startingDeadlineSeconds)).toEqual([60, 300, 600]);
    }],
    deadline: ['- the time between two runs, at least 1 hour and at most 1 day', () => {
      expect(['* * * * *', '0 */2 * * *', '@weekly'].map(schedule => jobOf(report(often(schedule))).activeDeadlineSeconds)).toEqual([3600, 7200, 86_400]);
    }],
    jitter: ['- it begins on the minute', () => expect(report().schedule).toBe('0 4 * * *')],
    successfulJobsHistoryLimit: ['3', () => expect(cronJobOf(report()).successfulJobsHistoryLimit).toBe(3)],
    failedJobsHistoryLimit: ['3', () => expect(cronJobOf(report()).failedJobsHistoryLimit).toBe(3)],
    suspend: ['- not written: who suspends it by hand finds it suspended after the next apply', () => expect(cronJobOf(report())).not.toHaveProperty('suspend')],
    cleanUp: ['- by the history limits alone', () => expect(jobOf(report())).not.toHaveProperty('ttlSecondsAfterFinished')],
  }),
  ...defaultsOf('BatchJobProps', {
    completions: ['Completions.single()', () => expect(jobManifestOf(fees())).toEqual(jobManifestOf(fees({ completions: Completions.single() })))],
    deadline: ['Duration.days(1)', () => expect(jobManifestOf(fees())).toEqual(jobManifestOf(fees({ deadline: Duration.days(1) })))],
    cleanUp: ['CleanUp.never()', () => {
      expect(jobManifestOf(fees())).toEqual(jobManifestOf(fees({ cleanUp: CleanUp.never() })));
      expect(jobManifestOf(fees()).spec).not.toHaveProperty('ttlSecondsAfterFinished');
    }],
    fixedName: ['- false: a change makes a Job of another name, which runs beside or after the old one', () => {
      expect(fees().job.name).toMatch(/^fees-[a-z0-9]{10}$/);
      expect(fees({ env: { RATE: '2' } }).job.name).not.toBe(fees().job.name);
    }],
  }),
  ...defaultsOf('MigrationProps', {
    image: ['- the service\'s', () => expect(jobManifestOf(migrate()).spec.template.spec.containers[0].image).toBe('registry.example.com/shop/web:1.4.2')],
    order: ['MigrationOrder.argoSyncWave()', () => expect(synth(Chart.of(migrate()))).toEqual(synth(Chart.of(migrate({ order: MigrationOrder.argoSyncWave() }))))],
    deadline: ['Duration.hours(1)', () => expect(jobManifestOf(migrate()).spec.activeDeadlineSeconds).toBe(3600)],
  }),
  ...defaultsOf('CompletionOptions', {
    parallelism: ['- as many as there are completions, at most 10', () => {
      expect([fixed(), fixed({ parallelism: 40 }), rendered(Completions.fixed(3)).spec].map(spec => spec.parallelism)).toEqual([10, 40, 3]);
    }],
  }),
  ...defaultsOf('IndexedOptions', {
    retriesPerIndex: ['- 2 from Kubernetes 1.29 on; before, the retries of the Job are those of all indexes together', () => {
      expect(jobManifestOf(fees({ completions: Completions.indexed(3) })).spec).toMatchObject({ backoffLimitPerIndex: 2 });
      const before = jobManifestOf(fees({ completions: Completions.indexed(3) }, chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_28 })))).spec;
      expect([before.backoffLimit, 'backoffLimitPerIndex' in before]).toEqual([2, false]);
    }],
    maxFailedIndexes: ['- any number: all are tried, and then the Job has failed', () => expect(indexed().spec).not.toHaveProperty('maxFailedIndexes')],
    successPolicy: ['- every index has to succeed', () => expect(indexed().spec).not.toHaveProperty('successPolicy')],
  }),
  ...defaultsOf('SuccessRule', {
    succeededIndexes: ['- all of them', () => expect(success({ succeededCount: 40 })).toEqual({ succeededCount: 40 })],
    succeededCount: ['- all of them', () => expect(success({ succeededIndexes: '0-3' })).toEqual({ succeededIndexes: '0-3' })],
  }),
  ...defaultsOf('NodeAgentProps', {
    ports: ['- none', () => expect(podOf(agent()).containers[0]).not.toHaveProperty('ports')],
    metricsPort: ['- the port named `metrics`, else the first TCP port', () => {
      expect(scrape([Port.http(2020), Port.tcp(4317, { name: 'otlp' })])).toEqual([{ port: 2020, protocol: 'TCP' }]);
      expect(scrape([Port.tcp(4317, { name: 'otlp' }), Port.http(2020, { name: 'metrics', servicePort: 2020 })])).toEqual([{ port: 2020, protocol: 'TCP' }]);
    }],
    coverage: ['NodeCoverage.workers()', () => {
      expect(daemonSetOf(agent())).toEqual(daemonSetOf(agent({ coverage: NodeCoverage.workers() })));
      expect(podOf(agent())).not.toHaveProperty('tolerations');
    }],
    hostAccess: ['- nothing: it passes Pod Security "restricted"', () => {
      expect(['hostNetwork', 'hostPID', 'hostIPC'].filter(key => key in podOf(agent()))).toEqual([]);
      expect(podOf(agent()).containers[0].securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true });
    }],
    update: ['AgentUpdate.maxUnavailable(\'10%\')', () => expect(daemonSetOf(agent()).spec.updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' } })],
    minReady: ['Duration.seconds(10)', () => expect(daemonSetOf(agent()).spec.minReadySeconds).toBe(10)],
    revisionHistoryLimit: ['5', () => expect(daemonSetOf(agent()).spec.revisionHistoryLimit).toBe(5)],
    shutdown: ['- the environment\'s: `Shutdown.graceful()`', () => {
      expect(podOf(agent()).terminationGracePeriodSeconds).toBe(35);
      expect(podOf(agent({}, chartIn(Environment.production({ shutdown: Shutdown.graceful({ drain: Duration.seconds(60) }) })))).terminationGracePeriodSeconds).toBe(65);
      expect(podOf(agent()).containers[0]).not.toHaveProperty('lifecycle');
    }],
  }),
  ...defaultsOf('HostPathOptions', {
    mountPath: ['- the same as on the node', () => {
      const [mount] = podOf(agent({ hostAccess: [HostAccess.readOnlyPath('/var/log', 'the logs of all containers lie there')] })).containers[0].volumeMounts.filter((m: Manifest) => m.name === 'host-0');
      expect(mount).toEqual({ mountPath: '/var/log', name: 'host-0', readOnly: true });
    }],
  }),
];
