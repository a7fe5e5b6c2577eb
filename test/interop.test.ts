import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Identity, NetworkPeer, Port, ProductionService, Replicas } from 'cdk8s-production';
import { errorOf, type Manifest, MINIMAL, one, synth, testChart } from './helpers/manifests';
import { chartWithApi, containerOf, manifestsOf, objectOf, web } from './helpers/service';

const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
const DENY = kplus.NetworkPolicyTrafficDefault.DENY;
const deployment = (chart: Chart, props: Partial<kplus.DeploymentProps> = {}) => new kplus.Deployment(chart, 'legacy', {
  metadata: { name: 'legacy' }, containers: [{ image: 'legacy:1', name: 'main', ports: [{ number: 5353, name: 'dns', protocol: kplus.Protocol.UDP }, { number: 8080, name: 'http' }] }], ...props,
});
const labelsOf = (workload: kplus.Deployment) => workload.toPodSelectorConfig().labelSelector as unknown as { labels: Record<string, string> };
const policies = (chart: Chart) => synth(chart).filter(manifest => manifest.kind === 'NetworkPolicy').map(manifest => manifest.metadata.name as string);
/** `web` and `legacy`, each in a chart and a namespace of its own. */
const apart = (props: Partial<kplus.DeploymentProps> = {}) => {
  const app = new App({ outdir: 'never-written' });
  const [here, there] = [new Chart(app, 'here', { namespace: 'shop' }), new Chart(app, 'there', { namespace: 'old' })];
  return { app, here, there, service: new ProductionService(here, 'web', MINIMAL), legacy: deployment(there, props) };
};

describe('an autoscaler of cdk8s-plus', () => {
  const scale = (service: ProductionService, id = 'hpa') => new kplus.HorizontalPodAutoscaler(Chart.of(service), id, {
    target: service, minReplicas: 3, maxReplicas: 9, metrics: [kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(60))],
  });

  test('takes a service whose replicas are left to it, and nobody states their number', () => {
    const service = web({ replicas: Replicas.external(3) });
    scale(service);

    expect(one(manifestsOf(service), 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' });
    expect(objectOf(service, 'Deployment').spec).not.toHaveProperty('replicas');
    expect(service.hasAutoscaler).toBe(true);
  });

  test('passes its own check without metrics: the container has requests', () => {
    const service = web({ replicas: Replicas.external(3) });
    new kplus.HorizontalPodAutoscaler(Chart.of(service), 'hpa', { target: service, minReplicas: 3, maxReplicas: 9 });

    expect(() => App.of(service).synthYaml()).not.toThrow();
  });

  test.each([['autoscaled', Replicas.autoscaled()], ['fixed', Replicas.fixed(3)]])('is refused where the replicas are %s', (owner, replicas) => {
    expect(errorOf(() => scale(web({ replicas })))).toMatchObject({
      code: 'AutoscalerConflict', constructPath: 'chart/web', property: 'replicas', value: `"an autoscaler beside Replicas.${owner}"`, fix: 'set replicas: Replicas.external(minReplicas), and keep one autoscaler',
    });
  });

  test('is refused beside another', () => {
    const service = web({ replicas: Replicas.external(3) });
    scale(service);

    expect(errorOf(() => scale(service, 'second'))).toMatchObject({ code: 'AutoscalerConflict', value: '"a second autoscaler"' });
  });
});

describe('objects of cdk8s-plus that point at a service', () => {
  test('a NetworkPolicy selects its pods', () => {
    const service = web();
    new kplus.NetworkPolicy(Chart.of(service), 'extra', { metadata: { name: 'extra' }, selector: service, ingress: { default: DENY } });

    expect(one(manifestsOf(service), 'NetworkPolicy', 'extra').spec.podSelector).toEqual({ matchLabels: SELECTOR });
  });

  test('a NetworkPolicy lets it in as a peer, in its namespace', () => {
    const { here, there, service, legacy } = apart();
    new kplus.NetworkPolicy(there, 'extra', { metadata: { name: 'extra' }, selector: legacy, ingress: { rules: [{ peer: service, ports: [kplus.NetworkPolicyPort.udp(5353)] }] } });

    expect(one(synth(there), 'NetworkPolicy', 'extra').spec.ingress).toEqual([{
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }, podSelector: { matchLabels: SELECTOR } }], ports: [{ port: 5353, protocol: 'UDP' }],
    }]);
    expect(policies(here)).toEqual(['web']);
  });

  test('a workload\'s own connections take it as a peer', () => {
    const chart = testChart();
    const service = web({}, chart);
    deployment(chart).connections.allowTo(service, { ports: [kplus.NetworkPolicyPort.tcp(8080)], isolation: kplus.PodConnectionsIsolation.PEER });
    const written = synth(chart).filter(manifest => manifest.kind === 'NetworkPolicy' && manifest.metadata.name !== 'web');

    expect(written.map(manifest => manifest.spec.podSelector)).toEqual([{ matchLabels: SELECTOR }]);
    expect(written[0]!.metadata.name).not.toContain('undefined');
  });

  test('a Service selects its pods', () => {
    const service = web();
    new kplus.Service(Chart.of(service), 'extra', { metadata: { name: 'extra' }, selector: service, ports: [{ port: 81, targetPort: 8080 }] });

    expect(one(manifestsOf(service), 'Service', 'extra').spec.selector).toEqual(SELECTOR);
  });

  test.each([['Role', kplus.Role], ['ClusterRole', kplus.ClusterRole]] as const)('a %s is bound to its account', (_, Role) => {
    const service = web({ identity: Identity.own({ mountToken: true }), names: { serviceAccount: 'web-account' } }, chartWithApi());
    const role = new Role(Chart.of(service), 'reader');
    role.allowRead(kplus.ApiResource.CONFIG_MAPS);
    role.bind(service);

    expect(manifestsOf(service).find(manifest => (manifest.kind as string).endsWith('Binding')).subjects).toEqual([{ apiGroup: '', kind: 'ServiceAccount', name: 'web-account', namespace: 'shop' }]);
  });

  test('they follow a selector that was adopted', () => {
    const service = web({ selectorLabels: { app: 'old-web' } });
    new kplus.Service(Chart.of(service), 'extra', { metadata: { name: 'extra' }, selector: service, ports: [{ port: 81 }] });

    expect(one(manifestsOf(service), 'Service', 'extra').spec.selector).toEqual({ app: 'old-web' });
  });
});

