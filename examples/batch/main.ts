import type { App } from 'cdk8s';
import { Chart, Duration, Size } from 'cdk8s';
import {
  BatchJob, Completions, Concurrency, DatabaseEngine, Environment, ExternalEndpoint, Findings, Health, HostAccess, KubernetesVersion, Namespace, NetworkPeer, NodeAgent, NodeCoverage,
  PodSecurityLevel, Port, ScheduledJob, Shutdown, StatefulDatabase,
} from 'cdk8s-production';

/** What ends and what runs everywhere: a report each working day, an import in ten parts, and an agent that reads each node's logs. */
export function build(app: App, target: KubernetesVersion = KubernetesVersion.DEFAULT, version = '1.0.0'): void {
  const environment = Environment.production({
    kubernetesVersion: target,
    team: 'reporting',
    monitoring: [NetworkPeer.namespace('monitoring')],
    // The kubelet's own sleep came with 1.30; before, the image must bring one.
    shutdown: target.supports('preStopSleep') ? Shutdown.graceful() : Shutdown.exec(['/bin/sleep', '5']),
  });

  const chart = new Chart(app, 'reporting', { namespace: 'reporting' });
  environment.attachTo(chart);
  new Namespace(chart, 'reporting');
  const database = new StatefulDatabase(chart, 'results', { engine: DatabaseEngine.mysql({ version: '8.4.3', database: 'results' }), storage: Size.gibibytes(20) });
  for (const [finding, reason] of [
    ['run-more-than-one-replica', 'results are computed anew when they are needed'],
    ['back-up-databases', 'results are computed anew when they are needed'],
    ['restore-backups', 'there is no backup that could be restored'],
  ] as const) { Findings.acknowledge(database, finding, reason); }

  const report = new ScheduledJob(chart, 'daily-report', {
    image: `registry.example.com/reporting/report:${version}`,
    schedule: '30 6 * * 1-5',
    timeZone: 'Europe/Berlin',
    jitter: Duration.minutes(10),
    concurrency: Concurrency.FORBID,
    deadline: Duration.hours(2),
    failOnExitCodes: [64], // wrong arguments: no retry would help
  });
  report.connectTo(database);

  const importer = new BatchJob(chart, 'import-history', {
    image: `registry.example.com/reporting/import:${version}`,
    completions: Completions.indexed(10, { parallelism: 5 }),
    deadline: Duration.hours(12),
  });
  importer.connectTo(database);

  const agents = new Chart(app, 'agents', { namespace: 'node-agents' });
  environment.attachTo(agents);
  new Namespace(agents, 'node-agents', { podSecurity: PodSecurityLevel.PRIVILEGED });
  const shipper = new NodeAgent(agents, 'log-shipper', {
    image: `registry.example.com/platform/log-shipper:${version}`,
    ports: [Port.http(9102, { name: 'metrics' })],
    health: Health.http({ readiness: '/ready', liveness: '/live', port: 'metrics' }),
    coverage: NodeCoverage.allNodes(),
    hostAccess: [
      HostAccess.readOnlyPath('/var/log/pods', 'it reads what containers have written to their logs'),
      HostAccess.root('the log files belong to root, and nobody else may read them'),
    ],
  });
  shipper.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'log-store' }));
}
