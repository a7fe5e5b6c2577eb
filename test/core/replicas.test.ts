import { Duration } from 'cdk8s';
import type { AutoscaledReplicasOptions, ScalingBehavior } from 'cdk8s-production';
import { Replicas, ScalingMetric } from 'cdk8s-production';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'replicas');
const check = (replicas: Replicas, highAvailability = true): void => replicas._check(at, highAvailability);
const autoscaled = (options: unknown): Replicas => Replicas.autoscaled(options as AutoscaledReplicasOptions);

describe('the bounds', () => {
  test.each<[what: string, replicas: Replicas, owner: string, minimum: number, maximum: number]>([
    ['autoscaled, as they come', Replicas.autoscaled(), 'autoscaled', 3, 10],
    ['autoscaled from 2', Replicas.autoscaled({ minReplicas: 2 }), 'autoscaled', 2, 10],
    ['autoscaled from 4: three times as many at most', Replicas.autoscaled({ minReplicas: 4 }), 'autoscaled', 4, 12],
    ['autoscaled to 20', Replicas.autoscaled({ maxReplicas: 20 }), 'autoscaled', 3, 20],
    ['autoscaled from 5 to 6', Replicas.autoscaled({ minReplicas: 5, maxReplicas: 6 }), 'autoscaled', 5, 6],
    ['autoscaled from 4000, and no more than there may be', Replicas.autoscaled({ minReplicas: 4000 }), 'autoscaled', 4000, 5000],
    ['fixed', Replicas.fixed(4), 'fixed', 4, 4],
    ['external', Replicas.external(2), 'external', 2, Infinity],
  ])('of %s', (_, replicas, owner, minimum, maximum) => {
    check(replicas);
    expect({ owner: replicas.owner, minimum: replicas.minimum, maximum: replicas.maximum }).toEqual({ owner, minimum, maximum });
  });
});

