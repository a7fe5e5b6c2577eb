import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  BlueGreenDeployments, BlueGreenRelease, CanaryRelease, Colour, ConnectionVariables, Environment, Health, Identity, NetworkPeer, Port, ProductionService, type ProductionServiceProps,
  Replicas, Shutdown,
} from 'cdk8s-production';
import { parse } from 'yaml';
import { errorOf, identities, type Manifest, MINIMAL, one, synth, testChart } from './helpers/manifests';
import { chartWithApi, containerOf, manifestsOf, objectOf, podOf, web } from './helpers/service';
import { accidents } from './properties/checks';

/** Both ways with cdk8s-plus-28: its constructs point at our services, our services connect to its workloads, its values are ours. */

type Props = Partial<ProductionServiceProps>;

const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
const IMAGE = 'registry.example.com/shop/legacy:1.0.0';
const EXTERNAL: Props = { replicas: Replicas.external(3) };
/** A chart that is made together with the values that need one. */
const inChart = (props: (chart: Chart) => Props): ProductionService => {
  const chart = testChart();
  return web(props(chart), chart);
};
/** The label by which workloads of cdk8s-plus select their pods. */
const address = (workload: kplus.Workload | kplus.Pod): Record<string, string> => ({ [kplus.Pod.ADDRESS_LABEL]: workload.podMetadata.getLabel(kplus.Pod.ADDRESS_LABEL)! });
const charts = (...namespaces: (string | undefined)[]): Chart[] => {
  const app = new App({ outdir: 'never-written' });
  return namespaces.map((namespace, i) => new Chart(app, `chart-${i}`, { namespace }));
};

describe('a HorizontalPodAutoscaler', () => {
  const autoscale = (service: ProductionService, id = 'hpa'): kplus.HorizontalPodAutoscaler => new kplus.HorizontalPodAutoscaler(Chart.of(service), id, { metadata: { name: id }, target: service, maxReplicas: 9 });

  test('points at the workload of a service that leaves its replicas to it', () => {
    const service = web(EXTERNAL);
    autoscale(service);

    expect(one(manifestsOf(service), 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' });
    expect(objectOf(service, 'Deployment').spec).not.toHaveProperty('replicas');
    expect(service.hasAutoscaler).toBe(true);
    expect(() => App.of(service).synthYaml()).not.toThrow(); // its own check: without metrics, containers need requests
  });

  test('finds the workload under whatever name it has', () => {
    const service = web({ ...EXTERNAL, names: { workload: 'legacy-deployment' } });
    autoscale(service);

    expect(one(manifestsOf(service), 'HorizontalPodAutoscaler').spec.scaleTargetRef.name).toBe('legacy-deployment');
  });

  test('can watch the application\'s container alone', () => {
    const service = web(EXTERNAL);
    new kplus.HorizontalPodAutoscaler(Chart.of(service), 'hpa', {
      target: service, maxReplicas: 9, metrics: [kplus.Metric.containerCpu({ container: service.toScalingTarget().containers[0]!, target: kplus.MetricTarget.averageUtilization(60) })],
    });

    expect(one(manifestsOf(service), 'HorizontalPodAutoscaler').spec.metrics).toEqual([
      { type: 'ContainerResource', containerResource: { container: 'web', name: 'cpu', target: { averageUtilization: 60, type: 'Utilization' } } },
    ]);
  });

  test('learns what the container asks for', () => {
    const { containers: [container], ...target } = web(EXTERNAL).toScalingTarget();

    expect(target).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' });
    expect([container!.name, container!.image, container!.resources!.cpu!.request!.amount, container!.resources!.memory!.request!.toMebibytes()]).toEqual(['web', MINIMAL.image, '250m', 256]);
  });

  test.each<[string, Props, string]>([
    ['our own autoscaler', {}, '"an autoscaler beside Replicas.autoscaled"'], ['a fixed number', { replicas: Replicas.fixed(4) }, '"an autoscaler beside Replicas.fixed"'],
  ])('is refused beside %s', (_, props, value) => {
    expect(errorOf(() => autoscale(web(props)))).toMatchObject({
      code: 'AutoscalerConflict', constructPath: 'chart/web', property: 'replicas', value, fix: 'set replicas: Replicas.external(minReplicas), and keep one autoscaler',
    });
  });

  test('is refused beside another', () => {
    const service = web(EXTERNAL);
    autoscale(service);

    expect(errorOf(() => autoscale(service, 'second'))).toMatchObject({ code: 'AutoscalerConflict', constructPath: 'chart/web', property: 'replicas', value: '"a second autoscaler"' });
  });
});

describe('a NetworkPolicy', () => {
  test('selects a service\'s pods, in their namespace', () => {
    const [here, there] = charts('shop', 'security') as [Chart, Chart];
    const service = web({}, here);
    new kplus.NetworkPolicy(there, 'audit', {
      selector: service, ingress: { rules: [{ peer: kplus.Pods.select(there, 'auditors', { labels: { app: 'auditor' } }), ports: [kplus.NetworkPolicyPort.tcp(8080)] }] },
    });

    expect(one(synth(there), 'NetworkPolicy')).toMatchObject({
      metadata: { namespace: 'shop' },
      spec: { podSelector: { matchLabels: SELECTOR }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'auditor' } } }], ports: [{ port: 8080, protocol: 'TCP' }] }] },
    });
  });

  test.each<[string, string | undefined, object]>([
    ['in a namespace', 'shop', { podSelector: { matchLabels: SELECTOR }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }],
    ['without one', undefined, { podSelector: { matchLabels: SELECTOR } }],
  ])('lets a service %s in and out', (_, namespace, peer) => {
    const [chart] = charts(namespace) as [Chart];
    const policy = new kplus.NetworkPolicy(chart, 'policy', { selector: kplus.Pods.select(chart, 'pods', { labels: { app: 'db' } }) });
    const service = web({}, chart);
    policy.addIngressRule(service, [kplus.NetworkPolicyPort.tcp(5432)]);
    policy.addEgressRule(service, [kplus.NetworkPolicyPort.tcp(8080)]);

    expect(synth(chart)[0].spec).toMatchObject({ ingress: [{ from: [peer], ports: [{ port: 5432, protocol: 'TCP' }] }], egress: [{ to: [peer], ports: [{ port: 8080, protocol: 'TCP' }] }] });
  });
});

test('a Service selects a service\'s pods', () => {
  const service = web();
  new kplus.Service(Chart.of(service), 'legacy', { metadata: { name: 'legacy' }, selector: service, ports: [{ port: 8000, targetPort: 8080 }] });

  expect(one(manifestsOf(service), 'Service', 'legacy').spec).toMatchObject({ selector: SELECTOR, ports: [{ port: 8000, targetPort: 8080 }] });
});

test('a Service follows a selector that was adopted', () => {
  const service = web({ selectorLabels: { app: 'old-web' } });
  new kplus.Service(Chart.of(service), 'legacy', { metadata: { name: 'legacy' }, selector: service, ports: [{ port: 81 }] });

  expect(one(manifestsOf(service), 'Service', 'legacy').spec.selector).toEqual({ app: 'old-web' });
});

test('connections of its workloads take a service as a peer', () => {
  const service = web();
  legacyIn(Chart.of(service)).connections.allowTo(service, { ports: [kplus.NetworkPolicyPort.tcp(8080)], isolation: kplus.PodConnectionsIsolation.PEER });
  const written = manifestsOf(service).filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name !== 'web');

  expect(written.map(({ spec }) => [spec.podSelector, spec.ingress[0].ports])).toEqual([[{ matchLabels: SELECTOR }, [{ port: 8080, protocol: 'TCP' }]]]);
  expect(written[0]!.metadata.name).not.toContain('undefined');
});

