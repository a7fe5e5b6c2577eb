import type { App } from 'cdk8s';
import { Chart, Duration } from 'cdk8s';
import {
  BlueGreenDeployments, CanaryDeployments, Colour, Environment, type EnvironmentProps, Health, KubernetesVersion, MeshProfile, Namespace, NetworkPeer, ProductionService, Replicas, Shutdown,
  StringMatch,
} from 'cdk8s-production';

/** Releases for clusters without a release controller: two Deployments of one service, switched by a Service or split by Istio. */
export function build(app: App, target: KubernetesVersion = KubernetesVersion.DEFAULT): void {
  const cluster: EnvironmentProps = {
    kubernetesVersion: target,
    mesh: MeshProfile.istio(),
    monitoring: [NetworkPeer.pods({ 'app.kubernetes.io/name': 'prometheus' }, { namespace: 'monitoring' })],
    shutdown: target.supports('preStopSleep') ? Shutdown.graceful() : Shutdown.exec(['/bin/sleep', '5']),
  };

  // Blue serves version 1.0; green waits with 2.0 behind the Service payment-service-preview.
  const blueGreen = new Chart(app, 'blue-green', { namespace: 'payments-blue-green' });
  Environment.production(cluster).attachTo(blueGreen);
  new Namespace(blueGreen, 'payments-blue-green', { labels: { 'istio-injection': 'enabled' } });
  const images = { blue: 'registry.example.com/payments/payment-service:1.0.0', green: 'registry.example.com/payments/payment-service:2.0.0' };
  const active = Colour.BLUE;
  const switched = new ProductionService(blueGreen, 'payment-service', {
    image: images[active],
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/health', startupBudget: Duration.minutes(1) }),
    replicas: Replicas.fixed(3),
  });
  switched.allowFrom(NetworkPeer.pods({ app: 'api-gateway' }));
  new BlueGreenDeployments(blueGreen, 'payment-release', { service: switched, images, active });

  // Ten percent of the requests, and all of those with x-canary: true, meet the next version.
  const canary = new Chart(app, 'header-canary', { namespace: 'payments-canary' });
  Environment.production(cluster).attachTo(canary);
  new Namespace(canary, 'payments-canary', { labels: { 'istio-injection': 'enabled' } });
  const split = new ProductionService(canary, 'payment-service', {
    image: 'registry.example.com/payments/payment-service:1.0.0',
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/health', startupBudget: Duration.minutes(1) }),
    replicas: Replicas.autoscaled({ minReplicas: 3, maxReplicas: 9 }),
  });
  split.allowFrom(NetworkPeer.pods({ app: 'api-gateway' }));
  new CanaryDeployments(canary, 'payment-release', {
    service: split,
    canary: { image: 'registry.example.com/payments/payment-service:2.0.0', replicas: 2 },
    weight: 10,
    headers: [{ name: 'x-canary', value: StringMatch.exact('true') }],
    subsets: { stable: 'v1', canary: 'v2' },
  });
}
