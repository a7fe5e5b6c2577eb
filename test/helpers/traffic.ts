import { Chart } from 'cdk8s';
import { Environment, type ITrafficRouting, MeshProfile, NetworkPeer, Port, type TrafficBinding, type TrafficContext } from 'cdk8s-production';
import { Construct } from 'constructs';
import { type Manifest, synth } from './manifests';
import { chartIn } from './service';

/** The labels that every object of the release has. */
export const LABELS = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };

/** What a router makes of the release of `web`, an exposed service in a mesh, but for what a test is about. */
export function bound(traffic: ITrafficRouting, context: Partial<TrafficContext> & { readonly mesh?: MeshProfile } = {}, chart: Chart = trafficChart(context)): TrafficBinding {
  const { mesh: _, ...rest } = context;
  const workload = rest.workload ?? 'web';
  return traffic.bind(new Construct(chart, `${workload}-release`), {
    workload,
    namespace: chart.namespace,
    rootService: workload,
    stableService: `${workload}-stable`,
    canaryService: `${workload}-canary`,
    ports: [Port.http(8080)],
    labels: LABELS,
    managedRoutes: [],
    behindGateway: true,
    environment: Environment.of(chart),
    ...rest,
  });
}

/** A chart whose environment has a mesh, and gateways in front. */
export function trafficChart({ mesh = MeshProfile.istio() }: { readonly mesh?: MeshProfile } = {}): Chart {
  return chartIn(Environment.production({ mesh, gateways: [NetworkPeer.namespace('edge')] }));
}

/** A chart whose environment knows of no mesh. */
export function noMesh(): Chart {
  return chartIn(Environment.production({ gateways: [NetworkPeer.namespace('edge')] }));
}

/** The objects of a binding, as they will stand in YAML. */
export function routesOf({ routes }: TrafficBinding): Manifest[] {
  return routes.length === 0 ? [] : synth(Chart.of(routes[0]!));
}