describe('a Role', () => {
  const bound = (identity: Identity | undefined, bind: (role: kplus.Role, clusterRole: kplus.ClusterRole, service: ProductionService) => kplus.Resource): Manifest => {
    const service = web({ identity });
    const chart = Chart.of(service);
    const binding = bind(new kplus.Role(chart, 'role', { metadata: { name: 'reads' } }), new kplus.ClusterRole(chart, 'cluster-role', { metadata: { name: 'reads' } }), service);
    return synth(chart).find(manifest => manifest.metadata.name === binding.name && manifest.kind === binding.kind);
  };

  test.each<[string, (role: kplus.Role, clusterRole: kplus.ClusterRole, service: ProductionService) => kplus.Resource, object]>([
    ['by itself', (role, _, service) => role.bind(service), { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reads' }],
    ['of the cluster', (_, role, service) => role.bind(service), { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reads' }],
    ['of the cluster in one namespace', (_, role, service) => role.bindInNamespace('shop', service), { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reads' }],
    ['by a RoleBinding', (role, _, service) => {
      const binding = new kplus.RoleBinding(role, 'binding', { role });
      binding.addSubjects(service);
      return binding;
    }, { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reads' }],
  ])('%s is bound to a service\'s account', (_, bind, roleRef) => {
    expect(bound(undefined, bind)).toMatchObject({ roleRef, subjects: [{ apiGroup: '', kind: 'ServiceAccount', name: 'web', namespace: 'shop' }] });
  });

  test('is bound to an account of another name, whose token is asked for', () => {
    const service = web({ identity: Identity.own({ mountToken: true }), names: { serviceAccount: 'web-account' } }, chartWithApi());
    new kplus.Role(Chart.of(service), 'role').bind(service);

    expect(one(manifestsOf(service), 'RoleBinding').subjects).toEqual([{ apiGroup: '', kind: 'ServiceAccount', name: 'web-account', namespace: 'shop' }]);
    expect(podOf(service).automountServiceAccountToken).toBe(true);
  });

  test('is bound to the account that a service was given', () => {
    expect(bound(Identity.existing({ name: 'shared' }), (role, _, service) => role.bind(service)).subjects).toEqual([{ apiGroup: '', kind: 'ServiceAccount', name: 'shared', namespace: 'shop' }]);
  });
});

test('pods of cdk8s-plus are placed near a service, or away from it', () => {
  const service = web();
  const cache = new kplus.Deployment(Chart.of(service), 'cache', { metadata: { name: 'cache' }, containers: [{ image: IMAGE }] });
  cache.scheduling.colocate(service, { topology: kplus.Topology.ZONE });
  cache.scheduling.separate(service);
  const near = { labelSelector: { matchLabels: SELECTOR }, namespaces: ['shop'] };

  expect(one(manifestsOf(service), 'Deployment', 'cache').spec.template.spec.affinity).toEqual({
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...near, topologyKey: 'topology.kubernetes.io/zone' }] },
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...near, topologyKey: 'kubernetes.io/hostname' }] },
  });
});

const UDP = { number: 53, protocol: kplus.Protocol.UDP };
const API = { number: 9000, name: 'api' };
const legacyIn = (chart: Chart, props: kplus.DeploymentProps = {}): kplus.Deployment => new kplus.Deployment(chart, 'legacy', { metadata: { name: 'legacy' }, containers: [{ image: IMAGE, ports: [API, UDP] }], ...props });
const policyNamed = (service: ProductionService, name: string): Manifest => one(manifestsOf(service), 'NetworkPolicy', name);
const policies = (...of: Chart[]): string[] => identities(of.flatMap(chart => synth(chart)).filter(({ kind }) => kind === 'NetworkPolicy'));
/** What a service's own policy lets out, beyond name lookups. */
const egress = (service: ProductionService): Manifest[] => policyNamed(service, 'web').spec.egress.filter((rule: Manifest) => rule.to[0].namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] !== 'kube-system');

describe('a workload that is isolated', () => {
  test('is reached by a policy of its own: the one that isolates it stays as it is', () => {
    const service = web();
    const legacy = legacyIn(Chart.of(service), { isolate: true });
    service.connectTo(legacy);

    expect(egress(service)).toEqual([{ to: [{ podSelector: { matchLabels: address(legacy) } }], ports: [{ port: 9000, protocol: 'TCP' }] }]);
    expect(policyNamed(service, 'web-to-legacy')).toMatchObject({
      metadata: { namespace: 'shop' },
      spec: { podSelector: { matchLabels: address(legacy) }, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: { matchLabels: SELECTOR } }], ports: [{ port: 9000, protocol: 'TCP' }] }] },
    });
    expect(policyNamed(service, 'web-to-legacy').spec).not.toHaveProperty('egress');
    expect(policies(Chart.of(service))).toHaveLength(3);
  });

  test('is let out as well as in', () => {
    const service = web();
    const legacy = legacyIn(Chart.of(service), { isolate: true });
    service.allowFrom(legacy);

    expect(policyNamed(service, 'web').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: address(legacy) } }], ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(policyNamed(service, 'web-from-legacy').spec).toEqual({
      podSelector: { matchLabels: address(legacy) }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: SELECTOR } }], ports: [{ port: 8080, protocol: 'TCP' }] }],
    });
  });

  test.each<[string, string | undefined, object]>([
    ['the first', undefined, { port: 9000, protocol: 'TCP' }], ['by its name', 'api', { port: 9000, protocol: 'TCP' }], ['by its number', '53', { port: 53, protocol: 'UDP' }],
  ])('is reached on one port, %s, and UDP stays UDP on both ends', (_, port, expected) => {
    const service = web();
    service.connectTo(legacyIn(Chart.of(service), { isolate: true }), { port });

    expect(egress(service)[0].ports).toEqual([expected]);
    expect(policyNamed(service, 'web-to-legacy').spec.ingress[0].ports).toEqual([expected]);
    expect(service.edges).toMatchObject([{ from: 'chart/web', to: 'chart/legacy', port: { number: (expected as { port: number }).port } }]);
  });

  test('may reach a UDP port of a service', () => {
    const service = web({ additionalPorts: [Port.udp(8125, { name: 'events' })] });
    service.allowFrom(legacyIn(Chart.of(service), { isolate: true }), { ports: ['events'] });

    expect(policyNamed(service, 'web').spec.ingress[0].ports).toEqual([{ port: 8125, protocol: 'UDP' }]);
    expect(policyNamed(service, 'web-from-legacy').spec.egress[0].ports).toEqual([{ port: 8125, protocol: 'UDP' }]);
  });

  test('gets one policy for all its ports, however often it is connected', () => {
    const service = web();
    const legacy = legacyIn(Chart.of(service), { isolate: true });
    for (const port of ['53', 'api', '53']) { service.connectTo(legacy, { port }); }

    expect(policyNamed(service, 'web-to-legacy').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: SELECTOR } }], ports: [{ port: 53, protocol: 'UDP' }, { port: 9000, protocol: 'TCP' }] }]);
    expect(service.edges).toHaveLength(2);
  });

  test('in another namespace has its policy there', () => {
    const [here, there] = charts('shop', 'backend') as [Chart, Chart];
    const service = web({}, here);
    const legacy = legacyIn(there, { isolate: true });
    service.connectTo(legacy);

    expect(egress(service)[0].to).toEqual([{ podSelector: { matchLabels: address(legacy) }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'backend' } } }]);
    expect(policyNamed(service, 'shop-web-to-legacy')).toMatchObject({
      metadata: { namespace: 'backend' },
      spec: { ingress: [{ from: [{ podSelector: { matchLabels: SELECTOR }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }] }] },
    });
  });

  test('is shared by services of one name in several namespaces', () => {
    const [eu, us, data] = charts('eu', 'us', 'data') as [Chart, Chart, Chart];
    const legacy = legacyIn(data, { isolate: true });
    for (const chart of [eu, us]) { web({}, chart).connectTo(legacy); }

    expect(policies(eu, us).filter(name => name.includes('legacy'))).toEqual(['NetworkPolicy/eu-web-to-legacy', 'NetworkPolicy/us-web-to-legacy']);
    expect(() => App.of(eu).synthYaml()).not.toThrow();
  });

  test.each<[string, (chart: Chart) => kplus.Workload | kplus.Pod]>([
    ['a Deployment', chart => legacyIn(chart, { isolate: true })],
    ['a StatefulSet', chart => new kplus.StatefulSet(chart, 'legacy', { isolate: true, containers: [{ image: IMAGE, ports: [API] }] })],
    ['a DaemonSet', chart => new kplus.DaemonSet(chart, 'legacy', { isolate: true, containers: [{ image: IMAGE, ports: [API] }] })],
    ['a Pod', chart => new kplus.Pod(chart, 'legacy', { isolate: true, containers: [{ image: IMAGE, ports: [API] }] })],
  ])('can be %s', (_, make) => {
    const service = web();
    const workload = make(Chart.of(service));
    service.connectTo(workload);
    service.allowFrom(workload);

    expect(['to', 'from'].map(way => policyNamed(service, `web-${way}-${workload.name}`).spec.podSelector.matchLabels)).toEqual([address(workload), address(workload)]);
  });

  const raw = (chart: Chart, spec: object): unknown => new ApiObject(chart, 'isolation', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'isolation' }, spec });
  test.each<[string, (chart: Chart, legacy: kplus.Deployment) => unknown, boolean, boolean]>([
    ['by a policy that takes every pod', chart => raw(chart, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }), true, true],
    ['for ingress alone', chart => raw(chart, { podSelector: {}, policyTypes: ['Ingress'] }), true, false],
    ['for egress alone', chart => raw(chart, { podSelector: {}, policyTypes: ['Egress'] }), false, true],
    ['by a policy without types', chart => raw(chart, { podSelector: {} }), true, false],
    ['by a policy without types, but with egress rules', chart => raw(chart, { podSelector: {}, egress: [] }), true, true],
    ['by the labels of its pods', (chart, legacy) => { legacy.podMetadata.addLabel('tier', 'back'); return raw(chart, { podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['back'] }] } }); }, true, false],
    ['by a policy of cdk8s-plus', (chart, legacy) => new kplus.NetworkPolicy(chart, 'isolation', { selector: legacy, ingress: { default: kplus.NetworkPolicyTrafficDefault.DENY } }), true, false],
    ['not by one for other pods', chart => raw(chart, { podSelector: { matchLabels: { app: 'other' } } }), false, false],
    ['not by one for pods that lack what it asks', chart => raw(chart, { podSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } }), false, false],
    ['not by one for pods that are not what these are', (chart, legacy) => { legacy.podMetadata.addLabel('tier', 'back'); return raw(chart, { podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['back'] }] } }); }, false, false],
    ['not by one in another namespace', chart => new ApiObject(chart, 'isolation', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'isolation', namespace: 'other' }, spec: { podSelector: {} } }), false, false],
    ['not by our own', () => undefined, false, false],
  ])('is so %s', (_, isolate, ingress, outward) => {
    const service = web();
    const legacy = legacyIn(Chart.of(service));
    isolate(Chart.of(service), legacy);
    service.connectTo(legacy);
    service.allowFrom(legacy);

    expect(policies(Chart.of(service)).filter(name => name.includes('legacy'))).toEqual([...outward ? ['NetworkPolicy/web-from-legacy'] : [], ...ingress ? ['NetworkPolicy/web-to-legacy'] : []]);
  });
});

