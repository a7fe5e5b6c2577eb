import { Duration } from 'cdk8s';
import { DeploymentStrategy, PercentOrAbsolute } from 'cdk8s-plus-28';
import { DisruptionBudget, Environment, Findings, Health, KubernetesVersion, ProductionService, type ProductionServiceProps, Replicas, Shutdown } from 'cdk8s-production';
import { MINIMAL, testChart } from '../helpers/manifests';

function findingsOf(props: Partial<ProductionServiceProps>, environment?: Environment): string[] {
  const chart = testChart();
  environment?.attachTo(chart);
  new ProductionService(chart, 'web', { ...MINIMAL, ...props });
  return Findings.of(chart).map(finding => finding.id);
}

test('a service with defaults has no finding', () => {
  expect(findingsOf({})).toEqual([]);
});

test.each([
  ['one replica', { replicas: Replicas.fixed(1) }, 'run-more-than-one-replica'],
  ['a liveness path that names a database', { health: Health.http({ readiness: '/ready', liveness: '/health/db' }) }, 'keep-liveness-inside-the-process'],
  ['a liveness path that reads as readiness', { health: Health.http({ readiness: '/health', liveness: '/readiness' }) }, 'keep-liveness-inside-the-process'],
  ['Recreate', { rollout: { strategy: DeploymentStrategy.recreate() } }, 'keep-pods-during-a-rollout'],
  ['a rollout that may stop all pods', {
    rollout: { strategy: DeploymentStrategy.rollingUpdate({ maxSurge: PercentOrAbsolute.absolute(1), maxUnavailable: PercentOrAbsolute.percent(100) }) },
  }, 'keep-pods-during-a-rollout'],
  ['a budget of all pods in percent', { disruptionBudget: DisruptionBudget.maxUnavailable('100%') }, 'keep-pods-during-a-drain'],
  ['a budget of as many pods as there may be', { disruptionBudget: DisruptionBudget.maxUnavailable(3) }, 'keep-pods-during-a-drain'],
])('%s is a finding, with what to do', (_, props, id) => {
  const chart = testChart();
  new ProductionService(chart, 'web', { ...MINIMAL, ...props });
  expect(Findings.of(chart)).toEqual([{ id, constructPath: 'chart/web', message: expect.stringMatching(/.{20}/), fix: expect.stringMatching(/.{10}/), acknowledgedBecause: undefined }]);
});

test.each([
  ['a liveness path with a word that only begins so', { health: Health.http({ readiness: '/ready', liveness: '/dbless' }) }],
  ['a budget of one pod fewer', { disruptionBudget: DisruptionBudget.maxUnavailable(2) }],
  ['a rollout that stops one pod', { rollout: { strategy: DeploymentStrategy.rollingUpdate({ maxUnavailable: PercentOrAbsolute.absolute(1) }) } }],
])('%s is none', (_, props) => {
  expect(findingsOf(props)).toEqual([]);
});

test('where a service may be away for a while, being away is no finding, but a restart of everything is', () => {
  const relaxed = (): Environment => Environment.development();
  expect(findingsOf({ replicas: Replicas.fixed(1), rollout: { strategy: DeploymentStrategy.recreate() } }, relaxed())).toEqual([]);
  expect(findingsOf({ health: Health.http({ readiness: '/ready', liveness: '/deps' }) }, relaxed())).toEqual(['keep-liveness-inside-the-process']);
});

test('before 1.29 a sidecar is a finding: it is an ordinary container there', () => {
  const sidecars = [{ name: 'proxy', image: 'registry.example.com/proxy:1.0.0' }];
  const shutdown = Shutdown.exec(['/bin/sleep', '5'], { delay: Duration.seconds(5) });
  expect(findingsOf({ sidecars, shutdown }, Environment.production({ kubernetesVersion: KubernetesVersion.V1_28 }))).toEqual(['run-sidecars-natively']);
  expect(findingsOf({ sidecars, shutdown }, Environment.production({ kubernetesVersion: KubernetesVersion.V1_29 }))).toEqual([]);
});
