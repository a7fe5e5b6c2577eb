import { Duration } from 'cdk8s';
import { type AutoscaledReplicasOptions, Environment, KubernetesVersion, Replicas, ScalingMetric } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { chartIn, objectOf, web } from '../helpers/service';

const scaler = (options: AutoscaledReplicasOptions) => objectOf(web({ replicas: Replicas.autoscaled(options) }), 'HorizontalPodAutoscaler').spec;
const resource = (name: string, averageUtilization: number) => ({ type: 'ContainerResource', containerResource: { container: 'web', name, target: { averageUtilization, type: 'Utilization' } } });

test('an autoscaler in full', () => {
  expect(objectOf(web(), 'HorizontalPodAutoscaler')).toMatchObject({
    apiVersion: 'autoscaling/v2',
    spec: {
      behavior: {
        scaleDown: { policies: [{ periodSeconds: 60, type: 'Percent', value: 20 }], selectPolicy: 'Max', stabilizationWindowSeconds: 300 },
        scaleUp: { policies: [{ periodSeconds: 15, type: 'Percent', value: 100 }, { periodSeconds: 15, type: 'Pods', value: 4 }], selectPolicy: 'Max', stabilizationWindowSeconds: 0 },
      },
      maxReplicas: 10,
      metrics: [resource('cpu', 70)],
      minReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    },
  });
});

describe('what is watched', () => {
  const QUEUE = { type: 'External', external: { metric: { name: 'queue_depth', selector: { matchLabels: { queue: 'orders' } } }, target: { averageValue: '30', type: 'AverageValue' } } };
  const LATENCY = {
    type: 'Object', object: { describedObject: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' }, metric: { name: 'latency_p95' }, target: { type: 'Value', value: '500m' } },
  };

  test.each<[string, AutoscaledReplicasOptions, unknown[]]>([
    ['CPU', { cpuUtilization: 55 }, [resource('cpu', 55)]],
    ['memory alone', { memoryUtilization: 80 }, [resource('memory', 80)]],
    ['both', { cpuUtilization: 55, memoryUtilization: 80 }, [resource('cpu', 55), resource('memory', 80)]],
    ['a metric of the pods', { metrics: [ScalingMetric.pods('requests_per_second', 100)] }, [{ type: 'Pods', pods: { metric: { name: 'requests_per_second' }, target: { averageValue: '100', type: 'AverageValue' } } }]],
    ['a queue', { metrics: [ScalingMetric.external('queue_depth', 30, { labels: { queue: 'orders' } })] }, [QUEUE]],
    ['the latency of an Ingress', { metrics: [ScalingMetric.object('latency_p95', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' }, '500m')] }, [LATENCY]],
    ['CPU beside a queue', { cpuUtilization: 70, metrics: [ScalingMetric.external('queue_depth', '30', { labels: { queue: 'orders' } })] }, [resource('cpu', 70), QUEUE]],
  ])('%s', (_, options, metrics) => {
    expect(scaler(options).metrics).toEqual(metrics);
  });

  test.each<[string, AutoscaledReplicasOptions, string]>([
    ['CPU of 0 %', { cpuUtilization: 0 }, 'replicas.cpuUtilization'], ['CPU over its request', { cpuUtilization: 150 }, 'replicas.cpuUtilization'],
    ['a metric without name', { metrics: [ScalingMetric.pods('', 1)] }, 'replicas.metrics[0].name'], ['a target of zero', { metrics: [ScalingMetric.pods('rps', 0)] }, 'replicas.metrics[0].averageValue'],
    ['a target that is no quantity', { metrics: [ScalingMetric.external('queue', 'ten')] }, 'replicas.metrics[0].averageValue'],
    ['what is no metric', { metrics: [{ name: 'rps' } as never] }, 'replicas.metrics[0]'],
  ])('refuses %s', (_, options, property) => {
    expect(errorOf(() => scaler(options))).toMatchObject({ code: 'InvalidValue', property });
  });
});

describe('bounds', () => {
  test.each<[AutoscaledReplicasOptions, [number, number]]>([
    [{}, [3, 10]], [{ minReplicas: 2 }, [2, 10]], [{ minReplicas: 5 }, [5, 15]], [{ maxReplicas: 4 }, [3, 4]], [{ minReplicas: 20, maxReplicas: 21 }, [20, 21]],
  ])('%j are %j', (options, bounds) => {
    const { minReplicas, maxReplicas } = scaler(options);

    expect([minReplicas, maxReplicas]).toEqual(bounds);
  });

  test.each<[AutoscaledReplicasOptions, string]>([
    [{ minReplicas: 1 }, 'replicas.minReplicas'], [{ minReplicas: 0 }, 'replicas.minReplicas'], [{ minReplicas: 2.5 }, 'replicas.minReplicas'],
    [{ minReplicas: 5, maxReplicas: 4 }, 'replicas.maxReplicas'], [{ minReplicas: 5, maxReplicas: 5 }, 'replicas.maxReplicas'], [{ maxReplicas: 2 }, 'replicas.maxReplicas'],
  ])('refuses %j', (options, property) => {
    expect(errorOf(() => scaler(options))).toMatchObject({ code: 'InvalidValue', property });
  });
});

describe('behaviour', () => {
  test('follows what is said, and the defaults for the rest', () => {
    expect(scaler({
      scaleUp: { pods: 10, period: Duration.minutes(1), stabilizationWindow: Duration.seconds(30) }, scaleDown: { percent: 5, pods: 1, stabilizationWindow: Duration.minutes(10) },
    }).behavior).toEqual({
      scaleDown: { policies: [{ periodSeconds: 60, type: 'Percent', value: 5 }, { periodSeconds: 60, type: 'Pods', value: 1 }], selectPolicy: 'Max', stabilizationWindowSeconds: 600 },
      scaleUp: { policies: [{ periodSeconds: 60, type: 'Pods', value: 10 }], selectPolicy: 'Max', stabilizationWindowSeconds: 30 },
    });
  });

  test('may shrink at once: zero is a window', () => {
    expect(scaler({ scaleDown: { stabilizationWindow: Duration.seconds(0) } }).behavior.scaleDown.stabilizationWindowSeconds).toBe(0);
  });

  test('takes a tolerance from 1.35, and refuses it before', () => {
    const replicas = Replicas.autoscaled({ scaleDown: { tolerance: 0.05 } });
    const at = (version: KubernetesVersion) => web({ replicas }, chartIn(Environment.production({ kubernetesVersion: version })));

    expect(objectOf(at(KubernetesVersion.V1_35), 'HorizontalPodAutoscaler').spec.behavior.scaleDown.tolerance).toBe('0.05');
    expect(errorOf(() => at(KubernetesVersion.V1_34))).toMatchObject({ code: 'UnsupportedByKubernetesVersion', property: 'replicas.scaleDown.tolerance' });
  });
});

test('watches the application\'s container by its name, prefixes aside', () => {
  expect(objectOf(web({ name: 'front' }), 'HorizontalPodAutoscaler').spec.metrics[0].containerResource.container).toBe('front');
});

test.each([['fixed', Replicas.fixed(3), 3], ['external', Replicas.external(3), undefined]])('with %s replicas there is none, and the manifest states %s of them', (_, replicas, count) => {
  const service = web({ replicas });

  expect(service.autoscaler).toBeUndefined();
  expect(objectOf(service, 'Deployment').spec.replicas).toBe(count);
});
