import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, JsonPatch, YamlOutputType } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { type IReleaseStrategy, ProductionService, Replicas, Spread } from 'cdk8s-production';
import { parse } from 'yaml';
import type { JsonObject } from '../../lib/core/merge';
import { errorOf, identities, MINIMAL, one, synth, testChart } from '../helpers/manifests';
import { manifestsOf, web } from '../helpers/service';

/** A strategy as a canary's would be: another kind, its own part of the spec, another label for revisions. */
function canary(description = 'the canary chart/release'): IReleaseStrategy {
  return {
    description,
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    revisionLabel: 'rollouts-pod-template-hash',
    renderSpec: (common: JsonObject): JsonObject => ({ ...common, strategy: { canary: { steps: [{ setWeight: 20 }] } } }),
  };
}

function released(props: Parameters<typeof web>[0] = {}): ProductionService {
  const service = web(props);
  service.releaseWith(canary());
  return service;
}

describe('a release strategy', () => {
  test('turns the Deployment into its own kind, and leaves no Deployment', () => {
    const service = released();

    expect(identities(manifestsOf(service))).toEqual([
      'HorizontalPodAutoscaler/web', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'Rollout/web', 'Service/web', 'ServiceAccount/web',
    ]);
    expect(one(manifestsOf(service), 'Rollout')).toMatchObject({ apiVersion: 'argoproj.io/v1alpha1', spec: { strategy: { canary: { steps: [{ setWeight: 20 }] } } } });
    expect([service.workload.kind, service.workload.apiVersion, service.workload.apiGroup]).toEqual(['Rollout', 'argoproj.io/v1alpha1', 'argoproj.io']);
  });

  test('keeps the pods as they were, but for the label of their revision', () => {
    const pods = (service: ProductionService, kind: string): string => JSON.stringify(one(manifestsOf(service), kind).spec.template);

    expect(pods(released(), 'Rollout')).toBe(pods(web(), 'Deployment').replaceAll('"pod-template-hash"', '"rollouts-pod-template-hash"'));
  });

  test('takes the revision label to the spread constraints and to required anti-affinity', () => {
    const { spec } = one(manifestsOf(released({ placement: { spread: Spread.onePodPerNode(10) } })), 'Rollout').spec.template;

    expect(spec.topologySpreadConstraints.map((c: { matchLabelKeys: string[] }) => c.matchLabelKeys)).toEqual([['rollouts-pod-template-hash'], ['rollouts-pod-template-hash']]);
    expect(spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys).toEqual(['rollouts-pod-template-hash']);
  });

  test('is what the autoscaler points at', () => {
    expect(one(manifestsOf(released()), 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' });
  });

  test('is what an autoscaler of cdk8s-plus points at, even one that was made before', () => {
    const service = web({ replicas: Replicas.external(3) });
    new kplus.HorizontalPodAutoscaler(Chart.of(service), 'hpa', { target: service, minReplicas: 3, maxReplicas: 9 });
    service.releaseWith(canary());

    expect(one(manifestsOf(service), 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' });
  });

  test('leaves replicas out while an autoscaler owns them, and states fixed ones', () => {
    expect(one(manifestsOf(released()), 'Rollout').spec).not.toHaveProperty('replicas');
    expect(one(manifestsOf(released({ replicas: Replicas.fixed(4) })), 'Rollout').spec.replicas).toBe(4);
  });

  test('leaves Service, budget and policy with the pods', () => {
    const [before, after] = [web(), released()].map(service => manifestsOf(service));

    for (const kind of ['Service', 'PodDisruptionBudget', 'NetworkPolicy']) { expect(one(after!, kind)).toEqual(one(before!, kind)); }
  });

  test('keeps patches that came before it and those that come after', () => {
    const service = web();
    service.workload.patch({ spec: { minReadySeconds: 33 } });
    service.workload.addJsonPatch(JsonPatch.add('/metadata/annotations/before', 'yes'));
    service.releaseWith(canary());
    service.workload.patch({ spec: { progressDeadlineAbort: true } });
    const rollout = one(manifestsOf(service), 'Rollout');

    expect(rollout.spec).toMatchObject({ minReadySeconds: 33, progressDeadlineAbort: true });
    expect(rollout.metadata.annotations.before).toBe('yes');
  });

  test('fails when a patch names what the new kind does not have', () => {
    const service = web();
    service.workload.addJsonPatch(JsonPatch.replace('/spec/strategy/rollingUpdate/maxSurge', 2));
    expect(one(manifestsOf(service), 'Deployment').spec.strategy.rollingUpdate.maxSurge).toBe(2);
    service.releaseWith(canary());

    expect(() => manifestsOf(service)).toThrow(/InvalidPatch at 'chart\/web\/Resource', property 'addJsonPatch'[\s\S]*paths of this Rollout; '\/spec\/strategy\/rollingUpdate\/maxSurge' is not one/);
  });

  test('gives the same bytes when synthesized twice', () => {
    const service = released();

    expect(JSON.stringify(manifestsOf(service))).toBe(JSON.stringify(manifestsOf(service)));
  });

  test('refuses a second one, naming both, and keeps the first', () => {
    const service = released();

    expect(errorOf(() => service.releaseWith(canary('the canary chart/other')))).toMatchObject({
      code: 'ReleaseConflict',
      constructPath: 'chart/web',
      property: 'releaseWith',
      value: '"the canary chart/other"',
      allowed: 'one release strategy a service; it has the canary chart/release',
    });
    expect(service.workload.kind).toBe('Rollout');
  });

  test('refuses two workloads of one name that became the same kind', () => {
    const chart = testChart();
    const [first, second] = ['a', 'b'].map(id => new ProductionService(chart, id, { ...MINIMAL, names: { workload: 'same' } }));
    first!.releaseWith(canary());
    expect(synth(chart).filter(manifest => manifest.metadata.name === 'same').map(manifest => manifest.kind)).toEqual(['Rollout', 'Deployment']);
    second!.releaseWith(canary());

    expect(() => App.of(chart).synthYaml()).toThrow(/DuplicateIdentity at 'chart\/b\/Resource'[\s\S]*Rollout shop\/same/);
  });
});

describe('files', () => {
  let outdir: string;
  beforeEach(() => { outdir = mkdtempSync(join(tmpdir(), 'release-')); });
  afterEach(() => rmSync(outdir, { recursive: true }));

  test('one for each object are named after the kind that the strategy gives', () => {
    const app = new App({ outdir, yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
    const service = new ProductionService(new Chart(app, 'chart', { namespace: 'shop' }), 'web', MINIMAL);
    service.releaseWith(canary());
    app.synth();

    expect(readdirSync(outdir).sort()).toEqual([
      'HorizontalPodAutoscaler.web.k8s.yaml', 'NetworkPolicy.web.k8s.yaml', 'PodDisruptionBudget.web.k8s.yaml', 'Rollout.web.k8s.yaml', 'Service.web.k8s.yaml', 'ServiceAccount.web.k8s.yaml',
    ]);
    expect(parse(readFileSync(join(outdir, 'Rollout.web.k8s.yaml'), 'utf8'))).toMatchObject({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web', namespace: 'shop' } });
  });

  test('one for each chart hold what the test synthesis gives', () => {
    const app = new App({ outdir });
    const chart = new Chart(app, 'chart', { namespace: 'shop' });
    new ProductionService(chart, 'web', MINIMAL);
    app.synth();

    const documents = readFileSync(join(outdir, 'chart.k8s.yaml'), 'utf8').split(/^---$/m).map(document => parse(document) as unknown);
    expect(documents).toEqual(synth(chart));
  });
});
