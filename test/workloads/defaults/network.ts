import type { Chart } from 'cdk8s';
import {
  CloudIdentity, Environment, ExternalEndpoint, type ExternalEndpointOptions, ExternalNameService, Identity, MeshProfile, Namespace, NamePrefix, NetworkPeer,
  Port, type PortOptions, ProductionService, ScalingMetric, Replicas, ServiceExposure, type ConnectOptions,
} from 'cdk8s-production';
import { defaultsOf } from './default';
import { errorOf, type Manifest, MINIMAL, synth, testChart } from '../../helpers/manifests';
import { chartIn, chartWithApi, containerOf, objectOf, podOf, web } from '../../helpers/service';

const ADMIN = Port.tcp(9090, { name: 'admin' });
/** `web` and a target with two ports, connected. */
const connected = (options: ConnectOptions = {}) => {
  const chart = testChart();
  const target = new ProductionService(chart, 'order-store', { ...MINIMAL, additionalPorts: [ADMIN] });
  const service = web({}, chart);
  service.connectTo(target, options);
  return { service, target };
};
const outside = (options: ExternalEndpointOptions = {}) => {
  const service = web();
  service.connectTo(ExternalEndpoint.pods({ app: 'database' }, 5432, options));
  return { env: containerOf(service).env, egress: objectOf(service, 'NetworkPolicy').spec.egress[1] };
};
const serviceSpec = (exposure: ServiceExposure) => objectOf(web({ exposure }), 'Service').spec;
const sources = (exposure: ServiceExposure) => objectOf(web({ exposure }), 'NetworkPolicy').spec.ingress[0].from;
const EVERYWHERE = [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } }, { ipBlock: { cidr: '::/0', except: ['fd00:ec2::254/128'] } }];
const port = (make: (number: number, options?: PortOptions) => Port) => make(9000);
const permissions = [{ verbs: ['get'], resources: ['configmaps'] }];
const rule = (identity: Identity) => objectOf(web({ identity }, chartWithApi()), 'Role').rules[0];
const ingress = (peer: NetworkPeer) => {
  const service = web();
  service.allowFrom(peer);
  return objectOf(service, 'NetworkPolicy').spec.ingress[0].from[0];
};
const external = (name?: string) => {
  const chart = testChart();
  const ledger = new ExternalNameService(chart, 'ledger', { hostName: 'ledger.example.com', port: 8443, name });
  return { chart, ledger };
};

