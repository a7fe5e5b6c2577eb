import type { PropertyPath } from '../../core/property-path';

/**
 * When a volume is provisioned for a claim.
 *
 * @see https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
 */
export class VolumeBindingMode {
  /** When the first pod that uses the claim is scheduled: the volume is made where the pod can run. */
  public static waitForFirstConsumer(): VolumeBindingMode {
    return new VolumeBindingMode('WaitForFirstConsumer');
  }

  /**
   * At once, in any zone: the pods must follow it there, whatever else they need.
   *
   * @param reason why every node reaches every volume, at least 10 characters
   */
  public static immediate(reason: string): VolumeBindingMode {
    return new VolumeBindingMode('Immediate', reason);
  }

  private constructor(private readonly mode: 'WaitForFirstConsumer' | 'Immediate', private readonly reason?: string) {}

  /** @internal */
  public _render(at: PropertyPath): 'WaitForFirstConsumer' | 'Immediate' {
    if (this.mode === 'Immediate') { at.at('immediate').reason(this.reason); }
    return this.mode;
  }
}
