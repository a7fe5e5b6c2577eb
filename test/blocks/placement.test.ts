import { NodeLabelQuery, NodeTaintQuery, Topology } from 'cdk8s-plus-28';
import { Environment, KubernetesVersion, type PlacementOptions, Replicas, Spread } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { chartIn, podOf, web } from '../helpers/service';

const SELECTOR = { matchLabels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' } };
const placed = (placement: PlacementOptions, replicas?: Replicas) => podOf(web({ placement, replicas }));
const soft = (topologyKey: string) => ({
  labelSelector: SELECTOR, matchLabelKeys: ['pod-template-hash'], maxSkew: 1, nodeTaintsPolicy: 'Honor', topologyKey, whenUnsatisfiable: 'ScheduleAnyway',
});
const ZONE = 'topology.kubernetes.io/zone';
const NODE = 'kubernetes.io/hostname';
const SOFT_APART = { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: { labelSelector: SELECTOR, topologyKey: NODE }, weight: 100 }] };

describe('pods are kept apart', () => {
  test('over zones and nodes as well as possible', () => {
    const pod = placed({ spread: Spread.preferred() });

    expect(pod.topologySpreadConstraints).toEqual([soft(ZONE), soft(NODE)]);
    expect(pod.affinity).toEqual({ podAntiAffinity: SOFT_APART });
  });

  test('over zones without exception, as long as they are there', () => {
    const pod = placed({ spread: Spread.overZones(3) });

    expect(pod.topologySpreadConstraints).toEqual([{ ...soft(ZONE), whenUnsatisfiable: 'DoNotSchedule' }, soft(NODE)]);
    expect(pod.affinity).toEqual({ podAntiAffinity: SOFT_APART });
  });

  test('one a node without exception, those of the old revision aside', () => {
    const pod = placed({ spread: Spread.onePodPerNode(10) });

    expect(pod.topologySpreadConstraints).toEqual([soft(ZONE), soft(NODE)]);
    expect(pod.affinity.podAntiAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: SELECTOR, matchLabelKeys: ['pod-template-hash'], topologyKey: NODE }],
    });
  });

  test('not at all, for a reason', () => {
    const pod = placed({ spread: Spread.none('one node has the licence dongle') });

    expect(pod).not.toHaveProperty('topologySpreadConstraints');
    expect(pod).not.toHaveProperty('affinity');
    expect(errorOf(() => placed({ spread: Spread.none('') }))).toMatchObject({ code: 'MissingValue', property: 'placement.spread.none' });
  });

  test.each([
    ['more zones than the fewest pods', Spread.overZones(4), Replicas.autoscaled(), 'placement.spread.overZones', 'at most 3 zones, the fewest pods there will be'],
    ['more zones than fixed pods', Spread.overZones(3), Replicas.fixed(2), 'placement.spread.overZones', 'at most 2 zones, the fewest pods there will be'],
    ['more pods at most than nodes', Spread.onePodPerNode(9), Replicas.autoscaled(), 'placement.spread.onePodPerNode', 'at least 10 nodes, the most pods there will be'],
  ])('refuses %s', (_, spread, replicas, property, allowed) => {
    expect(errorOf(() => placed({ spread }, replicas))).toMatchObject({ code: 'UnsatisfiablePlacement', property, allowed, fix: expect.stringContaining('Spread.preferred()') as string });
  });

  test.each([[Spread.overZones(3), Replicas.fixed(3)], [Spread.onePodPerNode(10), Replicas.autoscaled()]])('takes exactly as many as there are', (spread, replicas) => {
    expect(() => placed({ spread }, replicas)).not.toThrow();
  });

  test('refuses one pod a node before 1.31: a rolling update could not start', () => {
    const chart = chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_30 }));

    expect(errorOf(() => web({ placement: { spread: Spread.onePodPerNode(10) } }, chart))).toMatchObject({
      code: 'UnsupportedByKubernetesVersion', property: 'placement.spread.onePodPerNode', allowed: expect.stringContaining('from Kubernetes 1.31; the target is 1.30') as string,
    });
  });

  test.each([[Spread.overZones(1)], [Spread.overZones(0)], [Spread.overZones(2.5)], [Spread.onePodPerNode(0)]])('refuses a number that is none', spread => {
    expect(errorOf(() => placed({ spread })).code).toBe('InvalidValue');
  });
});

