/**
 * The shapes of Argo Rollouts' kinds, for the compiler alone: what is said of kubernetes.ts in core holds here as well.
 */
export type { IAnalysisTemplateSpec } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplateSpec' with { 'resolution-mode': 'import' };
export type { IArgument } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Argument' with { 'resolution-mode': 'import' };
export type { IMetric } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Metric' with { 'resolution-mode': 'import' };