describe('a workload that is not isolated', () => {
  test('gets no policy: it would cut off everybody else', () => {
    const service = web();
    const legacy = legacyIn(Chart.of(service));
    service.connectTo(legacy, { port: '53' });
    service.allowFrom(legacy);

    expect(policies(Chart.of(service))).toEqual(['NetworkPolicy/web']);
    expect(egress(service)).toEqual([{ to: [{ podSelector: { matchLabels: address(legacy) } }], ports: [{ port: 53, protocol: 'UDP' }] }]);
    expect(policyNamed(service, 'web').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: address(legacy) } }], ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  test('stays so when another service of ours connects to it', () => {
    const service = web();
    const legacy = legacyIn(Chart.of(service));
    service.connectTo(legacy);
    new ProductionService(Chart.of(service), 'other', MINIMAL).connectTo(legacy);

    expect(policies(Chart.of(service))).toEqual(['NetworkPolicy/other', 'NetworkPolicy/web']);
  });

  test('gives no variables, as its host name is not known, but its port where that is asked for', () => {
    const service = web();
    const legacy = legacyIn(Chart.of(service));
    service.connectTo(legacy);
    expect(containerOf(service)).not.toHaveProperty('env');
    service.connectTo(legacy, { variables: ConnectionVariables.named({ port: 'LEGACY_PORT' }) });

    expect(containerOf(service).env).toEqual([{ name: 'LEGACY_PORT', value: '9000' }]);
  });

  const connect = (service: ProductionService, legacy: kplus.Deployment): unknown => service.connectTo(legacy);
  const allow = (service: ProductionService, legacy: kplus.Deployment): unknown => service.allowFrom(legacy);
  const isolate = (legacy: kplus.Deployment): unknown => legacy.connections.isolate();
  test.each<[string, string, typeof connect, typeof isolate]>([
    ['by itself, after a connection to it', 'connectTo', connect, isolate], ['by itself, after it was let in', 'allowFrom', allow, isolate],
    ['by a policy for others', 'connectTo', connect, legacy => new kplus.NetworkPolicy(legacy, 'others', { selector: legacy, ingress: { rules: [{ peer: kplus.Pods.all(legacy, 'all') }] } })],
    ['by a connection of cdk8s-plus', 'connectTo', connect, legacy => legacy.connections.allowFrom(kplus.Pods.all(legacy, 'all'), { isolation: kplus.PodConnectionsIsolation.POD })],
  ])('fails when it is isolated afterwards %s: at synthesis, with what to do', (_, property, declare, cut) => {
    const service = web();
    const legacy = legacyIn(Chart.of(service));
    declare(service, legacy);
    cut(legacy);

    for (const synthesize of [() => synth(Chart.of(service)), () => App.of(service).synthYaml()]) {
      expect(synthesize).toThrow(`NetworkUnreachable at 'chart/web', property '${property}'`);
      expect(synthesize).toThrow('given:   chart/legacy');
      expect(synthesize).toThrow('fix:     isolate it first, then connect');
    }
  });

  test('may be isolated afterwards in the direction that was not declared', () => {
    const service = web();
    const legacy = legacyIn(Chart.of(service));
    service.connectTo(legacy);
    new kplus.NetworkPolicy(legacy, 'outward', { selector: legacy, egress: { default: kplus.NetworkPolicyTrafficDefault.DENY } });

    expect(() => synth(Chart.of(service))).not.toThrow();
  });

  test('refuses a target without ports, and a port that it does not have', () => {
    const service = web();
    const chart = Chart.of(service);
    const silent = new kplus.Deployment(chart, 'silent', { containers: [{ image: IMAGE }] });

    expect(errorOf(() => service.connectTo(silent))).toMatchObject({ code: 'PortConflict', constructPath: 'chart/web', property: 'connectTo.port', allowed: 'a port of the target: (it declares none)', fix: "declare the port on the target's container" });
    expect(errorOf(() => service.connectTo(legacyIn(chart), { port: 'http' }))).toMatchObject({ code: 'PortConflict', property: 'connectTo.port', value: '"http"', allowed: 'a port of the target: api, 53' });
    expect(errorOf(() => service.connectTo(kplus.Pods.all(chart, 'all')))).toMatchObject({ code: 'PortConflict', property: 'connectTo.port' });
    expect(policies(chart)).toEqual(['NetworkPolicy/web']);
  });

  test('refuses variables for a host that is not known', () => {
    const service = web();

    expect(errorOf(() => service.connectTo(legacyIn(Chart.of(service)), { variables: ConnectionVariables.prefix('LEGACY') }))).toMatchObject({
      code: 'MissingValue', property: 'connectTo.variables', fix: expect.stringContaining('ExternalEndpoint.pods(') as string,
    });
  });

  test.each([['shop', undefined], [undefined, 'backend']])('refuses one end in namespace %s and the other in %s', (from, to) => {
    const [here, there] = charts(from, to) as [Chart, Chart];
    const service = web({}, here);
    const legacy = legacyIn(there);

    expect(errorOf(() => service.connectTo(legacy))).toMatchObject({ code: 'NetworkUnreachable', property: 'connectTo', fix: 'give both charts a namespace: new Chart(app, id, { namespace })' });
    expect(errorOf(() => service.allowFrom(legacy))).toMatchObject({ code: 'NetworkUnreachable', property: 'allowFrom', fix: 'give both charts a namespace: new Chart(app, id, { namespace })' });
  });
});

