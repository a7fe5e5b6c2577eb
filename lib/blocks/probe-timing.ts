import type { Duration } from 'cdk8s';
import type { IProbe } from '../core/kubernetes';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** How often a check is made, and how many failures count. */
export interface ProbeTiming {
  /**
   * Time between two checks, whole seconds.
   *
   * @default - 5 s for readiness and startup, 10 s for liveness
   */
  readonly period?: Duration;

  /**
   * Time after which a check has failed, whole seconds, at most the period.
   *
   * @default - 2 s for readiness and startup, 5 s for liveness
   */
  readonly timeout?: Duration;

  /**
   * Failures in a row after which the pod gets no more requests (readiness) or is restarted (liveness).
   *
   * @default - 3 for readiness, 6 for liveness
   */
  readonly failureThreshold?: number;
}

const KNOWN: KnownProperties<ProbeTiming> = { period: true, timeout: true, failureThreshold: true };

/** @internal */
export function renderTiming(at: PropertyPath, timing: ProbeTiming = {}, period: number, timeout: number, failures: number): Pick<IProbe, 'periodSeconds' | 'timeoutSeconds' | 'failureThreshold'> {
  at.onlyKnown(timing, KNOWN);
  const periodSeconds = timing.period === undefined ? period : wholeSeconds(at.at('period'), timing.period, 300);
  const timeoutSeconds = timing.timeout === undefined ? Math.min(timeout, periodSeconds) : wholeSeconds(at.at('timeout'), timing.timeout, 300);
  if (timeoutSeconds > periodSeconds) {
    at.at('timeout').refuse('InvalidValue', { value: `${timeoutSeconds} s`, allowed: `at most the period, ${periodSeconds} s`, fix: 'shorten the timeout or lengthen the period' });
  }
  return {
    failureThreshold: timing.failureThreshold === undefined ? failures : at.at('failureThreshold').integer(timing.failureThreshold, 1, 100),
    periodSeconds,
    timeoutSeconds,
  };
}

/** @internal */
export function wholeSeconds(at: PropertyPath, duration: Duration, max: number): number {
  return at.seconds(duration, 1, max, `give whole seconds from 1 to ${max}`, 'Duration.seconds(10)');
}
