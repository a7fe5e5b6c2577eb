import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { ExternalEndpoint } from './external-endpoint';
import type { Connection, ConnectionCaller, IConnectable } from '../core/connection';
import { Environment } from '../core/environment';
import type { IServiceSpec } from '../core/kubernetes';
import { KubernetesObject } from '../core/kubernetes-object';
import { MANAGED_BY } from '../core/labels';
import { checkObjectName, isSubdomain, NamePrefix } from '../core/names';
import { checkCidr } from '../core/network-peer';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';

/** What a name stands for. */
export interface ExternalNameServiceProps {
  /** Host name outside of the cluster, such as `ledger.example.com`. */
  readonly hostName: string;

  /** Port it listens on. */
  readonly port: number;

  /**
   * Addresses behind the host name, for networks that know addresses only.
   *
   * @default - none: the environment must say how its network knows names (`fqdnEgress`)
   */
  readonly cidrs?: string[];

  /**
   * Name of the Service.
   *
   * @default - the construct's id, after the prefixes of `NamePrefix`
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<ExternalNameServiceProps> = { hostName: true, port: true, cidrs: true, name: true };

/**
 * A name inside the cluster for a host outside of it, so that the host can move without its callers knowing.
 *
 * Creates a Service of type ExternalName. Clients that check host names (TLS, HTTP) see the inner name.
 *
 * @example
 *
 * const ledger = new ExternalNameService(chart, 'ledger', { hostName: 'ledger.example.com', port: 8443, cidrs: ['203.0.113.0/24'] });
 * payments.connectTo(ledger);
 */
export class ExternalNameService extends Construct implements IConnectable {
  /** The Service. */
  public readonly service: KubernetesObject;
  private readonly props: ExternalNameServiceProps;

  /**
   * @param scope any construct below a Chart
   * @param id name of the Service
   * @param props what it stands for
   * @throws ConfigurationError `InvalidName`, `InvalidValue`, `UnknownProperty`
   */
  public constructor(scope: Construct, id: string, props: ExternalNameServiceProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    this.props = at.onlyKnown(props, KNOWN);
    if (typeof props.hostName !== 'string' || !isSubdomain(props.hostName) || !props.hostName.includes('.') || /^[\d.]+$/.test(props.hostName)) {
      at.at('hostName').refuse('InvalidValue', { value: props.hostName, allowed: 'a full host name such as ledger.example.com; no address', fix: 'write the name, or use ExternalEndpoint.cidr for addresses' });
    }
    at.at('port').integer(props.port, 1, 65535);
    at.at('cidrs').list(props.cidrs ?? []).forEach((cidr, i) => checkCidr(at.at('cidrs').at(i), cidr));
    if (props.cidrs?.length === 0) { at.at('cidrs').refuse('MissingValue', { value: [], allowed: 'at least one range', fix: "leave 'cidrs' out where the network knows names" }); }
    const environment = Environment.of(this);
    const name = checkObjectName(at.at('name'), 'Service', props.name ?? `${NamePrefix.of(this)}${id}`);
    this.service = new KubernetesObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'Service',
      name,
      labels: {
        'app.kubernetes.io/managed-by': MANAGED_BY,
        'app.kubernetes.io/name': name,
        ...environment.partOf === undefined ? {} : { 'app.kubernetes.io/part-of': environment.partOf },
        ...environment.team === undefined ? {} : { team: environment.team },
      },
      content: { spec: (): IServiceSpec => ({ externalName: props.hostName, ports: [{ name: 'main', port: props.port, protocol: 'TCP' }], type: 'ExternalName' }) },
    });
  }

  /** @see IConnectable.acceptConnection */
  public acceptConnection(caller: ConnectionCaller, portName?: string): Connection {
    const { hostName, port, cidrs } = this.props;
    const outside = cidrs === undefined
      ? ExternalEndpoint.fqdn(hostName, port).acceptConnection(caller, portName)
      : { ...ExternalEndpoint.cidr(cidrs[0]!, port).acceptConnection(caller, portName), peers: cidrs.flatMap(cidr => ExternalEndpoint.cidr(cidr, port).acceptConnection(caller).peers) };
    const namespace = Chart.of(this).namespace;
    const near = namespace === undefined || namespace === caller.namespace;
    const name = this.service.name;
    return { ...outside, name, path: this.node.path, host: near ? name : `${name}.${namespace}.svc.${Environment.of(caller.construct).clusterDomain}` };
  }
}