describe('who else is let in', () => {
  const named = (name: string): object => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
  test.each<[string, (chart: Chart) => kplus.INetworkPolicyPeer, object[]]>([
    ['every pod of the namespace', chart => kplus.Pods.all(chart, 'p'), [{ podSelector: {} }]],
    ['pods by their labels', chart => kplus.Pods.select(chart, 'p', { labels: { app: 'edge' } }), [{ podSelector: { matchLabels: { app: 'edge' } } }]],
    ['pods by expressions', chart => kplus.Pods.select(chart, 'p', { expressions: [kplus.LabelExpression.in('app', ['a', 'b']), kplus.LabelExpression.notIn('tier', ['x']), kplus.LabelExpression.exists('team'), kplus.LabelExpression.doesNotExist('old')] }), [{
      podSelector: {
        matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }, { key: 'tier', operator: 'NotIn', values: ['x'] }, { key: 'team', operator: 'Exists' }, { key: 'old', operator: 'DoesNotExist' }],
      },
    }]],
    ['pods of other namespaces', chart => kplus.Pods.select(chart, 'p', { labels: { app: 'edge' }, namespaces: kplus.Namespaces.select(chart, 'n', { names: ['a', 'b'] }) }), [
      { namespaceSelector: named('a'), podSelector: { matchLabels: { app: 'edge' } } }, { namespaceSelector: named('b'), podSelector: { matchLabels: { app: 'edge' } } },
    ]],
    ['pods by labels and expressions in another namespace', chart => kplus.Pods.select(chart, 'p', { labels: { app: 'x' }, expressions: [kplus.LabelExpression.notIn('tier', ['lead'])], namespaces: kplus.Namespaces.select(chart, 'n', { names: ['old'] }) }), [
      { namespaceSelector: named('old'), podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['lead'] }], matchLabels: { app: 'x' } } },
    ]],
    ['namespaces by their names', chart => kplus.Namespaces.select(chart, 'n', { names: ['a', 'b'] }), [{ namespaceSelector: named('a') }, { namespaceSelector: named('b') }]],
    ['a namespace', chart => new kplus.Namespace(chart, 'n', { metadata: { name: 'edge' } }), [{ namespaceSelector: named('edge') }]],
    ['namespaces by their labels', chart => kplus.Namespaces.select(chart, 'n', { labels: { team: 'edge' } }), [{ namespaceSelector: { matchLabels: { team: 'edge' } } }]],
    ['namespaces by expressions', chart => kplus.Namespaces.select(chart, 'n', { expressions: [kplus.LabelExpression.exists('team')] }), [{ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'Exists' }] } }]],
    ['every namespace', chart => kplus.Namespaces.all(chart, 'n'), [{ namespaceSelector: {} }]],
    ['addresses', chart => kplus.NetworkPolicyIpBlock.ipv4(chart, 'b', '10.0.0.0/8', ['10.9.0.0/16']), [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.9.0.0/16'] } }]],
    ['every address', chart => kplus.NetworkPolicyIpBlock.anyIpv4(chart, 'b'), [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } }]],
  ])('%s', (_, make, from) => {
    const service = web();
    service.allowFrom(make(Chart.of(service)));

    expect(policyNamed(service, 'web').spec.ingress).toEqual([{ from, ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  test.each([['10.0.0.300/40', 'cidr', 'write the address'], ['10.1.2.3/8', 'cidr', 'did you mean 10.0.0.0/8?']])('refuses the range %s, which cdk8s-plus takes and the API server does not', (cidr, property, fix) => {
    const service = web();

    expect(errorOf(() => service.allowFrom(kplus.NetworkPolicyIpBlock.ipv4(Chart.of(service), 'b', cidr)))).toMatchObject({
      code: 'InvalidValue', constructPath: 'chart/web', property: `allowFrom.${property}`, fix: expect.stringContaining(fix) as string,
    });
  });
});

describe('a Probe', () => {
  const TIMES: kplus.ProbeOptions = {
    initialDelaySeconds: Duration.seconds(0), periodSeconds: Duration.minutes(1), timeoutSeconds: Duration.seconds(3), failureThreshold: 7, successThreshold: 2,
  };
  const TIMED = { failureThreshold: 7, initialDelaySeconds: 0, periodSeconds: 60, successThreshold: 2, timeoutSeconds: 3 };
  const rendered = (readiness: kplus.Probe, props: Props = {}): Manifest => containerOf(web({ ...props, health: Health.probes({ readiness }) })).readinessProbe;
  const additionalPorts = [Port.http(9090, { name: 'admin', servicePort: 9090 })];

  test.each<[string, kplus.Probe, object]>([
    ['HTTP, the port not given', kplus.Probe.fromHttpGet('/ready'), { failureThreshold: 3, httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' } }],
    ['HTTP, the port given', kplus.Probe.fromHttpGet('/ready', { port: 9090 }), { failureThreshold: 3, httpGet: { path: '/ready', port: 9090, scheme: 'HTTP' } }],
    ['HTTPS', kplus.Probe.fromHttpGet('/ready', { scheme: kplus.ConnectionScheme.HTTPS }), { failureThreshold: 3, httpGet: { path: '/ready', port: 8080, scheme: 'HTTPS' } }],
    ['HTTP with all times, zero among them', kplus.Probe.fromHttpGet('/ready', TIMES), { ...TIMED, httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' } }],
    ['TCP, the port not given', kplus.Probe.fromTcpSocket(), { failureThreshold: 3, tcpSocket: { port: 8080 } }],
    ['TCP, the port given', kplus.Probe.fromTcpSocket({ port: 9090 }), { failureThreshold: 3, tcpSocket: { port: 9090 } }],
    ['TCP with all times', kplus.Probe.fromTcpSocket(TIMES), { ...TIMED, tcpSocket: { port: 8080 } }],
    ['a command', kplus.Probe.fromCommand(['/bin/check', 'ready']), { exec: { command: ['/bin/check', 'ready'] }, failureThreshold: 3 }],
    ['a command with all times', kplus.Probe.fromCommand(['/bin/check'], TIMES), { ...TIMED, exec: { command: ['/bin/check'] } }],
  ])('by %s', (_, probe, expected) => {
    expect(rendered(probe, { additionalPorts })).toStrictEqual(expected);
  });

  test('asks the first port that speaks TCP', () => {
    expect(rendered(kplus.Probe.fromHttpGet('/ready'), { port: Port.udp(5353), additionalPorts }).httpGet.port).toBe(9090);
  });

  test('keeps its place: readiness, liveness or startup', () => {
    const { readinessProbe, livenessProbe, startupProbe } = containerOf(web({
      health: Health.probes({ readiness: kplus.Probe.fromHttpGet('/r'), liveness: kplus.Probe.fromHttpGet('/l'), startup: kplus.Probe.fromHttpGet('/s', { failureThreshold: 60 }) }),
    }));

    expect([readinessProbe, livenessProbe, startupProbe].map(probe => [probe.httpGet.path, probe.failureThreshold])).toEqual([['/r', 3], ['/l', 3], ['/s', 60]]);
  });

  const probes = (options: Partial<Parameters<typeof Health.probes>[0]>) => (): unknown => web({ health: Health.probes({ readiness: kplus.Probe.fromHttpGet('/r'), ...options }) });
  test.each<[string, () => unknown, string, string]>([
    ['a time that is no whole number of seconds', probes({ readiness: kplus.Probe.fromHttpGet('/r', { periodSeconds: Duration.millis(1500) }) }), 'health.readiness', 'Probe.fromHttpGet'],
    ['no failure at all', probes({ readiness: kplus.Probe.fromHttpGet('/r', { failureThreshold: 0 }) }), 'health.readiness.failureThreshold', 'whole number'],
    ['more than one success for liveness', probes({ liveness: kplus.Probe.fromHttpGet('/l', { successThreshold: 2 }) }), 'health.liveness.successThreshold', 'leave it out'],
    ['more than one success for the start', probes({ startup: kplus.Probe.fromHttpGet('/s', { successThreshold: 2 }) }), 'health.startup.successThreshold', 'leave it out'],
    ['what is no probe', probes({ readiness: { path: '/r' } as never }), 'health.readiness', 'Probe.fromHttpGet'],
  ])('refuses %s', (_, action, property, fix) => {
    expect(errorOf(action)).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/web', property, fix: expect.stringContaining(fix) as string });
  });
});

describe('a Handler', () => {
  test.each<[string, kplus.Handler, object]>([
    ['a command', kplus.Handler.fromCommand(['/app/warm-up', '--all']), { exec: { command: ['/app/warm-up', '--all'] } }],
    ['HTTP, the port not given', kplus.Handler.fromHttpGet('/warm-up'), { httpGet: { path: '/warm-up', port: 8080, scheme: 'HTTP' } }],
    ['HTTP, the port given', kplus.Handler.fromHttpGet('/warm-up', { port: 9090 }), { httpGet: { path: '/warm-up', port: 9090, scheme: 'HTTP' } }],
  ])('by %s, after the start and before the end', (_, handler, expected) => {
    const service = web({ postStart: handler, shutdown: Shutdown.hook(handler) });

    expect(containerOf(service).lifecycle).toStrictEqual({ postStart: expected, preStop: expected });
  });

  test('asks the first port that speaks TCP', () => {
    const service = web({ port: Port.udp(5353), additionalPorts: [Port.http(9090)], postStart: kplus.Handler.fromHttpGet('/warm-up') });

    expect(containerOf(service).lifecycle.postStart.httpGet.port).toBe(9090);
  });

  test('refuses TCP, which the kubelet cannot run, and a port that nobody named', () => {
    expect(errorOf(() => web({ postStart: kplus.Handler.fromTcpSocket() }))).toMatchObject({ code: 'InvalidValue', property: 'postStart', fix: 'use Handler.fromCommand or Handler.fromHttpGet' });
    expect(errorOf(() => web({ port: undefined, health: Health.none('it takes messages'), postStart: kplus.Handler.fromHttpGet('/') }))).toMatchObject({ code: 'MissingValue', property: 'postStart.port' });
  });
});

describe('a Volume', () => {
  const secret = (chart: Chart): kplus.ISecret => kplus.Secret.fromSecretName(chart, 'secret', 'tls');
  const configMap = (chart: Chart): kplus.IConfigMap => kplus.ConfigMap.fromConfigMapName(chart, 'map', 'settings');
  const claim = (chart: Chart): kplus.IPersistentVolumeClaim => kplus.PersistentVolumeClaim.fromClaimName(chart, 'claim', 'data');
  const ITEMS = { items: { b: { path: 'b.yaml' }, a: { path: 'a.yaml', mode: 0o440 } }, defaultMode: 0o400, optional: false };
  const KEYS = { items: [{ key: 'a', mode: 0o440, path: 'a.yaml' }, { key: 'b', path: 'b.yaml' }], defaultMode: 0o400, optional: false };
  const mounted = (make: (chart: Chart) => kplus.Volume, options: { readOnly?: boolean; subPath?: string } = {}) => {
    const service = inChart(chart => ({ mounts: [{ path: '/mounted', volume: make(chart), ...options }] }));
    return { volume: podOf(service).volumes.find((volume: Manifest) => volume.name !== 'web-tmp'), mount: containerOf(service).volumeMounts[0] };
  };

  test.each<[string, (chart: Chart) => kplus.Volume, object, boolean]>([
    ['a Secret', chart => kplus.Volume.fromSecret(chart, 'v', secret(chart)), { name: 'secret-tls', secret: { secretName: 'tls' } }, true],
    ['keys of a Secret', chart => kplus.Volume.fromSecret(chart, 'v', secret(chart), { name: 'tls', ...ITEMS }), { name: 'tls', secret: { secretName: 'tls', ...KEYS } }, true],
    ['a ConfigMap', chart => kplus.Volume.fromConfigMap(chart, 'v', configMap(chart)), { name: 'configmap-settings', configMap: { name: 'settings' } }, true],
    ['keys of a ConfigMap', chart => kplus.Volume.fromConfigMap(chart, 'v', configMap(chart), { name: 'map', ...ITEMS, optional: true }), { name: 'map', configMap: { name: 'settings', ...KEYS, optional: true } }, true],
    ['a claim', chart => kplus.Volume.fromPersistentVolumeClaim(chart, 'v', claim(chart)), { name: 'pvc-data', persistentVolumeClaim: { claimName: 'data', readOnly: false } }, false],
    ['a claim to read', chart => kplus.Volume.fromPersistentVolumeClaim(chart, 'v', claim(chart), { name: 'data', readOnly: true }), { name: 'data', persistentVolumeClaim: { claimName: 'data', readOnly: true } }, false],
    ['an empty directory', chart => kplus.Volume.fromEmptyDir(chart, 'v', 'cache', { sizeLimit: Size.mebibytes(64) }), { name: 'cache', emptyDir: { sizeLimit: '64Mi' } }, false],
    ['one in memory', chart => kplus.Volume.fromEmptyDir(chart, 'v', 'cache', { medium: kplus.EmptyDirMedium.MEMORY, sizeLimit: Size.gibibytes(1) }), { name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '1024Mi' } }, false],
    ['one on the node\'s disk, said so', chart => kplus.Volume.fromEmptyDir(chart, 'v', 'cache', { medium: kplus.EmptyDirMedium.DEFAULT, sizeLimit: Size.mebibytes(64) }), { name: 'cache', emptyDir: { medium: '', sizeLimit: '64Mi' } }, false],
    ['a CSI driver', chart => kplus.Volume.fromCsi(chart, 'v', 'csi.example.com', { name: 'csi', fsType: 'ext4', readOnly: false, attributes: { value: 'kept', provider: 'vault' } }),
      { name: 'csi', csi: { driver: 'csi.example.com', fsType: 'ext4', readOnly: false, volumeAttributes: { value: 'kept', provider: 'vault' } } }, false],
  ])('of %s', (_, make, volume, readOnly) => {
    const { volume: actual, mount } = mounted(make);

    expect(actual).toStrictEqual(volume);
    expect(mount).toStrictEqual({ mountPath: '/mounted', name: (volume as { name: string }).name, ...readOnly ? { readOnly } : {} });
  });

  test('is mounted as it is said: to write, and a part of it', () => {
    expect(mounted(chart => kplus.Volume.fromSecret(chart, 'v', secret(chart)), { readOnly: false, subPath: 'tls.crt' }).mount).toStrictEqual({ mountPath: '/mounted', name: 'secret-tls', subPath: 'tls.crt' });
  });

  test('is there once, in however many containers it is mounted', () => {
    const service = inChart(chart => {
      const volume = kplus.Volume.fromSecret(chart, 'v', secret(chart));
      return { mounts: [{ path: '/a', volume }, { path: '/b', volume }], sidecars: [{ name: 'proxy', image: IMAGE, mounts: [{ path: '/c', volume }] }] };
    });

    expect(podOf(service).volumes.map((volume: Manifest) => volume.name)).toEqual(['secret-tls', 'web-tmp']);
    expect(containerOf(service, 'proxy').volumeMounts).toEqual([{ mountPath: '/c', name: 'secret-tls', readOnly: true }]);
  });
});

describe('an EnvValue', () => {
  type Row = [string, (chart: Chart) => kplus.EnvValue, object];
  const secret = (chart: Chart): kplus.ISecret => kplus.Secret.fromSecretName(chart, 'secret', 'db');
  const configMap = (chart: Chart): kplus.IConfigMap => kplus.ConfigMap.fromConfigMapName(chart, 'map', 'settings');
  const rendered = (make: (chart: Chart) => kplus.EnvValue): unknown => containerOf(inChart(chart => ({ env: { VARIABLE: make(chart) } }))).env;
  const field = (path: kplus.EnvFieldPaths): boolean => path === kplus.EnvFieldPaths.POD_LABEL || path === kplus.EnvFieldPaths.POD_ANNOTATION;

  test.each<Row>([
    ['a literal', () => kplus.EnvValue.fromValue('info'), { value: 'info' }],
    ['an empty literal', () => kplus.EnvValue.fromValue(''), { value: '' }],
    ['a key of a ConfigMap', chart => kplus.EnvValue.fromConfigMap(configMap(chart), 'region'), { valueFrom: { configMapKeyRef: { key: 'region', name: 'settings' } } }],
    ['a key that may be missing', chart => kplus.EnvValue.fromConfigMap(configMap(chart), 'region', { optional: true }), { valueFrom: { configMapKeyRef: { key: 'region', name: 'settings', optional: true } } }],
    ['a key of a Secret', chart => kplus.EnvValue.fromSecretValue({ secret: secret(chart), key: 'url' }), { valueFrom: { secretKeyRef: { key: 'url', name: 'db' } } }],
    ['a key of a Secret that must be there', chart => kplus.EnvValue.fromSecretValue({ secret: secret(chart), key: 'url' }, { optional: false }), { valueFrom: { secretKeyRef: { key: 'url', name: 'db', optional: false } } }],
    ['a key of a Secret of cdk8s-plus, by its envValue', chart => secret(chart).envValue('url'), { valueFrom: { secretKeyRef: { key: 'url', name: 'db' } } }],
    ['a label of the pod', () => kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_LABEL, { key: 'app.kubernetes.io/version' }), { valueFrom: { fieldRef: { fieldPath: "metadata.labels['app.kubernetes.io/version']" } } }],
    ['an annotation of the pod', () => kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_ANNOTATION, { key: 'owner' }), { valueFrom: { fieldRef: { fieldPath: "metadata.annotations['owner']" } } }],
    ['a field of a schema', () => kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.NODE_NAME, { apiVersion: 'v1' }), { valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } }],
    ['a resource in units', () => kplus.EnvValue.fromResource(kplus.ResourceFieldPaths.MEMORY_LIMIT, { divisor: '1Mi' }), { valueFrom: { resourceFieldRef: { divisor: '1Mi', resource: 'limits.memory' } } }],
    ['a resource of another container', () => kplus.EnvValue.fromResource(kplus.ResourceFieldPaths.CPU_LIMIT, { container: new kplus.Container({ name: 'proxy', image: IMAGE }) }), { valueFrom: { resourceFieldRef: { containerName: 'proxy', resource: 'limits.cpu' } } }],
    ...Object.values(kplus.EnvFieldPaths).filter(path => !field(path)).map((path): Row => [path, () => kplus.EnvValue.fromFieldRef(path), { valueFrom: { fieldRef: { fieldPath: path } } }]),
    ...Object.values(kplus.ResourceFieldPaths).map((path): Row => [path, () => kplus.EnvValue.fromResource(path), { valueFrom: { resourceFieldRef: { resource: path } } }]),
  ])('of %s', (_, make, expected) => {
    expect(rendered(make)).toStrictEqual([{ name: 'VARIABLE', ...expected }]);
  });

  test('of the process that makes the manifest', () => {
    const env = jest.replaceProperty(process, 'env', { REGION: 'eu-west-1' });
    try {
      expect(rendered(() => kplus.EnvValue.fromProcess('REGION'))).toStrictEqual([{ name: 'VARIABLE', value: 'eu-west-1' }]);
    } finally {
      env.restore();
    }
  });

  test('refuses one of a process that lacks it', () => {
    const env = jest.replaceProperty(process, 'env', {});
    try {
      expect(errorOf(() => rendered(() => kplus.EnvValue.fromProcess('REGION')))).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/web', property: 'env.VARIABLE' });
    } finally {
      env.restore();
    }
  });
});

test('an EnvFrom takes all keys of a ConfigMap or a Secret, with a prefix where there is one', () => {
  const service = inChart(chart => {
    const [map, secret] = [kplus.ConfigMap.fromConfigMapName(chart, 'map', 'settings'), kplus.Secret.fromSecretName(chart, 'secret', 'db')];
    return { envFrom: [kplus.Env.fromConfigMap(map), kplus.Env.fromConfigMap(map, 'APP_'), kplus.Env.fromSecret(secret), new kplus.EnvFrom(undefined, 'DB_', secret)] };
  });

  expect(containerOf(service).envFrom).toStrictEqual([
    { configMapRef: { name: 'settings' } }, { configMapRef: { name: 'settings' }, prefix: 'APP_' }, { secretRef: { name: 'db' } }, { prefix: 'DB_', secretRef: { name: 'db' } },
  ]);
});

describe('a NodeLabelQuery', () => {
  const QUERIES: readonly [string, kplus.NodeLabelQuery, object][] = [
    ['is', kplus.NodeLabelQuery.is('node-type', 'high-cpu'), { key: 'node-type', operator: 'In', values: ['high-cpu'] }],
    ['in', kplus.NodeLabelQuery.in('node-type', ['high-cpu', 'gpu']), { key: 'node-type', operator: 'In', values: ['high-cpu', 'gpu'] }],
    ['notIn', kplus.NodeLabelQuery.notIn('node-type', ['spot']), { key: 'node-type', operator: 'NotIn', values: ['spot'] }],
    ['exists', kplus.NodeLabelQuery.exists('example.com/disk'), { key: 'example.com/disk', operator: 'Exists' }],
    ['doesNotExist', kplus.NodeLabelQuery.doesNotExist('old'), { key: 'old', operator: 'DoesNotExist' }],
    ['gt', kplus.NodeLabelQuery.gt('cores', ['8']), { key: 'cores', operator: 'Gt', values: ['8'] }],
    ['lt', kplus.NodeLabelQuery.lt('cores', ['64']), { key: 'cores', operator: 'Lt', values: ['64'] }],
  ];

  test.each(QUERIES)('%s, required and preferred', (_, query, expected) => {
    expect(podOf(web({ placement: { requiredNodes: [query], preferredNodes: [query] } })).affinity.nodeAffinity).toStrictEqual({
      preferredDuringSchedulingIgnoredDuringExecution: [{ preference: { matchExpressions: [expected] }, weight: 50 }],
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expected] }] },
    });
  });

  test('of several holds all of them', () => {
    expect(podOf(web({ placement: { requiredNodes: QUERIES.map(([, query]) => query) } })).affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
      { matchExpressions: QUERIES.map(([, , expected]) => expected) },
    ]);
  });

  test.each<[string, kplus.NodeLabelQuery, string, string]>([
    ['more than one number to be greater than', kplus.NodeLabelQuery.gt('cores', ['8', '16']), 'InvalidValue', ''], ['no number to be less than', kplus.NodeLabelQuery.lt('cores', []), 'InvalidValue', ''],
    ['a word to be greater than', kplus.NodeLabelQuery.gt('cores', ['many']), 'InvalidValue', ''], ['one of none', kplus.NodeLabelQuery.in('node-type', []), 'InvalidValue', ''],
    ['none of none', kplus.NodeLabelQuery.notIn('node-type', []), 'InvalidValue', ''], ['a key that is none', kplus.NodeLabelQuery.exists('node type'), 'InvalidName', ''],
    ['a value that no label has', kplus.NodeLabelQuery.is('node-type', 'high cpu'), 'InvalidValue', '.node-type'],
  ])('refuses %s', (_, query, code, below) => {
    for (const key of ['requiredNodes', 'preferredNodes']) {
      expect(errorOf(() => web({ placement: { [key]: [query] } }))).toMatchObject({ code, constructPath: 'chart/web', property: `placement.${key}[0]${below}` });
    }
  });
});

