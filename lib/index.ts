export { CloudIdentity } from './blocks/cloud-identity';
export type { ConfigFiles } from './blocks/config-files';
export { type ConnectionVariableNames, ConnectionVariables } from './blocks/connection-variables';
export type { AllowOptions, ConnectOptions } from './blocks/connections';
export type { ContainerProps } from './blocks/container';
export { DisruptionBudget } from './blocks/disruption-budget';
export type { EnvironmentVariables, IEnvValue } from './blocks/environment-variables';
export { ExternalEndpoint, type ExternalEndpointOptions } from './blocks/external-endpoint';
export { ExternalNameService, type ExternalNameServiceProps } from './blocks/external-name-service';
export {
  type ExecHealthOptions, type GrpcHealthOptions, Health, type HealthTiming, type HttpHealthOptions, type ProbeHealthOptions, type TcpHealthOptions,
} from './blocks/health';
export { Namespace, type NamespaceProps, PodSecurityLevel } from './blocks/namespace';
export type { Permission } from './blocks/permission';
export { type Colocation, type DedicatedPool, type PlacementOptions, Spread } from './blocks/placement';
export type { PodOptions } from './blocks/pod-options';
export type { Mount, ScratchDirectories } from './blocks/pod-volumes';
export type { ProbeTiming } from './blocks/probe-timing';
export type { RolloutOptions } from './blocks/rolling-update';
export {
  type HeadlessOptions, type LoadBalancerOptions, type NodePortOptions, ServiceExposure, type ServiceOptions, TrafficDistribution,
} from './blocks/service-exposure';
export { type ExistingAccountOptions, Identity, type OwnAccountOptions } from './blocks/service-identity';
export type { ObjectNames } from './blocks/service-names';
export type { InitContainerProps, SidecarProps } from './blocks/sidecar';
export { type ClusterPeer, DnsProfile, type MeshOptions, MeshProfile, type PeerPort } from './core/cluster-profile';
export type { Connection, ConnectionCaller, ConnectionEdge, ConnectionPort, FqdnEgressRequest, FqdnEgressRule, IConnectable, IFqdnEgress } from './core/connection';
export { Availability, type EffectiveEnvironment, Environment, type EnvironmentProps, ImagePullPolicy } from './core/environment';
export { ConfigurationError, type ConfigurationErrorCode, type ConfigurationErrorDetails } from './core/errors';
export { type Finding, Findings } from './core/findings';
export { type HttpHeaders, SecretHeader } from './core/http-headers';
export { ImageReference } from './core/image-reference';
export { KUBERNETES_FEATURES, type KubernetesFeature, type KubernetesFeatureData } from './core/kubernetes-features';
export { KubernetesObject, type KubernetesObjectProps } from './core/kubernetes-object';
export { KubernetesVersion } from './core/kubernetes-version';
export { EmptyResult, MeasuredResult } from './core/measured-result';
export type { FlaggerMeasurement, IMeasurement, IQueryProvider, MeasurementFields, MeasurementSecret, PlainFields } from './core/measurement';
export { NamePrefix } from './core/names';
export { type CidrPeerOptions, NetworkPeer, type PodPeerOptions } from './core/network-peer';
export { Port, type PortOptions, Protocol } from './core/port';
export type { ICpu } from './core/quantity';
export type { IReleaseStrategy } from './core/release';
export { type AutoscaledReplicasOptions, Replicas, type ScalingBehavior } from './core/replicas';
export { type IRequestMetrics, type MetricSubject, PodSet } from './core/request-metrics';
export { type GuaranteedResourcesOptions, Resources, type ResourcesOptions } from './core/resources';
export { type DescribedObject, type ExternalMetricOptions, ScalingMetric } from './core/scaling-metric';
export { Shutdown, type ShutdownOptions } from './core/shutdown';
export { CiliumFqdnEgress } from './integrations/cilium/cilium-fqdn-egress';
export { CloudWatch, type CloudWatchOptions } from './integrations/cloudwatch/cloud-watch';
export type { CloudWatchMetric, CloudWatchQuery } from './integrations/cloudwatch/cloud-watch-query';
export { Datadog, DatadogAggregator, type DatadogOptions } from './integrations/datadog/datadog';
export { NewRelic, type NewRelicOptions } from './integrations/new-relic/new-relic';
export type { OAuth2Client } from './integrations/prometheus/oauth2-client';
export { Prometheus, type PrometheusOptions, type SigV4Signature } from './integrations/prometheus/prometheus';
export { Web, type WebBodyOptions, type WebOptions } from './integrations/web/web';
export { Analysis, type AnalysisOptions, type BackgroundAnalysisOptions } from './release/analysis';
export { AnalysisTemplate, type AnalysisTemplateProps } from './release/analysis-template';
export { type ApplicationMetricNames, ApplicationMetrics } from './release/application-metrics';
export { ClusterAnalysisTemplate } from './release/cluster-analysis-template';
export { ExistingAnalysisTemplate, type ExistingAnalysisTemplateOptions } from './release/existing-analysis-template';
export { JobRun, type JobRunOptions } from './release/job-run';
export { type CustomMeasurementOptions, Measurement } from './release/measurement';
export { Metric } from './release/metric';
export {
  type ConditionOptions, type ErrorBudgetBurnOptions, type LatencyOptions, LimitedResource, type MeasurementOptions, type MetricOptions, type PromQlMetricOptions, type QueryOptions,
  type RequestMetricOptions, type SaturationOptions, type SuccessRateOptions,
} from './release/metric-options';
export { StableMargin } from './release/stable-margin';
export { ProductionService } from './workloads/production-service';
export type { ProductionServiceProps } from './workloads/production-service-props';
