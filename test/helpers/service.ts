import { App, Chart } from 'cdk8s';
import { type ClusterPeer, Environment, NetworkPeer, ProductionService, type ProductionServiceProps } from 'cdk8s-production';
import { type Manifest, MINIMAL, one, synth, testChart } from './manifests';

/** The service `web`: the least that a service needs, and what a test is about. */
export function web(props: Partial<ProductionServiceProps> = {}, chart: Chart = testChart()): ProductionService {
  return new ProductionService(chart, 'web', { ...MINIMAL, ...props });
}

/** A chart in the namespace `shop` for which an environment holds. */
export function chartIn(environment: Environment, namespace = 'shop'): Chart {
  const chart = new Chart(new App({ outdir: 'never-written' }), 'chart', { namespace });
  environment.attachTo(chart);
  return chart;
}

/** Where the Kubernetes API is, for services that use it. */
export const KUBERNETES_API: ClusterPeer[] = [{ peer: NetworkPeer.cidr('10.0.0.10/32'), ports: [{ number: 6443 }] }];

/** A chart for services that hold a token. */
export function chartWithApi(): Chart {
  return chartIn(Environment.production({ kubernetesApi: KUBERNETES_API }));
}

/** What a service's chart synthesizes to. */
export function manifestsOf(service: ProductionService): Manifest[] {
  return synth(Chart.of(service));
}

/** The one object of a kind that bears the service's name. */
export function objectOf(service: ProductionService, kind: string): Manifest {
  return one(manifestsOf(service), kind, service.name);
}

/** The spec of a service's pods. */
export function podOf(service: ProductionService): Manifest {
  return one(manifestsOf(service), service.workload.kind, service.workload.name).spec.template.spec;
}

/** One of the containers that run in a service's pods; the application's, unless another is named. */
export function containerOf(service: ProductionService, name: string = service.node.id): Manifest {
  const pod = podOf(service);
  return [...pod.containers, ...pod.initContainers ?? []].find((container: Manifest) => container.name === name);
}