describe('_check', () => {
  test.each<[what: string, replicas: Replicas, highAvailability: boolean]>([
    ['one fixed replica, which is a finding and no error', Replicas.fixed(1), true],
    ['5000 fixed replicas', Replicas.fixed(5000), true],
    ['one external replica', Replicas.external(1), true],
    ['two autoscaled replicas where availability is high', Replicas.autoscaled({ minReplicas: 2 }), true],
    ['one autoscaled replica where it is relaxed', Replicas.autoscaled({ minReplicas: 1 }), false],
    ['everything at its lower bound', autoscaled({
      minReplicas: 2,
      maxReplicas: 3,
      cpuUtilization: 1,
      memoryUtilization: 1,
      metrics: [],
      scaleUp: { stabilizationWindow: Duration.seconds(0), percent: 1, pods: 1, period: Duration.seconds(1), tolerance: 0 },
    }), true],
    ['everything at its upper bound', autoscaled({
      minReplicas: 4999,
      maxReplicas: 5000,
      cpuUtilization: 100,
      memoryUtilization: 100,
      metrics: [ScalingMetric.pods('requests', 30)],
      scaleDown: { stabilizationWindow: Duration.hours(1), percent: 1000, pods: 5000, period: Duration.minutes(30), tolerance: 0.999 },
    }), true],
  ])('takes %s', (_, replicas, highAvailability) => {
    expect(() => check(replicas, highAvailability)).not.toThrow();
  });

  test.each<[unknown]>([[0], [-1], [5001], [2.5], [NaN], [Infinity], ['3'], [undefined], [null], [{}]])('refuses the count %j, fixed or external', count => {
    for (const replicas of [Replicas.fixed(count as number), Replicas.external(count as number)]) {
      expect(errorOf(() => check(replicas))).toMatchObject({ code: 'InvalidValue', property: 'replicas', allowed: 'a whole number from 1 to 5000' });
    }
  });

  test('refuses one autoscaled replica where availability is high, and says why', () => {
    expect(errorOf(() => check(Replicas.autoscaled({ minReplicas: 1 })))).toMatchObject({
      code: 'InvalidValue', property: 'replicas.minReplicas', value: '1', allowed: 'a whole number from 2 to 5000', fix: expect.stringMatching(/^give at least 2 \(3 for three zones\): a service that may shrink to one pod/),
    });
  });

  test.each<[options: unknown, code: string, property: string, value: string]>([
    [{ minReplicas: 0 }, 'InvalidValue', 'replicas.minReplicas', '0'],
    [{ minReplicas: 2.5 }, 'InvalidValue', 'replicas.minReplicas', '2.5'],
    [{ minReplicas: '3' }, 'InvalidValue', 'replicas.minReplicas', '"3"'],
    [{ minReplicas: NaN }, 'InvalidValue', 'replicas.minReplicas', 'NaN'],
    [{ minReplicas: 5001 }, 'InvalidValue', 'replicas.minReplicas', '5001'],
    [{ maxReplicas: 2 }, 'InvalidValue', 'replicas.maxReplicas', '2'],
    [{ minReplicas: 10, maxReplicas: 5 }, 'InvalidValue', 'replicas.maxReplicas', '5'],
    [{ minReplicas: 5, maxReplicas: 5 }, 'InvalidValue', 'replicas.maxReplicas', '5'],
    [{ maxReplicas: 5001 }, 'InvalidValue', 'replicas.maxReplicas', '5001'],
    [{ maxReplicas: '10' }, 'InvalidValue', 'replicas.maxReplicas', '"10"'],
    [{ maxReplicas: Infinity }, 'InvalidValue', 'replicas.maxReplicas', 'Infinity'],
    [{ cpuUtilization: 0 }, 'InvalidValue', 'replicas.cpuUtilization', '0'],
    [{ cpuUtilization: 101 }, 'InvalidValue', 'replicas.cpuUtilization', '101'],
    [{ cpuUtilization: 0.7 }, 'InvalidValue', 'replicas.cpuUtilization', '0.7'],
    [{ cpuUtilization: '70%' }, 'InvalidValue', 'replicas.cpuUtilization', '"70%"'],
    [{ memoryUtilization: 0 }, 'InvalidValue', 'replicas.memoryUtilization', '0'],
    [{ memoryUtilization: 120 }, 'InvalidValue', 'replicas.memoryUtilization', '120'],
    [{ metrics: ScalingMetric.pods('a', 1) }, 'InvalidValue', 'replicas.metrics', '{}'],
    [{ metrics: [ScalingMetric.pods('a', 1), { type: 'Pods' }] }, 'InvalidValue', 'replicas.metrics[1]', '{"type":"Pods"}'],
    [{ metrics: [undefined] }, 'InvalidValue', 'replicas.metrics[0]', 'nothing'],
    [{ min: 3 }, 'UnknownProperty', 'replicas.min', '3'],
    [{ cpuUtilisation: 70 }, 'UnknownProperty', 'replicas.cpuUtilisation', '70'],
    [{ scaleUp: { window: 0 } }, 'UnknownProperty', 'replicas.scaleUp.window', '0'],
    [{ scaleDown: 'slow' }, 'InvalidValue', 'replicas.scaleDown', '"slow"'],
    [{ scaleDown: null }, 'InvalidValue', 'replicas.scaleDown', 'null'],
    [null, 'InvalidValue', 'replicas', 'null'],
    [[3, 10], 'InvalidValue', 'replicas', '[3,10]'],
  ])('refuses %j', (options, code, property, value) => {
    const error = errorOf(() => check(autoscaled(options)));
    expect({ code: error.code, property: error.property, value: error.value }).toEqual({ code, property, value });
  });

  test('offers a fixed number for bounds that are one', () => {
    expect(errorOf(() => check(Replicas.autoscaled({ minReplicas: 5, maxReplicas: 5 }))).fix).toBe('write Replicas.fixed(5) for a number that never changes');
  });

  describe.each(['scaleUp', 'scaleDown'] as const)('of %s', direction => {
    test.each<[property: keyof ScalingBehavior, value: unknown]>([
      ['stabilizationWindow', Duration.seconds(3601)],
      ['stabilizationWindow', Duration.millis(1500)],
      ['stabilizationWindow', 300],
      ['stabilizationWindow', '5m'],
      ['period', Duration.seconds(0)],
      ['period', Duration.millis(500)],
      ['period', Duration.minutes(31)],
      ['period', 15],
      ['percent', 0],
      ['percent', 1001],
      ['percent', 12.5],
      ['percent', '100'],
      ['pods', 0],
      ['pods', 5001],
      ['pods', NaN],
      ['tolerance', -0.1],
      ['tolerance', 1],
      ['tolerance', NaN],
      ['tolerance', '0.05'],
    ])('refuses %s: %j', (property, value) => {
      expect(errorOf(() => check(autoscaled({ [direction]: { [property]: value } })))).toMatchObject({ code: 'InvalidValue', constructPath: 'chart', property: `replicas.${direction}.${property}` });
    });
  });
});
