import { Duration } from 'cdk8s';
import {
  type AlbRoutingOptions, type ExistingAlbOptions, type ExistingDestinationRule, type ExistingGatewayApiOptions, type ExistingIstioOptions, type ExistingVirtualService,
  type GatewayApiRoutingOptions, type GatewayParent, type IstioRoutingOptions, IstioSplit, type NginxRoutingOptions, PathType, Port, TrafficRouting, type TraefikRoutingOptions,
} from 'cdk8s-production';
import { defaultsOf } from './default';
import { type Manifest, one } from '../../helpers/manifests';
import { bound, routesOf } from '../../helpers/traffic';

const HOSTS = { hosts: ['shop.example.com'] };
const istio = (options: IstioRoutingOptions = {}) => bound(TrafficRouting.istio(options));
const virtualService = (options: IstioRoutingOptions = {}) => one(routesOf(istio(options)), 'VirtualService');
const split = () => istio({ split: IstioSplit.subsets() });
const existingIstio = (virtual: Partial<ExistingVirtualService> = {}, options: Partial<ExistingIstioOptions> = {}): Manifest =>
  bound(TrafficRouting.existingIstio({ virtualServices: [{ name: 'web', ...virtual }], ...options })).trafficRouting?.istio;
const existingRule = (rule: Partial<ExistingDestinationRule> = {}): Manifest => existingIstio({}, { destinationRule: { name: 'web', ...rule } }).destinationRule;
const retries = { attempts: 2, perTryTimeout: Duration.seconds(1), retryOn: '503' };
const route = (options: Partial<GatewayApiRoutingOptions> = {}) => routesOf(bound(TrafficRouting.gatewayApi({ parents: [{ name: 'public' }], ...options })))[0];
const parent = (options: Partial<GatewayParent> = {}): Manifest => route({ parents: [{ name: 'public', ...options }] }).spec.parentRefs[0];
const existingRoutes = (options: Partial<ExistingGatewayApiOptions> = {}): Manifest =>
  (bound(TrafficRouting.existingGatewayApi({ routes: ['web'], ...options })).trafficRouting?.plugins as Manifest)['argoproj-labs/gatewayAPI'];
const nginx = (options: Partial<NginxRoutingOptions> = {}) => routesOf(bound(TrafficRouting.nginx({ ...HOSTS, ...options })))[0];
const nginxRouting = (options: Partial<NginxRoutingOptions> = {}) => bound(TrafficRouting.nginx({ ...HOSTS, ...options })).trafficRouting?.nginx;
const alb = (options: AlbRoutingOptions = {}, port = Port.http(8080)) => routesOf(bound(TrafficRouting.alb(options), { ports: [port] }))[0];
const albRouting = (options: AlbRoutingOptions = {}) => bound(TrafficRouting.alb(options)).trafficRouting?.alb;
const existingAlb = (options: Partial<ExistingAlbOptions> = {}): Manifest => bound(TrafficRouting.existingAlb({ ingresses: ['web'], ...options })).trafficRouting?.alb;
const traefik = (options: Partial<TraefikRoutingOptions> = {}) => routesOf(bound(TrafficRouting.traefik({ ...HOSTS, ...options })));
const ingressRoute = (options: Partial<TraefikRoutingOptions> = {}) => one(traefik(options), 'IngressRoute').spec;
const pathOf = (ingress: Manifest): Manifest => ingress.spec.rules[0].http.paths[0];

