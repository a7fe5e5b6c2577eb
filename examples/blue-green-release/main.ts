import type { App } from 'cdk8s';
import { Chart, Duration } from 'cdk8s';
import {
  Analysis, BlueGreenRelease, Environment, EmptyResult, Health, KubernetesVersion, Metric, Namespace, NetworkPeer, ProductionService, Prometheus, Replicas, ServiceExposure, Shutdown, Web,
} from 'cdk8s-production';

/** A checkout that must not serve two versions at once: the next one is tried in a preview, then gets every request. */
export function build(app: App, target: KubernetesVersion = KubernetesVersion.DEFAULT, image = 'registry.example.com/shop/checkout:2.4.0'): BlueGreenRelease[] {
  const chart = new Chart(app, 'store', { namespace: 'store' });
  Environment.production({
    kubernetesVersion: target,
    team: 'checkout',
    gateways: [NetworkPeer.namespace('ingress-nginx')],
    monitoring: [NetworkPeer.pods({ 'app.kubernetes.io/name': 'prometheus' }, { namespace: 'monitoring' })],
    shutdown: target.supports('preStopSleep') ? Shutdown.graceful() : Shutdown.exec(['/bin/sleep', '15'], { delay: Duration.seconds(15) }),
  }).attachTo(chart);
  new Namespace(chart, 'store');

  const checkout = new ProductionService(chart, 'checkout', {
    image,
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/live' }),
    exposure: ServiceExposure.gateway(),
    replicas: Replicas.autoscaled({ minReplicas: 4, maxReplicas: 12 }),
  });
  // Argo Rollouts' controller asks the preview itself.
  checkout.allowFrom(NetworkPeer.pods({ 'app.kubernetes.io/name': 'argo-rollouts' }, { namespace: 'argo-rollouts' }));

  return [new BlueGreenRelease(chart, 'checkout-release', {
    service: checkout,
    prePromotionAnalysis: Analysis.inline({
      metrics: [Metric.of({ name: 'smoke', measurement: Web.get('http://checkout-preview.store.svc/smoke', { jsonPath: '{$.ok}' }), successCondition: 'result == true' })],
    }),
    postPromotionAnalysis: Analysis.inline({
      metrics: [Metric.successRate({ provider: Prometheus.at('http://prometheus.monitoring:9090'), atLeast: 0.99, whenEmpty: EmptyResult.FAILS })],
    }),
    scaleDownDelay: Duration.minutes(10),
  })];
}