test.each<[string, kplus.NodeTaintQuery, object]>([
  ['a value', kplus.NodeTaintQuery.is('pool', 'shop'), { key: 'pool', operator: 'Equal', value: 'shop' }],
  ['an effect', kplus.NodeTaintQuery.is('pool', 'shop', { effect: kplus.TaintEffect.NO_SCHEDULE }), { effect: 'NoSchedule', key: 'pool', operator: 'Equal', value: 'shop' }],
  ['any value', kplus.NodeTaintQuery.exists('spot', { effect: kplus.TaintEffect.PREFER_NO_SCHEDULE }), { effect: 'PreferNoSchedule', key: 'spot', operator: 'Exists' }],
  ['a time', kplus.NodeTaintQuery.exists('spot', { effect: kplus.TaintEffect.NO_EXECUTE, evictAfter: Duration.minutes(5) }), { effect: 'NoExecute', key: 'spot', operator: 'Exists', tolerationSeconds: 300 }],
  ['no time at all', kplus.NodeTaintQuery.exists('spot', { effect: kplus.TaintEffect.NO_EXECUTE, evictAfter: Duration.seconds(0) }), { effect: 'NoExecute', key: 'spot', operator: 'Exists', tolerationSeconds: 0 }],
  ['anything', kplus.NodeTaintQuery.any(), { operator: 'Exists' }],
])('a NodeTaintQuery for %s', (_, query, expected) => {
  expect(podOf(web({ placement: { tolerations: [query] } })).tolerations).toStrictEqual([expected]);
});

