import { App, Chart, JsonPatch, Testing } from 'cdk8s';
import {
  ExternalEndpoint, Health, Identity, type KubernetesObject, NamePrefix, NetworkPeer, Port, ProductionService, Replicas, type Resources, Shutdown,
} from 'cdk8s-production';
import { Construct } from 'constructs';
import { errorOf, identities, MINIMAL, one, synth, testChart } from '../helpers/manifests';
import { chartWithApi, containerOf, manifestsOf, objectOf, podOf, web } from '../helpers/service';

const EVERYTHING = {
  files: { '/etc/web/features.yaml': 'refunds: true\n' },
  identity: Identity.own({ permissions: [{ verbs: ['get'], resources: ['configmaps'] }] }),
};

describe('the objects', () => {
  test('image, port and health give six of them, all of the service\'s name', () => {
    expect(identities(manifestsOf(web()))).toEqual([
      'Deployment/web', 'HorizontalPodAutoscaler/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'Service/web', 'ServiceAccount/web',
    ]);
  });

  test('files and permissions add a ConfigMap, a Role and a RoleBinding', () => {
    const service = web(EVERYTHING, chartWithApi());

    expect(identities(manifestsOf(service))).toEqual([
      expect.stringMatching(/^ConfigMap\/web-files-[a-z0-9]{10}$/), 'Deployment/web', 'HorizontalPodAutoscaler/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web',
      'Role/web', 'RoleBinding/web', 'Service/web', 'ServiceAccount/web',
    ]);
  });

  test('a worker has no Service, and nothing that waits before SIGTERM', () => {
    const worker = web({ port: undefined, health: Health.none('it takes messages from a queue') });

    expect(identities(manifestsOf(worker))).toEqual([
      'Deployment/web', 'HorizontalPodAutoscaler/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'ServiceAccount/web',
    ]);
    expect(worker.service).toBeUndefined();
    expect(worker.ports).toEqual([]);
    expect(containerOf(worker).lifecycle).toBeUndefined();
    expect(containerOf(worker).ports).toBeUndefined();
    expect(podOf(worker).terminationGracePeriodSeconds).toBe(35);
    expect(objectOf(worker, 'NetworkPolicy').spec.ingress).toBeUndefined();
  });

  test('a worker that says how it goes keeps what it said', () => {
    const worker = web({ port: undefined, health: Health.none('it takes messages from a queue'), shutdown: Shutdown.exec(['/bin/drain']) });

    expect(containerOf(worker).lifecycle).toEqual({ preStop: { exec: { command: ['/bin/drain'] } } });
    expect(podOf(worker).terminationGracePeriodSeconds).toBe(40);
  });

  test('a worker whose sidecar listens has a Service, and waits before SIGTERM', () => {
    const worker = web({
      port: undefined,
      health: Health.none('it takes messages from a queue'),
      sidecars: [{ name: 'metrics', image: 'registry.example.com/shop/exporter:1.0.0', ports: [Port.http(9090, { name: 'metrics' })] }],
    });

    expect(objectOf(worker, 'Service').spec.ports).toEqual([{ appProtocol: 'http', name: 'metrics', port: 80, protocol: 'TCP', targetPort: 9090 }]);
    expect(containerOf(worker).lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  });

  test('one replica has no budget and no autoscaler', () => {
    const single = web({ replicas: Replicas.fixed(1) });

    expect(identities(manifestsOf(single))).toEqual(['Deployment/web', 'NetworkPolicy/web', 'Service/web', 'ServiceAccount/web']);
    expect([single.autoscaler, single.disruptionBudget]).toEqual([undefined, undefined]);
  });

  test('an existing account is not made again', () => {
    const service = web({ identity: Identity.existing({ name: 'shared' }) });

    expect(identities(manifestsOf(service))).not.toContain('ServiceAccount/shared');
    expect(service.serviceAccount).toBeUndefined();
    expect(service.serviceAccountName).toBe('shared');
    expect(podOf(service)).toMatchObject({ serviceAccountName: 'shared', automountServiceAccountToken: false });
  });
});

describe('the members', () => {
  const service = web(EVERYTHING, chartWithApi());
  const members: [string, KubernetesObject | undefined, string][] = [
    ['workload', service.workload, 'Deployment'],
    ['service', service.service, 'Service'],
    ['autoscaler', service.autoscaler, 'HorizontalPodAutoscaler'],
    ['disruptionBudget', service.disruptionBudget, 'PodDisruptionBudget'],
    ['networkPolicies[0]', service.networkPolicies[0], 'NetworkPolicy'],
    ['serviceAccount', service.serviceAccount, 'ServiceAccount'],
    ['role', service.role, 'Role'],
    ['roleBinding', service.roleBinding, 'RoleBinding'],
    ['configMap', service.configMap, 'ConfigMap'],
  ];

  test('every object that is created is one of them', () => {
    expect(members.map(([, member, kind]) => `${kind}/${member!.name}`).sort()).toEqual(identities(manifestsOf(service)));
  });

  test.each(members)('%s is of its kind and can be patched, by merge and by JSON patch', (_, member, kind) => {
    expect(member!.kind).toBe(kind);

    member!.patch({ metadata: { labels: { patched: 'by-merge' } } });
    member!.addJsonPatch(JsonPatch.add('/metadata/labels/also', 'by-json-patch'));

    expect(one(manifestsOf(service), kind).metadata.labels).toMatchObject({ patched: 'by-merge', also: 'by-json-patch' });
  });

  test('say what others have to know', () => {
    expect(service.name).toBe('web');
    expect(service.namespace).toBe('shop');
    expect(service.serviceAccountName).toBe('web');
    expect(service.selectorLabels).toEqual({ 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web' });
    expect(service.ports.map(port => [port.name, port.number, port.servicePort, port.protocol])).toEqual([['http', 8080, 80, 'TCP']]);
    expect(service.edges).toEqual([]);
  });

  test('a chart without namespace leaves it to whoever applies the manifest', () => {
    const elsewhere = web({}, new Chart(new App({ outdir: 'never-written' }), 'chart'));

    expect(elsewhere.namespace).toBeUndefined();
    expect(manifestsOf(elsewhere).map(manifest => 'namespace' in manifest.metadata)).toEqual([false, false, false, false, false, false]);
  });
});

describe('the labels and selectors', () => {
  test('every object carries the recommended labels, and every selector takes the pods', () => {
    const service = web({ version: '1.4', component: 'frontend', labels: { tier: 'gold' } });
    const expected = {
      'app.kubernetes.io/component': 'frontend',
      'app.kubernetes.io/instance': 'web',
      'app.kubernetes.io/managed-by': 'cdk8s-production',
      'app.kubernetes.io/name': 'web',
      'app.kubernetes.io/version': '1.4',
      'tier': 'gold',
    };
    const selector = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };

    for (const manifest of manifestsOf(service)) { expect(manifest.metadata.labels).toEqual(expected); }
    const { spec } = objectOf(service, 'Deployment');
    expect(spec.template.metadata.labels).toEqual(expected);
    expect(spec.selector).toEqual({ matchLabels: selector });
    expect(objectOf(service, 'Service').spec.selector).toEqual(selector);
    expect(objectOf(service, 'PodDisruptionBudget').spec.selector).toEqual({ matchLabels: selector });
    expect(objectOf(service, 'NetworkPolicy').spec.podSelector).toEqual({ matchLabels: selector });
    expect(spec.template.spec.topologySpreadConstraints[0].labelSelector).toEqual({ matchLabels: selector });
    expect(spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector).toEqual({ matchLabels: selector });
  });

  test('a new version changes neither a selector nor a name', () => {
    const [before, after] = ['1.4.2', '2.0.0'].map(tag => manifestsOf(web({ image: `registry.example.com/shop/web:${tag}` })));

    expect(identities(after!)).toEqual(identities(before!));
    expect(one(after!, 'Deployment').spec.selector).toEqual(one(before!, 'Deployment').spec.selector);
    expect(one(after!, 'Deployment').spec.template.metadata.labels['app.kubernetes.io/version']).toBe('2.0.0');
  });

  test('the place in the tree changes nothing', () => {
    const chart = testChart();
    const deep = new Construct(new Construct(chart, 'team'), 'area');
    new ProductionService(deep, 'web', MINIMAL);

    expect(synth(chart)).toEqual(manifestsOf(web()));
  });

  test('the workload says which image a revision was for', () => {
    expect(objectOf(web(), 'Deployment').metadata.annotations).toEqual({ 'kubernetes.io/change-cause': 'image registry.example.com/shop/web:1.4.2' });
  });
});

describe('a synthesis', () => {
  test('done twice gives the same bytes', () => {
    const service = web(EVERYTHING, chartWithApi());
    const chart = Chart.of(service);
    service.connectTo(new ProductionService(chart, 'api', MINIMAL));
    service.workload.patch({ spec: { minReadySeconds: 20 } });

    expect(JSON.stringify(Testing.synth(chart))).toBe(JSON.stringify(Testing.synth(chart)));
  });

  test('gives the same bytes in whatever order the connections are declared', () => {
    const declare = (order: readonly number[]): string => {
      const chart = testChart();
      const [front, api, jobs] = ['front', 'api', 'jobs'].map(id => new ProductionService(chart, id, MINIMAL)) as [ProductionService, ProductionService, ProductionService];
      const calls = [
        () => front.connectTo(api),
        () => front.connectTo(jobs),
        () => front.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'bank', host: 'bank.example.com' })),
        () => api.connectTo(jobs),
        () => api.allowFrom(NetworkPeer.namespace('monitoring')),
        () => api.allowFrom(NetworkPeer.pods({ app: 'batch' }, { namespace: 'batch' })),
        () => jobs.connectTo(front),
      ];
      order.forEach(i => calls[i]!());
      return JSON.stringify([synth(chart), front.edges, api.edges, jobs.edges]);
    };
    const expected = declare([0, 1, 2, 3, 4, 5, 6]);

    for (const order of [[6, 5, 4, 3, 2, 1, 0], [3, 0, 6, 1, 5, 2, 4], [2, 4, 1, 6, 0, 5, 3]]) { expect(declare(order)).toBe(expected); }
  });

  test('gives the same objects, each with the same bytes, in whatever order the services are made', () => {
    const make = (...ids: string[]): string[] => {
      const chart = testChart();
      for (const id of ids) { new ProductionService(chart, id, MINIMAL); }
      return synth(chart).map(manifest => JSON.stringify(manifest)).sort();
    };

    expect(make('api', 'front')).toEqual(make('front', 'api'));
  });

  test('does not see what happens to the props afterwards', () => {
    const env: Record<string, string> = { LOG_LEVEL: 'info' };
    const labels: Record<string, string> = { tier: 'gold' };
    const service = web({ env, labels });
    env.LOG_LEVEL = 'debug';
    labels.tier = 'lead';

    expect(containerOf(service).env).toEqual([{ name: 'LOG_LEVEL', value: 'info' }]);
    expect(objectOf(service, 'Deployment').metadata.labels.tier).toBe('gold');
  });
});