describe('a connection to a workload of cdk8s-plus that is isolated', () => {
  test('writes a policy on the other end, in its namespace, beside the one that isolates it', () => {
    const { here, there, service, legacy } = apart({ isolate: true });
    service.connectTo(legacy);

    expect(policies(there)).toHaveLength(1);
    expect(one(synth(here), 'NetworkPolicy', 'shop-web-to-legacy')).toMatchObject({
      metadata: { name: 'shop-web-to-legacy', namespace: 'old' },
      spec: {
        ingress: [{
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }, podSelector: { matchLabels: SELECTOR } }], ports: [{ port: 5353, protocol: 'UDP' }],
        }],
        podSelector: { matchLabels: labelsOf(legacy).labels },
        policyTypes: ['Ingress'],
      },
    });
    expect(one(synth(here), 'NetworkPolicy', 'shop-web-to-legacy').spec).not.toHaveProperty('egress');
    expect(one(synth(here), 'NetworkPolicy', 'web').spec.egress[1]).toEqual({
      ports: [{ port: 5353, protocol: 'UDP' }], to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'old' } }, podSelector: { matchLabels: labelsOf(legacy).labels } }],
    });
  });

  test('names the policy after both ends, and after its own namespace where that is another: two of one name may come', () => {
    const chart = testChart();
    const service = web({}, chart);
    service.connectTo(deployment(chart, { isolate: true }));

    expect(policies(chart)).toContain('web-to-legacy');
    const { app, here, service: far, legacy } = apart({ isolate: true });
    const namesake = new ProductionService(new Chart(app, 'third', { namespace: 'third' }), 'web', MINIMAL);
    far.connectTo(legacy);
    namesake.connectTo(legacy);
    expect([policies(here), policies(Chart.of(namesake))]).toEqual([['web', 'shop-web-to-legacy'], ['web', 'third-web-to-legacy']]);
    expect(() => app.synthYaml()).not.toThrow();
  });

  test('goes to the port that is named, by name or number', () => {
    const ports = (port: string) => {
      const { here, service, legacy } = apart({ isolate: true });
      service.connectTo(legacy, { port });
      return one(synth(here), 'NetworkPolicy', 'shop-web-to-legacy').spec.ingress[0].ports;
    };

    expect([ports('http'), ports('8080')]).toEqual([[{ port: 8080, protocol: 'TCP' }], [{ port: 8080, protocol: 'TCP' }]]);
  });

  test('lets it in from there, too: egress on the other end', () => {
    const { here, service, legacy } = apart({ isolate: true });
    service.allowFrom(legacy);

    expect(one(synth(here), 'NetworkPolicy', 'shop-web-from-legacy')).toMatchObject({
      metadata: { namespace: 'old' },
      spec: {
        egress: [{ ports: [{ port: 8080, protocol: 'TCP' }], to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }, podSelector: { matchLabels: SELECTOR } }] }],
        podSelector: { matchLabels: labelsOf(legacy).labels },
        policyTypes: ['Egress'],
      },
    });
    expect(one(synth(here), 'NetworkPolicy', 'web').spec.ingress[0].from).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'old' } }, podSelector: { matchLabels: labelsOf(legacy).labels } },
    ]);
  });

  test('keeps one policy for several ports, and says nothing twice', () => {
    const { here, service, legacy } = apart({ isolate: true });
    for (const port of ['http', 'dns', 'http']) { service.connectTo(legacy, { port }); }

    expect(policies(here)).toEqual(['web', 'shop-web-to-legacy']);
    expect(one(synth(here), 'NetworkPolicy', 'shop-web-to-legacy').spec.ingress).toHaveLength(1);
    expect(one(synth(here), 'NetworkPolicy', 'shop-web-to-legacy').spec.ingress[0].ports).toEqual([{ port: 5353, protocol: 'UDP' }, { port: 8080, protocol: 'TCP' }]);
  });

  test.each<[string, (there: Chart) => void]>([
    ['a policy for every pod of its namespace', there => { new kplus.NetworkPolicy(there, 'deny', { ingress: { default: DENY } }); }],
    ['a policy for one of its pods\' labels', there => { new kplus.NetworkPolicy(there, 'deny', { selector: kplus.Pods.select(there, 'p', { labels: { tier: 'gold' } }), ingress: { default: DENY } }); }],
    ['a policy by an expression', there => { new kplus.NetworkPolicy(there, 'deny', { selector: kplus.Pods.select(there, 'p', { expressions: [kplus.LabelExpression.in('tier', ['gold'])] }), ingress: { default: DENY } }); }],
    ['a policy of plain cdk8s, its types unsaid', there => { new ApiObject(there, 'deny', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'deny' }, spec: { podSelector: {} } }); }],
  ])('sees isolation by %s', (_, isolate) => {
    const { here, there, service, legacy } = apart({ podMetadata: { labels: { tier: 'gold' } } });
    isolate(there);
    service.connectTo(legacy);

    expect(policies(here)).toEqual(['web', 'shop-web-to-legacy']);
  });
});

