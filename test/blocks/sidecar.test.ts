import { Health, Port, type SidecarProps } from 'cdk8s-production';
import { errorOf, type Manifest } from '../helpers/manifests';
import { containerOf, objectOf, podOf, web } from '../helpers/service';

const PROXY: SidecarProps = { name: 'proxy', image: 'registry.example.com/shop/proxy:3.2.1' };
const names = (containers: Manifest[]) => containers.map(container => container.name);

describe('a sidecar', () => {
  test('starts before the application and ends after it', () => {
    const pod = podOf(web({ sidecars: [PROXY] }));

    expect(pod.initContainers).toMatchObject([{ name: 'proxy', restartPolicy: 'Always' }]);
    expect(names(pod.containers)).toEqual(['web']);
  });

  test('is not the container that kubectl means', () => {
    expect(objectOf(web({ sidecars: [PROXY] }), 'Deployment').spec.template.metadata.annotations).toEqual({ 'kubectl.kubernetes.io/default-container': 'web' });
    expect(objectOf(web(), 'Deployment').spec.template.metadata).not.toHaveProperty('annotations');
  });

  test('is as safe as the application: requests, limits, an ordinary user, nothing to write to', () => {
    const { resources, securityContext } = containerOf(web({ sidecars: [PROXY], pod: { user: 20001 } }), 'proxy');

    expect(resources).toEqual({ limits: { 'cpu': '100m', 'ephemeral-storage': '128Mi', 'memory': '128Mi' }, requests: { 'cpu': '50m', 'ephemeral-storage': '128Mi', 'memory': '64Mi' } });
    expect(securityContext).toEqual(containerOf(web({ pod: { user: 20001 } })).securityContext);
  });

  test('says of itself whether it works, and the application waits for its start', () => {
    const { readinessProbe, livenessProbe, startupProbe } = containerOf(web({
      sidecars: [{ ...PROXY, ports: [Port.http(15000, { name: 'admin', servicePort: 15000 })], health: Health.http({ readiness: '/ready', liveness: '/live' }) }],
    }), 'proxy');

    expect([readinessProbe, livenessProbe, startupProbe].map(probe => probe.httpGet)).toEqual([
      { path: '/ready', port: 'admin' }, { path: '/live', port: 'admin' }, { path: '/live', port: 'admin' },
    ]);
  });

  test('has no say in how the autoscaler sees the application', () => {
    expect(objectOf(web({ sidecars: [PROXY] }), 'HorizontalPodAutoscaler').spec.metrics).toMatchObject([{ type: 'ContainerResource', containerResource: { container: 'web' } }]);
  });

  test('of several keeps its place', () => {
    expect(names(podOf(web({ sidecars: [PROXY, { ...PROXY, name: 'agent' }] })).initContainers)).toEqual(['proxy', 'agent']);
  });

  test('refuses a check on a port of the application', () => {
    expect(errorOf(() => web({ sidecars: [{ ...PROXY, health: Health.http({ readiness: '/ready' }) }] }))).toMatchObject({ code: 'PortConflict', property: 'sidecars[0].health.port' });
  });

  test.each([
    ['a moving tag', { image: 'proxy:latest' }, 'MutableImage', 'image'], ['a secret', { env: { API_TOKEN: 'hunter2' } }, 'SecretInManifest', 'env.API_TOKEN'],
    ['a name that is none', { name: 'Proxy' }, 'InvalidName', 'name'], ['a typo', { port: [] }, 'UnknownProperty', 'port'],
  ])('refuses %s', (_, props, code, property) => {
    expect(errorOf(() => web({ sidecars: [PROXY, { ...PROXY, name: 'agent', ...props }] }))).toMatchObject({ constructPath: 'chart/web', code, property: `sidecars[1].${property}` });
  });
});

describe('an init container', () => {
  test('runs after the sidecars: it may need the network that one of them makes', () => {
    const pod = podOf(web({ sidecars: [PROXY], initContainers: [{ ...PROXY, name: 'migrate', command: ['/migrate'] }, { ...PROXY, name: 'warm-up' }] }));

    expect(names(pod.initContainers)).toEqual(['proxy', 'migrate', 'warm-up']);
    expect(pod.initContainers[1]).toMatchObject({ command: ['/migrate'] });
    expect(pod.initContainers.map((container: Manifest) => container.restartPolicy)).toEqual(['Always', undefined, undefined]);
  });

  test('has neither checks nor ports nor hooks: it ends', () => {
    const keys = Object.keys(containerOf(web({ initContainers: [{ ...PROXY, name: 'migrate' }] }), 'migrate'));

    expect(keys.filter(key => /Probe$|^(ports|lifecycle|restartPolicy)$/.test(key))).toEqual([]);
    expect(errorOf(() => web({ initContainers: [{ ...PROXY, health: Health.none('it ends by itself') } as SidecarProps] }))).toMatchObject({ code: 'UnknownProperty', property: 'initContainers[0].health' });
  });
});

describe('names', () => {
  test.each([
    ['the application\'s', { sidecars: [{ ...PROXY, name: 'web' }] }, 'sidecars[0].name'], ['another sidecar\'s', { sidecars: [PROXY, PROXY] }, 'sidecars[1].name'],
    ['an init container\'s', { sidecars: [PROXY], initContainers: [PROXY] }, 'sidecars[0].name'],
  ])('refuses %s', (_, props, property) => {
    expect(errorOf(() => web(props))).toMatchObject({ code: 'InvalidName', property, allowed: expect.stringContaining('a name that no other container of the pod has: web') as string });
  });
});
