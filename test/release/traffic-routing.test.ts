import { HeaderMatching, type ITrafficRouting, Port, TrafficRouting } from 'cdk8s-production';
import { AlbRouting } from '../../lib/integrations/aws-alb/alb-routing';
import { ExistingAlbRouting } from '../../lib/integrations/aws-alb/existing-alb-routing';
import { ExistingGatewayApiRouting } from '../../lib/integrations/gateway-api/existing-gateway-api-routing';
import { GatewayApiRouting } from '../../lib/integrations/gateway-api/gateway-api-routing';
import { ExistingIstioRouting } from '../../lib/integrations/istio/existing-istio-routing';
import { IstioRouting } from '../../lib/integrations/istio/istio-routing';
import { LinkerdRouting } from '../../lib/integrations/linkerd/linkerd-routing';
import { ExistingNginxRouting } from '../../lib/integrations/nginx/existing-nginx-routing';
import { NginxRouting } from '../../lib/integrations/nginx/nginx-routing';
import { SmiRouting } from '../../lib/integrations/smi/smi-routing';
import { ExistingTraefikRouting } from '../../lib/integrations/traefik/existing-traefik-routing';
import { TraefikRouting } from '../../lib/integrations/traefik/traefik-routing';
import { ReplicaRouting } from '../../lib/release/replica-routing';
import { bound } from '../helpers/traffic';

const HOSTS = { hosts: ['shop.example.com'] };
const ROUTERS: ReadonlyArray<readonly [name: string, traffic: ITrafficRouting, kinds: readonly string[]]> = [
  ['replicas', TrafficRouting.replicas(), []],
  ['istio', TrafficRouting.istio(), ['VirtualService']],
  ['existingIstio', TrafficRouting.existingIstio({ virtualServices: [{ name: 'storefront' }] }), []],
  ['gatewayApi', TrafficRouting.gatewayApi({ parents: [{ name: 'public' }] }), ['HTTPRoute']],
  ['existingGatewayApi', TrafficRouting.existingGatewayApi({ routes: ['storefront'] }), []],
  ['nginx', TrafficRouting.nginx(HOSTS), ['Ingress']],
  ['existingNginx', TrafficRouting.existingNginx({ ingresses: ['storefront'] }), []],
  ['alb', TrafficRouting.alb(), ['Ingress']],
  ['existingAlb', TrafficRouting.existingAlb({ ingresses: ['storefront'] }), []],
  ['traefik', TrafficRouting.traefik(HOSTS), ['TraefikService', 'IngressRoute']],
  ['existingTraefik', TrafficRouting.existingTraefik({ traefikService: 'storefront' }), []],
  ['linkerd', TrafficRouting.linkerd(), ['HTTPRoute']],
  ['smi', TrafficRouting.smi(), []],
];

test('every way to route is here', () => {
  expect(ROUTERS.map(([name]) => name).sort()).toEqual(Object.getOwnPropertyNames(TrafficRouting).filter(name => !['length', 'name', 'prototype'].includes(name)).sort());
});

test('each is by its own router', () => {
  const classes = [
    ReplicaRouting, IstioRouting, ExistingIstioRouting, GatewayApiRouting, ExistingGatewayApiRouting, NginxRouting, ExistingNginxRouting, AlbRouting, ExistingAlbRouting, TraefikRouting,
    ExistingTraefikRouting, LinkerdRouting, SmiRouting,
  ];
  expect(ROUTERS.map(([, traffic]) => traffic.constructor)).toEqual(classes);
});

test.each(ROUTERS)('%s creates what it says', (_, traffic, kinds) => {
  expect(bound(traffic).routes.map(({ kind }) => kind)).toEqual(kinds);
});

test.each(ROUTERS)('%s names to a deployer each object of which the controller changes a field, and no other', (name, traffic) => {
  const { routes, ignoredDifferences } = bound(traffic);
  const changed = ignoredDifferences.map(({ kind, name: of }) => `${kind}/${of}`);
  const whole = name === 'nginx' ? ['Ingress/web'] : name === 'traefik' ? ['IngressRoute/web'] : []; // the controller does not touch them
  expect(new Set(changed).size).toBe(changed.length);
  if (routes.length > 0) { expect(changed).toEqual(routes.map(route => `${route.kind}/${route.name}`).filter(route => !whole.includes(route))); }
  for (const { jqPathExpressions, reason } of ignoredDifferences) { expect([jqPathExpressions.length > 0, reason.length > 10]).toEqual([true, true]); }
});

test.each(ROUTERS)('%s is the same at a second release', (_, traffic) => {
  const [first, second] = [bound(traffic), bound(traffic)].map(({ routes, ...binding }) => ({ ...binding, routes: routes.map(route => route.toJson()) }));
  expect(first).toEqual(second);
});

test.each(ROUTERS.filter(([name]) => name !== 'replicas'))('%s splits by weight, and says to whom', (_, traffic) => {
  expect(traffic.capabilities.weights).toBe(true);
  expect(Object.keys(bound(traffic).trafficRouting ?? {})).toHaveLength(1);
  expect(traffic.description).not.toBe('');
});

test.each(ROUTERS.filter(([, traffic]) => traffic.capabilities.headerRoutes !== HeaderMatching.NONE))('%s has a deployer leave header routes alone', (_, traffic) => {
  expect(JSON.stringify(bound(traffic, { managedRoutes: ['beta-testers'] }).ignoredDifferences)).toContain('beta-testers');
});

test('without a router the number of pods is the weight, whatever the service speaks and whoever may reach it', () => {
  const traffic = TrafficRouting.replicas();
  expect(traffic).toMatchObject({ description: 'the number of pods', capabilities: { weights: false, headerRoutes: HeaderMatching.NONE, mirrorRoutes: false, experimentWeights: false } });
  expect(traffic.requestMetrics).toBeUndefined();
  expect(bound(traffic, { ports: [Port.tcp(5432)], behindGateway: false })).toEqual({ routes: [], ignoredDifferences: [] });
});
