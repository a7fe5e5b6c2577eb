import { Chart } from 'cdk8s';
import { Health, NetworkPeer, Workload, type WorkloadProps } from 'cdk8s-production';
import type { Construct } from 'constructs';
import { ApplicationPods } from '../../lib/blocks/application-pods';
import { ServiceExposure } from '../../lib/blocks/service-exposure';
import { resolveNames, type ResolvedNames } from '../../lib/blocks/service-names';
import { WORKLOAD_PROPS } from '../../lib/blocks/workload-props';
import { Environment } from '../../lib/core/environment';
import { PropertyPath } from '../../lib/core/property-path';
import { identities, one, synth, testChart } from '../helpers/manifests';
import { web } from '../helpers/service';

/** The least that a kind of workload is: its pods, and nothing that runs them. */
class Pods extends Workload {
  public readonly name: string;
  public readonly selectorLabels: Readonly<Record<string, string>>;
  protected readonly _pods: ApplicationPods;

  public constructor(scope: Construct, id: string, props: Partial<WorkloadProps> = {}) {
    super(scope, id);
    const own: WorkloadProps = new PropertyPath(this, '').onlyKnown({ image: 'registry.example.com/shop/pods:1.0.0', ...props }, WORKLOAD_PROPS);
    const names: ResolvedNames = resolveNames(this, own);
    this.name = names.name;
    this.selectorLabels = names.selectorLabels;
    this._pods = new ApplicationPods(this, {
      props: own,
      names,
      environment: Environment.of(this),
      ports: [],
      exposure: ServiceExposure.clusterIp(),
      health: Health.none('it is the least there is')._render(new PropertyPath(this, 'health'), []),
      shutdown: { terminationGracePeriodSeconds: 30 },
      placementSubject: { selectorLabels: names.selectorLabels, minReplicas: 1, maxReplicas: 1 },
    });
  }

  public get template(): unknown {
    return this._pods.template.render('pod-template-hash', this.selectorLabels);
  }
}

describe('the pods of any workload', () => {
  test('bring an account and a policy with them', () => {
    const pods = new Pods(testChart(), 'pods');

    expect(identities(synth(Chart.of(pods)))).toEqual(['NetworkPolicy/pods', 'ServiceAccount/pods']);
    expect([pods.serviceAccount?.name, pods.networkPolicies.map(policy => policy.name), pods.configMap, pods.role, pods.roleBinding]).toEqual(['pods', ['pods'], undefined, undefined, undefined]);
    expect(pods.template).toMatchObject({ metadata: { labels: pods.selectorLabels }, spec: { serviceAccountName: 'pods', automountServiceAccountToken: false } });
  });

  test('bring the ConfigMap of their files with them', () => {
    const pods = new Pods(testChart(), 'pods', { files: { '/etc/pods.yaml': 'a: 1' } });

    expect(one(synth(Chart.of(pods)), 'ConfigMap').metadata.name).toBe(pods.configMap!.name);
  });

  test('are let out to what they connect to, and in there', () => {
    const chart = testChart();
    const pods = new Pods(chart, 'pods');
    pods.connectTo(web({}, chart));

    const manifests = synth(chart);
    expect(one(manifests, 'NetworkPolicy', 'pods').spec.egress).toContainEqual({
      ports: [{ port: 8080, protocol: 'TCP' }], to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web' } } }],
    });
    expect(one(manifests, 'NetworkPolicy', 'web').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: pods.selectorLabels } }], ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(pods.edges).toEqual([expect.objectContaining({ from: pods.node.path, to: 'chart/web' })]);
    expect((pods.template as { spec: { containers: { env: unknown }[] } }).spec.containers[0]!.env).toEqual([{ name: 'WEB_HOST', value: 'web' }, { name: 'WEB_PORT', value: '80' }]);
  });

  test('can be selected, granted rights and named in policies by cdk8s-plus', () => {
    const pods = new Pods(testChart(), 'pods');

    expect(pods.toSubjectConfiguration()).toEqual({ kind: 'ServiceAccount', name: 'pods', apiGroup: '', namespace: pods.namespace });
    expect(pods.toPodSelector().toPodSelectorConfig().labelSelector).toEqual(pods.toPodSelectorConfig().labelSelector);
    expect(pods.toNetworkPolicyPeerConfig().podSelector?.labelSelector).toEqual(pods.toPodSelectorConfig().labelSelector);
    expect(NetworkPeer.pods({ ...pods.selectorLabels })).toBeDefined();
  });

  test('are refused with a property that no workload has', () => {
    expect(() => new Pods(testChart(), 'pods', { imagee: 'x' } as Partial<WorkloadProps>)).toThrow(/UnknownProperty at 'chart\/pods', property 'imagee'/);
  });
});
