import { runInNewContext } from 'node:vm';
import type { Sample } from './measurement-stand-in';
import { at, countAt, textAt } from '../shared/json';

/** What an analysis makes of a metric. Error: nothing was measured, or a condition could not be answered. */
export type Outcome = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

/** A measurement that is an error, whatever the conditions say. */
class Unmeasured extends Error {}

/**
 * What a measurement comes to by the metric's own conditions, worked out here and not by the controller that is on trial: with
 * both conditions given, failure has the last word, and neither is inconclusive; with one, its opposite is the other verdict.
 */
export function outcomeOf(metric: unknown, sample: Sample): Outcome {
  try {
    const result = resultOf(metric, sample);
    // Both are answered, whatever the first one says: one that cannot be is an error.
    const [good, bad] = conditionsOf(metric).map(condition => (condition === '' ? undefined : holds(condition, result)));
    if (bad === true || (bad === undefined && good === false)) return 'Failed';
    return bad === false && good === false ? 'Inconclusive' : 'Successful';
  } catch (error) {
    if (error instanceof Unmeasured) return 'Error';
    throw new Error(`the conditions of metric ${textAt(metric, 'name') ?? ''} are beyond this suite: ${String(error)}`);
  }
}

/** What comes of a whole analysis that finds the same sample at every measurement; how many it forgives only decides how long that takes. */
export function endOf(metric: unknown, sample: Sample): Outcome {
  const outcome = outcomeOf(metric, sample);
  const limit = { Failed: 'failureLimit', Inconclusive: 'inconclusiveLimit', Error: 'consecutiveErrorLimit', Successful: '' }[outcome];
  return limit !== '' && countAt(metric, limit) === -1 ? 'Successful' : outcome;
}

/** How many measurements in a row it takes at most until a metric has been judged. */
export function patienceOf(metric: unknown): number {
  return 1 + Math.max(countAt(metric, 'failureLimit'), countAt(metric, 'inconclusiveLimit'), countAt(metric, 'consecutiveErrorLimit'), 4);
}

/** A sample that a metric takes for good, or for bad; undefined where none of the usual ones is. Of a metric without conditions, nothing is bad but nothing. */
export function sampleFor(metric: unknown, outcome: 'Successful' | 'Failed'): Sample | undefined {
  const binary = conditionsOf(metric).some(condition => /\b(true|false)\b/.test(condition));
  const usual: readonly Sample[] = binary ? [true, false] : outcome === 'Successful' ? [0.99, 0.01, 0, 1, 0.5, 100, 100_000] : [0.9, 0, 1, 100, 100_000];
  const found = usual.find(sample => endOf(metric, sample) === outcome);
  return found === undefined && outcome === 'Failed' && conditionsOf(metric).every(condition => condition === '') && endOf(metric, 'nothing') === 'Error' ? 'nothing' : found;
}

function conditionsOf(metric: unknown): string[] {
  return ['successCondition', 'failureCondition'].map(field => textAt(metric, field) ?? '');
}

/** Prometheus answers with a list, in which a place that is not there is an error; a server that is asked for JSON with a value, or not at all. */
function resultOf(metric: unknown, sample: Sample): unknown {
  if (at(metric, 'provider', 'prometheus') === undefined) {
    if (sample === 'nothing') throw new Unmeasured('nothing was answered');
    return sample;
  }
  return new Proxy(sample === 'nothing' ? [] : [sample], {
    get: (target, key) => {
      if (typeof key === 'string' && /^\d+$/.test(key) && Number(key) >= target.length) throw new Unmeasured(`no sample ${key}`);
      const value: unknown = Reflect.get(target, key);
      return value;
    },
  });
}

/** The conditions are of the language `expr`. This much of it reads as JavaScript does, once the item of a list has a name. */
function holds(condition: string, result: unknown): boolean {
  const script = condition.replace(/\band\b/g, '&&').replace(/\bor\b/g, '||').replace(/\bnot\b/g, '!')
    .replace(/\b(all|any|none)\(\s*result\s*,/g, '$1(result, item =>').replaceAll('#', 'item');
  type Test = (item: unknown) => boolean;
  const answer: unknown = runInNewContext(script, {
    result,
    nil: null,
    len: (list: readonly unknown[]) => list.length,
    all: (list: readonly unknown[], test: Test) => list.every(item => test(item)),
    any: (list: readonly unknown[], test: Test) => list.some(item => test(item)),
    none: (list: readonly unknown[], test: Test) => !list.some(item => test(item)),
    isNaN: Number.isNaN,
    isInf: (value: number) => Math.abs(value) === Infinity,
  }, { timeout: 1000 });
  if (typeof answer !== 'boolean') throw new Error(`${condition} is neither true nor false`);
  return answer;
}
