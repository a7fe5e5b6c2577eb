import type { App } from 'cdk8s';
import { Chart, Duration } from 'cdk8s';
import { Environment, ExternalEndpoint, Health, KubernetesVersion, NetworkPeer, ProductionService, ServiceExposure, Shutdown } from 'cdk8s-production';

/** What a release of the application has of its own. */
export interface Release {
  readonly version: string;
  /** Content of a file of the back. */
  readonly limits: string;
}

/** A small application with one of each thing that a mutation breaks; copied to examples/mutated. */
export function application(app: App, target: KubernetesVersion = KubernetesVersion.DEFAULT, { version, limits }: Release): void {
  const chart = new Chart(app, 'mutated', { namespace: 'mutated' });
  Environment.production({
    kubernetesVersion: target,
    gateways: [NetworkPeer.namespace('ingress-nginx')],
    monitoring: [NetworkPeer.pods({ 'app.kubernetes.io/name': 'prometheus' }, { namespace: 'monitoring' })],
    shutdown: target.supports('preStopSleep') ? Shutdown.graceful() : Shutdown.exec(['/bin/sleep', '15'], { delay: Duration.seconds(15) }),
  }).attachTo(chart);

  const health = Health.http({ readiness: '/ready', liveness: '/live' });
  const front = new ProductionService(chart, 'front', { image: `registry.example.com/front:${version}`, port: 3000, health, exposure: ServiceExposure.gateway() });
  const back = new ProductionService(chart, 'back', { image: `registry.example.com/back:${version}`, port: 8080, health, files: { '/etc/back/limits.yaml': limits } });
  front.connectTo(back);
  back.connectTo(ExternalEndpoint.cidr('0.0.0.0/0', 443, { name: 'world', host: 'api.example.com' }));
}
