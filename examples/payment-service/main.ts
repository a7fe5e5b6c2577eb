import type { App } from 'cdk8s';
import { Chart, Duration } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-28';
import {
  Environment, ExternalEndpoint, Health, KubernetesVersion, Namespace, NetworkPeer, ProductionService, Replicas, Shutdown,
} from 'cdk8s-production';

/** What changes from one release to the next. */
interface Release {
  readonly image: string;
  readonly features: string;
}

const V1_2_3: Release = { image: 'registry.example.com/payments/payment-service:v1.2.3', features: 'refunds: true\ninstalments: false\n' };

/** The payment service of a shop: behind an API gateway, in front of a database, three to ten pods by load. */
export function build(app: App, target: KubernetesVersion = KubernetesVersion.DEFAULT, release: Release = V1_2_3): void {
  const chart = new Chart(app, 'payments', { namespace: 'payments' });
  Environment.production({
    kubernetesVersion: target,
    team: 'payments',
    // The kubelet's own sleep came with 1.30; before, the image must bring one.
    shutdown: target.supports('preStopSleep') ? Shutdown.graceful() : Shutdown.exec(['/bin/sleep', '5']),
  }).attachTo(chart);
  new Namespace(chart, 'payments');

  const payments = new ProductionService(chart, 'payment-service', {
    image: release.image,
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/health', startupBudget: Duration.minutes(1) }),
    replicas: Replicas.autoscaled({ minReplicas: 3, maxReplicas: 10, cpuUtilization: 70 }),
    env: {
      LOG_LEVEL: 'info',
      DATABASE_URL: EnvValue.fromSecretValue({ secret: Secret.fromSecretName(chart, 'db-secret', 'db-secret'), key: 'url' }),
    },
    files: { '/etc/payment-service/features.yaml': release.features },
  });

  payments.allowFrom(NetworkPeer.pods({ app: 'api-gateway' }));
  payments.connectTo(ExternalEndpoint.pods({ app: 'database' }, 5432, { name: 'database', host: 'database' }));
}
