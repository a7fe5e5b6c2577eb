import { Duration } from 'cdk8s';
import { CanaryStep } from './canary-step';

/** Steps that many releases have in common. Each returns a plain list, to which steps of one's own can be added. */
export class CanarySteps {
  /**
   * The same pause at each weight.
   *
   * @param weights rising, such as `[5, 20, 50, 80]`
   * @param pause at each weight, whole seconds
   */
  public static ramp(weights: readonly number[], pause: Duration): CanaryStep[] {
    return weights.flatMap(weight => [CanaryStep.setWeight(weight), CanaryStep.pause(pause)]);
  }

  /** 5 % for 5 minutes, 20 % and 50 % for 10, 80 % for 5: half an hour, in which most faults show. */
  public static standard(): CanaryStep[] {
    return [
      ...CanarySteps.ramp([5], Duration.minutes(5)), ...CanarySteps.ramp([20, 50], Duration.minutes(10)), ...CanarySteps.ramp([80], Duration.minutes(5)),
    ];
  }

  /** 1 %, 5 %, 10 %, 25 %, 50 % and 75 %, ten minutes each: an hour, for services with much traffic and much to lose. */
  public static cautious(): CanaryStep[] {
    return CanarySteps.ramp([1, 5, 10, 25, 50, 75], Duration.minutes(10));
  }

  /** 20 % and 50 %, three minutes each: for services whose faults show at once, and just long enough for three bad measurements. */
  public static fast(): CanaryStep[] {
    return CanarySteps.ramp([20, 50], Duration.minutes(3));
  }

  /** 25 %, 50 % and 75 %, five minutes each: what four replicas can give by their number alone. */
  public static quarters(): CanaryStep[] {
    return CanarySteps.ramp([25, 50, 75], Duration.minutes(5));
  }

  /** 10 % until a person promotes it, then 50 % for five minutes. */
  public static approved(): CanaryStep[] {
    return [CanaryStep.setWeight(10), CanaryStep.pauseUntilPromoted(), ...CanarySteps.ramp([50], Duration.minutes(5))];
  }

  private constructor() {}
}
