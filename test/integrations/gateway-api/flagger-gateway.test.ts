import { Duration } from 'cdk8s';
import { type CanaryRelease, type CanaryReleaseProps, Health, IstioSplit, Port, type ProductionServiceProps, ServiceExposure, TrafficRouting } from 'cdk8s-production';
import { canarySpecOf, flagged } from '../../helpers/flagger';
import { errorOf, identities, one } from '../../helpers/manifests';
import { objectsOf } from '../../helpers/release';

const UNSUPPORTED = 'UnsupportedByController';
const gateway: Partial<ProductionServiceProps> = { exposure: ServiceExposure.gateway() };

function refusalOf(props: Partial<CanaryReleaseProps>, service: Partial<ProductionServiceProps> = {}): [string, string] {
  const { code, property } = errorOf(() => flagged(props, service));
  return [code, property];
}

describe('the router says of its routes', () => {
  const gatewayed = (traffic: Partial<CanaryReleaseProps>, props: Partial<ProductionServiceProps> = {}): CanaryRelease => flagged(traffic, { exposure: ServiceExposure.gateway(), ...props });

  test.each([
    ['Istio for outside', TrafficRouting.istio({ gateways: ['istio-system/public', 'mesh'], hosts: ['shop.example.com', 'web'], timeout: Duration.seconds(10), retries: { attempts: 2 } }), 'istio', {
      gateways: ['istio-system/public', 'mesh'], hosts: ['shop.example.com', 'web'], retries: { attempts: 2 }, timeout: '10s',
    }],
    ['the Gateway API', TrafficRouting.gatewayApi({ parents: [{ name: 'public', namespace: 'edge', sectionName: 'https' }], hostnames: ['shop.example.com'], path: '/web' }), 'gatewayapi:v1', {
      gatewayRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'edge', sectionName: 'https' }], hosts: ['shop.example.com'], match: [{ uri: { prefix: '/web' } }],
    }],
    ['Linkerd', TrafficRouting.linkerd(), 'gatewayapi:v1', { gatewayRefs: [{ group: 'core', kind: 'Service', name: 'web', port: 80 }] }],
  ])('%s', (_, traffic, provider, service) => {
    const release = gatewayed({ traffic });

    expect(canarySpecOf(release)).toMatchObject({ provider, service });
    expect(identities(objectsOf(release))).not.toContainEqual(expect.stringMatching(/VirtualService|DestinationRule|HTTPRoute/));
  });

  test('ingress-nginx, whose Ingress leads to the Service that Flagger makes', () => {
    const release = gatewayed({ traffic: TrafficRouting.nginx({ hosts: ['shop.example.com'] }) });
    const { provider, ingressRef } = canarySpecOf(release);

    expect([provider, ingressRef]).toEqual(['nginx', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' }]);
    expect(one(objectsOf(release), 'Ingress').spec.rules[0].http.paths[0].backend.service).toEqual({ name: 'web', port: { number: 80 } });
    expect(release.routes.map(({ kind }) => kind)).toEqual(['Ingress']);
    expect(canarySpecOf(gatewayed({ traffic: TrafficRouting.existingNginx({ ingresses: ['shop'] }) })).ingressRef.name).toBe('shop');
  });

  test('Traefik, whose IngressRoute leads to the TraefikService that Flagger makes', () => {
    const release = gatewayed({ traffic: TrafficRouting.traefik({ hosts: ['shop.example.com'], name: 'shop' }) }, { names: { service: 'frontend' } });

    expect(canarySpecOf(release).provider).toBe('traefik');
    expect(one(objectsOf(release), 'IngressRoute').spec.routes[0].services).toEqual([{ kind: 'TraefikService', name: 'frontend' }]);
    expect(identities(objectsOf(release))).not.toContain('TraefikService/shop');
  });
});

describe('Flagger drives no', () => {
  test.each<[string, Partial<CanaryReleaseProps>, string]>([
    ['number of pods', { traffic: TrafficRouting.replicas() }, 'traffic'],
    ['load balancer of AWS', { traffic: TrafficRouting.alb() }, 'traffic'],
    ['SMI', { traffic: TrafficRouting.smi() }, 'traffic'],
    ['routes that are made elsewhere', { traffic: TrafficRouting.existingIstio({ virtualServices: [{ name: 'shop' }] }) }, 'traffic'],
    ['subsets of Istio\'s', { traffic: TrafficRouting.istio({ split: IstioSplit.subsets() }) }, 'traffic.split'],
    ['VirtualService of another name', { traffic: TrafficRouting.istio({ virtualService: 'shop' }) }, 'traffic.virtualService'],
    ['HTTPRoute of another name', { traffic: TrafficRouting.gatewayApi({ parents: [{ name: 'public' }], name: 'shop' }) }, 'traffic.name'],
    ['several Ingresses', { traffic: TrafficRouting.existingNginx({ ingresses: ['shop', 'admin'] }) }, 'traffic.ingresses'],
    ['annotations of the canary\'s Ingress', { traffic: TrafficRouting.nginx({ hosts: ['shop.example.com'], canaryAnnotations: { 'canary-by-header': 'x' } }) }, 'traffic.canaryAnnotations'],
    ['annotations with another prefix', { traffic: TrafficRouting.existingNginx({ ingresses: ['shop'], annotationPrefix: 'nginx.example.com' }) }, 'traffic.annotationPrefix'],
  ])('%s', (_, props, property) => {
    expect(refusalOf(props, gateway)).toEqual([UNSUPPORTED, property]);
  });

  test.each([
    ['the Gateway API', TrafficRouting.gatewayApi({ parents: [{ name: 'public' }] })],
    ['Traefik', TrafficRouting.traefik({ hosts: ['shop.example.com'] })],
  ])('gRPC by %s', (_, traffic) => {
    expect(refusalOf({ traffic }, { ...gateway, port: Port.grpc(9090), health: Health.grpc() })).toEqual([UNSUPPORTED, 'traffic']);
  });
});
