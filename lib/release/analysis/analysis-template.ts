import { Construct } from 'constructs';
import { ApplicationMetrics } from './application-metrics';
import type { Metric } from './metric';
import { subjectOfTemplate } from './metric-context';
import { checkArguments, refuseClashes, refuseUnused, renderMetrics, renderTemplate, type TemplateContent, type TemplateFacts } from './template-content';
import { Environment } from '../../core/environment';
import { KubernetesObject } from '../../core/kubernetes-object';
import { MANAGED_BY } from '../../core/labels';
import { NamePrefix } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import type { IRequestMetrics } from '../../core/request-metrics';

/** What a template measures. */
export interface AnalysisTemplateProps {
  /** What is judged, each under a name of its own. For an analysis that has to end by itself they need a `count`. */
  readonly metrics: Metric[];
  /**
   * Where requests are counted, for metrics that do not say. A template knows no release, and so no router.
   *
   * @default - by the application: `ApplicationMetrics.http()`
   */
  readonly requests?: IRequestMetrics;
  /**
   * Values of arguments in queries, for releases that give none.
   *
   * @default - none: each release has to give them, but for those that it gives anyway, such as `service-name`
   */
  readonly args?: { readonly [name: string]: string };
  /**
   * Name of the object.
   *
   * @default - the construct's id, after the prefixes of `NamePrefix`
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<AnalysisTemplateProps> = { metrics: true, requests: true, args: true, name: true };

/**
 * Metrics that several releases of a namespace are judged by.
 *
 * Creates an AnalysisTemplate. Releases that make their own by `metrics` need none.
 *
 * @example
 *
 * const provider = Prometheus.at('http://prometheus.monitoring:9090');
 * const successRate = new AnalysisTemplate(chart, 'success-rate', { metrics: [Metric.successRate({ provider, atLeast: 0.95 })] });
 * Analysis.background({ templates: [successRate] })
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export class AnalysisTemplate extends Construct {
  /** The AnalysisTemplate. */
  public readonly resource: KubernetesObject;
  private readonly content: TemplateContent;

  /**
   * @param scope any construct below a Chart
   * @param id name of the AnalysisTemplate
   * @param props what it measures
   * @throws ConfigurationError `ConflictingProperties`, `InvalidName`, `InvalidValue`, `MissingValue`, `SecretInManifest`, `UnknownProperty`
   */
  public constructor(scope: Construct, id: string, props: AnalysisTemplateProps) {
    super(scope, id);
    this.content = contentOf(this, props);
    this.resource = createTemplate(this, 'Resource', 'AnalysisTemplate', props.name ?? `${NamePrefix.of(this)}${id}`, this.content);
  }

  /** @internal */
  public get _facts(): TemplateFacts {
    return { ...this.content, name: this.resource.name, clusterScope: false, namespace: this.resource.namespace };
  }
}

/** @internal */
export function contentOf(template: Construct, props: AnalysisTemplateProps): TemplateContent {
  const at = new PropertyPath(template, '');
  at.onlyKnown(props, KNOWN);
  const requestMetrics = props.requests ?? ApplicationMetrics.http();
  const metrics = renderMetrics(at.at('metrics'), props.metrics, { purpose: 'background', requestMetrics, subject: subjectOfTemplate });
  if (metrics.length === 0) { at.at('metrics').refuse('MissingValue', { value: [], allowed: 'at least one metric', fix: 'write [Metric.successRate({ provider, atLeast: 0.95 })]' }); }
  refuseClashes(at.at('metrics'), metrics);
  const args = checkArguments(at.at('args'), props.args ?? {});
  const content = renderTemplate(at.at('metrics'), metrics, args);
  refuseUnused(at.at('args'), args, [...content.takes.keys()]);
  return content;
}

/** @internal */
export function createTemplate(scope: Construct, id: string, kind: 'AnalysisTemplate' | 'ClusterAnalysisTemplate', name: string, content: TemplateContent): KubernetesObject {
  const { partOf, team } = Environment.of(scope);
  return new KubernetesObject(scope, id, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind,
    name,
    ...kind === 'ClusterAnalysisTemplate' ? { clusterScoped: true } : {},
    labels: {
      'app.kubernetes.io/managed-by': MANAGED_BY,
      ...partOf === undefined ? {} : { 'app.kubernetes.io/part-of': partOf },
      ...team === undefined ? {} : { team },
    },
    content: { spec: () => content.spec },
  });
}
