import { Duration } from 'cdk8s';
import { describeDuration } from './durations';
import type { Bounds } from '../../core/measured-result';
import type { PropertyPath } from '../../core/property-path';

/** What is compared: for a share of requests more is better, for a duration less. @internal */
export type Compared = 'share' | 'duration';

/** A margin as a query and its threshold state it. @internal */
export interface ComparedMargin {
  /** Between the canary's number and that of the stable set. */
  readonly operator: '-' | '/';
  readonly bounds: Bounds;
  /** Such as `no more than 0.01 below stable`. */
  readonly condition: string;
}

/**
 * How much worse than the stable set the canary may be, both measured at the same time. A bad hour meets both alike,
 * so that it is not taken for the new version's fault.
 */
export class StableMargin {
  /** An absolute part of all requests, for success rates. @param by such as 0.01: at most one in a hundred requests more may fail */
  public static fraction(by: number): StableMargin {
    return new StableMargin('fraction', by);
  }

  /** An absolute time, for latencies. @param by such as `Duration.millis(50)` */
  public static duration(by: Duration): StableMargin {
    return new StableMargin('duration', by);
  }

  /** A part of the stable set's own number. @param by in percent: 20 lets a latency of 100 ms become 120 ms */
  public static percent(by: number): StableMargin {
    return new StableMargin('percent', by);
  }

  private constructor(private readonly kind: 'fraction' | 'duration' | 'percent', private readonly by: number | Duration) {}

  /** @internal */
  public _compare(at: PropertyPath, compared: Compared): ComparedMargin {
    const { kind, by } = this;
    if (kind === (compared === 'share' ? 'duration' : 'fraction')) {
      at.refuse('InvalidValue', {
        value: kind, allowed: compared === 'share' ? 'a fraction or a percentage' : 'a duration or a percentage', fix: compared === 'share' ? 'write StableMargin.fraction(0.01)' : 'write StableMargin.duration(Duration.millis(50))',
      });
    }
    const side = compared === 'share' ? 'below' : 'above';
    if (kind === 'duration') {
      const millis = at.integer(at.instance(by, Duration, 'StableMargin.duration(Duration.millis(50))').toMilliseconds(), 0, 3_600_000, 'give 0 ms to 1 hour');
      return { operator: '-', bounds: { atMost: millis / 1000 }, condition: `no more than ${describeDuration(millis)} ${side} stable` };
    }
    const most = kind === 'fraction' || compared === 'share' ? (kind === 'fraction' ? 1 : 100) : 1000;
    if (typeof by !== 'number' || !(by >= 0 && by < most)) {
      at.refuse('InvalidValue', { value: by, allowed: `a number from 0 to below ${most}`, fix: kind === 'fraction' ? 'write StableMargin.fraction(0.01) for 1 % of all requests' : 'write StableMargin.percent(20)' });
    }
    if (kind === 'fraction') { return { operator: '-', bounds: { atLeast: by === 0 ? 0 : -by }, condition: `no more than ${by} ${side} stable` }; }
    const ratio = Number(((compared === 'share' ? 100 - by : 100 + by) / 100).toPrecision(12));
    return { operator: '/', bounds: compared === 'share' ? { atLeast: ratio } : { atMost: ratio }, condition: `no more than ${by} % ${side} stable` };
  }
}
