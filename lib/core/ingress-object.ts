import type { Construct } from 'constructs';
import type { IIngressSpec } from './kubernetes';
import { KubernetesObject } from './kubernetes-object';
import type { PathType } from './route-options';
import type { TrafficContext } from './traffic-routing';

/** An Ingress with one path. @internal */
export interface IngressProps {
  readonly name: string;
  readonly className: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** None for every host. */
  readonly hosts: readonly string[];
  readonly path: string;
  readonly pathType: PathType;
  readonly service: string;
  readonly port: { readonly name: string } | { readonly number: number };
  readonly tlsSecret?: string;
}

/**
 * Creates an Ingress that leads the requests of a release to a Service.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
 * @internal
 */
export function createIngress(release: Construct, context: TrafficContext, props: IngressProps): KubernetesObject {
  const { name, className, annotations, hosts, path, pathType, service, port, tlsSecret } = props;
  const http = () => ({ paths: [{ backend: { service: { name: service, port: { ...port } } }, path, pathType }] });
  return new KubernetesObject(release, 'Ingress', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    name,
    labels: context.labels,
    ...Object.keys(annotations).length === 0 ? {} : { annotations },
    content: {
      spec: (): IIngressSpec => ({
        ingressClassName: className,
        rules: hosts.length === 0 ? [{ http: http() }] : hosts.map(host => ({ host, http: http() })),
        ...tlsSecret === undefined ? {} : { tls: [{ hosts: [...hosts], secretName: tlsSecret }] },
      }),
    },
  });
}
