import { Duration } from 'cdk8s';
import type { PropertyPath } from '../core/property-path';

/** When the new version of a blue-green release takes over. */
export class Promotion {
  /**
   * As soon as its pods are available and the analysis before it has passed.
   *
   * @param delay to be waited for first, whole seconds
   */
  public static automatic(delay: Duration = Duration.seconds(0)): Promotion {
    return new Promotion(delay);
  }

  /** When a person says so: `kubectl argo rollouts promote NAME`. */
  public static manual(): Promotion {
    return new Promotion(undefined);
  }

  private constructor(private readonly delay: Duration | undefined) {}

  /** Seconds; nothing when a person does it. @internal */
  public _after(at: PropertyPath): number | undefined {
    return this.delay === undefined ? undefined : at.at('delay').seconds(this.delay, 0, 604_800, 'give whole seconds, at most a week', 'Duration.minutes(5)');
  }
}
