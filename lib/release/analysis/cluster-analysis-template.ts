import { Construct } from 'constructs';
import { type AnalysisTemplateProps, contentOf, createTemplate } from './analysis-template';
import type { TemplateContent, TemplateFacts } from './template-content';
import type { KubernetesObject } from '../../core/kubernetes-object';
import { NamePrefix } from '../../core/names';

/**
 * Metrics that releases of all namespaces are judged by. Secrets that they name are read in the namespace of each release.
 *
 * Creates a ClusterAnalysisTemplate.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#clusteranalysistemplates
 */
export class ClusterAnalysisTemplate extends Construct {
  /** The ClusterAnalysisTemplate. */
  public readonly resource: KubernetesObject;
  private readonly content: TemplateContent;

  /**
   * @param scope any construct below a Chart
   * @param id name of the ClusterAnalysisTemplate
   * @param props what it measures
   * @throws ConfigurationError `ConflictingProperties`, `InvalidName`, `InvalidValue`, `MissingValue`, `SecretInManifest`, `UnknownProperty`
   */
  public constructor(scope: Construct, id: string, props: AnalysisTemplateProps) {
    super(scope, id);
    this.content = contentOf(this, props);
    this.resource = createTemplate(this, 'Resource', 'ClusterAnalysisTemplate', props.name ?? `${NamePrefix.of(this)}${id}`, this.content);
  }

  /** @internal */
  public get _facts(): TemplateFacts {
    return { ...this.content, name: this.resource.name, clusterScope: true, namespace: undefined };
  }
}
