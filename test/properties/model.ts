/** An application as plain data: it can be printed, shrunk, built twice and built in another process. */
export interface AppModel {
  /** The 31 of 1.31. */
  readonly minor: number;
  readonly environment: EnvironmentModel;
  /** Whether one environment holds for the app, or one of the same name for each chart. */
  readonly attachTo: 'app' | 'charts';
  readonly charts: readonly ChartModel[];
  readonly services: readonly ServiceModel[];
  readonly connections: readonly ConnectionModel[];
  readonly externals: readonly ExternalModel[];
  readonly strangers: readonly StrangerModel[];
}

export interface EnvironmentModel {
  readonly preset: 'production' | 'staging' | 'development' | 'named';
  readonly registry?: string;
  readonly ifNotPresent?: boolean;
  readonly dns?: 'kubeDns' | 'nodeLocal' | 'openShift' | 'custom';
  readonly mesh?: 'istio' | 'linkerd' | 'custom';
  readonly monitoring: boolean;
  readonly gateways: boolean;
  readonly kubernetesApi: boolean;
  readonly fqdn: boolean;
  readonly clusterDomain?: string;
  readonly team?: string;
  readonly partOf?: string;
}

/** Where the proxies of each mesh answer those who scrape metrics. They are put into the pods later: no container of a manifest has the port. */
export const PROXY_METRICS: Readonly<Record<NonNullable<EnvironmentModel['mesh']>, number>> = { istio: 15020, linkerd: 4191, custom: 4445 };

export interface ChartModel {
  readonly namespace?: string;
  readonly prefix: string;
  readonly createsNamespace: boolean;
}

export interface PortModel {
  readonly kind: 'http' | 'https' | 'grpc' | 'tcp' | 'udp' | 'sctp';
  readonly number: number;
  /** Nothing for the default of its kind. */
  readonly name?: string;
  readonly servicePort?: number;
  readonly nodePort?: number;
}

export interface TimingModel { readonly period: number; readonly timeout: number; readonly failures: number }

export interface HealthModel {
  readonly kind: 'http' | 'grpc' | 'tcp' | 'exec' | 'probes' | 'none';
  /** Name of the port; nothing for the main one. */
  readonly port?: string;
  readonly liveness: boolean;
  readonly readinessTiming?: TimingModel;
  readonly livenessTiming?: TimingModel;
  readonly startupBudget?: number;
}

export interface ReplicasModel {
  readonly kind: 'unset' | 'autoscaled' | 'fixed' | 'external';
  readonly minimum: number;
  readonly maximum: number;
  readonly metrics: readonly ('cpu' | 'memory' | 'pods' | 'external' | 'object')[];
  readonly behavior: boolean;
}

export type EnvModel =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'secret' | 'configMap' | 'field' | 'resource' };

/** Something mounted: equal sources of one service are one volume. */
export interface MountModel { readonly source: 'secret' | 'configMap' | 'claim' | 'memory' | 'csi'; readonly number: number; readonly subPath: boolean }

export interface ContainerModel {
  readonly image: string;
  /** Only with a digest: other references may come to mean another image. */
  readonly pullIfAbsent: boolean;
  readonly command: boolean;
  readonly env: Readonly<Record<string, EnvModel>>;
  readonly envFrom: boolean;
  readonly mounts: readonly MountModel[];
  readonly scratch: readonly string[];
  readonly resources: 'unset' | 'of' | 'guaranteed' | 'withoutCpuLimit';
}

export interface HelperModel extends ContainerModel {
  readonly name: string;
  readonly ports: readonly PortModel[];
  readonly healthy: boolean;
}