const { percent, absolute } = kplus.PercentOrAbsolute;
test.each<[string, kplus.DeploymentStrategy, object]>([
  ['recreates', kplus.DeploymentStrategy.recreate(), { type: 'Recreate' }],
  ['rolls, as cdk8s-plus does', kplus.DeploymentStrategy.rollingUpdate(), { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }],
  ['rolls by numbers, zero among them', kplus.DeploymentStrategy.rollingUpdate({ maxSurge: absolute(2), maxUnavailable: absolute(0) }), { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } }],
  ['rolls by percent, zero among them', kplus.DeploymentStrategy.rollingUpdate({ maxSurge: percent(0), maxUnavailable: percent(10) }), { type: 'RollingUpdate', rollingUpdate: { maxSurge: '0%', maxUnavailable: '10%' } }],
])('a DeploymentStrategy that %s', (_, strategy, expected) => {
  expect(objectOf(web({ rollout: { strategy } }), 'Deployment').spec.strategy).toStrictEqual(expected);
});

test('HostAlias, PodDnsProps and Secrets to pull with', () => {
  const service = inChart(chart => ({
    pod: {
      hostAliases: [{ ip: '10.0.0.10', hostnames: ['ledger.local', 'ledger'] }, { ip: 'fd00::10', hostnames: ['ledger6'] }],
      dns: {
        policy: kplus.DnsPolicy.CLUSTER_FIRST,
        nameservers: ['10.0.0.11'],
        searches: ['shop.svc.cluster.local'],
        options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
        hostname: 'web',
        subdomain: 'pods',
        hostnameAsFQDN: false,
      },
      imagePullSecrets: [kplus.Secret.fromSecretName(chart, 'login', 'registry-login')],
    },
  }));
  const { hostAliases, dnsConfig, dnsPolicy, hostname, subdomain, setHostnameAsFQDN, imagePullSecrets } = podOf(service);

  expect({ hostAliases, dnsConfig, dnsPolicy, hostname, subdomain, setHostnameAsFQDN, imagePullSecrets }).toStrictEqual({
    hostAliases: [{ hostnames: ['ledger.local', 'ledger'], ip: '10.0.0.10' }, { hostnames: ['ledger6'], ip: 'fd00::10' }],
    dnsConfig: { nameservers: ['10.0.0.11'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }], searches: ['shop.svc.cluster.local'] },
    dnsPolicy: 'ClusterFirst',
    hostname: 'web',
    subdomain: 'pods',
    setHostnameAsFQDN: false,
    imagePullSecrets: [{ name: 'registry-login' }],
  });
});

