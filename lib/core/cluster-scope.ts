import type { ApiObject } from 'cdk8s';

/** Kinds of Kubernetes' own that belong to no namespace, whatever namespace cdk8s writes into them. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'APIService', 'ClusterRole', 'ClusterRoleBinding', 'CSIDriver', 'CustomResourceDefinition', 'DeviceClass', 'FlowSchema', 'IngressClass', 'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding', 'MutatingWebhookConfiguration', 'Namespace', 'Node', 'PersistentVolume', 'PriorityClass', 'PriorityLevelConfiguration',
  'RuntimeClass', 'StorageClass', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration', 'VolumeAttributesClass',
]);

const DECLARED = new WeakSet<ApiObject>();

/** For a kind of somebody else's that belongs to no namespace, such as cert-manager's ClusterIssuer. @internal */
export function declareClusterScoped(object: ApiObject): void {
  DECLARED.add(object);
}

/** @internal */
export function isClusterScoped(object: ApiObject): boolean {
  return DECLARED.has(object) || CLUSTER_KINDS.has(object.kind);
}
