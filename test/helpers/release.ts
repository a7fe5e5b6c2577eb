import { Chart } from 'cdk8s';
import {
  BlueGreenRelease, type BlueGreenReleaseProps, CanaryRelease, type CanaryReleaseProps, Environment, type EnvironmentProps, MeshProfile, NetworkPeer, type ProductionServiceProps, Replicas,
  ServiceExposure, TrafficRouting,
} from 'cdk8s-production';
import { type Manifest, one, synth } from './manifests';
import { chartIn, web } from './service';

/** A chart of a production in which every router works: a mesh, gateways in front, and Prometheus. */
export function meshChart(environment: EnvironmentProps = {}): Chart {
  return chartIn(Environment.production({ mesh: MeshProfile.istio(), gateways: [NetworkPeer.namespace('edge')], monitoring: [NetworkPeer.namespace('monitoring')], ...environment }));
}

/** The canary `release` of the service `web` without a router, but for what a test is about. */
export function canary(props: Partial<CanaryReleaseProps> = {}, service: Partial<ProductionServiceProps> = {}, chart?: Chart): CanaryRelease {
  const subject = web(service, chart);
  return new CanaryRelease(Chart.of(subject), 'release', { service: subject, ...props });
}

/** The same behind Istio, of ten replicas, exposed. */
export function routed(props: Partial<CanaryReleaseProps> = {}, service: Partial<ProductionServiceProps> = {}, chart: Chart = meshChart()): CanaryRelease {
  return canary({ traffic: TrafficRouting.istio(), ...props }, { replicas: Replicas.fixed(10), exposure: ServiceExposure.gateway(), ...service }, chart);
}

/** The blue-green release `release` of the service `web`, but for what a test is about. */
export function blueGreen(props: Partial<BlueGreenReleaseProps> = {}, service: Partial<ProductionServiceProps> = {}, chart?: Chart): BlueGreenRelease {
  const subject = web(service, chart);
  return new BlueGreenRelease(Chart.of(subject), 'release', { service: subject, ...props });
}

/** What the chart of a release synthesizes to. */
export function objectsOf(release: CanaryRelease | BlueGreenRelease): Manifest[] {
  return synth(Chart.of(release));
}

/** The spec of the Rollout of a release. */
export function rolloutOf(release: CanaryRelease | BlueGreenRelease): Manifest {
  return one(objectsOf(release), 'Rollout').spec;
}

/** What a Rollout says of its canary, or of blue and green. */
export function strategyOf(release: CanaryRelease | BlueGreenRelease): Manifest {
  const { canary: canaryStrategy, blueGreen: blueGreenStrategy } = rolloutOf(release).strategy;
  return canaryStrategy ?? blueGreenStrategy;
}
