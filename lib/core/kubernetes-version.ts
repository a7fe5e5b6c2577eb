import type { KubernetesFeature } from './kubernetes-features';
import { KUBERNETES_FEATURES } from './kubernetes-features';
import type { PropertyPath } from './property-path';

const OLDEST = 28;
const NEWEST = 37;

/**
 * The Kubernetes version a manifest is meant for. It decides field by field: use it, fall back, or refuse.
 *
 * @see https://kubernetes.io/releases/version-skew-policy/
 */
export class KubernetesVersion {
  /** Kubernetes 1.28, the oldest. */
  public static readonly V1_28 = new KubernetesVersion(28);
  /** Kubernetes 1.29. */
  public static readonly V1_29 = new KubernetesVersion(29);
  /** Kubernetes 1.30. */
  public static readonly V1_30 = new KubernetesVersion(30);
  /** Kubernetes 1.31. */
  public static readonly V1_31 = new KubernetesVersion(31);
  /** Kubernetes 1.32. */
  public static readonly V1_32 = new KubernetesVersion(32);
  /** Kubernetes 1.33. */
  public static readonly V1_33 = new KubernetesVersion(33);
  /** Kubernetes 1.34. */
  public static readonly V1_34 = new KubernetesVersion(34);
  /** Kubernetes 1.35. */
  public static readonly V1_35 = new KubernetesVersion(35);
  /** Kubernetes 1.36. */
  public static readonly V1_36 = new KubernetesVersion(36);
  /** Kubernetes 1.37, the newest. */
  public static readonly V1_37 = new KubernetesVersion(37);

  /**
   * What holds when no scope says otherwise: the oldest version in which native sidecars, the preStop sleep and
   * the budgets' eviction policy are all on by default.
   */
  public static readonly DEFAULT = KubernetesVersion.V1_31;

  /** Every version this library writes for, oldest first. */
  public static get ALL(): readonly KubernetesVersion[] {
    const { V1_28, V1_29, V1_30, V1_31, V1_32, V1_33, V1_34, V1_35, V1_36, V1_37 } = KubernetesVersion;
    return [V1_28, V1_29, V1_30, V1_31, V1_32, V1_33, V1_34, V1_35, V1_36, V1_37];
  }

  /**
   * Reads a version.
   *
   * @param version `1.33`, `v1.33` or `1.33.4`; the patch level does not matter
   * @throws RangeError when the version is not one of 1.28 to 1.37
   */
  public static of(version: string): KubernetesVersion {
    const match = /^v?1\.(\d{1,3})(\.\d+.*)?$/.exec(version);
    const minor = match === null ? NaN : Number(match[1]);
    if (!(minor >= OLDEST && minor <= NEWEST)) {
      throw new RangeError(`Kubernetes version ${JSON.stringify(version)} is not one of 1.${OLDEST} to 1.${NEWEST}; write it as "1.33"`);
    }
    return KubernetesVersion.ALL[minor - OLDEST]!;
  }

  private constructor(
    /** The 33 of 1.33. */
    public readonly minor: number,
  ) {}

  /** Whether this version is the given one or a later one. */
  public atLeast(other: KubernetesVersion): boolean {
    return this.minor >= other.minor;
  }

  /** Whether the API server of this version honours the feature's fields without any feature gate being set. */
  public supports(feature: KubernetesFeature): boolean {
    return this.minor >= KUBERNETES_FEATURES[feature].safeFrom;
  }

  /** Such as `1.33`. */
  public toString(): string {
    return `1.${this.minor}`;
  }

  /**
   * Refuses a feature that this version does not honour, and says which one would.
   *
   * @internal
   */
  public require(feature: KubernetesFeature, at: PropertyPath, value: unknown, otherwise?: string): void {
    if (this.supports(feature)) { return; }
    const { fields, safeFrom } = KUBERNETES_FEATURES[feature];
    at.refuse('UnsupportedByKubernetesVersion', {
      value,
      allowed: safeFrom > NEWEST
        ? `not ${fields.join(', ')}: no Kubernetes up to 1.${NEWEST} honours it by default`
        : `${fields.join(', ')} from Kubernetes 1.${safeFrom}; the target is ${this.toString()}`,
      fix: [
        ...(safeFrom > NEWEST ? [] : [`set the environment's kubernetesVersion to 1.${safeFrom} or later once the cluster is there`]),
        otherwise ?? 'leave it out',
      ].join(', or '),
    });
  }
}