describe('several services', () => {
  class Shop extends Construct {
    public constructor(scope: Construct, id: string, prefix?: string) {
      super(scope, id);
      if (prefix !== undefined) { NamePrefix.on(this, prefix); }
      const front = new ProductionService(this, 'front', { ...MINIMAL, ...EVERYTHING });
      const stock = new ProductionService(this, 'stock', MINIMAL);
      front.connectTo(stock);
    }
  }

  test('stand side by side in one chart', () => {
    const chart = testChart();
    new ProductionService(chart, 'one', MINIMAL);
    new ProductionService(chart, 'two', MINIMAL);
    const manifests = Testing.synth(chart);

    expect(new Set(identities(manifests)).size).toBe(12);
    expect(manifests).toHaveLength(12);
  });

  test('a composite is used twice, each with a prefix of its own, and each talks to its own', () => {
    const chart = chartWithApi();
    new Shop(chart, 'europe', 'eu-');
    new Shop(chart, 'america', 'us-');
    const manifests = synth(chart);

    expect(new Set(identities(manifests)).size).toBe(manifests.length);
    expect(identities(manifests).filter(identity => identity.startsWith('Deployment'))).toEqual([
      'Deployment/eu-front', 'Deployment/eu-stock', 'Deployment/us-front', 'Deployment/us-stock',
    ]);
    const [container] = one(manifests, 'Deployment', 'us-front').spec.template.spec.containers;
    expect(container).toMatchObject({ name: 'front', env: [{ name: 'US_STOCK_HOST', value: 'us-stock' }, { name: 'US_STOCK_PORT', value: '80' }] });
    expect(one(manifests, 'NetworkPolicy', 'us-stock').spec.ingress[0].from).toEqual([
      { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'front', 'app.kubernetes.io/instance': 'us-front' } } },
    ]);
    expect(one(manifests, 'Deployment', 'eu-stock').spec.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'stock', 'app.kubernetes.io/instance': 'eu-stock' });
  });

  test('refuses a composite that is used twice without a prefix, naming both', () => {
    const chart = chartWithApi();
    new Shop(chart, 'europe');
    new Shop(chart, 'america');

    const error = ((): Error => { try { App.of(chart).synthYaml(); } catch (e) { return e as Error; } throw new Error('nothing was refused'); })();
    expect(error.message).toContain("DuplicateIdentity at 'chart/america/front/Resource', property 'name'");
    expect(error.message).toContain('chart/europe/front/Resource');
    expect(error.message).toContain('NamePrefix.on(scope, prefix)');
  });
});

describe('what a person types wrong', () => {
  test('refuses a property it does not know, with the one that was meant', () => {
    expect(errorOf(() => web({ replica: Replicas.fixed(2) } as object))).toMatchObject({
      code: 'UnknownProperty', constructPath: 'chart/web', property: 'replica', fix: "did you mean 'replicas'?",
    });
  });

  test('refuses further ports without a main one', () => {
    expect(errorOf(() => web({ port: undefined, health: Health.none('it takes messages'), additionalPorts: [Port.http(9090)] }))).toMatchObject({
      code: 'MissingValue', property: 'port', fix: 'move the first of additionalPorts to port',
    });
  });

  test('refuses a struct where a value of ours is asked for', () => {
    expect(errorOf(() => web({ resources: { cpu: '1' } as unknown as Resources }))).toMatchObject({ code: 'InvalidValue', property: 'resources', allowed: 'a Resources' });
  });
});
