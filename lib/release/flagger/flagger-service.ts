import type { PlainFields } from '../../core/measurement';
import type { Json, JsonObject } from '../../core/merge';
import { isObject } from '../../core/merge';
import type { PropertyPath } from '../../core/property-path';

/** The part of a Service's port that is looked at here. */
interface PortFields {
  readonly name: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
  readonly nodePort?: number;
}

interface ContainerPortFields {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
}

/** Containers whose ports Flagger does not look at. */
const PROXIES = ['istio-proxy', 'envoy'];

/**
 * The Canary's `service`, from the Service as it would have been written, patches included. Flagger makes one of that name, one
 * in front of the primary pods and one in front of the canary's; what it cannot make is refused.
 *
 * @param at where the service stands in the release
 * @param service the Service
 * @param workload the Deployment: of its containers come all ports but the first
 * @see https://docs.flagger.app/usage/how-it-works#canary-service
 * @internal
 */
export function renderFlaggerService(at: PropertyPath, service: JsonObject, workload: JsonObject, selectorLabels: Readonly<Record<string, string>>): PlainFields {
  const { name, namespace: _, labels = {}, annotations, ...metadata } = service.metadata as JsonObject;
  const { type = 'ClusterIP', clusterIP, ports, selector, trafficDistribution, ...others } = service.spec as JsonObject;
  for (const [field, value] of [...Object.entries(metadata).map(([key, one]) => [`metadata.${key}`, one] as const), ...Object.entries(others).map(([key, one]) => [`spec.${key}`, one] as const)]) {
    refuse(at, field, value);
  }
  if (type !== 'ClusterIP') { refuse(at, 'spec.type', type); }
  if (clusterIP !== undefined && clusterIP !== 'None') { refuse(at, 'spec.clusterIP', clusterIP); }
  if (JSON.stringify(sorted(selector)) !== JSON.stringify(sorted({ ...selectorLabels }))) { refuse(at, 'spec.selector', selector); }
  const [main, ...further] = ports as unknown as readonly PortFields[];
  if (main!.protocol === 'UDP' || main!.protocol === 'SCTP') { refuse(at, 'spec.ports[0].protocol', main!.protocol); }
  if (main!.nodePort !== undefined) { refuse(at, 'spec.ports[0].nodePort', main!.nodePort); }
  checkFurtherPorts(at, main!, further, workload);
  const { name: workloadName } = workload.metadata as JsonObject;
  return {
    ...name === workloadName ? {} : { name },
    ...main!.appProtocol === undefined ? {} : { appProtocol: main!.appProtocol },
    ...clusterIP === undefined ? {} : { headless: true },
    port: main!.port,
    ...further.length === 0 ? {} : { portDiscovery: true },
    portName: main!.name,
    targetPort: main!.targetPort ?? main!.port,
    ...trafficDistribution === undefined ? {} : { trafficDistribution },
    apex: { ...annotations === undefined ? {} : { annotations }, labels },
    canary: { labels },
    primary: { labels },
  };
}

/** Flagger adds the ports of all containers but the main one, under their own numbers, and knows no protocol but TCP. */
function checkFurtherPorts(at: PropertyPath, main: PortFields, further: readonly PortFields[], workload: JsonObject): void {
  if (further.length === 0) { return; }
  const containers = (((workload.spec as JsonObject).template as JsonObject).spec as JsonObject).containers as readonly JsonObject[];
  const found = containers
    .filter(container => !PROXIES.includes(container.name as string))
    .flatMap(container => (container.ports ?? []) as unknown as readonly ContainerPortFields[])
    .filter(port => (typeof main.targetPort === 'string' ? port.name !== main.targetPort : port.containerPort !== (main.targetPort ?? main.port)));
  further.forEach((port, i) => {
    const field = `spec.ports[${i + 1}]`;
    const behind = found.find(one => one.name === port.name);
    if (behind === undefined) { refuse(at, field, port, 'ports of the application\'s own container: those of sidecars are not found'); }
    if ((port.protocol ?? 'TCP') !== 'TCP') { refuse(at, `${field}.protocol`, port.protocol); }
    if (port.appProtocol !== undefined) { refuse(at, `${field}.appProtocol`, port.appProtocol, 'no word on what further ports speak', `write Port.tcp(${behind.containerPort}, { name: '${port.name}' })`); }
    if (port.port !== behind.containerPort) { refuse(at, `${field}.port`, port.port, `the container's own number, ${behind.containerPort}, for further ports`, `write servicePort: ${behind.containerPort}`); }
    if (port.nodePort !== undefined) { refuse(at, `${field}.nodePort`, port.nodePort); }
  });
  const extra = found.find(port => !further.some(one => one.name === port.name));
  if (extra !== undefined) { refuse(at, 'spec.ports', extra, 'all ports of the containers, or the first alone'); }
}

function refuse(at: PropertyPath, field: string, value: unknown, allowed = 'a plain Service of type ClusterIP', fix = 'leave it out of exposure, ports and patches; or use ReleaseController.argoRollouts()'): never {
  return at.refuse('UnsupportedByController', { value: `${field}: ${JSON.stringify(value)}`, allowed: `${allowed}: Flagger makes the Service itself, and has no word for this`, fix });
}

function sorted(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isObject(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : [];
}