export const TRAFFIC_DEFAULTS = [
  ...defaultsOf('IstioRoutingOptions', {
    virtualService: ['- the workload\'s name', () => expect(virtualService().metadata.name).toBe('web')],
    route: ['primary', () => expect(virtualService()).toEqual(virtualService({ route: 'primary' }))],
    hosts: ['- the name of the Service in front of all pods', () => expect(virtualService().spec.hosts).toEqual(['web'])],
    gateways: ['- callers in the mesh alone', () => expect(virtualService().spec).not.toHaveProperty('gateways')],
    split: ['IstioSplit.hosts()', () => expect(routesOf(istio())).toEqual(routesOf(istio({ split: IstioSplit.hosts() })))],
    timeout: ['- no limit', () => expect(virtualService().spec.http[0]).not.toHaveProperty('timeout')],
    retries: ['- Istio\'s: twice, where nothing has been worked on', () => expect(virtualService().spec.http[0]).not.toHaveProperty('retries')],
  }),
  ...defaultsOf('IstioRetries', {
    perTryTimeout: ['- as long as the request may', () => expect(virtualService({ retries: { ...retries, perTryTimeout: undefined } }).spec.http[0].retries).toEqual({ attempts: 2, retryOn: '503' })],
    retryOn: ['- Istio\'s: those after which the request has not been worked on', () => expect(virtualService({ retries: { ...retries, retryOn: undefined } }).spec.http[0].retries).toEqual({
      attempts: 2, perTryTimeout: '1s',
    })],
  }),
  ...defaultsOf('IstioSubsetsOptions', {
    destinationRule: ['- the workload\'s name', () => expect(one(routesOf(split()), 'DestinationRule').metadata.name).toBe('web')],
    stable: ['stable', () => expect(one(routesOf(split()), 'DestinationRule').spec.subsets[0]).toEqual({ name: 'stable' })],
    canary: ['canary', () => expect(one(routesOf(split()), 'DestinationRule').spec.subsets[1]).toEqual({ name: 'canary' })],
  }),
  ...defaultsOf('ExistingVirtualService', {
    namespace: ['- the release\'s', () => expect(existingIstio().virtualService).toEqual(existingIstio({ namespace: 'shop' }).virtualService)],
    routes: ['- its only one', () => expect(existingIstio().virtualService).toEqual({ name: 'web' })],
  }),
  ...defaultsOf('ExistingDestinationRule', {
    stable: ['stable', () => expect(existingRule()).toEqual(existingRule({ stable: 'stable' }))],
    canary: ['canary', () => expect(existingRule()).toEqual(existingRule({ canary: 'canary' }))],
  }),
  ...defaultsOf('ExistingIstioOptions', {
    destinationRule: ['- none: the routes lead to the Services of the two sets of pods', () => expect(existingIstio()).not.toHaveProperty('destinationRule')],
  }),
  ...defaultsOf('GatewayParent', {
    namespace: ['- the route\'s', () => expect(parent()).not.toHaveProperty('namespace')],
    sectionName: ['- all that allow the route', () => expect(parent()).not.toHaveProperty('sectionName')],
  }),
  ...defaultsOf('GatewayApiRoutingOptions', {
    hostnames: ['- those of the Gateways\' listeners', () => expect(route().spec).not.toHaveProperty('hostnames')],
    path: ['- every path: `/`', () => expect(route()).toEqual(route({ path: '/' }))],
    name: ['- the workload\'s name', () => expect(route().metadata.name).toBe('web')],
  }),
  ...defaultsOf('ExistingGatewayApiOptions', {
    namespace: ['- the release\'s', () => expect(existingRoutes()).toEqual(existingRoutes({ namespace: 'shop' }))],
  }),
  ...defaultsOf('LinkerdRoutingOptions', {
    name: ['- the workload\'s name', () => expect(routesOf(bound(TrafficRouting.linkerd()))[0].metadata.name).toBe('web')],
  }),
  ...defaultsOf('SmiRoutingOptions', {
    trafficSplit: ['- the workload\'s name', () => expect(bound(TrafficRouting.smi()).trafficRouting?.smi).not.toHaveProperty('trafficSplitName')],
  }),
  ...defaultsOf('NginxCanaryOptions', {
    annotationPrefix: ['nginx.ingress.kubernetes.io', () => expect(nginxRouting()).not.toHaveProperty('annotationPrefix')],
    canaryAnnotations: ['- those that set the weight', () => expect(nginxRouting()).toEqual({ stableIngress: 'web' })],
  }),
  ...defaultsOf('NginxRoutingOptions', {
    path: ['- every path: `/`', () => expect(pathOf(nginx()).path).toBe('/')],
    pathType: ['PathType.PREFIX', () => expect(nginx()).toEqual(nginx({ pathType: PathType.PREFIX }))],
    tlsSecret: ['- none: ingress-nginx\' own certificate, or none', () => expect(nginx().spec).not.toHaveProperty('tls')],
    className: ['nginx', () => expect(nginx().spec.ingressClassName).toBe('nginx')],
    annotations: ['- none, but what is spoken where that is gRPC or HTTPS', () => {
      expect(nginx().metadata).not.toHaveProperty('annotations');
      expect(routesOf(bound(TrafficRouting.nginx(HOSTS), { ports: [Port.grpc(9000)] }))[0].metadata.annotations).toEqual({ 'nginx.ingress.kubernetes.io/backend-protocol': 'GRPC' });
    }],
    name: ['- the workload\'s name', () => expect(nginx().metadata.name).toBe('web')],
  }),
  ...defaultsOf('AlbTrafficOptions', {
    stickiness: ['- each request may go to either version', () => expect(albRouting()).not.toHaveProperty('stickinessConfig')],
    annotationPrefix: ['alb.ingress.kubernetes.io', () => {
      expect(albRouting()).not.toHaveProperty('annotationPrefix');
      expect(alb()).toEqual(alb({ annotationPrefix: 'alb.ingress.kubernetes.io' }));
    }],
  }),
  ...defaultsOf('AlbRoutingOptions', {
    hosts: ['- all', () => expect(alb().spec.rules[0]).not.toHaveProperty('host')],
    path: ['- every path: `/*`, or `/` for PathType.PREFIX', () => expect([alb(), alb({ pathType: PathType.PREFIX })].map(ingress => pathOf(ingress).path)).toEqual(['/*', '/'])],
    pathType: ['PathType.IMPLEMENTATION_SPECIFIC', () => expect(alb()).toEqual(alb({ pathType: PathType.IMPLEMENTATION_SPECIFIC }))],
    className: ['alb', () => expect(alb().spec.ingressClassName).toBe('alb')],
    annotations: ['- `target-type: ip`, without which the load balancer needs Services on the nodes\' ports; and what is spoken where that is gRPC or HTTPS', () => {
      expect(alb().metadata.annotations).toMatchObject({ 'alb.ingress.kubernetes.io/target-type': 'ip' });
      expect(alb({}, Port.https(8443)).metadata.annotations).toMatchObject({ 'alb.ingress.kubernetes.io/backend-protocol': 'HTTPS' });
    }],
    name: ['- the workload\'s name', () => expect(alb().metadata.name).toBe('web')],
  }),
  ...defaultsOf('ExistingAlbOptions', {
    rootService: ['- the one in front of all pods', () => expect(existingAlb()).toEqual(existingAlb({ rootService: 'web' }))],
  }),
  ...defaultsOf('TraefikRoutingOptions', {
    path: ['- every path', () => expect(ingressRoute().routes[0].match).toBe('Host(`shop.example.com`)')],
    entryPoints: ['- Traefik\'s default ones', () => expect(ingressRoute()).not.toHaveProperty('entryPoints')],
    tlsSecret: ['- none', () => expect(ingressRoute()).not.toHaveProperty('tls')],
    name: ['- the workload\'s name', () => expect(traefik().map((manifest: Manifest) => manifest.metadata.name)).toEqual(['web', 'web'])],
  }),
];