describe('a connection to a workload of cdk8s-plus that is not isolated', () => {
  test('writes nothing on the other end: the first policy would cut off everybody else', () => {
    const { here, there, service, legacy } = apart();
    service.connectTo(legacy);
    service.allowFrom(legacy);

    expect([policies(here), policies(there)]).toEqual([['web'], []]);
    expect(one(synth(here), 'NetworkPolicy', 'web').spec.egress).toHaveLength(2);
  });

  test.each<[string, (here: Chart, there: Chart) => void]>([
    ['every pod of another namespace', here => { new kplus.NetworkPolicy(here, 'deny', { ingress: { default: DENY } }); }],
    ['other pods', (_, there) => { new kplus.NetworkPolicy(there, 'deny', { selector: kplus.Pods.select(there, 'p', { labels: { tier: 'lead' } }), ingress: { default: DENY } }); }],
    ['pods by an expression that is not its', (_, there) => {
      new kplus.NetworkPolicy(there, 'deny', { selector: kplus.Pods.select(there, 'p', { expressions: [kplus.LabelExpression.notIn('tier', ['gold'])] }), ingress: { default: DENY } });
    }],
    ['its other direction', (_, there) => { new kplus.NetworkPolicy(there, 'deny', { egress: { default: DENY } }); }],
  ])('is not misled by a policy for %s', (_, isolate) => {
    const { here, there, service, legacy } = apart({ podMetadata: { labels: { tier: 'gold' } } });
    isolate(here, there);
    service.connectTo(legacy);

    expect(policies(here).filter(name => name.includes('legacy'))).toEqual([]);
  });

  test('is not misled by the policy of another service of ours to the same workload', () => {
    const { here, service, legacy } = apart();
    const other = new ProductionService(here, 'other', MINIMAL);
    service.connectTo(legacy);
    other.connectTo(legacy);

    expect(policies(here)).toEqual(['web', 'other']);
  });

  test.each<[string, (service: ProductionService, legacy: kplus.Deployment) => void]>([
    ['to it', (service, legacy) => service.connectTo(legacy)], ['from it', (service, legacy) => service.allowFrom(legacy)],
  ])('fails when it is isolated after the connection %s: nobody would get through', (_, connect) => {
    const { app, service, legacy } = apart();
    connect(service, legacy);
    expect(() => app.synthYaml()).not.toThrow();
    legacy.connections.isolate();

    expect(() => app.synthYaml()).toThrow(/NetworkUnreachable at 'here\/web'[\s\S]*"?there\/legacy"?[\s\S]*isolate it first, then connect/);
  });

  test('gives no address: there may be no Service', () => {
    const { service, legacy } = apart();
    service.connectTo(legacy);

    expect(containerOf(service)).not.toHaveProperty('env');
  });

  test('refuses one whose namespace nobody knows, and one without ports', () => {
    const app = new App({ outdir: 'never-written' });
    const [here, there] = [new Chart(app, 'here', { namespace: 'shop' }), new Chart(app, 'there')];
    const service = new ProductionService(here, 'web', MINIMAL);

    expect(errorOf(() => service.connectTo(deployment(there)))).toMatchObject({ code: 'NetworkUnreachable', value: '"from namespace shop to (unknown)"' });
    expect(errorOf(() => service.connectTo(new kplus.Deployment(here, 'mute', { containers: [{ image: 'mute:1' }] })))).toMatchObject({ code: 'PortConflict', property: 'connectTo.port' });
  });

  test.each<[string, (chart: Chart) => kplus.INetworkPolicyPeer]>([
    ['StatefulSet', chart => new kplus.StatefulSet(chart, 'legacy', { containers: [{ image: 'db:1', portNumber: 5432 }], service: new kplus.Service(chart, 's', { ports: [{ port: 5432 }] }) })],
    ['DaemonSet', chart => new kplus.DaemonSet(chart, 'legacy', { containers: [{ image: 'db:1', portNumber: 5432 }] })],
    ['Pod', chart => new kplus.Pod(chart, 'legacy', { containers: [{ image: 'db:1', portNumber: 5432 }] })],
  ])('takes a %s', (_, make) => {
    const chart = testChart();
    const service = web({}, chart);
    service.connectTo(make(chart));

    expect(objectOf(service, 'NetworkPolicy').spec.egress[1].ports).toEqual([{ port: 5432, protocol: 'TCP' }]);
  });
});

