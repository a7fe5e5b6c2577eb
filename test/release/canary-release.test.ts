import { App, Chart, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  Analysis, CanaryRelease, type CanaryReleaseProps, CanaryScale, type CanaryServiceNames, CanaryStep, CanarySteps, Environment, type ExpectedTraffic, Findings, Health, IstioSplit,
  MeshProfile, Metric, type PodMetadata, PodSet, Port, ProductionService, ReleaseController, Replicas, RevisionAntiAffinity, ScalingMetric, ServiceExposure, Spread, StringMatch,
  TrafficRouting, Web,
} from 'cdk8s-production';
import { PROMETHEUS, plain, SUCCESS } from '../helpers/analysis';
import { errorOf, identities, type Manifest, MINIMAL, one, synth, testChart } from '../helpers/manifests';
import { canary, meshChart, objectsOf, rolloutOf, routed, strategyOf } from '../helpers/release';
import { chartIn, web } from '../helpers/service';

const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
const ROLLOUT = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' };
const WORKER = { port: undefined, health: Health.none('it takes messages from a queue') };
const js = <T>(value: unknown): T => value as T;
const findingsOf = (release: CanaryRelease): string[] => Findings.of(Chart.of(release)).map(({ id }) => id);

describe('the least that a canary needs', () => {
  test('makes of a service exactly these objects', () => {
    expect(identities(objectsOf(canary()))).toEqual([
      'HorizontalPodAutoscaler/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'Rollout/web', 'Service/web', 'Service/web-canary', 'Service/web-stable', 'ServiceAccount/web',
    ]);
  });

  test('says of the Rollout this, and of its pods what the service says', () => {
    const { template, ...spec } = rolloutOf(canary());

    expect(spec).toEqual({
      minReadySeconds: 10,
      progressDeadlineAbort: true,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 5,
      rollbackWindow: { revisions: 3 },
      selector: { matchLabels: SELECTOR },
      strategy: {
        canary: {
          canaryService: 'web-canary',
          maxSurge: 1,
          maxUnavailable: 0,
          stableService: 'web-stable',
          steps: [{ setWeight: 25 }, { pause: { duration: '5m' } }, { setWeight: 50 }, { pause: { duration: '5m' } }, { setWeight: 75 }, { pause: { duration: '5m' } }],
        },
      },
    });
    const before = one(synth(Chart.of(web())), 'Deployment').spec.template;
    expect(JSON.stringify(template)).toBe(JSON.stringify(before).replaceAll('"pod-template-hash"', '"rollouts-pod-template-hash"'));
  });

  test('behind a router says of the Rollout this', () => {
    expect(rolloutOf(routed()).strategy).toEqual({
      canary: {
        canaryService: 'web-canary',
        minPodsPerReplicaSet: 2,
        scaleDownDelaySeconds: 60,
        stableService: 'web-stable',
        steps: [
          { setWeight: 5 }, { pause: { duration: '5m' } }, { setWeight: 20 }, { pause: { duration: '10m' } }, { setWeight: 50 }, { pause: { duration: '10m' } }, { setWeight: 80 }, { pause: { duration: '5m' } },
        ],
        trafficRouting: { istio: { virtualService: { name: 'web', routes: ['primary'] } } },
      },
    });
    expect(identities(objectsOf(routed()))).toEqual([
      'NetworkPolicy/web', 'PodDisruptionBudget/web', 'Rollout/web', 'Service/web', 'Service/web-canary', 'Service/web-stable', 'ServiceAccount/web', 'VirtualService/web',
    ]);
  });

  test.each([[9, 1], [10, '25%']])('surges with %i replicas by %s, and never falls below them', (count, maxSurge) => {
    expect(strategyOf(canary({}, { replicas: Replicas.fixed(count) }))).toMatchObject({ maxSurge, maxUnavailable: 0 });
  });

  test.each([[1, [50]], [2, [50]], [3, [25, 50, 75]]])('takes with %i replicas the steps that their number gives: %j %%', (count, weights) => {
    const { steps } = strategyOf(canary({}, { replicas: Replicas.fixed(count) }));

    expect(steps).toEqual(weights.flatMap(setWeight => [{ setWeight }, { pause: { duration: '5m' } }]));
  });

  test('leaves the number of pods to whoever owns it', () => {
    expect(rolloutOf(canary())).not.toHaveProperty('replicas');
    expect(rolloutOf(canary({}, { replicas: Replicas.fixed(4) })).replicas).toBe(4);
  });
});

