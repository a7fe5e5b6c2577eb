import type { BoundCanary } from './release-request';
import { secondsOf } from './timeline/canary-timeline';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** How many requests a service gets. */
export interface ExpectedTraffic {
  /** Requests in a second at the quietest time a release may fall into. */
  readonly requestsPerSecond: number;
  /**
   * The fewest requests that the canary must get at each weight.
   *
   * @default 100
   */
  readonly minimumRequests?: number;
}

const KNOWN: KnownProperties<ExpectedTraffic> = { requestsPerSecond: true, minimumRequests: true };

/**
 * Refuses steps whose requests would be too few to judge by: at each weight, those of all the time it holds.
 *
 * @internal
 */
export function checkExpectedTraffic(at: PropertyPath, traffic: ExpectedTraffic, bound: BoundCanary): void {
  const here = at.at('expectedTraffic');
  const { requestsPerSecond: rate, minimumRequests = 100 } = here.onlyKnown(traffic, KNOWN);
  if (typeof rate !== 'number' || !(rate > 0) || !Number.isFinite(rate)) {
    here.at('requestsPerSecond').refuse('InvalidValue', { value: rate, allowed: 'a number above 0', fix: 'give the requests in a second at the quietest time' });
  }
  here.at('minimumRequests').integer(minimumRequests, 1, 1e9);
  for (const [index, step] of bound.steps.entries()) {
    if (step.action.kind !== 'setWeight' || step.weight === 0) { continue; }
    const next = bound.steps.findIndex((other, i) => i > index && other.action.kind === 'setWeight');
    const during = bound.steps.slice(index, next === -1 ? undefined : next).map(other => secondsOf(other, bound.inline));
    if (during.includes(undefined)) { continue; } // a person looks
    const seconds = during.reduce<number>((sum, one) => sum + one!, 0);
    const requests = Math.floor(seconds * rate * step.weight / 100);
    if (seconds > 0 && requests < minimumRequests) {
      at.at('steps').at(index).refuse('ReleaseTooThin', {
        value: `${step.weight} % for ${seconds} s: about ${requests} requests`,
        allowed: `at least ${minimumRequests} requests at each weight, at ${rate} a second`,
        fix: `wait at least ${Math.ceil(minimumRequests * 100 / (rate * step.weight))} s there, begin with a higher weight, or lower minimumRequests`,
      });
    }
  }
}
