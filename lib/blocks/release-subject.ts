import type { Construct } from 'constructs';
import type { AutoscalerProps } from './autoscaler';
import { Autoscaler } from './autoscaler';
import { ServiceExposure } from './service-exposure';
import { ServiceObject } from './service-object';
import type { WorkloadObjectProps } from './workload-object';
import { WorkloadObject } from './workload-object';
import type { EffectiveEnvironment } from '../core/environment';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { Port } from '../core/port';
import type { IReleaseStrategy } from '../core/release';
import type { Replicas } from '../core/replicas';

/** @internal */
export interface ReleaseSubjectProps {
  readonly environment: EffectiveEnvironment;
  readonly labels: Readonly<Record<string, string>>;
  readonly selectorLabels: Readonly<Record<string, string>>;
  readonly replicas: Replicas;
  readonly exposure: ServiceExposure;
  readonly applicationPorts: readonly Port[];
  readonly sidecarPorts: readonly Port[];
  readonly containerName: string;
  /** As the service states it. */
  readonly image: string;
  readonly workload: WorkloadObjectProps;
  readonly autoscaler: AutoscalerProps | undefined;
  /** Whether the service states how its Deployment replaces pods, which no other kind of release could heed. */
  readonly hasOwnStrategy: boolean;
}

/**
 * What a service hands to whoever releases it: its facts, and further objects made from the same description.
 *
 * @internal
 */
export class ReleaseSubject {
  /** What the Service selects beyond the service's own labels; a release without a controller narrows it. */
  public servedLabels: Readonly<Record<string, string>> = {};

  /** How low the autoscaler may go meanwhile, where that is not what the service says. */
  public leastReplicas: number | undefined;

  /** The further workloads and autoscalers. */
  public readonly further: KubernetesObject[] = [];

  private readonly annotations = new Map<string, string>();

  public constructor(public readonly facts: ReleaseSubjectProps) {}

  /** Annotates every further workload and autoscaler, those that come later included. */
  public annotateFurther(name: string, value: string): void {
    this.annotations.set(name, value);
    for (const object of this.further) { object.metadata.addAnnotation(name, value); }
  }

  /** A further Service inside the cluster, with the ports of the first. */
  public createService(scope: Construct, id: string, name: string, podLabels: Readonly<Record<string, string>> = {}): KubernetesObject {
    const { labels, applicationPorts, sidecarPorts, selectorLabels, environment, exposure } = this.facts;
    return new ServiceObject(scope, id, {
      name,
      // An instance of its own: whoever scrapes the service by the labels of its Service would scrape each pod again here.
      labels: { ...labels, 'app.kubernetes.io/instance': name },
      exposure: exposure._isHeadless ? ServiceExposure.headless() : ServiceExposure.clusterIp(),
      // What is published on the nodes is the first Service's alone.
      ports: { application: applicationPorts.map(port => port._inside()), sidecars: sidecarPorts.map(port => port._inside()) },
      selector: () => ({ ...selectorLabels, ...podLabels }),
      version: environment.kubernetesVersion,
    });
  }

  /** A further workload from the same pod template. */
  public createWorkload(scope: Construct, id: string, update: IReleaseStrategy, overrides: Partial<WorkloadObjectProps> = {}): WorkloadObject {
    return this.annotated(new WorkloadObject(scope, id, { ...this.facts.workload, ...overrides, update }));
  }

  /** A further autoscaler with the bounds of the first; none where there is no first. */
  public createAutoscaler(scope: Construct, id: string, name: string, target: AutoscalerProps['target']): KubernetesObject | undefined {
    const { autoscaler } = this.facts;
    return autoscaler === undefined ? undefined : this.annotated(new Autoscaler(scope, id, { ...autoscaler, name, target }));
  }

  private annotated<T extends KubernetesObject>(object: T): T {
    this.further.push(object);
    for (const [name, value] of this.annotations) { object.metadata.addAnnotation(name, value); }
    return object;
  }
}
