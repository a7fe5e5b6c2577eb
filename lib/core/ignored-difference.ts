/**
 * Fields of an object that a controller writes while the manifest states how they begin: a deployer that compares the two must
 * leave them alone, or it undoes the controller's work. Plain data, for whichever deployer is there.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
 */
export interface IgnoredDifference {
  /** API group of the object, such as `networking.istio.io`; empty for Kubernetes' core. */
  readonly group: string;
  /** Kind of the object. */
  readonly kind: string;
  /** Name of the object. */
  readonly name: string;
  /** Its namespace, where it is known. */
  readonly namespace?: string;
  /** The fields, as jq path expressions such as `.spec.http[].route[].weight`. */
  readonly jqPathExpressions: readonly string[];
  /** Who writes them, and when. */
  readonly reason: string;
}