describe('nodes', () => {
  test('are chosen by labels, all of them', () => {
    expect(placed({ nodeSelector: { disk: 'ssd', arch: 'arm64' } }).nodeSelector).toEqual({ arch: 'arm64', disk: 'ssd' });
  });

  test('are required by every query, and preferred by each', () => {
    const { nodeAffinity } = placed({
      requiredNodes: [NodeLabelQuery.in('node-type', ['high-cpu', 'high-mem']), NodeLabelQuery.doesNotExist('spot')], preferredNodes: [NodeLabelQuery.is('disk', 'ssd'), NodeLabelQuery.exists('local')],
    }).affinity;

    expect(nodeAffinity).toEqual({
      preferredDuringSchedulingIgnoredDuringExecution: [
        { preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }, weight: 50 }, { preference: { matchExpressions: [{ key: 'local', operator: 'Exists' }] }, weight: 50 },
      ],
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'node-type', operator: 'In', values: ['high-cpu', 'high-mem'] }, { key: 'spot', operator: 'DoesNotExist' }] }],
      },
    });
  });

  test('of a pool are chosen by its label and allowed by its taint, whatever its effect', () => {
    const pod = placed({ nodeSelector: { disk: 'ssd' }, tolerations: [NodeTaintQuery.exists('spot')], pool: { label: 'pool', value: 'payments', taint: 'dedicated' } });

    expect(pod.nodeSelector).toEqual({ disk: 'ssd', pool: 'payments' });
    expect(pod.tolerations).toEqual([{ key: 'spot', operator: 'Exists' }, { key: 'dedicated', operator: 'Equal', value: 'payments' }]);
  });

  test('refuses what is no query when it is given, not at synthesis', () => {
    expect(errorOf(() => web({ placement: { tolerations: [{ key: 'spot' } as never] } }))).toMatchObject({ code: 'InvalidValue', property: 'placement.tolerations[0]' });
    expect(errorOf(() => web({ placement: { requiredNodes: [{ key: 'spot' } as never] } }))).toMatchObject({ code: 'InvalidValue', property: 'placement.requiredNodes[0]' });
  });

  test('refuses labels no node can have', () => {
    expect(errorOf(() => placed({ nodeSelector: { disk: 'solid state' } }))).toMatchObject({ code: 'InvalidValue', property: 'placement.nodeSelector.disk' });
    expect(errorOf(() => placed({ pool: { label: 'pool!', value: 'x' } }))).toMatchObject({ code: 'InvalidName', property: 'placement.pool.label' });
  });
});

describe('other pods', () => {
  test('are near, if possible or without exception', () => {
    const near = { labels: { app: 'cache' }, topology: Topology.HOSTNAME };

    expect(placed({ colocation: [near, { ...near, topology: Topology.ZONE, required: true }] }).affinity).toEqual({
      podAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: { labelSelector: { matchLabels: { app: 'cache' } }, topologyKey: NODE }, weight: 50 }],
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'cache' } }, topologyKey: ZONE }],
      },
      podAntiAffinity: SOFT_APART,
    });
  });

  test('refuses to be near every pod of the namespace', () => {
    expect(errorOf(() => placed({ colocation: [{ labels: {}, topology: Topology.ZONE }] }))).toMatchObject({ code: 'MissingValue', property: 'placement.colocation[0].labels' });
  });
});

describe('priority', () => {
  test('is that of a class', () => {
    expect(placed({ priorityClassName: 'business-critical' }).priorityClassName).toBe('business-critical');
  });

  test.each(['system-node-critical', 'system-cluster-critical', 'system-mine', 'High', ''])('refuses %j', priorityClassName => {
    expect(errorOf(() => placed({ priorityClassName }))).toMatchObject({ code: 'InvalidValue', property: 'placement.priorityClassName', fix: 'create a PriorityClass and name it here' });
  });
});
