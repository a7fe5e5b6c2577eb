import type { Construct } from 'constructs';
import type { ServiceExposure, ServicePorts } from './service-exposure';
import type { IServiceSpec } from '../core/kubernetes';
import { KubernetesObject } from '../core/kubernetes-object';
import type { KubernetesVersion } from '../core/kubernetes-version';

/** @internal */
export interface ServiceObjectProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposure: ServiceExposure;
  readonly ports: ServicePorts;
  /** Asked at each synthesis: a release may narrow it to some of the pods. */
  readonly selector: () => Readonly<Record<string, string>>;
  readonly version: KubernetesVersion;
}

/**
 * A Service in front of pods of one workload: all of them, or those of one version.
 *
 * @internal
 */
export class ServiceObject extends KubernetesObject {
  public constructor(scope: Construct, id: string, props: ServiceObjectProps) {
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'Service',
      name: props.name,
      labels: props.labels,
      annotations: props.exposure._annotations,
      content: { spec: (): IServiceSpec => props.exposure._render(props.ports, props.selector(), props.version) },
    });
  }
}
