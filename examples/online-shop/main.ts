import type { App } from 'cdk8s';
import { Chart, Duration, Size } from 'cdk8s';
import { Cpu, EnvValue, NodeLabelQuery, Secret } from 'cdk8s-plus-28';
import {
  ConnectionVariables, Environment, type EnvironmentProps, ExternalEndpoint, Findings, Health, KubernetesVersion, Namespace, NetworkPeer, Port,
  ProductionService, Replicas, Resources, ScalingMetric, ServiceExposure, Shutdown, TrafficDistribution,
} from 'cdk8s-production';

/** The whole shop, once in staging and once in production: the same function, two environments. */
export function build(app: App, target: KubernetesVersion = KubernetesVersion.DEFAULT): void {
  const cluster: EnvironmentProps = {
    kubernetesVersion: target,
    registry: 'registry.example.com',
    partOf: 'online-shop',
    monitoring: [NetworkPeer.pods({ 'app.kubernetes.io/name': 'prometheus' }, { namespace: 'monitoring' })],
    gateways: [NetworkPeer.namespace('ingress-nginx')],
    shutdown: target.supports('preStopSleep') ? Shutdown.graceful() : Shutdown.exec(['/bin/sleep', '15'], { delay: Duration.seconds(15) }),
  };
  shop(app, Environment.staging({ ...cluster, replicas: Replicas.fixed(3) }), Replicas.fixed(3));
  shop(app, Environment.production(cluster), Replicas.autoscaled({ minReplicas: 6, maxReplicas: 20 }));
}

/**
 * @param environment where it runs
 * @param paymentReplicas how many pods take payments: the part that must keep up on the busiest day
 */
function shop(app: App, environment: Environment, paymentReplicas: Replicas): void {
  const payments = paymentsNamespace(app, environment, paymentReplicas);
  const chart = new Chart(app, `shop-${environment.name}`, { namespace: 'shop' });
  environment.attachTo(chart);
  new Namespace(chart, 'shop');

  // Public web: reached through the ingress controller only.
  const storefront = new ProductionService(chart, 'storefront', {
    image: 'shop/storefront:4.12.0',
    component: 'frontend',
    port: 3000,
    health: Health.http({ readiness: '/ready', liveness: '/live' }),
    exposure: ServiceExposure.gateway(),
    files: { '/app/config/theme.json': '{ "accent": "#0a7d5a" }\n' },
  });

  // Internal gRPC API: headless, so that clients balance over the pods; metrics on a port of their own.
  const catalog = new ProductionService(chart, 'catalog', {
    image: 'shop/catalog:2.8.1',
    component: 'api',
    port: Port.grpc(9090),
    additionalPorts: [Port.http(9100, { name: 'metrics', servicePort: 9100 })],
    health: Health.grpc({ readiness: 'ready', liveness: 'live' }),
    exposure: ServiceExposure.headless(),
    resources: Resources.of({ cpu: Cpu.millis(500), memory: Size.mebibytes(512) }),
  });

  // CPU-hungry: on nodes made for it, never throttled below what it asked for.
  const search = new ProductionService(chart, 'search', {
    image: 'shop/search:1.30.2',
    component: 'api',
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/live', startupBudget: Duration.minutes(10) }),
    resources: Resources.guaranteed({ cpu: Cpu.units(2), memory: Size.gibibytes(4) }),
    placement: { requiredNodes: [NodeLabelQuery.in('node-type', ['high-cpu'])] },
  });

  // With a sidecar that ships its audit log, both writing to their own scratch.
  const cart = new ProductionService(chart, 'cart', {
    image: 'shop/cart:3.3.7',
    component: 'api',
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/live' }),
    exposure: ServiceExposure.clusterIp({ trafficDistribution: versionOf(chart).supports('trafficDistributionPreferClose') ? TrafficDistribution.PREFER_SAME_ZONE : undefined }),
    sidecars: [{ name: 'audit-log', image: 'tools/log-shipper:1.9.0', args: ['--listen=127.0.0.1:5170'], scratch: { '/buffer': Size.mebibytes(64) } }],
  });

  const orders = new ProductionService(chart, 'orders', {
    image: 'shop/orders:5.0.3',
    component: 'api',
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/live' }),
    env: {
      DB_PASSWORD: EnvValue.fromSecretValue({ secret: Secret.fromSecretName(chart, 'orders-db', 'orders-db'), key: 'password' }),
    },
  });

  // A worker without a port, as many pods as its queue asks for.
  const mailer = new ProductionService(chart, 'mailer', {
    image: 'shop/mailer:1.2.0',
    component: 'worker',
    health: Health.exec({ liveness: ['/app/healthcheck'] }),
    replicas: Replicas.autoscaled({ minReplicas: 2, maxReplicas: 12, metrics: [ScalingMetric.external('rabbitmq_queue_messages_ready', 30, { labels: { queue: 'mail' } })] }),
  });

  // UDP in, HTTP for the health check.
  const telemetry = new ProductionService(chart, 'telemetry', {
    image: 'shop/telemetry:0.9.4',
    component: 'collector',
    port: Port.udp(8125, { name: 'statsd' }),
    additionalPorts: [Port.http(8126, { name: 'admin', servicePort: 8126 })],
    health: Health.http({ readiness: '/ready', port: 'admin' }),
  });

  // Old and alone: it holds a lock, so there is one, and everybody knows.
  const pricing = new ProductionService(chart, 'legacy-pricing', {
    image: 'shop/legacy-pricing:7.41.0',
    component: 'api',
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/live' }),
    replicas: Replicas.fixed(1),
  });
  Findings.acknowledge(pricing, 'run-more-than-one-replica', 'holds the price list\'s lock; replaced by the catalog in the second quarter');

  for (const backend of [catalog, search, cart, orders]) { storefront.connectTo(backend); }
  orders.connectTo(catalog);
  orders.connectTo(cart);
  orders.connectTo(pricing, { variables: ConnectionVariables.named({ url: 'PRICING_URL' }) });
  orders.connectTo(payments, { variables: ConnectionVariables.named({ url: 'PAYMENTS_URL' }) });
  orders.connectTo(ExternalEndpoint.cidr('10.20.0.0/16', 5432, { name: 'db', host: 'orders-db.internal.example.com' }));
  mailer.connectTo(ExternalEndpoint.cidr('198.51.100.0/24', 587, { name: 'smtp', host: 'smtp.example.com' }));
  mailer.connectTo(ExternalEndpoint.pods({ app: 'rabbitmq' }, 5672, { name: 'queue', host: 'rabbitmq.messaging', namespace: 'messaging' }));
  for (const sender of [storefront, catalog, cart, orders]) { sender.connectTo(telemetry, { variables: ConnectionVariables.prefix('STATSD') }); }
}

/** Payments live in a namespace of their own, with a team of their own. */
function paymentsNamespace(app: App, environment: Environment, replicas: Replicas): ProductionService {
  const chart = new Chart(app, `payments-${environment.name}`, { namespace: 'shop-payments' });
  environment.attachTo(chart);
  new Namespace(chart, 'shop-payments');
  const payments = new ProductionService(chart, 'payment-service', {
    image: 'payments/payment-service:1.4.2',
    component: 'api',
    port: 8080,
    health: Health.http({ readiness: '/health/ready', liveness: '/health/live' }),
    replicas,
  });
  payments.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'acquirer', host: 'acquirer.example.com' }));
  return payments;
}

function versionOf(chart: Chart): KubernetesVersion {
  return Environment.of(chart).kubernetesVersion;
}
