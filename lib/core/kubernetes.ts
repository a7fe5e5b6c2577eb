/**
 * The shapes of Kubernetes' own kinds, for the compiler alone. They come from a published type package of today's
 * Kubernetes (later than the oldest we target; KubernetesVersion says what a target understands) and never reach
 * our public types, so that nobody who uses this library needs the package.
 */
export type { IAffinity } from 'kubernetes-models/v1/Affinity' with { 'resolution-mode': 'import' };
export type { IConfigMap } from 'kubernetes-models/v1/ConfigMap' with { 'resolution-mode': 'import' };
export type { IContainer } from 'kubernetes-models/v1/Container' with { 'resolution-mode': 'import' };
export type { IContainerPort } from 'kubernetes-models/v1/ContainerPort' with { 'resolution-mode': 'import' };
export type { IEnvFromSource } from 'kubernetes-models/v1/EnvFromSource' with { 'resolution-mode': 'import' };
export type { IEnvVar } from 'kubernetes-models/v1/EnvVar' with { 'resolution-mode': 'import' };
export type { ILifecycle } from 'kubernetes-models/v1/Lifecycle' with { 'resolution-mode': 'import' };
export type { ILifecycleHandler } from 'kubernetes-models/v1/LifecycleHandler' with { 'resolution-mode': 'import' };
export type { INodeSelectorRequirement } from 'kubernetes-models/v1/NodeSelectorRequirement' with { 'resolution-mode': 'import' };
export type { IPersistentVolumeClaimSpec } from 'kubernetes-models/v1/PersistentVolumeClaimSpec' with { 'resolution-mode': 'import' };
export type { IPersistentVolumeSpec } from 'kubernetes-models/v1/PersistentVolumeSpec' with { 'resolution-mode': 'import' };
export type { IPodSecurityContext } from 'kubernetes-models/v1/PodSecurityContext' with { 'resolution-mode': 'import' };
export type { IPodSpec } from 'kubernetes-models/v1/PodSpec' with { 'resolution-mode': 'import' };
export type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec' with { 'resolution-mode': 'import' };
export type { IProbe } from 'kubernetes-models/v1/Probe' with { 'resolution-mode': 'import' };
export type { IResourceRequirements } from 'kubernetes-models/v1/ResourceRequirements' with { 'resolution-mode': 'import' };
export type { ISecurityContext } from 'kubernetes-models/v1/SecurityContext' with { 'resolution-mode': 'import' };
export type { IServicePort } from 'kubernetes-models/v1/ServicePort' with { 'resolution-mode': 'import' };
export type { IServiceSpec } from 'kubernetes-models/v1/ServiceSpec' with { 'resolution-mode': 'import' };
export type { IToleration } from 'kubernetes-models/v1/Toleration' with { 'resolution-mode': 'import' };
export type { ITopologySpreadConstraint } from 'kubernetes-models/v1/TopologySpreadConstraint' with { 'resolution-mode': 'import' };
export type { IVolume } from 'kubernetes-models/v1/Volume' with { 'resolution-mode': 'import' };
export type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount' with { 'resolution-mode': 'import' };
export type { IDaemonSetSpec } from 'kubernetes-models/apps/v1/DaemonSetSpec' with { 'resolution-mode': 'import' };
export type { IDeploymentSpec } from 'kubernetes-models/apps/v1/DeploymentSpec' with { 'resolution-mode': 'import' };
export type { IStatefulSetSpec } from 'kubernetes-models/apps/v1/StatefulSetSpec' with { 'resolution-mode': 'import' };
export type { IDeploymentStrategy } from 'kubernetes-models/apps/v1/DeploymentStrategy' with { 'resolution-mode': 'import' };
export type { IHorizontalPodAutoscalerSpec } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscalerSpec' with { 'resolution-mode': 'import' };
export type { IHPAScalingRules } from 'kubernetes-models/autoscaling/v2/HPAScalingRules' with { 'resolution-mode': 'import' };
export type { IMetricSpec } from 'kubernetes-models/autoscaling/v2/MetricSpec' with { 'resolution-mode': 'import' };
export type { ICronJobSpec } from 'kubernetes-models/batch/v1/CronJobSpec' with { 'resolution-mode': 'import' };
export type { IJobSpec } from 'kubernetes-models/batch/v1/JobSpec' with { 'resolution-mode': 'import' };
export type { IIngressSpec } from 'kubernetes-models/networking.k8s.io/v1/IngressSpec' with { 'resolution-mode': 'import' };
export type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule' with { 'resolution-mode': 'import' };
export type { INetworkPolicyIngressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule' with { 'resolution-mode': 'import' };
export type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer' with { 'resolution-mode': 'import' };
export type { INetworkPolicyPort } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort' with { 'resolution-mode': 'import' };
export type { INetworkPolicySpec } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec' with { 'resolution-mode': 'import' };
export type { IPodDisruptionBudgetSpec } from 'kubernetes-models/policy/v1/PodDisruptionBudgetSpec' with { 'resolution-mode': 'import' };
export type { IPolicyRule } from 'kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule' with { 'resolution-mode': 'import' };
export type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1/StorageClass' with { 'resolution-mode': 'import' };
