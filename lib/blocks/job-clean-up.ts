import type { Duration } from 'cdk8s';
import type { PropertyPath } from '../core/property-path';

/** A hundred days. */
const LONGEST = 100 * 86_400;

/** Who removes a Job that has ended. */
export class CleanUp {
  /** Nobody but whoever made it: a Job that is gone would be made again, and run again, at the next apply of its manifest. */
  public static never(): CleanUp {
    return new CleanUp();
  }

  /**
   * Kubernetes, some time after the end.
   *
   * @param time how long the Job and its logs stay, 1 minute to 100 days
   * @param reason why nothing applies the manifest again afterwards, at least 10 characters: GitOps would, and the Job would run again
   */
  public static after(time: Duration, reason: string): CleanUp {
    return new CleanUp(time, reason);
  }

  private constructor(private readonly time?: Duration, private readonly reason?: string) {}

  /** Seconds from the end of the Job. @internal */
  public _render(at: PropertyPath): number | undefined {
    if (this.time === undefined) { return undefined; }
    at.at('after').reason(this.reason);
    return at.at('after').seconds(this.time, 60, LONGEST, 'give whole seconds, 1 minute to 100 days', 'Duration.hours(24)');
  }
}
