import type { App } from 'cdk8s';
import { Chart, Duration } from 'cdk8s';
import {
  Analysis, AnalysisTemplate, CanaryRelease, CanaryStep, CanarySteps, Environment, Health, KubernetesVersion, MeshProfile, Metric, Namespace, NetworkPeer, ProductionService, Prometheus,
  Replicas, Shutdown, TrafficRouting,
} from 'cdk8s-production';

/** How many of a Service's requests were answered without an error of the server, by the proxies of the callers. */
const SUCCESS_RATE = [
  'sum(rate(istio_requests_total{reporter="source",destination_service_namespace="{{args.namespace}}",destination_service_name="{{args.service-name}}",response_code!~"5.."}[5m]))',
  'sum(rate(istio_requests_total{reporter="source",destination_service_namespace="{{args.namespace}}",destination_service_name="{{args.service-name}}"}[5m]))',
].join(' / ');

/** The payment service, ten pods, released by weight: 5, 20, 50, 80 and 100 % of the requests, judged by their success. */
export function build(app: App, target: KubernetesVersion = KubernetesVersion.DEFAULT, image = 'registry.example.com/payments/payment-service:v1.2.3'): CanaryRelease[] {
  const chart = new Chart(app, 'payments', { namespace: 'payments' });
  Environment.production({
    kubernetesVersion: target,
    team: 'payments',
    mesh: MeshProfile.istio(),
    // Under default deny nobody could see how the canary does.
    monitoring: [NetworkPeer.pods({ 'app.kubernetes.io/name': 'prometheus' }, { namespace: 'monitoring' })],
    shutdown: target.supports('preStopSleep') ? Shutdown.graceful() : Shutdown.exec(['/bin/sleep', '5']),
  }).attachTo(chart);
  new Namespace(chart, 'payments', { labels: { 'istio-injection': 'enabled' } });

  const payments = new ProductionService(chart, 'payment-service', {
    image,
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/health', startupBudget: Duration.minutes(1) }),
    replicas: Replicas.fixed(10),
  });
  payments.allowFrom(NetworkPeer.pods({ app: 'api-gateway' }));

  const successRate = new AnalysisTemplate(chart, 'success-rate', {
    metrics: [Metric.query({ name: 'success-rate', provider: Prometheus.at('http://prometheus.monitoring:9090'), query: SUCCESS_RATE, atLeast: 0.95 })],
  });

  return [new CanaryRelease(chart, 'payment-release', {
    service: payments,
    serviceNames: { stable: 'payment-stable', canary: 'payment-canary' },
    traffic: TrafficRouting.istio({ virtualService: 'payment-vsvc', route: 'primary' }),
    steps: [...CanarySteps.standard(), CanaryStep.setWeight(100)],
    analysis: Analysis.background({ templates: [successRate], startingStep: 1 }),
    expectedTraffic: { requestsPerSecond: 20 },
  })];
}
