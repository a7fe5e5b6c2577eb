import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { CanaryRelease, Port, type ProductionServiceProps, ReleaseController, ServiceExposure, TrafficDistribution, TrafficRouting } from 'cdk8s-production';
import { canarySpecOf, flagged } from '../../helpers/flagger';
import { errorOf, identities, MINIMAL } from '../../helpers/manifests';
import { meshChart, objectsOf } from '../../helpers/release';
import { web } from '../../helpers/service';

const LABELS = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/version': '1.4.2' };
const UNSUPPORTED = 'UnsupportedByController';

describe('the Service becomes', () => {
  const serviceOf = (props: Parameters<typeof flagged>[1]): object => canarySpecOf(flagged({}, props)).service;

  test('what Flagger makes of it, annotations and the like included', () => {
    expect(serviceOf({
      exposure: ServiceExposure.clusterIp({ annotations: { 'example.com/scrape': 'yes' }, trafficDistribution: TrafficDistribution.PREFER_SAME_ZONE }),
      port: Port.grpc(9090, { servicePort: 80 }),
      health: MINIMAL.health,
      names: { service: 'frontend' },
    })).toEqual({
      apex: { annotations: { 'example.com/scrape': 'yes' }, labels: LABELS },
      appProtocol: 'kubernetes.io/h2c',
      canary: { labels: LABELS },
      name: 'frontend',
      port: 80,
      portName: 'grpc',
      primary: { labels: LABELS },
      targetPort: 'grpc',
      trafficDistribution: 'PreferClose',
    });
  });

  test('one with all ports of the containers', () => {
    expect(serviceOf({ additionalPorts: [Port.tcp(9100, { name: 'metrics' })] })).toMatchObject({ port: 80, portDiscovery: true, portName: 'http', targetPort: 'http' });
    expect(serviceOf({})).not.toHaveProperty('portDiscovery');
  });

  test('a headless one', () => {
    expect(serviceOf({ exposure: ServiceExposure.headless() })).toMatchObject({ headless: true, port: 8080 });
  });

  test('what patches make of it, before and after the release', () => {
    const release = flagged();
    release.service.service!.patch({ metadata: { annotations: { note: 'kept' } }, spec: { trafficDistribution: 'PreferClose' } });
    release.service.service!.metadata.addLabel('tier', 'front');

    expect(canarySpecOf(release).service).toMatchObject({ apex: { annotations: { note: 'kept' }, labels: { ...LABELS, tier: 'front' } }, trafficDistribution: 'PreferClose' });
    expect(release.service.service!.name).toBe('web');
  });
});

describe('Flagger makes no Service', () => {
  test.each<[string, Partial<ProductionServiceProps>, RegExp]>([
    ['on the nodes', { exposure: ServiceExposure.nodePort() }, /^"spec.type: /],
    ['behind a load balancer', { exposure: ServiceExposure.loadBalancer({ sourceRanges: ['203.0.113.0/24'] }) }, /^"spec.loadBalancerSourceRanges: /],
    ['that keeps a client at a pod', { exposure: ServiceExposure.clusterIp({ clientAffinity: true }) }, /^"spec.sessionAffinity: /],
    ['with names before the pods are ready', { exposure: ServiceExposure.headless({ publishNotReadyAddresses: true }) }, /^"spec.publishNotReadyAddresses: /],
    ['that says what further ports speak', { additionalPorts: [Port.http(9100, { name: 'metrics', servicePort: 9100 })] }, /^"spec.ports\[1\].appProtocol: /],
    ['with further ports under other numbers', { additionalPorts: [Port.tcp(9100, { name: 'metrics', servicePort: 91 })] }, /^"spec.ports\[1\].port: /],
    ['with further ports of UDP', { additionalPorts: [Port.udp(9100, { name: 'stats' })] }, /^"spec.ports\[1\].protocol: /],
    ['with ports of sidecars', { sidecars: [{ name: 'proxy', image: 'registry.example.com/proxy:1.0.0', ports: [Port.tcp(9901, { name: 'admin' })] }] }, /^"spec.ports\[1\]: /],
  ])('%s', (_, service, value) => {
    const error = errorOf(() => flagged({}, service));

    expect([error.code, error.property]).toEqual([UNSUPPORTED, 'service']);
    expect(error.value).toMatch(value);
  });

  test('as a later patch would have it', () => {
    const release = flagged();
    release.service.service!.patch({ spec: { internalTrafficPolicy: 'Local' } });

    expect(() => objectsOf(release)).toThrow(/UnsupportedByController at 'chart\/release', property 'service'[^]*spec.internalTrafficPolicy/);
  });

  test.each([
    ['its selector', { spec: { selector: { extra: 'label' } } }, 'spec.selector'],
    ['an address', { spec: { clusterIP: '10.0.0.1' } }, 'spec.clusterIP'],
    ['finalizers', { metadata: { finalizers: ['example.com/keep'] } }, 'metadata.finalizers'],
  ])('with %s patched before', (_, patch, field) => {
    const service = web({}, meshChart());
    service.service!.patch(patch);
    const error = errorOf(() => new CanaryRelease(Chart.of(service), 'release', { service, controller: ReleaseController.flagger(), traffic: TrafficRouting.istio() }));

    expect([error.code, error.property]).toEqual([UNSUPPORTED, 'service']);
    expect(error.value).toContain(field);
  });

  test('twice: what depends on the one that is not written does not bring it back', () => {
    const release = flagged();
    new kplus.ConfigMap(Chart.of(release), 'config').node.addDependency(release.service.service!);

    expect(identities(objectsOf(release))).not.toContain('Service/web');
  });
});