export const NETWORK_DEFAULTS = [
  ...defaultsOf('ConnectOptions', {
    port: ['- its main port', () => expect(objectOf(connected().target, 'NetworkPolicy').spec.ingress[0].ports).toEqual([{ port: 8080, protocol: 'TCP' }])],
    variables: ['- `<TARGET>_HOST` and `<TARGET>_PORT`, the target\'s name in capitals; for a database its name, user and password, too', () => expect(containerOf(connected().service).env).toEqual([
      { name: 'ORDER_STORE_HOST', value: 'order-store' }, { name: 'ORDER_STORE_PORT', value: '80' },
    ])],
  }),
  ...defaultsOf('AllowOptions', {
    ports: ['- the main port', () => {
      const service = web({ additionalPorts: [ADMIN] });
      service.allowFrom(NetworkPeer.namespace('edge'));
      expect(objectOf(service, 'NetworkPolicy').spec.ingress[0].ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
    }],
  }),
  ...defaultsOf('ExternalEndpointOptions', {
    name: ['- the host name, where there is one', () => expect(outside({ host: 'db.example.com' }).env.map((v: Manifest) => v.name)).toEqual(['DB_EXAMPLE_COM_HOST', 'DB_EXAMPLE_COM_PORT'])],
    host: ['- for a host name, itself; for pods, none is known', () => {
      expect(outside({ name: 'database' }).env).toBeUndefined();
      const caller = { construct: web(), peer: NetworkPeer.pods({}) };
      expect(ExternalEndpoint.fqdn('api.example.com', 443).acceptConnection(caller)).toMatchObject({ host: 'api.example.com', name: 'api.example.com' });
    }],
    protocol: ['Protocol.TCP', () => expect(outside().egress.ports).toEqual([{ port: 5432, protocol: 'TCP' }])],
    servicePort: ['- the port itself', () => expect(outside({ host: 'db', name: 'db' }).env[1]).toEqual({ name: 'DB_PORT', value: '5432' })],
    namespace: ['- the caller\'s', () => expect(outside().egress.to).toEqual([{ podSelector: { matchLabels: { app: 'database' } } }])],
  }),
  ...defaultsOf('ExternalNameServiceProps', {
    cidrs: ['- none: the environment must say how its network knows names (`fqdnEgress`)', () => {
      const { chart, ledger } = external();
      expect(errorOf(() => web({}, chart).connectTo(ledger))).toMatchObject({ code: 'NetworkUnreachable', property: 'connectTo.hostName' });
    }],
    name: ['- the construct\'s id, after the prefixes of `NamePrefix`', () => {
      const chart = testChart();
      NamePrefix.on(chart, 'eu-');
      expect(new ExternalNameService(chart, 'ledger', { hostName: 'ledger.example.com', port: 443 }).service.name).toBe('eu-ledger');
      expect(external().ledger.service.name).toBe('ledger');
    }],
  }),
  ...defaultsOf('NamespaceProps', Object.fromEntries((['name', 'podSecurity', 'labels', 'annotations'] as const).map(property => {
    const { metadata } = synth(((chart: Chart) => { new Namespace(chart, 'payments'); return chart; })(testChart()))[0];
    const pinned = 'pod-security.kubernetes.io/';
    return [property, ({
      name: ['- the construct\'s id', () => expect(metadata.name).toBe('payments')],
      podSecurity: ['PodSecurityLevel.RESTRICTED', () => expect(metadata.labels[`${pinned}enforce`]).toBe('restricted')],
      labels: ['- none', () => expect(Object.keys(metadata.labels).filter(key => !key.startsWith(pinned))).toEqual(['app.kubernetes.io/managed-by'])],
      annotations: ['- none', () => expect(Object.keys(metadata.annotations)).toEqual(['argocd.argoproj.io/sync-options'])],
    } as const)[property]];
  }))),
  ...defaultsOf('ServiceOptions', {
    annotations: ['- none', () => expect(objectOf(web(), 'Service').metadata).not.toHaveProperty('annotations')],
    trafficDistribution: ['- any, evenly', () => expect(serviceSpec(ServiceExposure.clusterIp())).not.toHaveProperty('trafficDistribution')],
    clientAffinity: ['false', () => expect(serviceSpec(ServiceExposure.clusterIp())).not.toHaveProperty('sessionAffinity')],
  }),
  ...defaultsOf('NodePortOptions', {
    ports: ['- the main port', () => {
      const service = web({ additionalPorts: [Port.http(9100, { name: 'metrics', servicePort: 9100 })], exposure: ServiceExposure.nodePort() });
      expect(objectOf(service, 'Service').spec.ports.map((published: Manifest) => published.name)).toEqual(['http']);
    }],
    sourceRanges: ['- anywhere', () => {
      expect(sources(ServiceExposure.nodePort())).toEqual(EVERYWHERE);
      expect(sources(ServiceExposure.loadBalancer())).toEqual(EVERYWHERE);
      expect(serviceSpec(ServiceExposure.loadBalancer())).not.toHaveProperty('loadBalancerSourceRanges');
    }],
    keepClientAddress: ['false', () => expect(serviceSpec(ServiceExposure.nodePort())).not.toHaveProperty('externalTrafficPolicy')],
  }),
  ...defaultsOf('LoadBalancerOptions', {
    loadBalancerClass: ['- the cluster\'s default', () => expect(serviceSpec(ServiceExposure.loadBalancer())).not.toHaveProperty('loadBalancerClass')],
  }),
  ...defaultsOf('HeadlessOptions', {
    annotations: ['- none', () => expect(objectOf(web({ exposure: ServiceExposure.headless() }), 'Service').metadata).not.toHaveProperty('annotations')],
    publishNotReadyAddresses: ['false', () => expect(serviceSpec(ServiceExposure.headless())).not.toHaveProperty('publishNotReadyAddresses')],
  }),
  ...defaultsOf('Permission', {
    apiGroup: ['- the core group', () => expect(rule(Identity.own({ permissions })).apiGroups).toEqual([''])],
    resourceNames: ['- every object of the kind; for Secrets the names must be given', () => {
      expect(rule(Identity.own({ permissions }))).not.toHaveProperty('resourceNames');
      expect(errorOf(() => web({ identity: Identity.own({ permissions: [{ verbs: ['get'], resources: ['secrets'] }] }) }))).toMatchObject({
        code: 'MissingValue', property: 'identity.permissions[0].resourceNames',
      });
    }],
  }),
  ...defaultsOf('OwnAccountOptions', {
    annotations: ['- none', () => expect(objectOf(web(), 'ServiceAccount').metadata).not.toHaveProperty('annotations')],
    permissions: ['- nothing', () => expect([web().role, web().roleBinding]).toEqual([undefined, undefined])],
    mountToken: ['- only with permissions', () => expect([Identity.own(), Identity.own({ permissions })].map(identity => podOf(web({ identity }, chartWithApi())).automountServiceAccountToken)).toEqual([false, true])],
    cloud: ['- none', () => {
      expect(objectOf(web(), 'ServiceAccount').metadata).not.toHaveProperty('annotations');
      expect(objectOf(web({ identity: Identity.own({ cloud: CloudIdentity.aws('arn:aws:iam::123456789012:role/shop') }) }), 'ServiceAccount').metadata).toHaveProperty('annotations');
    }],
  }),
  ...defaultsOf('ExistingAccountOptions', {
    cloud: ['- none', () => {
      const google = CloudIdentity.google('shop@project.iam.gserviceaccount.com');
      const egress = (identity: Identity) => objectOf(web({ identity }), 'NetworkPolicy').spec.egress.length;
      expect([egress(Identity.existing({ name: 'shared' })), egress(Identity.existing({ name: 'shared' }, { cloud: google }))]).toEqual([1, 3]);
    }],
    mountToken: ['false', () => expect(podOf(web({ identity: Identity.existing({ name: 'shared' }) })).automountServiceAccountToken).toBe(false)],
  }),
  ...defaultsOf('PodPeerOptions', {
    namespace: ['- the namespace of the service that the peers talk to', () => expect(ingress(NetworkPeer.pods({ app: 'x' }))).toEqual({ podSelector: { matchLabels: { app: 'x' } } })],
    namespaceLabels: ['- none', () => expect(ingress(NetworkPeer.pods({ app: 'x' }, { namespace: 'edge' }))).toEqual({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } }, podSelector: { matchLabels: { app: 'x' } },
    })],
  }),
  ...defaultsOf('CidrPeerOptions', {
    except: ['- none; the metadata endpoints of clouds are always left out', () => {
      expect(ingress(NetworkPeer.cidr('10.0.0.0/8'))).toEqual({ ipBlock: { cidr: '10.0.0.0/8' } });
      expect(ingress(NetworkPeer.cidr('169.254.0.0/16'))).toEqual({ ipBlock: { cidr: '169.254.0.0/16', except: ['169.254.169.254/32'] } });
    }],
  }),
  ...defaultsOf('MeshOptions', {
    scrapePorts: ['- none', () => {
      const chart = chartIn(Environment.production({ mesh: MeshProfile.custom([]), monitoring: [NetworkPeer.namespace('monitoring')] }));
      expect(objectOf(web({}, chart), 'NetworkPolicy').spec.ingress[0].ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
    }],
  }),
  ...defaultsOf('PeerPort', {
    protocol: ['Protocol.TCP', () => {
      const chart = chartIn(Environment.production({ mesh: MeshProfile.custom([{ peer: NetworkPeer.namespace('mesh'), ports: [{ number: 15012 }] }]) }));
      expect(objectOf(web({}, chart), 'NetworkPolicy').spec.egress[1]).toEqual({
        ports: [{ port: 15012, protocol: 'TCP' }], to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'mesh' } } }],
      });
    }],
  }),
  ...defaultsOf('PortOptions', {
    name: ['- `http`, `https`, `grpc`, `tcp`, `udp` or `sctp`, by the kind of the port', () => expect([Port.http, Port.https, Port.grpc, Port.tcp, Port.udp, Port.sctp].map(kind => port(kind).name)).toEqual([
      'http', 'https', 'grpc', 'tcp', 'udp', 'sctp',
    ])],
    servicePort: ['- 80 for http, 443 for https, else the container\'s port', () => expect([Port.http, Port.https, Port.grpc, Port.tcp, Port.udp, Port.sctp].map(kind => port(kind).servicePort)).toEqual([
      80, 443, 9000, 9000, 9000, 9000,
    ])],
    nodePort: ['- the cluster chooses', () => expect(serviceSpec(ServiceExposure.nodePort()).ports).toEqual([
      { appProtocol: 'http', name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' },
    ])],
    appProtocol: ['- `http`, `https`, `kubernetes.io/h2c` (for grpc), else none', () => expect([Port.http, Port.https, Port.grpc, Port.tcp, Port.udp, Port.sctp].map(kind => port(kind).appProtocol)).toEqual([
      'http', 'https', 'kubernetes.io/h2c', undefined, undefined, undefined,
    ])],
  }),
  ...defaultsOf('ExternalMetricOptions', {
    labels: ['- every series of that name', () => expect(objectOf(web({ replicas: Replicas.autoscaled({ metrics: [ScalingMetric.external('queue', 30)] }) }), 'HorizontalPodAutoscaler').spec.metrics).toEqual([
      { type: 'External', external: { metric: { name: 'queue' }, target: { averageValue: '30', type: 'AverageValue' } } },
    ])],
  }),
];