test.each(Object.values(kplus.DnsPolicy))('the DnsPolicy %s', policy => {
  expect(podOf(web({ pod: { dns: { policy, nameservers: ['10.0.0.11'] } } })).dnsPolicy).toBe(policy);
});

test('a ServiceAccount is taken by its name, whatever cdk8s-plus made of it', () => {
  const chart = testChart();
  const account = new kplus.ServiceAccount(chart, 'account');

  expect(podOf(web({ identity: Identity.existing(account) }, chart)).serviceAccountName).toBe(account.name);
  expect(account.name).toMatch(/^chart-account-c\w+$/);
});

describe('faults of cdk8s-plus are not ours', () => {
  /** Everything that its values can put into a service, in a chart that holds its objects as well. */
  const everything = (namespace: string | undefined): { chart: Chart; service: ProductionService } => {
    const [chart] = charts(namespace) as [Chart];
    const secret = kplus.Secret.fromSecretName(chart, 'secret', 'db');
    const map = new kplus.ConfigMap(chart, 'map', { data: { region: 'eu' } });
    const service = web({
      ...EXTERNAL,
      additionalPorts: [Port.udp(8125, { name: 'events' })],
      env: { URL: kplus.EnvValue.fromSecretValue({ secret, key: 'url' }), MEMORY: kplus.EnvValue.fromResource(kplus.ResourceFieldPaths.MEMORY_LIMIT, { divisor: '1Mi' }) },
      envFrom: [kplus.Env.fromConfigMap(map)],
      mounts: [{ path: '/tls', volume: kplus.Volume.fromSecret(chart, 'tls', secret) }, { path: '/cache', volume: kplus.Volume.fromEmptyDir(chart, 'cache', 'cache', { sizeLimit: Size.mebibytes(10) }) }],
      health: Health.probes({ readiness: kplus.Probe.fromHttpGet('/ready'), liveness: kplus.Probe.fromTcpSocket({ periodSeconds: Duration.seconds(20) }) }),
      postStart: kplus.Handler.fromHttpGet('/warm-up'),
      rollout: { strategy: kplus.DeploymentStrategy.rollingUpdate({ maxSurge: absolute(1), maxUnavailable: absolute(0) }) },
      placement: { requiredNodes: [kplus.NodeLabelQuery.is('node-type', 'high-cpu')], tolerations: [kplus.NodeTaintQuery.exists('spot')], colocation: [{ labels: { app: 'cache' }, topology: kplus.Topology.ZONE }] },
    }, chart);
    const legacy = legacyIn(chart, { isolate: true });
    service.connectTo(legacy, { port: '53' });
    service.allowFrom(legacy, { ports: ['http', 'events'] });
    service.allowFrom(kplus.Pods.select(chart, 'pods', { labels: { app: 'edge' } }));
    new kplus.HorizontalPodAutoscaler(chart, 'hpa', { target: service, maxReplicas: 9 });
    new kplus.Service(chart, 'theirs', { selector: service, ports: [{ port: 8000, targetPort: 8080 }] });
    new kplus.Role(chart, 'role').bind(service);
    new kplus.NetworkPolicy(chart, 'policy', { selector: service, ingress: { rules: [{ peer: legacy, ports: [kplus.NetworkPolicyPort.tcp(8080)] }] } });
    return { chart, service };
  };

  test.each(['shop', undefined])('no name is made of what is not there, in namespace %s', namespace => {
    const { chart } = everything(namespace);

    expect(accidents(JSON.stringify(synth(chart)))).toEqual([]);
    expect(chart.node.findAll().map(({ node }) => node.path).filter(path => path.includes('undefined'))).toEqual([]);
  });

  test('no wrapper ends up as an object around its value', () => {
    const wrapped: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) { return; }
      const keys = Object.keys(value);
      if (keys.length === 1 && keys[0] === 'value') { wrapped.push(path); }
      for (const [key, child] of Object.entries(value)) { look(child, `${path}/${key}`); }
    };
    for (const manifest of synth(everything('shop').chart)) { look(manifest, `${manifest.kind}/${manifest.metadata.name}`); }

    expect(wrapped).toEqual([]);
  });

  test('nothing that was given is dropped', () => {
    const { service } = everything('shop');
    const { maxSurge, maxUnavailable } = objectOf(service, 'Deployment').spec.strategy.rollingUpdate;
    const { readinessProbe, livenessProbe, lifecycle, env, resources } = containerOf(service);

    expect([maxSurge, maxUnavailable]).toEqual([1, 0]);
    expect([readinessProbe.httpGet.port, livenessProbe.tcpSocket.port, lifecycle.postStart.httpGet.port, lifecycle.preStop.sleep.seconds]).toEqual([8080, 8080, 8080, 5]);
    expect(env[1].valueFrom.resourceFieldRef.divisor).toBe('1Mi');
    expect(resources.limits).toEqual({ 'cpu': '500m', 'ephemeral-storage': '512Mi', 'memory': '512Mi' });
    expect(podOf(service).volumes[0].emptyDir.sizeLimit).toBe('10Mi');
  });

  test('a patch keeps plain numbers, quantities and fields that cdk8s-plus never knew', () => {
    const service = web();
    const rollingUpdate = { maxSurge: 3, maxUnavailable: 1 };
    service.workload.patch({ spec: { strategy: { rollingUpdate }, template: { spec: { runtimeClassName: 'gvisor', overhead: { memory: '1Gi' }, somethingNew: { a: 0, b: '', c: false } } } } });
    service.workload.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu', 1));
    service.service!.patch({ spec: { trafficDistribution: 'PreferClose', publishNotReadyAddresses: false } });
    const { strategy, template } = objectOf(service, 'Deployment').spec;

    expect(strategy).toEqual({ type: 'RollingUpdate', rollingUpdate });
    expect(template.spec).toMatchObject({ runtimeClassName: 'gvisor', overhead: { memory: '1Gi' }, somethingNew: { a: 0, b: '', c: false } });
    expect(template.spec.containers[0].resources.limits['nvidia.com/gpu']).toBe(1);
    expect(objectOf(service, 'Service').spec).toMatchObject({ trafficDistribution: 'PreferClose', publishNotReadyAddresses: false });
  });

  test('a second synthesis gives the same bytes, of theirs and of ours', () => {
    const { chart } = everything('shop');

    expect(JSON.stringify(synth(chart))).toBe(JSON.stringify(synth(chart)));
    expect(App.of(chart).synthYaml()).toBe(App.of(chart).synthYaml());
  });

  test('a second autoscaler is refused even where the first was made to be forgotten', () => {
    const service = web(EXTERNAL);
    new kplus.HorizontalPodAutoscaler(Chart.of(service), 'hpa', { target: service, maxReplicas: 9 });

    expect(errorOf(() => service.markHasAutoscaler())).toMatchObject({ code: 'AutoscalerConflict' });
  });

  test('objects of one name and different kinds are told apart', () => {
    const service = web();
    new kplus.ConfigMap(Chart.of(service), 'map', { metadata: { name: 'web' } });

    expect(() => App.of(service).synthYaml()).not.toThrow();
    expect(identities(manifestsOf(service)).filter(identity => identity.endsWith('/web'))).toHaveLength(7);
  });
});