describe('what the service has follows', () => {
  const release = canary({}, { placement: { spread: Spread.onePodPerNode(10) } });
  const manifests = objectsOf(release);

  test('the autoscaler points at the Rollout', () => {
    expect(one(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual(ROLLOUT);
    expect(release.service.toScalingTarget()).toMatchObject(ROLLOUT);
  });

  test('Service, budget and policy take the pods of both versions', () => {
    expect(one(manifests, 'Service', 'web').spec.selector).toEqual(SELECTOR);
    expect(one(manifests, 'PodDisruptionBudget').spec.selector).toEqual({ matchLabels: SELECTOR });
    expect(one(manifests, 'NetworkPolicy').spec.podSelector).toEqual({ matchLabels: SELECTOR });
  });

  test('pods are spread, and kept apart, within their own version', () => {
    const { topologySpreadConstraints, affinity } = one(manifests, 'Rollout').spec.template.spec;

    expect(topologySpreadConstraints.map((c: Manifest) => c.matchLabelKeys)).toEqual([['rollouts-pod-template-hash'], ['rollouts-pod-template-hash']]);
    expect(affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys).toEqual(['rollouts-pod-template-hash']);
  });
});

describe('the two Services', () => {
  const service = (name: string, release: CanaryRelease): Manifest => one(objectsOf(release), 'Service', name);

  test('begin with the pods of both versions, which the controller narrows', () => {
    expect(['web-stable', 'web-canary'].map(name => service(name, canary()).spec)).toEqual(Array(2).fill({
      ports: [{ appProtocol: 'http', name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }], selector: SELECTOR, type: 'ClusterIP',
    }));
  });

  test('stay inside the cluster, whatever the first one is', () => {
    const release = canary({}, { exposure: ServiceExposure.nodePort(), port: Port.http(8080, { nodePort: 30080 }) });

    expect(['web', 'web-stable'].map(name => [service(name, release).spec.type, service(name, release).spec.ports[0].nodePort])).toEqual([['NodePort', 30080], ['ClusterIP', undefined]]);
  });

  test('have no address of their own where the first one has none', () => {
    expect(service('web-canary', canary({}, { exposure: ServiceExposure.headless() })).spec.clusterIP).toBe('None');
  });

  test('have the names they are given', () => {
    const names: Required<CanaryServiceNames> = { stable: 'current', canary: 'next' };
    const release = canary({ serviceNames: names });

    expect(strategyOf(release)).toMatchObject({ stableService: 'current', canaryService: 'next' });
    expect(identities(objectsOf(release)).filter(identity => identity.startsWith('Service/'))).toEqual(['Service/current', 'Service/next', 'Service/web']);
  });

  test('are named after the Service of the service, not its construct', () => {
    expect(strategyOf(canary({}, { names: { service: 'shop-front' } }))).toMatchObject({ stableService: 'shop-front-stable', canaryService: 'shop-front-canary' });
  });

  test.each<[what: string, names: CanaryServiceNames, property: string, allowed: string]>([
    ['the service\'s own for the stable one', { stable: 'web' }, 'serviceNames.stable', 'other than web'],
    ['the service\'s own for the canary', { canary: 'web' }, 'serviceNames.canary', 'other than web and web-stable'],
    ['one for both', { stable: 'both', canary: 'both' }, 'serviceNames.canary', 'other than web and both'],
    ['the default of the other', { canary: 'web-stable' }, 'serviceNames.canary', 'other than web and web-stable'],
    ['one in capitals', { canary: 'Canary' }, 'serviceNames.canary', 'the name of a Service'],
    ['a number', { stable: js(7) }, 'serviceNames.stable', 'the name of a Service'],
  ])('do not take the name: %s', (_, serviceNames, property, allowed) => {
    const error = errorOf(() => canary({ serviceNames }));

    expect(error).toMatchObject({ code: 'InvalidName', constructPath: 'chart/release', property });
    expect(error.allowed).toContain(allowed);
  });

  test('are refused where their names become too long', () => {
    const TOO_LONG = { code: 'InvalidName', constructPath: 'chart/release', property: 'serviceNames.canary' };

    expect(() => canary({}, { names: { service: 'a'.repeat(56) } })).not.toThrow();
    expect(errorOf(() => canary({}, { names: { service: 'a'.repeat(57) } }))).toMatchObject({ ...TOO_LONG, property: 'serviceNames.stable', value: `"${'a'.repeat(57)}-stable"`, fix: 'give it a shorter name' });
    expect(errorOf(() => canary({ serviceNames: { canary: 'c'.repeat(64) } }))).toMatchObject({ ...TOO_LONG, value: `"${'c'.repeat(64)}"`, fix: 'leave it out for web-canary' });
    expect(errorOf(() => canary({ serviceNames: { stable: 's', canary: 'c'.repeat(64) } }, { names: { service: 'a'.repeat(57) } }))).toMatchObject({ ...TOO_LONG, fix: 'shorten it' });
  });
});

describe('all props', () => {
  const serviceNames: Required<CanaryServiceNames> = { stable: 'web-current', canary: 'web-next' };
  const canaryMetadata: Required<PodMetadata> = { labels: { role: 'canary' }, annotations: { 'example.com/role': 'canary' } };
  const stableMetadata: Required<PodMetadata> = { labels: { role: 'stable' }, annotations: { 'example.com/role': 'stable' } };
  const expectedTraffic: Required<ExpectedTraffic> = { requestsPerSecond: 5, minimumRequests: 90 };

  /** Every prop at once; one that is added and not here does not compile. A migration changes what all others mean: it has a test of its own. */
  const everything = (service: ProductionService): Required<Omit<CanaryReleaseProps, 'migration'>> => ({
    service,
    controller: ReleaseController.argoRollouts(),
    traffic: TrafficRouting.istio({ virtualService: 'web-routes', route: 'main' }),
    steps: [
      CanaryStep.setCanaryScale(CanaryScale.replicas(3)), CanaryStep.setHeaderRoute({ name: 'testers', headers: [{ name: 'x-tester', value: StringMatch.exact('yes') }] }),
      CanaryStep.pause(Duration.seconds(90)), CanaryStep.setWeight(30), CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight()), CanaryStep.pause(Duration.minutes(2)),
    ],
    analysis: Analysis.background({ templates: [], metrics: [plain('orders')], args: {}, startingStep: 2 }),
    scaleDownDelay: Duration.seconds(75),
    abortScaleDownDelay: Duration.seconds(0),
    progressDeadlineAbort: false,
    rollbackWindow: 0,
    antiAffinity: RevisionAntiAffinity.preferred(7),
    minPodsPerReplicaSet: 3,
    dynamicStableScale: false,
    canaryMetadata,
    stableMetadata,
    expectedTraffic,
    serviceNames,
  });
  const subject = web({ replicas: Replicas.fixed(10), exposure: ServiceExposure.gateway() }, meshChart());
  const release = new CanaryRelease(Chart.of(subject), 'release', everything(subject));

  test('reach the Rollout', () => {
    const { template: _, minReadySeconds: _m, progressDeadlineSeconds: _d, revisionHistoryLimit: _h, selector: _s, ...spec } = rolloutOf(release);

    expect(release.analysisTemplates.map(({ name }) => name)).toEqual([expect.stringMatching(/^orders-[a-z0-9]{10}$/)]);
    expect(spec).toEqual({
      progressDeadlineAbort: false,
      replicas: 10,
      rollbackWindow: { revisions: 0 },
      strategy: {
        canary: {
          abortScaleDownDelaySeconds: 0,
          analysis: { startingStep: 2, templates: [{ templateName: release.analysisTemplates[0]!.name }] },
          antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 7 } },
          canaryMetadata: { annotations: { 'example.com/role': 'canary' }, labels: { role: 'canary' } },
          canaryService: 'web-next',
          minPodsPerReplicaSet: 3,
          scaleDownDelaySeconds: 75,
          stableMetadata: { annotations: { 'example.com/role': 'stable' }, labels: { role: 'stable' } },
          stableService: 'web-current',
          steps: [
            { setCanaryScale: { replicas: 3 } },
            { setHeaderRoute: { match: [{ headerName: 'x-tester', headerValue: { exact: 'yes' } }], name: 'testers' } },
            { pause: { duration: '90s' } },
            { setWeight: 30 },
            { setCanaryScale: { matchTrafficWeight: true } },
            { pause: { duration: '2m' } },
          ],
          trafficRouting: { istio: { virtualService: { name: 'web-routes', routes: ['main'] } }, managedRoutes: [{ name: 'testers' }] },
        },
      },
    });
  });

  test('reach the other objects', () => {
    expect(identities(objectsOf(release))).toEqual([
      `AnalysisTemplate/${release.analysisTemplates[0]!.name}`, 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'Rollout/web', 'Service/web', 'Service/web-current', 'Service/web-next',
      'ServiceAccount/web', 'VirtualService/web-routes',
    ]);
  });

  test('are given in any order', () => {
    const other = web({ replicas: Replicas.fixed(10), exposure: ServiceExposure.gateway() }, meshChart());
    const reversed = Object.fromEntries(Object.entries(everything(other)).reverse()) as unknown as CanaryReleaseProps;

    expect(JSON.stringify(objectsOf(new CanaryRelease(Chart.of(other), 'release', reversed)))).toBe(JSON.stringify(objectsOf(release)));
  });
});