describe('peers of cdk8s-plus', () => {
  const everyNamespace = { namespaceSelector: {} };
  test.each<[string, (chart: Chart) => kplus.INetworkPolicyPeer, Manifest[]]>([
    ['Pods.all', chart => kplus.Pods.all(chart, 'p'), [{ podSelector: {} }]],
    ['Pods.select', chart => kplus.Pods.select(chart, 'p', { labels: { app: 'x' }, expressions: [kplus.LabelExpression.notIn('tier', ['lead'])], namespaces: kplus.Namespaces.select(chart, 'n', { names: ['old'] }) }), [{
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'old' } },
      podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['lead'] }], matchLabels: { app: 'x' } },
    }]],
    ['Namespace', chart => new kplus.Namespace(chart, 'n', { metadata: { name: 'old' } }), [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'old' } } }]],
    ['Namespaces.all', chart => kplus.Namespaces.all(chart, 'n'), [everyNamespace]],
    ['Namespaces.select by names', chart => kplus.Namespaces.select(chart, 'n', { names: ['old', 'older'] }), [
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'old' } } }, { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'older' } } },
    ]],
    ['Namespaces.select by labels', chart => kplus.Namespaces.select(chart, 'n', { labels: { team: 'x' } }), [{ namespaceSelector: { matchLabels: { team: 'x' } } }]],
    ['Namespaces.select by expressions', chart => kplus.Namespaces.select(chart, 'n', { expressions: [kplus.LabelExpression.exists('team')] }), [
      { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'Exists' }] } },
    ]],
    ['NetworkPolicyIpBlock', chart => kplus.NetworkPolicyIpBlock.ipv4(chart, 'b', '10.0.0.0/8', ['10.1.0.0/16']), [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }]],
    ['NetworkPolicyIpBlock.anyIpv4', chart => kplus.NetworkPolicyIpBlock.anyIpv4(chart, 'b'), [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } }]],
  ])('%s is let in as what it stands for, no more and no less', (_, make, from) => {
    const chart = testChart();
    const service = web({}, chart);
    service.allowFrom(make(chart));

    expect(objectOf(service, 'NetworkPolicy').spec.ingress).toEqual([{ from, ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });
});

describe('faults of the base are not inherited', () => {
  test('no name and no id holds "undefined", with namespaces known or not', () => {
    for (const namespace of ['shop', undefined]) {
      const chart = new Chart(new App({ outdir: 'never-written' }), 'chart', { namespace });
      const [service, legacy] = [web({ additionalPorts: [Port.udp(5353)] }, chart), deployment(chart, { isolate: true })];
      service.connectTo(legacy);
      service.allowFrom(legacy, { ports: ['udp'] });
      service.allowFrom(NetworkPeer.namespace('edge'));

      const own = chart.node.findAll().map(construct => construct.node.path).join() + synth(chart).map(manifest => manifest.metadata.name).join();
      expect(own).not.toContain('undefined');
    }
  });

  test('a synthesis changes nothing: the second is as the first, beside workloads of cdk8s-plus', () => {
    const { app, service, legacy } = apart({ isolate: true });
    service.connectTo(legacy);

    expect(app.synthYaml()).toBe(app.synthYaml());
  });

  test('a patch keeps plain numbers, quantities and fields that cdk8s-plus never knew', () => {
    const service = web();
    const fields = { rollingUpdate: { maxSurge: 3, maxUnavailable: 1 } };
    service.workload.patch({ spec: { strategy: fields, template: { spec: { runtimeClassName: 'gvisor', overhead: { memory: '1Gi' }, somethingNew: { a: 0, b: '', c: false } } } } });
    service.workload.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu', 1));
    service.service!.patch({ spec: { trafficDistribution: 'PreferClose', publishNotReadyAddresses: false } });

    const { spec } = objectOf(service, 'Deployment');
    expect(spec.strategy).toEqual({ type: 'RollingUpdate', ...fields });
    expect(spec.template.spec).toMatchObject({ runtimeClassName: 'gvisor', overhead: { memory: '1Gi' }, somethingNew: { a: 0, b: '', c: false } });
    expect(spec.template.spec.containers[0].resources.limits['nvidia.com/gpu']).toBe(1);
    expect(objectOf(service, 'Service').spec).toMatchObject({ trafficDistribution: 'PreferClose', publishNotReadyAddresses: false });
  });
});