describe('a service that is released', () => {
  const NEXT = 'registry.example.com/shop/web:2.0.0';
  const ROLLOUT = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' };
  type Release = (service: ProductionService) => unknown;
  const canary: Release = service => new CanaryRelease(Chart.of(service), 'release', { service });
  const blueGreen: Release = service => new BlueGreenRelease(Chart.of(service), 'release', { service });
  const colours: Release = service => new BlueGreenDeployments(Chart.of(service), 'release', { service, active: Colour.BLUE, images: { blue: MINIMAL.image, green: NEXT } });
  const RELEASES: [string, Release][] = [['by canary', canary], ['blue-green', blueGreen], ['by two Deployments', colours]];

  test.each(RELEASES)('%s is what a NetworkPolicy selects, made before the release or after it', (_, release) => {
    const service = web();
    const policy = (id: string): kplus.NetworkPolicy => new kplus.NetworkPolicy(Chart.of(service), id, { metadata: { name: id }, selector: service });
    policy('before');
    release(service);
    policy('after');

    expect(['before', 'after'].map(name => one(manifestsOf(service), 'NetworkPolicy', name).spec.podSelector)).toEqual([{ matchLabels: SELECTOR }, { matchLabels: SELECTOR }]);
  });

  test.each(RELEASES)('%s is a peer of a NetworkPolicy, all its versions', (_, release) => {
    const service = web();
    release(service);
    const policy = new kplus.NetworkPolicy(Chart.of(service), 'db', { metadata: { name: 'db' }, selector: kplus.Pods.select(Chart.of(service), 'pods', { labels: { app: 'db' } }) });
    policy.addIngressRule(service, [kplus.NetworkPolicyPort.tcp(5432)]);

    expect(one(manifestsOf(service), 'NetworkPolicy', 'db').spec.ingress[0].from).toEqual([{ podSelector: { matchLabels: SELECTOR }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }]);
  });

  test.each(RELEASES)('%s is what a Service selects, all its versions', (_, release) => {
    const service = web();
    release(service);
    new kplus.Service(Chart.of(service), 'legacy', { metadata: { name: 'legacy' }, selector: service, ports: [{ port: 8000, targetPort: 8080 }] });

    expect(one(manifestsOf(service), 'Service', 'legacy').spec.selector).toEqual(SELECTOR);
  });

  test.each<[string, Release]>([['by canary', canary], ['blue-green', blueGreen]])('%s is what a HorizontalPodAutoscaler scales, made before the release or after it', (_, release) => {
    const scaled = (first: Release, second: Release): Manifest => {
      const service = web(EXTERNAL);
      first(service);
      second(service);
      return one(manifestsOf(service), 'HorizontalPodAutoscaler').spec.scaleTargetRef;
    };
    const autoscale: Release = service => new kplus.HorizontalPodAutoscaler(Chart.of(service), 'hpa', { target: service, maxReplicas: 9 });

    expect([scaled(autoscale, release), scaled(release, autoscale)]).toEqual([ROLLOUT, ROLLOUT]);
  });

  test.each(RELEASES)('%s is written by a synthesis as by that of a test', (_, release) => {
    const outdir = mkdtempSync(join(tmpdir(), 'interop-'));
    try {
      const app = new App({ outdir });
      const chart = new Chart(app, 'chart', { namespace: 'shop' });
      const service = web({}, chart);
      release(service);
      new kplus.Deployment(chart, 'legacy', { metadata: { name: 'legacy' }, containers: [{ image: IMAGE }] });
      app.synth();

      const documents = readFileSync(join(outdir, 'chart.k8s.yaml'), 'utf8').split(/^---$/m).map(document => parse(document) as unknown);
      expect(documents).toEqual(synth(chart));
      expect(readdirSync(outdir)).toEqual(['chart.k8s.yaml']);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test.each(RELEASES)('%s connects, and is connected to, with all its versions', (_, release) => {
    const [here, there] = charts('shop', 'backend') as [Chart, Chart];
    const [front, stock] = [new ProductionService(here, 'front', MINIMAL), new ProductionService(there, 'stock', MINIMAL)];
    front.connectTo(stock);
    release(front);
    release(stock);
    stock.connectTo(front);
    const labels = (id: string) => ({ 'app.kubernetes.io/instance': id, 'app.kubernetes.io/name': id });
    const peer = (id: string, namespace: string) => ({ podSelector: { matchLabels: labels(id) }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } });
    const [frontPolicy, stockPolicy] = [one(synth(here), 'NetworkPolicy', 'front').spec, one(synth(there), 'NetworkPolicy', 'stock').spec];

    expect([frontPolicy.podSelector, stockPolicy.podSelector]).toEqual([{ matchLabels: labels('front') }, { matchLabels: labels('stock') }]);
    expect(frontPolicy.ingress).toEqual([{ from: [peer('stock', 'backend')], ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(stockPolicy.ingress).toEqual([{ from: [peer('front', 'shop')], ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(frontPolicy.egress).toContainEqual({ ports: [{ port: 8080, protocol: 'TCP' }], to: [peer('stock', 'backend')] });
    expect(stockPolicy.egress).toContainEqual({ ports: [{ port: 8080, protocol: 'TCP' }], to: [peer('front', 'shop')] });
    expect(() => App.of(here).synthYaml()).not.toThrow();
  });

  test.each(RELEASES)('%s has the address of what it connects to in the pods of each version, whenever it connects', (_, release) => {
    const service = web();
    release(service);
    service.connectTo(new ProductionService(Chart.of(service), 'stock', MINIMAL));
    const workloads = manifestsOf(service).filter(({ kind, metadata }) => ['Deployment', 'Rollout'].includes(kind) && metadata.name.startsWith('web'));

    expect(workloads.length).toBeGreaterThan(0);
    for (const { spec } of workloads) {
      expect(spec.template.spec.containers[0].env).toEqual([{ name: 'STOCK_HOST', value: 'stock' }, { name: 'STOCK_PORT', value: '80' }]);
    }
  });
});

describe('two charts that are connected both ways', () => {
  let outdir: string;
  beforeEach(() => { outdir = mkdtempSync(join(tmpdir(), 'interop-')); });
  afterEach(() => rmSync(outdir, { recursive: true }));

  const write = (connect: boolean): Record<string, string> => {
    const app = new App({ outdir });
    const [orders, stock] = ['orders', 'stock'].map(id => new Chart(app, id, { namespace: id })) as [Chart, Chart];
    const [ours, theirs] = [orders, stock].map(chart => new ProductionService(chart, chart.node.id, { ...MINIMAL, ...EXTERNAL })) as [ProductionService, ProductionService];
    const [left, right] = [orders, stock].map(chart => new kplus.Deployment(chart, 'legacy', { metadata: { name: 'legacy' }, isolate: true, containers: [{ image: IMAGE, ports: [API, UDP] }] })) as [kplus.Deployment, kplus.Deployment];
    if (connect) {
      ours.connectTo(theirs);
      theirs.connectTo(ours);
      ours.connectTo(right, { port: '53' });
      ours.allowFrom(right);
      theirs.connectTo(left);
      theirs.allowFrom(left);
      ours.allowFrom(NetworkPeer.namespace('edge'));
    }
    app.synth();
    return Object.fromEntries(readdirSync(outdir).sort().map(file => [file, readFileSync(join(outdir, file), 'utf8')]));
  };

  test('are written to the same files as without: no cycle, and no prefix for an order', () => {
    expect(Object.keys(write(false))).toEqual(['orders.k8s.yaml', 'stock.k8s.yaml']);
    expect(Object.keys(write(true))).toEqual(['orders.k8s.yaml', 'stock.k8s.yaml']);
  });

  test('hold what each has declared, at the other end as well', () => {
    const files = write(true);
    const names = (file: string): string[] => [...files[file]!.matchAll(/kind: NetworkPolicy\nmetadata:(?:\n {2}.*)*?\n {2}name: (\S+)\n {2}namespace: (\S+)/g)].map(([, name, namespace]) => `${namespace}/${name}`).sort();

    expect(names('orders.k8s.yaml').filter(name => !name.includes('defaultdenyall'))).toEqual(['orders/orders', 'stock/orders-orders-from-legacy', 'stock/orders-orders-to-legacy']);
    expect(names('stock.k8s.yaml').filter(name => !name.includes('defaultdenyall'))).toEqual(['orders/stock-stock-from-legacy', 'orders/stock-stock-to-legacy', 'stock/stock']);
    expect(files['orders.k8s.yaml']).toContain('value: stock.stock.svc.cluster.local');
    expect(files['stock.k8s.yaml']).toContain('value: orders.orders.svc.cluster.local');
  });

  test('are the same bytes when they are written again', () => {
    expect(write(true)).toEqual(write(true));
  });

  test('of which one has another environment are refused', () => {
    const app = new App({ outdir });
    const [eu, us] = ['eu', 'us'].map(id => new Chart(app, id, { namespace: 'shop' })) as [Chart, Chart];
    Environment.named('eu').attachTo(eu);
    Environment.named('us').attachTo(us);
    const [here, there] = [web({}, eu), web({}, us)];

    expect(errorOf(() => here.connectTo(there))).toMatchObject({ code: 'NetworkUnreachable', constructPath: 'eu/web', property: 'connectTo', fix: expect.stringContaining('same environment') as string });
  });
});
