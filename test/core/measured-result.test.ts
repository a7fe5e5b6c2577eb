import { EmptyResult, MeasuredResult } from 'cdk8s-production';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'result');
const NUMBER = "asFloat(default(result, 'NaN'))";

// Each of these was evaluated by Argo Rollouts' own evaluate.go, with numbers above, below and between, NaN, an empty list and nothing.
describe.each<[what: string, result: MeasuredResult, expected: Record<EmptyResult, object>, ranged: Record<EmptyResult, object>]>([
  ['a list', MeasuredResult.list(), {
    [EmptyResult.FAILS]: { successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # >= 0.5)' },
    [EmptyResult.PASSES]: { successCondition: 'all(result, isNaN(#) || # >= 0.5)' },
    [EmptyResult.INCONCLUSIVE]: { successCondition: 'len(result) > 0 && all(result, # >= 0.5)', failureCondition: 'any(result, # < 0.5)' },
  }, {
    [EmptyResult.FAILS]: { successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # >= 0.5 && # <= 2)' },
    [EmptyResult.PASSES]: { successCondition: 'all(result, isNaN(#) || (# >= 0.5 && # <= 2))' },
    [EmptyResult.INCONCLUSIVE]: { successCondition: 'len(result) > 0 && all(result, # >= 0.5 && # <= 2)', failureCondition: 'any(result, # < 0.5 || # > 2)' },
  }],
  ['a number', MeasuredResult.number(), {
    [EmptyResult.FAILS]: { successCondition: `!isNaN(${NUMBER}) && ${NUMBER} >= 0.5` },
    [EmptyResult.PASSES]: { successCondition: `isNaN(${NUMBER}) || ${NUMBER} >= 0.5` },
    [EmptyResult.INCONCLUSIVE]: { successCondition: `!isNaN(${NUMBER}) && ${NUMBER} >= 0.5`, failureCondition: `!isNaN(${NUMBER}) && ${NUMBER} < 0.5` },
  }, {
    [EmptyResult.FAILS]: { successCondition: `!isNaN(${NUMBER}) && ${NUMBER} >= 0.5 && ${NUMBER} <= 2` },
    [EmptyResult.PASSES]: { successCondition: `isNaN(${NUMBER}) || (${NUMBER} >= 0.5 && ${NUMBER} <= 2)` },
    [EmptyResult.INCONCLUSIVE]: { successCondition: `!isNaN(${NUMBER}) && ${NUMBER} >= 0.5 && ${NUMBER} <= 2`, failureCondition: `!isNaN(${NUMBER}) && (${NUMBER} < 0.5 || ${NUMBER} > 2)` },
  }],
  ['a field', MeasuredResult.field('average.duration'), {
    [EmptyResult.FAILS]: { successCondition: "result['average.duration'] != nil && result['average.duration'] >= 0.5" },
    [EmptyResult.PASSES]: { successCondition: "result['average.duration'] == nil || result['average.duration'] >= 0.5" },
    [EmptyResult.INCONCLUSIVE]: {
      successCondition: "result['average.duration'] != nil && result['average.duration'] >= 0.5",
      failureCondition: "result['average.duration'] != nil && result['average.duration'] < 0.5",
    },
  }, {
    [EmptyResult.FAILS]: { successCondition: "result['average.duration'] != nil && result['average.duration'] >= 0.5 && result['average.duration'] <= 2" },
    [EmptyResult.PASSES]: { successCondition: "result['average.duration'] == nil || (result['average.duration'] >= 0.5 && result['average.duration'] <= 2)" },
    [EmptyResult.INCONCLUSIVE]: {
      successCondition: "result['average.duration'] != nil && result['average.duration'] >= 0.5 && result['average.duration'] <= 2",
      failureCondition: "result['average.duration'] != nil && (result['average.duration'] < 0.5 || result['average.duration'] > 2)",
    },
  }],
])('of %s', (_, result, expected, ranged) => {
  test.each(Object.values(EmptyResult))('an empty answer %s', whenEmpty => {
    expect(result._conditions(at, { atLeast: 0.5 }, whenEmpty)).toEqual(expected[whenEmpty]);
    expect(result._conditions(at, { atLeast: 0.5, atMost: 2 }, whenEmpty)).toEqual(ranged[whenEmpty]);
  });
});

test('an upper bound alone turns the comparison', () => {
  expect(MeasuredResult.list()._conditions(at, { atMost: 3 }, EmptyResult.INCONCLUSIVE)).toEqual({ successCondition: 'len(result) > 0 && all(result, # <= 3)', failureCondition: 'any(result, # > 3)' });
});

test('a list may stand anywhere in the answer', () => {
  expect(MeasuredResult.list('result[0].Values')._conditions(at, { atMost: 3 }, EmptyResult.FAILS)).toEqual({
    successCondition: 'len(result[0].Values) > 0 && all(result[0].Values, !isNaN(#) && # <= 3)',
  });
});

test.each<[what: string, result: MeasuredResult]>([
  ['a list nowhere', MeasuredResult.list('')],
  ['a list that is no text', MeasuredResult.list(1 as unknown as string)],
  ['a field without a name', MeasuredResult.field('')],
  ['a field that would end the text', MeasuredResult.field("a'b")],
  ['a field that is no text', MeasuredResult.field(null as unknown as string)],
])('refuses %s', (_, result) => {
  expect(errorOf(() => result._conditions(at, { atMost: 3 }, EmptyResult.FAILS))).toMatchObject({ code: 'InvalidValue', property: 'result' });
});
