import type { PropertyPath } from './property-path';

/** What it means when a query finds nothing: no series, or no number (`NaN`), as zero divided by zero is. */
export enum EmptyResult {
  /** A bad measurement: what nobody saw working is not promoted. */
  FAILS = 'fails',
  /** A good measurement, for what is only written down when something goes wrong. */
  PASSES = 'passes',
  /** Neither: a release that meets more of them than `inconclusiveLimit` waits for somebody to decide. */
  INCONCLUSIVE = 'inconclusive',
}

/** Which numbers are good. @internal */
export interface Bounds {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** `successCondition` and `failureCondition` of a metric of Argo Rollouts. @internal */
export interface Conditions {
  readonly successCondition?: string;
  readonly failureCondition?: string;
}

/**
 * What a measurement answers, so that a threshold can be put on it.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export class MeasuredResult {
  /** A list of numbers, as Prometheus and Graphite answer. Each must be good. @param path where the list is, such as `result[0].Values` */
  public static list(path = 'result'): MeasuredResult {
    return new MeasuredResult((at, bounds, whenEmpty) => {
      const list = at.text(path, 'where the list is, such as result');
      switch (whenEmpty) {
        case EmptyResult.FAILS: return { successCondition: `len(${list}) > 0 && all(${list}, !isNaN(#) && ${within('#', bounds)})` };
        case EmptyResult.PASSES: return { successCondition: `all(${list}, isNaN(#) || ${group(within('#', bounds), bounds)})` };
        // No number is above or below another when it is none.
        case EmptyResult.INCONCLUSIVE: return { successCondition: `len(${list}) > 0 && all(${list}, ${within('#', bounds)})`, failureCondition: `any(${list}, ${outside('#', bounds)})` };
      }
    });
  }

  /** One number, or nothing, as Datadog answers, and what a path into JSON finds. A text counts as the number it shows. */
  public static number(): MeasuredResult {
    // A condition that compares with nothing is an error even where it is never reached; so nothing is made no number.
    const number = "asFloat(default(result, 'NaN'))";
    return new MeasuredResult((_, bounds, whenEmpty) => judge(number, bounds, whenEmpty, `!isNaN(${number})`, `isNaN(${number})`));
  }

  /** A field of an object, as New Relic answers. @param name such as `successRate` or `average.duration` */
  public static field(name: string): MeasuredResult {
    return new MeasuredResult((at, bounds, whenEmpty) => {
      const field = `result['${at.text(name, 'the name of a field of the answer, without quotation marks', /^[^'\\{}]+$/)}']`;
      return judge(field, bounds, whenEmpty, `${field} != nil`, `${field} == nil`);
    });
  }

  private constructor(private readonly render: (at: PropertyPath, bounds: Bounds, whenEmpty: EmptyResult) => Conditions) {}

  /** @internal */
  public _conditions(at: PropertyPath, bounds: Bounds, whenEmpty: EmptyResult): Conditions {
    return this.render(at, bounds, whenEmpty);
  }
}

function judge(number: string, bounds: Bounds, whenEmpty: EmptyResult, there: string, missing: string): Conditions {
  switch (whenEmpty) {
    case EmptyResult.FAILS: return { successCondition: `${there} && ${within(number, bounds)}` };
    case EmptyResult.PASSES: return { successCondition: `${missing} || ${group(within(number, bounds), bounds)}` };
    case EmptyResult.INCONCLUSIVE: return { successCondition: `${there} && ${within(number, bounds)}`, failureCondition: `${there} && ${group(outside(number, bounds), bounds)}` };
  }
}

function within(number: string, { atLeast, atMost }: Bounds): string {
  return [...atLeast === undefined ? [] : [`${number} >= ${atLeast}`], ...atMost === undefined ? [] : [`${number} <= ${atMost}`]].join(' && ');
}

function outside(number: string, { atLeast, atMost }: Bounds): string {
  return [...atLeast === undefined ? [] : [`${number} < ${atLeast}`], ...atMost === undefined ? [] : [`${number} > ${atMost}`]].join(' || ');
}

function group(condition: string, { atLeast, atMost }: Bounds): string {
  return atLeast === undefined || atMost === undefined ? condition : `(${condition})`;
}
