import { runInNewContext } from 'node:vm';
import type { Sample } from './prometheus-stand-in';
import { countAt, textAt } from '../shared/json';

/** What an analysis makes of a metric. Error: the condition could not be answered, as where it asks for a sample that is not there. */
export type Outcome = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

/**
 * What a measurement comes to by the metric's own conditions, worked out here and not by the controller that is on trial: with
 * both conditions given, failure has the last word, and neither is inconclusive; with one, its opposite is the other verdict.
 */
export function outcomeOf(metric: unknown, sample: Sample): Outcome {
  try {
    // Both are answered, whatever the first one says: one that cannot be is an error.
    const [good, bad] = ['successCondition', 'failureCondition'].map(field => textAt(metric, field) ?? '')
      .map(condition => (condition === '' ? undefined : holds(condition, sample)));
    if (bad === true || (bad === undefined && good === false)) return 'Failed';
    return bad === false && good === false ? 'Inconclusive' : 'Successful';
  } catch (error) {
    if (error instanceof RangeError) return 'Error';
    throw new Error(`the conditions of metric ${textAt(metric, 'name') ?? ''} are beyond this suite: ${String(error)}`);
  }
}

/** What comes of a whole analysis that finds the same sample at every measurement; how many it forgives only decides how long that takes. */
export function endOf(metric: unknown, sample: Sample): Outcome {
  const outcome = outcomeOf(metric, sample);
  const unlimited = { Failed: 'failureLimit', Inconclusive: 'inconclusiveLimit', Error: 'consecutiveErrorLimit', Successful: '' }[outcome];
  return unlimited !== '' && countAt(metric, unlimited) === -1 ? 'Successful' : outcome;
}

/** How many measurements in a row it takes at most until a metric has been judged. */
export function patienceOf(metric: unknown): number {
  return 1 + Math.max(countAt(metric, 'failureLimit'), countAt(metric, 'inconclusiveLimit'), countAt(metric, 'consecutiveErrorLimit'), 4);
}

/** A sample that a metric takes for good, or for bad; undefined where none of the usual ones is. */
export function sampleFor(metric: unknown, outcome: 'Successful' | 'Failed'): Sample | undefined {
  const usual = outcome === 'Successful' ? [0.99, 0.01, 0, 1, 0.5, 100, 100_000] : [0.9, 0, 1, 100, 100_000];
  return usual.find(sample => endOf(metric, sample) === outcome);
}

/** The conditions are of the language `expr`, of which this much reads as JavaScript does. */
function holds(condition: string, sample: Sample): boolean {
  const found = sample === 'nothing' ? [] : [sample];
  const result = new Proxy(found, {
    get: (target, key) => {
      if (typeof key === 'string' && /^\d+$/.test(key) && Number(key) >= target.length) throw new RangeError(`no sample ${key}`);
      const value: unknown = Reflect.get(target, key);
      return value;
    },
  });
  const script = condition.replace(/\band\b/g, '&&').replace(/\bor\b/g, '||').replace(/\bnot\b/g, '!');
  const answer: unknown = runInNewContext(script, {
    result, nil: null, len: (list: readonly unknown[]) => list.length, isNaN: Number.isNaN, isInf: (value: number) => Math.abs(value) === Infinity,
  }, { timeout: 1000 });
  if (typeof answer !== 'boolean') throw new Error(`${condition} is neither true nor false`);
  return answer;
}