describe('each object', () => {
  test('is a member, and can be patched', () => {
    const release = routed({ analysis: Analysis.background({ metrics: [plain('orders')] }) });
    const members = [release.service.workload, release.stableService!, release.canaryService!, ...release.routes, ...release.analysisTemplates];
    members.forEach(member => member.patch({ metadata: { annotations: { patched: member.kind } } }));

    expect(objectsOf(release).filter(({ metadata }) => metadata.annotations?.patched !== undefined).map(({ kind, metadata }) => [kind, metadata.annotations.patched])).toEqual([
      ['Rollout', 'Rollout'], ['VirtualService', 'VirtualService'], ['Service', 'Service'], ['Service', 'Service'], ['AnalysisTemplate', 'AnalysisTemplate'],
    ]);
  });

  test('of the service keeps the patches from before the release, and takes those after it', () => {
    const service = web();
    service.workload.patch({ spec: { minReadySeconds: 33 } });
    service.workload.addJsonPatch(JsonPatch.add('/metadata/annotations/before', 'yes'));
    const release = new CanaryRelease(Chart.of(service), 'release', { service });
    service.workload.patch({ spec: { strategy: { canary: { maxSurge: 2 } } } });
    service.workload.addJsonPatch(JsonPatch.replace('/spec/strategy/canary/steps/0/setWeight', 30));

    expect(rolloutOf(release)).toMatchObject({ minReadySeconds: 33, strategy: { canary: { maxSurge: 2, maxUnavailable: 0, steps: expect.arrayContaining([{ setWeight: 30 }]) as object } } });
    expect(one(objectsOf(release), 'Rollout').metadata.annotations.before).toBe('yes');
  });

  test('is the same in a second synthesis, and in a second tree', () => {
    const release = routed({ analysis: Analysis.background({ metrics: [SUCCESS] }) });
    const first = JSON.stringify(objectsOf(release));

    expect(JSON.stringify(objectsOf(release))).toBe(first);
    expect(JSON.stringify(objectsOf(routed({ analysis: Analysis.background({ metrics: [SUCCESS] }) })))).toBe(first);
    expect(() => App.of(release).synthYaml()).not.toThrow();
  });

  test('of two releases of a chart has a name of its own; what measures the same is shared', () => {
    const chart = meshChart();
    const releases = ['web', 'api'].map(id => new CanaryRelease(chart, `${id}-release`, {
      service: new ProductionService(chart, id, MINIMAL), traffic: TrafficRouting.istio(), analysis: Analysis.background({ metrics: [plain('orders')] }),
    }));

    expect(() => App.of(chart).synthYaml()).not.toThrow();
    expect(synth(chart).filter(({ kind }) => kind === 'AnalysisTemplate')).toHaveLength(1);
    expect(releases[0]!.analysisTemplates).toEqual(releases[1]!.analysisTemplates);
    expect(identities(synth(chart)).filter(identity => /^(Rollout|VirtualService)\//.test(identity))).toEqual(['Rollout/api', 'Rollout/web', 'VirtualService/api', 'VirtualService/web']);
  });
});

describe('a worker', () => {
  test('has its pods replaced by shares, and no Services', () => {
    const release = canary({}, WORKER);

    expect(identities(objectsOf(release))).toEqual(['HorizontalPodAutoscaler/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'Rollout/web', 'ServiceAccount/web']);
    expect(Object.keys(strategyOf(release))).toEqual(['maxSurge', 'maxUnavailable', 'steps']);
    expect([release.stableService, release.canaryService, release.ignoredDifferences, release.routes]).toEqual([undefined, undefined, [], []]);
  });

  test('has no requests that a router could split', () => {
    expect(errorOf(() => canary({ traffic: TrafficRouting.istio() }, WORKER, meshChart()))).toMatchObject({
      code: 'MissingValue', property: 'traffic', value: '"Istio"', allowed: 'a router in front of a service with a port; this is a worker', fix: 'leave "traffic" out: the number of pods is the weight',
    });
  });
});

describe('the service', () => {
  test('has one release; a second one is refused, naming both, and the first one stays', () => {
    const release = canary();

    expect(errorOf(() => new CanaryRelease(Chart.of(release), 'again', { service: release.service, serviceNames: { stable: 'a', canary: 'b' } }))).toMatchObject({
      code: 'ReleaseConflict',
      constructPath: 'chart/web',
      property: 'releaseWith',
      value: '"the canary \'chart/again\'"',
      allowed: "one release strategy a service; it has the canary 'chart/release'",
      fix: 'keep one of the two',
    });
    expect(release.service.workload.kind).toBe('Rollout');
  });

  test.each<[what: string, service: (chart: Chart) => unknown]>([
    ['a StatefulSet of cdk8s-plus', chart => new kplus.StatefulSet(chart, 'db', { service: new kplus.Service(chart, 'db-service', { ports: [{ port: 5432 }] }), containers: [{ image: 'postgres:17.2' }] })],
    ['a Deployment of cdk8s-plus', chart => new kplus.Deployment(chart, 'web', { containers: [{ image: 'nginx:1.27.3' }] })],
    ['a plain object', () => ({ name: 'web' })], ['a name', () => 'web'], ['nothing', () => undefined],
  ])('is a ProductionService, not %s', (_, make) => {
    const chart = testChart();

    expect(errorOf(() => new CanaryRelease(chart, 'release', { service: js(make(chart)) }))).toMatchObject({
      code: 'InvalidValue', constructPath: 'chart/release', property: 'service', allowed: 'a ProductionService', fix: 'write the ProductionService itself; databases and other workloads have no release strategy',
    });
  });

  test('leaves its pods to the release: a strategy of its own would not be heeded', () => {
    expect(errorOf(() => canary({}, { rollout: { strategy: kplus.DeploymentStrategy.recreate() } }))).toMatchObject({
      code: 'ConflictingProperties', constructPath: 'chart/release', property: 'service', value: '"chart/web: rollout.strategy"', fix: "leave \"strategy\" out of the service's rollout",
    });
  });

  test('keeps the rest of its rollout', () => {
    const release = canary({}, { rollout: { minReady: Duration.seconds(21), progressDeadline: Duration.minutes(20), revisionHistoryLimit: 2 } });

    expect(rolloutOf(release)).toMatchObject({ minReadySeconds: 21, progressDeadlineSeconds: 1200, revisionHistoryLimit: 2, rollbackWindow: { revisions: 2 } });
  });

  describe('of another chart', () => {
    const charts = (namespace: string | undefined, environment?: Environment): readonly [Chart, Chart] => {
      const first = testChart();
      const second = new Chart(App.of(first), 'releases', { namespace });
      environment?.attachTo(second);
      return [first, second];
    };

    test('in the same namespace is released', () => {
      const [here, there] = charts('shop');
      const release = new CanaryRelease(there, 'release', { service: web({}, here) });

      expect(identities(synth(there))).toEqual(['Service/web-canary', 'Service/web-stable']);
      expect(synth(there).map(({ metadata }) => metadata.namespace)).toEqual(['shop', 'shop']);
      expect(one(synth(here), 'Rollout').spec.strategy.canary.canaryService).toBe('web-canary');
      expect(release.service.workload.kind).toBe('Rollout');
    });

    test.each<[string, string | undefined, Environment | undefined, string]>([
      ['in another namespace', 'elsewhere', undefined, "it is in shop of 'production', the release in elsewhere of 'production'"],
      ['beside a release without a namespace', undefined, undefined, "it is in shop of 'production', the release in (no namespace) of 'production'"],
      ['in another environment', 'shop', Environment.staging(), "it is in shop of 'production', the release in shop of 'staging'"],
    ])('%s is refused', (_, namespace, environment, where) => {
      const [here, there] = charts(namespace, environment);

      expect(errorOf(() => new CanaryRelease(there, 'release', { service: web({}, here) }))).toMatchObject({
        code: 'ConflictingProperties',
        constructPath: 'releases/release',
        property: 'service',
        value: '"chart/web"',
        allowed: `a service of the same namespace and environment; ${where}`,
        fix: 'put the release into the chart of its service: what it creates must stand in the same namespace',
      });
    });
  });
});

describe('every router', () => {
  const HOSTS = { hosts: ['shop.example.com'] };
  const plugin = (httpRoutes: object[]) => ({ plugins: { 'argoproj-labs/gatewayAPI': { disableInProgressLabel: true, httpRoutes, namespace: 'shop' } } });

  test.each<[name: string, traffic: CanaryReleaseProps['traffic'], trafficRouting: object | undefined, routes: string[], mesh?: MeshProfile]>([
    ['no router', TrafficRouting.replicas(), undefined, []],
    ['Istio', TrafficRouting.istio(), { istio: { virtualService: { name: 'web', routes: ['primary'] } } }, ['VirtualService/web']],
    ['Istio, made elsewhere', TrafficRouting.existingIstio({ virtualServices: [{ name: 'front' }] }), { istio: { virtualService: { name: 'front' } } }, []],
    ['the Gateway API', TrafficRouting.gatewayApi({ parents: [{ name: 'public', namespace: 'edge' }] }), plugin([{ name: 'web' }]), ['HTTPRoute/web']],
    ['the Gateway API, made elsewhere', TrafficRouting.existingGatewayApi({ routes: ['front'] }), plugin([{ name: 'front' }]), []],
    ['ingress-nginx', TrafficRouting.nginx(HOSTS), { nginx: { stableIngress: 'web' } }, ['Ingress/web']],
    ['ingress-nginx, made elsewhere', TrafficRouting.existingNginx({ ingresses: ['front'] }), { nginx: { stableIngress: 'front' } }, []],
    ['ALB', TrafficRouting.alb(), { alb: { ingress: 'web', rootService: 'web', servicePort: 80 } }, ['Ingress/web']],
    ['ALB, made elsewhere', TrafficRouting.existingAlb({ ingresses: ['front'] }), { alb: { ingress: 'front', rootService: 'web', servicePort: 80 } }, []],
    ['Traefik', TrafficRouting.traefik(HOSTS), { traefik: { weightedTraefikServiceName: 'web' } }, ['TraefikService/web', 'IngressRoute/web']],
    ['Traefik, made elsewhere', TrafficRouting.existingTraefik({ traefikService: 'front' }), { traefik: { weightedTraefikServiceName: 'front' } }, []],
    ['Linkerd', TrafficRouting.linkerd(), plugin([{ name: 'web' }]), ['HTTPRoute/web'], MeshProfile.linkerd()],
    ['SMI', TrafficRouting.smi(), { smi: { rootService: 'web' } }, []],
  ])('%s', (_, traffic, trafficRouting, routes, mesh = MeshProfile.istio()) => {
    const release = routed({ traffic }, {}, meshChart({ mesh }));

    expect(strategyOf(release).trafficRouting).toEqual(trafficRouting);
    expect(release.routes.map(({ kind, name }) => `${kind}/${name}`)).toEqual(routes);
    expect(identities(objectsOf(release)).filter(identity => !/^(NetworkPolicy|PodDisruptionBudget|Rollout|Service|ServiceAccount)\//.test(identity))).toEqual([...routes].sort());
  });

  test('is what implements ITrafficRouting, and nothing else', () => {
    for (const traffic of ['istio', {}, TrafficRouting.istio]) {
      expect(errorOf(() => canary({ traffic: js(traffic) }))).toMatchObject({ code: 'InvalidValue', property: 'traffic', allowed: 'an implementation of ITrafficRouting', fix: 'write TrafficRouting.istio() or another of its kind' });
    }
  });

  test('learns of the release what it needs to know', () => {
    const chart = meshChart();
    const traffic = { ...TrafficRouting.smi(), bind: jest.fn(() => ({ routes: [], ignoredDifferences: [], trafficRouting: { fake: {} } })), description: 'a fake', capabilities: TrafficRouting.istio().capabilities };
    const release = routed({ traffic, steps: [CanaryStep.setWeight(20), CanaryStep.setMirrorRoute({ name: 'shadow', match: [{ method: StringMatch.exact('GET') }] })] }, {}, chart);

    expect(traffic.bind).toHaveBeenCalledTimes(1);
    expect(traffic.bind).toHaveBeenCalledWith(release, {
      workload: 'web',
      namespace: 'shop',
      rootService: 'web',
      stableService: 'web-stable',
      canaryService: 'web-canary',
      ports: release.service.ports,
      labels: { ...SELECTOR, 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/version': '1.4.2' },
      managedRoutes: ['shadow'],
      behindGateway: true,
      environment: Environment.of(chart),
    });
    expect(strategyOf(release).trafficRouting).toEqual({ fake: {}, managedRoutes: [{ name: 'shadow' }] });
  });
});

describe('routes of steps', () => {
  test('are named to the controller in the order in which they are first set', () => {
    const header = (name: string) => CanaryStep.setHeaderRoute({ name, headers: [{ name: 'x-canary', value: StringMatch.exact('yes') }] });
    const release = routed({ steps: [CanaryStep.setWeight(5), header('late'), header('early'), CanaryStep.removeRoute('late'), header('late')] });

    expect(strategyOf(release).trafficRouting.managedRoutes).toEqual([{ name: 'late' }, { name: 'early' }]);
  });
});

describe('a deployer', () => {
  test('leaves alone whom the controller points the Services at, and what the router names', () => {
    const service = (name: string) => ({
      group: '', kind: 'Service', name, namespace: 'shop', jqPathExpressions: ['.spec.selector["rollouts-pod-template-hash"]'], reason: 'Argo Rollouts points the Service at the pods of one version',
    });

    expect(canary().ignoredDifferences).toEqual([service('web-stable'), service('web-canary')]);
    expect(routed().ignoredDifferences).toEqual([service('web-stable'), service('web-canary'), {
      group: 'networking.istio.io',
      kind: 'VirtualService',
      name: 'web',
      namespace: 'shop',
      jqPathExpressions: ['.spec.http[].route[].weight', '.spec.http[].route[] | select(.destination.host != "web-stable" and .destination.host != "web-canary")'],
      reason: 'Argo Rollouts sets the weights, and adds the routes of steps and the destinations of experiments as long as they last',
    }]);
  });
});

describe('a stable version that shrinks', () => {
  const MINUTE = Duration.minutes(1);

  test('has no delay but the one after an abort', () => {
    const strategy = strategyOf(routed({ dynamicStableScale: true, abortScaleDownDelay: MINUTE }));

    expect(strategy).toMatchObject({ dynamicStableScale: true, abortScaleDownDelaySeconds: 60, minPodsPerReplicaSet: 2 });
    expect(strategy).not.toHaveProperty('scaleDownDelaySeconds');
  });

  test.each<[what: string, props: Partial<CanaryReleaseProps>, code: string, property: string, value: string, fix: string]>([
    ['beside a delay', { dynamicStableScale: true, abortScaleDownDelay: MINUTE, scaleDownDelay: MINUTE }, 'ConflictingProperties', 'scaleDownDelay', '"60 s"', 'leave one of the two out'],
    ['that could not serve after an abort', { dynamicStableScale: true }, 'MissingValue', 'abortScaleDownDelay', 'nothing', 'add abortScaleDownDelay: Duration.minutes(5)'],
  ])('is refused %s', (_, props, code, property, value, fix) => {
    expect(errorOf(() => routed(props))).toMatchObject({ code, constructPath: 'chart/release', property, value, fix });
  });

  test.each<[property: keyof CanaryReleaseProps, props: Partial<CanaryReleaseProps>, value: string]>([
    ['scaleDownDelay', { scaleDownDelay: MINUTE }, '60'], ['abortScaleDownDelay', { abortScaleDownDelay: MINUTE }, '60'], ['minPodsPerReplicaSet', { minPodsPerReplicaSet: 2 }, '2'],
    ['dynamicStableScale', { dynamicStableScale: true }, 'true'],
  ])('and other words of routers are refused without one: %s', (property, props, value) => {
    expect(errorOf(() => canary(props))).toMatchObject({
      code: 'UnsupportedByController', property, value, allowed: 'a router: without one the controller has no use for it', fix: 'leave it out, or add traffic: TrafficRouting.istio() and others',
    });
  });
});

describe('numbers', () => {
  test.each<[what: string, props: Partial<CanaryReleaseProps>, property: string, allowed: string]>([
    ['a delay below the controller\'s', { scaleDownDelay: Duration.seconds(29) }, 'scaleDownDelay', 'a whole number from 30 to 604800'],
    ['a delay of half a second', { abortScaleDownDelay: Duration.millis(500) }, 'abortScaleDownDelay', 'a whole number from 0 to 604800'],
    ['more revisions than are kept', { rollbackWindow: 6 }, 'rollbackWindow', 'a whole number from 0 to 5'],
    ['no pod', { minPodsPerReplicaSet: 0 }, 'minPodsPerReplicaSet', 'a whole number from 1 to 10'],
    ['more pods than there are', { minPodsPerReplicaSet: 11 }, 'minPodsPerReplicaSet', 'a whole number from 1 to 10'],
  ])('%s', (_, props, property, allowed) => {
    expect(errorOf(() => routed(props))).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/release', property, allowed });
  });

  test('a version has one pod at least where availability is not high', () => {
    const chart = chartIn(Environment.development({ mesh: MeshProfile.istio() }));

    expect(strategyOf(canary({ traffic: TrafficRouting.istio() }, {}, chart)).minPodsPerReplicaSet).toBe(1);
  });
});

describe('pods of one role', () => {
  test('are not told apart by what selects them all', () => {
    expect(errorOf(() => canary({ canaryMetadata: { labels: { 'app.kubernetes.io/name': 'other' } } }))).toMatchObject({
      code: 'ConflictingProperties', property: 'canaryMetadata.labels["app.kubernetes.io/name"]', value: '"other"', fix: 'use another key, such as "role"',
    });
  });
});

describe('a finding', () => {
  const REASON = 'two people watch each release';
  const JUDGED = Analysis.background({ metrics: [SUCCESS] });
  const SCALED = Replicas.autoscaled({ minReplicas: 3, metrics: [ScalingMetric.pods('requests', 30)] });

  test.each<[id: string, found: () => CanaryRelease, absent: [what: string, release: () => CanaryRelease][]]>([
    ['judge-the-canary', () => canary(), [
      ['where it is judged in the background', () => canary({ analysis: JUDGED }, {}, meshChart())],
      ['where a step judges it', () => canary({ steps: [CanaryStep.setWeight(25), CanaryStep.analysis(Analysis.inline({ metrics: [SUCCESS] }))] }, {}, meshChart())],
      ['where availability is not high', () => canary({}, {}, chartIn(Environment.development()))],
    ]],
    ['let-the-canary-be-scraped', () => canary({ analysis: JUDGED }), [
      ['where somebody may', () => canary({ analysis: JUDGED }, {}, meshChart())],
      ['where what is measured does not come from the pods', () => canary({ analysis: Analysis.background({ metrics: [plain('orders')] }) })],
    ]],
    ['scale-a-canary-by-its-load', () => routed({ analysis: JUDGED }, { replicas: SCALED }), [
      ['by CPU', () => routed({ analysis: JUDGED }, { replicas: Replicas.autoscaled() })],
      ['where the stable version shrinks', () => routed({ analysis: JUDGED, dynamicStableScale: true, abortScaleDownDelay: Duration.minutes(5) }, { replicas: SCALED })],
      ['with a fixed number', () => routed({ analysis: JUDGED })],
    ]],
  ])('%s', (id, found, absent) => {
    const release = found();
    expect(Findings.of(Chart.of(release)).map(finding => [finding.id, finding.constructPath, finding.acknowledgedBecause])).toEqual([[id, 'chart/release', undefined]]);
    Findings.acknowledge(release, id, REASON);
    expect(Findings.of(release)).toMatchObject([{ id, acknowledgedBecause: REASON }]);
    expect(Findings.of(release)[0]!.fix).toContain('acknowledge it');
    for (const [what, make] of absent) { expect([what, ...findingsOf(make())]).toEqual([what]); }
  });

  test('names the metric that nobody may scrape', () => {
    expect(Findings.of(canary({ analysis: JUDGED }))[0]!.message).toContain('the metric success-rate comes from the pods');
  });
});

describe('an analysis', () => {
  const late = (props: Partial<CanaryReleaseProps>) => routed({
    analysis: Analysis.background({ metrics: [SUCCESS], startingStep: 1 }), steps: [CanaryStep.setWeight(20), CanaryStep.pause(Duration.seconds(150))], ...props,
  });

  test('that would end before it could fail is refused: the third bad measurement would come too late', () => {
    expect(errorOf(() => late({ traffic: TrafficRouting.smi() }))).toMatchObject({
      code: 'ReleaseTooThin',
      property: 'analysis',
      value: '"success-rate, first measured after 150 s; it can have failed after 270 s at the earliest"',
      allowed: 'a verdict within the 150 s from step 1 to the end: the release would be through before it',
      fix: 'let the steps take longer, start earlier (startingStep), or lower initialDelay, interval or failureLimit',
    });
    expect(() => late({ steps: [CanaryStep.setWeight(20), CanaryStep.pause(Duration.seconds(270))] })).toThrow(/ReleaseTooThin/);
  });

  test('has a second for its verdict, or a person ends it', () => {
    expect(() => late({ steps: [CanaryStep.setWeight(20), CanaryStep.pause(Duration.seconds(271))] })).not.toThrow();
    expect(() => late({ steps: [CanaryStep.setWeight(20), CanaryStep.pauseUntilPromoted()] })).not.toThrow();
    expect(() => late({ steps: CanarySteps.fast() })).not.toThrow();
  });

  test('that names a Service of a version is refused where the router makes do without', () => {
    const smoke = Metric.of({ name: 'smoke', measurement: Web.get('http://{{args.service-name}}/smoke', { jsonPath: '{$.ok}' }), successCondition: 'result == true' });

    expect(errorOf(() => routed({ traffic: TrafficRouting.istio({ split: IstioSplit.subsets() }), analysis: Analysis.background({ metrics: [smoke] }) }))).toMatchObject({
      code: 'MissingValue', property: 'analysis.args.service-name', value: 'nothing',
    });
  });

  test.each<[what: string, steps: CanaryStep[], startingStep: number]>([
    ['with the first weight', [CanaryStep.setWeight(20), CanaryStep.pause(Duration.minutes(5)), CanaryStep.setWeight(40)], 1],
    ['after what comes before it', [CanaryStep.setCanaryScale(CanaryScale.replicas(2)), CanaryStep.pause(Duration.minutes(5)), CanaryStep.setWeight(20), CanaryStep.pause(Duration.minutes(5))], 3],
    ['at the last step, where there is no other', [
      CanaryStep.setCanaryScale(CanaryScale.replicas(1)), CanaryStep.experiment({ pods: [{ name: 'next', from: PodSet.CANARY }], duration: Duration.hours(1) }),
    ], 1],
  ])('begins %s', (_, steps, startingStep) => {
    expect(strategyOf(routed({ steps, analysis: Analysis.background({ metrics: [plain('orders')] }) })).analysis.startingStep).toBe(startingStep);
  });

  test.each([[-1], [8], [1.5]])('does not begin at a step that is not there: %d', startingStep => {
    expect(errorOf(() => routed({ analysis: Analysis.background({ metrics: [plain('orders')], startingStep }) }))).toMatchObject({
      code: 'InvalidValue', property: 'analysis.startingStep', value: String(startingStep), allowed: 'a whole number from 0 to 7', fix: 'name a step by its number, 0 to 7',
    });
  });

  test('is one that goes on; a step has one that ends', () => {
    expect(errorOf(() => canary({ analysis: Analysis.inline({ metrics: [plain('orders')] }) }))).toMatchObject({ code: 'InvalidValue', property: 'analysis', value: '"Analysis.inline"', fix: 'write Analysis.background({ metrics: […] })' });
    expect(errorOf(() => canary({ steps: [CanaryStep.setWeight(25), CanaryStep.analysis(Analysis.background({ metrics: [plain('orders')] }))] }))).toMatchObject({
      code: 'InvalidValue', property: 'steps[1]', value: '"Analysis.background"', fix: 'write Analysis.inline({ metrics: […] })',
    });
    expect(errorOf(() => canary({ analysis: js(PROMETHEUS) }))).toMatchObject({ code: 'InvalidValue', property: 'analysis', allowed: 'an Analysis' });
  });

  test('learns which Services and which hashes tell the versions apart', () => {
    const query = 'up{a="{{args.service-name}}",b="{{args.stable-service-name}}",c="{{args.canary-hash}}",d="{{args.stable-hash}}",e="{{args.workload}}",f="{{args.namespace}}"}';
    const release = routed({ analysis: Analysis.background({ metrics: [plain('orders', query)] }) });

    expect(strategyOf(release).analysis.args).toEqual([
      { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
      { name: 'namespace', value: 'shop' },
      { name: 'service-name', value: 'web-canary' },
      { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } },
      { name: 'stable-service-name', value: 'web-stable' },
      { name: 'workload', value: 'web' },
    ]);
  });
});
