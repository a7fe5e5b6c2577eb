import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { CiliumFqdnEgress, Environment, ExternalEndpoint, type IReleaseStrategy, ProductionService } from 'cdk8s-production';
import { errorOf, MINIMAL, one, synth, testChart } from '../helpers/manifests';
import { chartIn, manifestsOf, web } from '../helpers/service';

/** A controller that runs pods of its own, which the Deployment's selector does not take. */
const COPYING: IReleaseStrategy = {
  description: 'a controller that copies',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  revisionLabel: 'pod-template-hash',
  sharedLabels: { 'app.kubernetes.io/instance': 'web' },
  renderSpec: common => common,
};
const SHARED = { matchLabels: { 'app.kubernetes.io/instance': 'web' } };
const OWN = { matchLabels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' } };

function copied(service: ProductionService): ProductionService {
  service.releaseWith(COPYING);
  return service;
}

describe('labels that all pods share, where a controller runs some that the selector does not take', () => {
  test('select for policy, budget and spread; the workload keeps its selector', () => {
    const manifests = manifestsOf(copied(web()));
    const { selector, template } = one(manifests, 'Deployment').spec;

    expect(one(manifests, 'NetworkPolicy').spec.podSelector).toEqual(SHARED);
    expect(one(manifests, 'PodDisruptionBudget').spec.selector).toEqual(SHARED);
    expect(template.spec.topologySpreadConstraints.map((constraint: { labelSelector: object }) => constraint.labelSelector)).toEqual([SHARED, SHARED]);
    expect(template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector).toEqual(SHARED);
    expect(selector).toEqual(OWN);
    expect(template.metadata.labels).toMatchObject(OWN.matchLabels);
  });

  test.each(['before', 'after'])('reach callers and callees that were connected %s the release', when => {
    const chart = testChart();
    const service = web({}, chart);
    const [caller, callee] = ['caller', 'callee'].map(id => new ProductionService(chart, id, MINIMAL)) as [ProductionService, ProductionService];
    if (when === 'after') { copied(service); }
    caller.connectTo(service);
    service.connectTo(callee);
    if (when === 'before') { copied(service); }
    const policy = (name: string) => one(synth(chart), 'NetworkPolicy', name).spec;

    expect(policy('caller').egress).toContainEqual({ ports: [{ port: 8080, protocol: 'TCP' }], to: [{ podSelector: SHARED }] });
    expect(policy('callee').ingress).toEqual([{ from: [{ podSelector: SHARED }], ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(caller.edges[0]!.peers[0]!._render('shop')).toEqual({ podSelector: SHARED });
  });

  test('select for egress to host names', () => {
    const service = web({}, chartIn(Environment.production({ fqdnEgress: new CiliumFqdnEgress() })));
    service.connectTo(ExternalEndpoint.fqdn('api.stripe.com', 443));

    expect(one(manifestsOf(copied(service)), 'CiliumNetworkPolicy').spec.endpointSelector).toEqual(SHARED);
  });

  test('select for policies of cdk8s-plus', () => {
    const service = copied(web());
    new kplus.NetworkPolicy(Chart.of(service), 'policy', { selector: service });

    expect(manifestsOf(service).filter(manifest => manifest.kind === 'NetworkPolicy').map(manifest => manifest.spec.podSelector)).toEqual([SHARED, SHARED]);
  });

  test('are too late for a policy of cdk8s-plus that was made before', () => {
    const service = web();
    new kplus.NetworkPolicy(Chart.of(service), 'policy', { selector: service });
    const error = errorOf(() => copied(service));

    expect([error.code, error.property, error.value]).toEqual(['ReleaseConflict', 'releaseWith', '"a controller that copies"']);
  });
});
