import type { DescribedObject } from 'cdk8s-production';
import { ProductionService, Replicas, ScalingMetric } from 'cdk8s-production';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, MINIMAL, one, synth, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'replicas.metrics[0]');
const INGRESS: DescribedObject = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop' };

describe('ScalingMetric', () => {
  test.each<[what: string, metric: ScalingMetric, expected: object]>([
    ['pods', ScalingMetric.pods('http_requests_per_second', 30), {
      type: 'Pods', pods: { metric: { name: 'http_requests_per_second' }, target: { type: 'AverageValue', averageValue: '30' } },
    }],
    ['pods by a quantity', ScalingMetric.pods('p99-latency:seconds', '500m'), {
      type: 'Pods', pods: { metric: { name: 'p99-latency:seconds' }, target: { type: 'AverageValue', averageValue: '500m' } },
    }],
    ['external', ScalingMetric.external('queue_depth', 100), {
      type: 'External', external: { metric: { name: 'queue_depth' }, target: { type: 'AverageValue', averageValue: '100' } },
    }],
    ['external by labels', ScalingMetric.external('queue_depth', '1k', { labels: { 'queue': 'orders', 'example.com/region': 'eu' } }), {
      type: 'External', external: { metric: { name: 'queue_depth', selector: { matchLabels: { 'queue': 'orders', 'example.com/region': 'eu' } } }, target: { type: 'AverageValue', averageValue: '1k' } },
    }],
    ['object', ScalingMetric.object('latency', INGRESS, 0.25), {
      type: 'Object', object: { describedObject: INGRESS, metric: { name: 'latency' }, target: { type: 'Value', value: '0.25' } },
    }],
  ])('%s is rendered with its target', (_, metric, expected) => {
    expect(metric._render(at)).toEqual(expected);
  });

  test.each<[unknown]>([[''], [' '], ['two words'], ['a/b'], ['a%b'], [undefined], [null], [5]])('refuses the name %j', name => {
    for (const metric of [ScalingMetric.pods(name as string, 1), ScalingMetric.external(name as string, 1), ScalingMetric.object(name as string, INGRESS, 1)]) {
      expect(errorOf(() => metric._render(at))).toMatchObject({ code: 'InvalidValue', constructPath: 'chart', property: 'replicas.metrics[0].name' });
    }
  });

  test.each<[unknown]>([[0], [-1], ['0'], ['many'], [NaN], [Infinity], [''], [undefined], [null], [true]])('refuses the value %j', value => {
    for (const [metric, property] of [
      [ScalingMetric.pods('a', value as number), 'averageValue'], [ScalingMetric.external('a', value as number), 'averageValue'], [ScalingMetric.object('a', INGRESS, value as number), 'value'],
    ] as const) {
      expect(errorOf(() => metric._render(at))).toMatchObject({ code: 'InvalidValue', property: `replicas.metrics[0].${property}` });
    }
  });

  test.each<[what: string, metric: ScalingMetric, code: string, property: string]>([
    ['a label that is none', ScalingMetric.external('a', 1, { labels: { queue: 'two words' } }), 'InvalidValue', 'labels.queue'],
    ['labels as a text', ScalingMetric.external('a', 1, { labels: 'orders' as unknown as Record<string, string> }), 'InvalidValue', 'labels'],
    ['a misspelt option', ScalingMetric.external('a', 1, { label: { queue: 'orders' } } as object), 'UnknownProperty', 'label'],
    ['options that are null', ScalingMetric.external('a', 1, null as unknown as object), 'InvalidValue', ''],
    ['no object', ScalingMetric.object('a', undefined as unknown as DescribedObject, 1), 'InvalidValue', 'object'],
    ['an object without an apiVersion', ScalingMetric.object('a', { kind: 'Ingress', name: 'shop' } as DescribedObject, 1), 'InvalidValue', 'object.apiVersion'],
    ['an object without a kind', ScalingMetric.object('a', { ...INGRESS, kind: '' }, 1), 'InvalidValue', 'object.kind'],
    ['an object without a name', ScalingMetric.object('a', { ...INGRESS, name: ' ' }, 1), 'InvalidValue', 'object.name'],
    ['an object with a namespace, which must be the service\'s', ScalingMetric.object('a', { ...INGRESS, namespace: 'edge' } as DescribedObject, 1), 'UnknownProperty', 'object.namespace'],
  ])('refuses %s', (_, metric, code, property) => {
    expect(errorOf(() => metric._render(at))).toMatchObject({ code, property: property === '' ? 'replicas.metrics[0]' : `replicas.metrics[0].${property}` });
  });
});

test('a service scales by its metrics instead of CPU, and by CPU as well when that is asked for', () => {
  const metrics = [ScalingMetric.external('queue_depth', 100)];
  const types = (replicas: Replicas): string[] => {
    const chart = testChart();
    new ProductionService(chart, 'web', { ...MINIMAL, replicas });
    return one(synth(chart), 'HorizontalPodAutoscaler').spec.metrics.map((metric: { type: string }) => metric.type);
  };
  expect(types(Replicas.autoscaled({ metrics }))).toEqual(['External']);
  expect(types(Replicas.autoscaled({ metrics, cpuUtilization: 70 }))).toEqual(['ContainerResource', 'External']);
});
