import type { IJobSpec } from '../core/kubernetes';
import type { KubernetesVersion } from '../core/kubernetes-version';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** How many pods work at a time. */
export interface CompletionOptions {
  /**
   * The most pods at a time, 1 to 10 000.
   *
   * @default - as many as there are completions, at most 10
   */
  readonly parallelism?: number;
}

/** When an indexed Job has succeeded before every index has. From Kubernetes 1.31. */
export interface SuccessRule {
  /**
   * The indexes of which it is enough, as Kubernetes writes them: `0`, or `0-4,7`.
   *
   * @default - all of them
   */
  readonly succeededIndexes?: string;
  /**
   * How many of those indexes have to succeed.
   *
   * @default - all of them
   */
  readonly succeededCount?: number;
}

/** How the indexes of a Job are worked off. */
export interface IndexedOptions extends CompletionOptions {
  /**
   * How often each index is tried again, 0 to 100. From Kubernetes 1.29. The others go on.
   *
   * @default - 2 from Kubernetes 1.29 on; before, the retries of the Job are those of all indexes together
   */
  readonly retriesPerIndex?: number;
  /**
   * How many indexes may fail before the rest is given up. From Kubernetes 1.29.
   *
   * @default - any number: all are tried, and then the Job has failed
   */
  readonly maxFailedIndexes?: number;
  /**
   * Any of which makes the Job a success; what still runs is stopped.
   *
   * @default - every index has to succeed
   */
  readonly successPolicy?: SuccessRule[];
}

const KNOWN: KnownProperties<CompletionOptions> = { parallelism: true };
const KNOWN_INDEXED: KnownProperties<IndexedOptions> = { ...KNOWN, retriesPerIndex: true, maxFailedIndexes: true, successPolicy: true };
const KNOWN_RULE: KnownProperties<SuccessRule> = { succeededIndexes: true, succeededCount: true };

const MOST_PODS = 10_000;

/** @internal */
export interface RenderedCompletions {
  /** The most pods at a time. */
  readonly parallelism: number;
  readonly retriesPerIndex?: number;
  readonly spec: Pick<IJobSpec, 'completionMode' | 'completions' | 'maxFailedIndexes' | 'parallelism' | 'successPolicy'>;
}

type Render = (at: PropertyPath, version: KubernetesVersion) => RenderedCompletions;

/**
 * When a Job is done, and how many pods work on it.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#parallel-jobs
 */
export class Completions {
  /** One pod, once. */
  public static single(): Completions {
    return new Completions(() => ({ parallelism: 1, spec: { completions: 1, parallelism: 1 } }));
  }

  /**
   * As many pods as have to succeed, all alike.
   *
   * @param completions how many, 1 to 100 000
   * @param options how many at a time
   */
  public static fixed(completions: number, options: CompletionOptions = {}): Completions {
    return new Completions(at => {
      at.onlyKnown(options, KNOWN);
      return countedOf(at, completions, options, {});
    });
  }

  /**
   * One success for each index. A pod finds its own in the variable `JOB_COMPLETION_INDEX`, from 0.
   *
   * @param completions how many indexes, 1 to 100 000
   * @param options how many at a time, how often each is tried, when it is enough
   */
  public static indexed(completions: number, options: IndexedOptions = {}): Completions {
    return new Completions((at, version) => {
      at.onlyKnown(options, KNOWN_INDEXED);
      const { retriesPerIndex, maxFailedIndexes, successPolicy } = options;
      if (retriesPerIndex !== undefined) { version.require('jobBackoffLimitPerIndex', at.at('retriesPerIndex'), retriesPerIndex); }
      if (maxFailedIndexes !== undefined) { version.require('jobBackoffLimitPerIndex', at.at('maxFailedIndexes'), maxFailedIndexes); }
      if (successPolicy !== undefined) { version.require('jobSuccessPolicy', at.at('successPolicy'), successPolicy); }
      const counted = countedOf(at, completions, options, {
        completionMode: 'Indexed',
        ...maxFailedIndexes === undefined ? {} : { maxFailedIndexes: at.at('maxFailedIndexes').integer(maxFailedIndexes, 0, completions) },
        ...successPolicy === undefined ? {} : { successPolicy: { rules: rulesOf(at.at('successPolicy'), successPolicy, completions) } },
      });
      return version.supports('jobBackoffLimitPerIndex') ? { ...counted, retriesPerIndex: at.at('retriesPerIndex').integer(retriesPerIndex ?? 2, 0, 100) } : counted;
    });
  }

  /**
   * Pods that share a queue of their own: as soon as one of them succeeds, no other is started, and the Job is done when all have ended.
   *
   * @param parallelism how many pods, 1 to 10 000
   */
  public static workQueue(parallelism: number): Completions {
    return new Completions(at => {
      at.at('parallelism').integer(parallelism, 1, MOST_PODS);
      return { parallelism, spec: { parallelism } };
    });
  }

  private constructor(
    /** @internal */
    public readonly _render: Render,
  ) {}
}

function countedOf(at: PropertyPath, completions: number, options: CompletionOptions, more: RenderedCompletions['spec']): RenderedCompletions {
  at.at('completions').integer(completions, 1, 100_000);
  const parallelism = at.at('parallelism').integer(options.parallelism ?? Math.min(completions, 10), 1, MOST_PODS);
  return { parallelism: Math.min(parallelism, completions), spec: { ...more, completions, parallelism } };
}

function rulesOf(at: PropertyPath, rules: readonly SuccessRule[], completions: number): SuccessRule[] {
  if (at.list(rules).length === 0 || rules.length > 20) {
    at.refuse('InvalidValue', { value: rules, allowed: '1 to 20 rules', fix: "write [{ succeededIndexes: '0' }], or leave it out" });
  }
  return rules.map((rule, i) => {
    const here = at.at(i);
    const { succeededIndexes, succeededCount } = here.onlyKnown(rule, KNOWN_RULE);
    if (succeededIndexes === undefined && succeededCount === undefined) {
      here.refuse('MissingValue', { value: rule, allowed: 'succeededIndexes, succeededCount or both', fix: "write { succeededIndexes: '0' }" });
    }
    const indexes = succeededIndexes === undefined ? completions : countOf(here.at('succeededIndexes'), succeededIndexes, completions);
    return {
      ...succeededCount === undefined ? {} : { succeededCount: here.at('succeededCount').integer(succeededCount, 1, indexes, 'give no more than there are indexes') },
      ...succeededIndexes === undefined ? {} : { succeededIndexes },
    };
  });
}

/** How many indexes a text such as `0-4,7` names; refuses what is not in rising order or not there. */
function countOf(at: PropertyPath, text: string, completions: number): number {
  at.text(text, 'indexes such as 0 or 0-4,7', /^\d+(-\d+)?(,\d+(-\d+)?)*$/);
  let before = -1;
  let count = 0;
  for (const part of text.split(',')) {
    const [from, to = from] = part.split('-').map(Number) as [number, number?];
    if (from <= before || to < from || to >= completions) {
      at.refuse('InvalidValue', { value: text, allowed: `indexes from 0 to ${completions - 1}, each once, in rising order`, fix: 'correct or sort them' });
    }
    before = to;
    count += to - from + 1;
  }
  return count;
}
