import { App, Chart } from 'cdk8s';
import { NamePrefix, ProductionService } from 'cdk8s-production';
import { errorOf, identities, MINIMAL, one, testChart } from '../helpers/manifests';
import { containerOf, manifestsOf, objectOf, web } from '../helpers/service';

describe('a workload that already runs', () => {
  test('keeps the selector it has, on every object that selects its pods', () => {
    const service = web({ selectorLabels: { app: 'legacy-web', release: 'r1' } });
    const selector = { app: 'legacy-web', release: 'r1' };
    const { spec } = objectOf(service, 'Deployment');

    expect(spec.selector.matchLabels).toEqual(selector);
    expect(spec.template.metadata.labels).toMatchObject({ ...selector, 'app.kubernetes.io/name': 'web' });
    expect(objectOf(service, 'Service').spec.selector).toEqual(selector);
    expect(objectOf(service, 'PodDisruptionBudget').spec.selector.matchLabels).toEqual(selector);
    expect(objectOf(service, 'NetworkPolicy').spec.podSelector.matchLabels).toEqual(selector);
    expect(spec.template.spec.topologySpreadConstraints.map((c: { labelSelector: { matchLabels: object } }) => c.labelSelector.matchLabels)).toEqual([selector, selector]);
  });

  test('keeps a standard label of another value on its pods alone', () => {
    const service = web({ selectorLabels: { 'app.kubernetes.io/name': 'old-name' } });
    const { spec, metadata } = objectOf(service, 'Deployment');

    expect(spec.template.metadata.labels['app.kubernetes.io/name']).toBe('old-name');
    expect(metadata.labels['app.kubernetes.io/name']).toBe('web');
  });

  test('is found by those that connect to it', () => {
    const chart = testChart();
    const legacy = new ProductionService(chart, 'legacy', { ...MINIMAL, selectorLabels: { app: 'legacy-web' }, names: { service: 'legacy-svc' } });
    const service = web({}, chart);
    service.connectTo(legacy);

    expect(containerOf(service).env).toEqual([{ name: 'LEGACY_SVC_HOST', value: 'legacy-svc' }, { name: 'LEGACY_SVC_PORT', value: '80' }]);
    expect(objectOf(service, 'NetworkPolicy').spec.egress[1].to).toEqual([{ podSelector: { matchLabels: { app: 'legacy-web' } } }]);
  });

  test('keeps the names of its objects, long ones and such with dots, as the cluster took them', () => {
    const long = `web-${'x'.repeat(200)}.v1`;
    const service = web({ names: { workload: long, autoscaler: 'web.hpa', disruptionBudget: 'web.pdb', networkPolicy: 'web.netpol', serviceAccount: 'web.account', service: 'web-svc' } });

    expect(identities(manifestsOf(service))).toEqual([
      `Deployment/${long}`, 'HorizontalPodAutoscaler/web.hpa', 'NetworkPolicy/web.netpol', 'PodDisruptionBudget/web.pdb', 'Service/web-svc', 'ServiceAccount/web.account',
    ]);
    expect(one(manifestsOf(service), 'HorizontalPodAutoscaler').spec.scaleTargetRef.name).toBe(long);
    expect(one(manifestsOf(service), 'Deployment').spec.template.spec.serviceAccountName).toBe('web.account');
  });

  test('refuses a selector that would take every pod of the namespace', () => {
    expect(errorOf(() => web({ selectorLabels: {} }))).toMatchObject({
      code: 'MissingValue', property: 'selectorLabels', fix: 'copy spec.selector.matchLabels of the workload that runs',
    });
  });

  test.each([
    ['workload', 'Web'], ['service', '1web'], ['service', 'web.svc'], ['autoscaler', 'web_hpa'], ['serviceAccount', 'a'.repeat(254)],
  ] as const)('refuses a name of the %s that the API server would not take: %s', (key, name) => {
    expect(errorOf(() => web({ names: { [key]: name } }))).toMatchObject({ code: 'InvalidName', property: `names.${key}` });
  });
});

describe('a construct that was renamed', () => {
  test('keeps every name and selector of its former id, so that nothing is made anew', () => {
    const chart = testChart();
    const renamed = new ProductionService(chart, 'storefront', { ...MINIMAL, renamedFrom: 'web' });

    expect(manifestsOf(renamed)).toEqual(manifestsOf(web()));
  });

  test('keeps the prefix of its place', () => {
    const chart = testChart();
    NamePrefix.on(chart, 'eu-');
    const renamed = new ProductionService(chart, 'storefront', { ...MINIMAL, renamedFrom: 'web' });

    expect(renamed.name).toBe('eu-web');
    expect(renamed.selectorLabels).toEqual({ 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'eu-web' });
  });

  test('refuses a name beside the former id', () => {
    expect(errorOf(() => web({ name: 'front', renamedFrom: 'web' }))).toMatchObject({ code: 'ConflictingProperties', property: 'renamedFrom' });
  });
});

describe('a name', () => {
  test('that is explicit takes no prefix, and is the name of everything', () => {
    const chart = testChart();
    NamePrefix.on(chart, 'eu-');
    const service = web({ name: 'front' }, chart);

    expect(new Set(manifestsOf(service).map(manifest => manifest.metadata.name))).toEqual(new Set(['front']));
    expect(containerOf(service, 'front').name).toBe('front');
  });

  test('leaves room for what the controllers append: 46 characters', () => {
    const longest = `w${'x'.repeat(45)}`;

    expect(web({ name: longest }).name).toBe(longest);
    expect(errorOf(() => web({ name: `${longest}x` }))).toMatchObject({ code: 'InvalidName', property: 'name', fix: expect.stringContaining('shorten it by 1 characters') as string });
  });

  test.each(['Web', 'web_front', '-web', 'web-', 'wéb', ''])('refuses %j', name => {
    expect(errorOf(() => web({ name }))).toMatchObject({ code: 'InvalidName', constructPath: 'chart/web', property: 'name' });
  });

  test('comes from the id even where cdk8s would hash or cut it', () => {
    const chart = new Chart(new App({ outdir: 'never-written' }), 'a-chart-with-quite-a-long-id-that-cdk8s-would-put-first', { namespace: 'shop', disableResourceNameHashes: true });

    expect(new Set(manifestsOf(web({}, chart)).map(manifest => manifest.metadata.name))).toEqual(new Set(['web']));
  });
});