export interface ServiceModel extends ContainerModel {
  readonly chart: number;
  readonly id: string;
  readonly adopted: boolean;
  readonly renamed: boolean;
  readonly named: boolean;
  readonly ownSelector: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly component?: string;
  readonly ports: readonly PortModel[];
  readonly metricsPort: boolean;
  readonly health: HealthModel;
  readonly replicas: ReplicasModel;
  readonly rollout?: { readonly strategy?: 'rolling' | 'recreate'; readonly minReady: number; readonly history: number; readonly slack: number };
  readonly budget: { readonly kind: 'unset' | 'maxUnavailable' | 'percent' | 'minAvailable' | 'none'; readonly pods: number };
  readonly spread: { readonly kind: 'unset' | 'preferred' | 'zones' | 'nodes' | 'none'; readonly zones: number };
  readonly placement: readonly ('nodeSelector' | 'requiredNodes' | 'preferredNodes' | 'tolerations' | 'pool' | 'colocation' | 'priority')[];
  readonly shutdown: 'unset' | 'graceful' | 'exec' | 'hook' | 'none';
  readonly postStart: boolean;
  readonly exposure: {
    readonly kind: 'unset' | 'clusterIp' | 'gateway' | 'nodePort' | 'loadBalancer' | 'headless';
    readonly ranges: readonly string[];
    /** Every port is for the outside, not the main one alone. */
    readonly everyPort: boolean;
    readonly options: boolean;
  };
  readonly identity: { readonly kind: 'unset' | 'own' | 'existing'; readonly cloud?: 'aws' | 'google' | 'azure'; readonly permissions: boolean };
  readonly files: Readonly<Record<string, string>>;
  readonly sidecars: readonly HelperModel[];
  readonly initContainers: readonly HelperModel[];
  readonly pod: { readonly user?: number; readonly pullSecret: boolean; readonly hostAlias: boolean; readonly nameserver: boolean; readonly search: boolean };
}

/** A connection between two services; which of the two says so does not matter. */
export interface ConnectionModel {
  readonly from: number;
  readonly to: number;
  /** Index of the target's port; nothing for the main one. */
  readonly port?: number;
  readonly declaredBy: 'caller' | 'target';
  readonly variables: 'default' | 'own' | 'url' | 'none';
}

export interface ExternalModel {
  readonly from: number;
  readonly kind: 'cidr' | 'pods' | 'fqdn' | 'externalName';
  readonly cidr: string;
  readonly port: number;
  readonly udp: boolean;
  readonly namespace?: string;
}

/** Somebody of another application who is let in. */
export interface StrangerModel { readonly to: number; readonly kind: 'pods' | 'namespace' | 'cidr'; readonly everyPort: boolean }

/** The name all objects of a service get, and the part of it that is the same for every instance. */
export function namesOf(model: ServiceModel, prefix: string): { readonly base: string; readonly name: string } {
  const base = model.renamed ? `${model.id}-was` : model.id;
  return model.named ? { base: `${model.id}-named`, name: `${model.id}-named` } : { base, name: `${prefix}${base}` };
}

/** The name of a service's Service. */
export function serviceNameOf(model: ServiceModel, app: AppModel): string {
  const { name } = namesOf(model, app.charts[model.chart]!.prefix);
  return model.adopted ? `${name}-old` : name;
}

/** What the names of a caller's variables begin with, where it does not say: the target's name in capitals. */
export function defaultVariable(target: string): string {
  return target.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
}

/** The ports that a service's Service has: those that are for the outside, where it goes there. */
export function publishedPorts(model: ServiceModel): PortModel[] {
  const { kind, everyPort } = model.exposure;
  const ports = portsOf(model);
  return (kind === 'nodePort' || kind === 'loadBalancer') && !everyPort ? ports.slice(0, 1) : ports;
}

/** Whether a service's pods get a token for the Kubernetes API. */
export function usesKubernetesApi({ identity }: ServiceModel): boolean {
  return identity.kind !== 'unset' && identity.permissions;
}

/** What a port has if it does not say. */
export const DEFAULT_NAMES: Readonly<Record<PortModel['kind'], string>> = { http: 'http', https: 'https', grpc: 'grpc', tcp: 'tcp', udp: 'udp', sctp: 'sctp' };
export const DEFAULT_SERVICE_PORTS: Readonly<Partial<Record<PortModel['kind'], number>>> = { http: 80, https: 443 };

export function portName(model: PortModel): string {
  return model.name ?? DEFAULT_NAMES[model.kind];
}

export function protocolOf(model: PortModel): 'TCP' | 'UDP' | 'SCTP' {
  return model.kind === 'udp' ? 'UDP' : model.kind === 'sctp' ? 'SCTP' : 'TCP';
}

/** Every port of a service, in the order in which the service has them. */
export function portsOf(model: ServiceModel): PortModel[] {
  return [...model.ports, ...model.sidecars.flatMap(sidecar => sidecar.ports)];
}

/** The fewest and the most pods a service will have. */
export function boundsOf(model: ReplicasModel, preset: EnvironmentModel['preset']): readonly [minimum: number, maximum: number] {
  switch (model.kind) {
    case 'autoscaled': return [model.minimum, model.maximum];
    case 'fixed':
    case 'external': return [model.minimum, model.minimum];
    case 'unset': return preset === 'development' ? [1, 1] : preset === 'staging' ? [3, 5] : [3, 10];
  }
}
