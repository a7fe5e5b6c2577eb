import { Chart, Cron } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { DisruptionBudget, NamePrefix, ProductionService, Spread } from 'cdk8s-production';
import { canarySpecOf, flagged, primaryLabelsOf, selects } from '../../helpers/flagger';
import { errorOf, type Manifest, MINIMAL, one } from '../../helpers/manifests';
import { meshChart, objectsOf } from '../../helpers/release';

/** The labels of the two sets of pods that Flagger runs. */
function podsOf(manifests: Manifest[]): Record<string, string>[] {
  const deployment = one(manifests, 'Deployment', 'web');
  return [deployment.spec.template.metadata.labels, primaryLabelsOf(deployment)];
}

describe('both sets of pods that Flagger runs', () => {
  test('differ by the first of its labels alone', () => {
    const [canary, primary] = podsOf(objectsOf(flagged()));

    expect(primary).toEqual({ ...canary, 'app.kubernetes.io/name': 'web-primary' });
  });

  test('are held by policy and budget, and count for the spread', () => {
    const manifests = objectsOf(flagged({}, { placement: { spread: Spread.overZones(3) } }));
    const { affinity, topologySpreadConstraints } = one(manifests, 'Deployment').spec.template.spec;
    const selectors = [
      one(manifests, 'NetworkPolicy').spec.podSelector,
      one(manifests, 'PodDisruptionBudget').spec.selector,
      ...topologySpreadConstraints.map((constraint: Manifest) => constraint.labelSelector),
      affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector,
    ];

    for (const pod of podsOf(manifests)) { expect(selectors.map(selector => selects(selector, pod))).toEqual(selectors.map(() => true)); }
    expect(one(manifests, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    expect(topologySpreadConstraints.map((constraint: Manifest) => constraint.matchLabelKeys)).toEqual([['pod-template-hash'], ['pod-template-hash']]);
  });

  test('keep their spread where names have a prefix, of which Flagger knows nothing', () => {
    const chart = meshChart();
    NamePrefix.on(chart, 'eu-');
    const manifests = objectsOf(flagged({}, {}, {}, chart));
    const deployment = one(manifests, 'Deployment', 'eu-web');

    expect(primaryLabelsOf(deployment)).toMatchObject({ 'app.kubernetes.io/instance': 'eu-web', 'app.kubernetes.io/name': 'web-primary' });
    for (const { labelSelector } of deployment.spec.template.spec.topologySpreadConstraints) { expect(selects(labelSelector, primaryLabelsOf(deployment))).toBe(true); }
  });

  test('reach what they connect to, and are reached by callers, before and after the release was made', () => {
    const chart = meshChart();
    const callee = new ProductionService(chart, 'callee', MINIMAL);
    const caller = new ProductionService(chart, 'caller', MINIMAL);
    const release = flagged({}, {}, {}, chart);
    caller.connectTo(release.service);
    release.service.connectTo(callee);
    release.service.allowFrom(new kplus.Deployment(chart, 'batch', { containers: [{ image: 'batch', portNumber: 1 }] }));
    const manifests = objectsOf(release);
    const to = one(manifests, 'NetworkPolicy', 'caller').spec.egress.find((rule: Manifest) => rule.ports[0].port === 8080).to[0].podSelector;
    const from = one(manifests, 'NetworkPolicy', 'callee').spec.ingress.flatMap((rule: Manifest) => rule.from).find((peer: Manifest) => peer.namespaceSelector === undefined).podSelector;

    for (const pod of podsOf(manifests)) { expect([selects(to, pod), selects(from, pod)]).toEqual([true, true]); }
    expect(one(manifests, 'NetworkPolicy', 'web').spec.ingress.flatMap((rule: Manifest) => rule.from)).toContainEqual({ podSelector: { matchLabels: { 'cdk8s.io/metadata.addr': expect.any(String) } } });
  });

  test('are selected by what cdk8s-plus makes after the release', () => {
    const release = flagged();
    new kplus.NetworkPolicy(Chart.of(release), 'policy', { selector: release.service });
    const manifests = objectsOf(release);
    const { podSelector } = manifests.find(manifest => manifest.kind === 'NetworkPolicy' && manifest.metadata.name !== 'web').spec;

    for (const pod of podsOf(manifests)) { expect(selects(podSelector, pod)).toBe(true); }
  });

  test('are told apart by the second of an adopted selector\'s labels, and by the instance, which no other service has', () => {
    const manifests = objectsOf(flagged({}, { selectorLabels: { app: 'web', tier: 'front' } }));

    expect(one(manifests, 'NetworkPolicy').spec.podSelector.matchLabels).toEqual({ 'app.kubernetes.io/instance': 'web', 'tier': 'front' });
    for (const pod of podsOf(manifests)) { expect(selects(one(manifests, 'PodDisruptionBudget').spec.selector, pod)).toBe(true); }
  });
});

test.each([
  ['selector labels that leave nothing in common', { selectorLabels: { app: 'web' } }, 'UnsupportedByController', '{"app":"web"}'],
  ['selector labels that Flagger does not know', { selectorLabels: { component: 'web', tier: 'front' } }, 'UnsupportedByController', '{"component":"web","tier":"front"}'],
  ['a label\'s value that leaves no room', { selectorLabels: { app: 'w'.repeat(56), tier: 'front' } }, 'UnsupportedByController', `{"app":"${'w'.repeat(56)}"}`],
  ['a name that leaves no room for the pods\'', { names: { workload: 'w'.repeat(39) } }, 'InvalidName', `"${'w'.repeat(39)}"`],
  ['a name that leaves no room for the Services\'', { names: { service: 'w'.repeat(56) } }, 'InvalidName', `"${'w'.repeat(56)}"`],
  ['a budget that counts pods which are there', { disruptionBudget: DisruptionBudget.minAvailable(2) }, 'UnsupportedByController', '"DisruptionBudget.minAvailable(2)"'],
])('refused is a service with %s', (_, props, code, value) => {
  const error = errorOf(() => flagged({}, props));

  expect([error.code, error.property, error.value]).toEqual([code, 'service', value]);
});

test('labels of its own are known to Flagger when it was started with them', () => {
  const release = flagged({}, { selectorLabels: { component: 'web', tier: 'front' } }, { selectorLabels: ['component'] });

  expect(one(objectsOf(release), 'NetworkPolicy').spec.podSelector.matchLabels).toEqual({ 'app.kubernetes.io/instance': 'web', 'tier': 'front' });
  expect(canarySpecOf(release).targetRef.name).toBe('web');
});

describe('pods that Flagger\'s Services would take are none of anybody else', () => {
  test.each<[string, (chart: Chart) => unknown]>([
    ['a Deployment of cdk8s-plus', chart => new kplus.Deployment(chart, 'batch', { podMetadata: { labels: { 'app.kubernetes.io/name': 'web' } }, containers: [{ image: 'batch' }] })],
    ['a Job', chart => new kplus.Job(chart, 'migrate', { podMetadata: { labels: { 'app.kubernetes.io/name': 'web' } }, containers: [{ image: 'batch' }] })],
    ['a CronJob', chart => new kplus.CronJob(chart, 'nightly', {
      schedule: Cron.daily(), podMetadata: { labels: { 'app.kubernetes.io/name': 'web-primary' } }, containers: [{ image: 'batch' }],
    })],
    ['a Pod', chart => new kplus.Pod(chart, 'debug', { metadata: { labels: { 'app.kubernetes.io/name': 'web' } }, containers: [{ image: 'batch' }] })],
  ])('%s', (_, make) => {
    const release = flagged();
    make(Chart.of(release));

    expect(() => objectsOf(release)).toThrow(/DuplicateIdentity at 'chart\/release', property 'service'[^]*app.kubernetes.io\/name=web/);
  });

  test('but those in another namespace may have their label', () => {
    const release = flagged();
    const other = new Chart(Chart.of(release), 'other', { namespace: 'elsewhere' });
    new ProductionService(other, 'web', MINIMAL);

    expect(() => objectsOf(release)).not.toThrow();
  });
});
