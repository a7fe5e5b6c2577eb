import { Availability, DisruptionBudget, Environment, Findings, Replicas } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { chartIn, objectOf, web } from '../helpers/service';

const budget = (disruptionBudget: DisruptionBudget | undefined, replicas?: Replicas) => objectOf(web({ disruptionBudget, replicas }), 'PodDisruptionBudget').spec;

test('lets one pod be away, and a broken pod go', () => {
  expect(budget(undefined)).toEqual({
    maxUnavailable: 1, selector: { matchLabels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' } }, unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test.each([
  ['two', Replicas.fixed(2), 1], ['nine', Replicas.fixed(9), 1], ['ten', Replicas.fixed(10), '10%'], ['a hundred', Replicas.fixed(100), '10%'],
  ['three to twenty', Replicas.autoscaled({ minReplicas: 3, maxReplicas: 20 }), 1], ['ten to twenty', Replicas.autoscaled({ minReplicas: 10, maxReplicas: 20 }), '10%'],
  ['three or more, by another', Replicas.external(3), 1],
])('of %s pods is worked out from the fewest', (_, replicas, maxUnavailable) => {
  expect(budget(undefined, replicas).maxUnavailable).toBe(maxUnavailable);
});

test.each([
  [DisruptionBudget.maxUnavailable(2), { maxUnavailable: 2 }], [DisruptionBudget.maxUnavailable('25%'), { maxUnavailable: '25%' }], [DisruptionBudget.maxUnavailable('100%'), { maxUnavailable: '100%' }],
  [DisruptionBudget.minAvailable(1), { minAvailable: 1 }], [DisruptionBudget.minAvailable(2), { minAvailable: 2 }],
])('is as it is given', (given, limit) => {
  const { selector: _, ...rest } = budget(given);

  expect(rest).toEqual({ ...limit, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
});

describe('at one replica', () => {
  test('is none, which is a finding where availability is high', () => {
    const service = web({ replicas: Replicas.fixed(1) });

    expect(service.disruptionBudget).toBeUndefined();
    expect(Findings.of(service)).toEqual([{
      id: 'run-more-than-one-replica',
      constructPath: 'chart/web',
      message: expect.stringContaining('away whenever its pod moves') as string,
      fix: expect.stringContaining('at least 2 replicas') as string,
      acknowledgedBecause: undefined,
    }]);
    expect(Findings.of(web({ replicas: Replicas.fixed(1) }, chartIn(Environment.production({ availability: Availability.RELAXED }))))).toEqual([]);
  });

  test('is a finding of an external owner, too', () => {
    expect(Findings.of(web({ replicas: Replicas.external(1) })).map(({ id }) => id)).toEqual(['run-more-than-one-replica']);
  });

  test('can be accepted for a reason', () => {
    const service = web({ replicas: Replicas.fixed(1) });
    Findings.acknowledge(service, 'run-more-than-one-replica', 'the licence allows one instance');

    expect(Findings.of(service)[0]!.acknowledgedBecause).toBe('the licence allows one instance');
  });

  test('is one where it is asked for: the pod may be evicted', () => {
    expect(budget(DisruptionBudget.maxUnavailable(1), Replicas.fixed(1)).maxUnavailable).toBe(1);
  });
});

test('is none for a reason', () => {
  expect(web({ disruptionBudget: DisruptionBudget.none('all of its pods may be away at night') }).disruptionBudget).toBeUndefined();
  expect(errorOf(() => web({ disruptionBudget: DisruptionBudget.none('') }))).toMatchObject({ code: 'MissingValue', property: 'disruptionBudget.none' });
});

test.each<[DisruptionBudget, boolean]>([
  [DisruptionBudget.maxUnavailable(3), true], [DisruptionBudget.maxUnavailable('100%'), true], [DisruptionBudget.maxUnavailable('67%'), true], // of three, rounded up
  [DisruptionBudget.maxUnavailable('66%'), false], [DisruptionBudget.maxUnavailable(2), false], [DisruptionBudget.minAvailable(1), false],
])('that lets all pods go at once is a finding', (disruptionBudget, found) => {
  expect(Findings.of(web({ disruptionBudget })).map(({ id }) => id)).toEqual(found ? ['keep-pods-during-a-drain'] : []);
});

describe('a drain is never blocked', () => {
  test.each([
    ['as many as there are at least', DisruptionBudget.minAvailable(3), undefined, 'minAvailable', '3'],
    ['more than there are at least', DisruptionBudget.minAvailable(5), undefined, 'minAvailable', '5'],
    ['the only one', DisruptionBudget.minAvailable(1), Replicas.fixed(1), 'minAvailable', '1'],
    ['none may be away', DisruptionBudget.maxUnavailable(0), undefined, 'maxUnavailable', '0'],
    ['none of a hundred', DisruptionBudget.maxUnavailable('0%'), undefined, 'maxUnavailable', '"0%"'],
  ])('refuses that %s must be there', (_, disruptionBudget, replicas, property, value) => {
    expect(errorOf(() => web({ disruptionBudget, replicas }))).toMatchObject({ code: 'DisruptionBudgetBlocksDrain', property: `disruptionBudget.${property}`, value });
  });

  test.each([
    ['percent of what must be there: they round up', DisruptionBudget.minAvailable('50%' as never), 'minAvailable'], ['half a pod', DisruptionBudget.maxUnavailable(0.5), 'maxUnavailable'],
    ['a negative number', DisruptionBudget.maxUnavailable(-1), 'maxUnavailable'], ['over a hundred percent', DisruptionBudget.maxUnavailable('150%'), 'maxUnavailable'],
  ])('refuses %s', (_, disruptionBudget, property) => {
    expect(errorOf(() => web({ disruptionBudget })).property).toBe(`disruptionBudget.${property}`);
  });
});
