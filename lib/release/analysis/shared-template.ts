import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { createTemplate } from './analysis-template';
import type { RenderedMetric } from './metric-context';
import { renderTemplate, type TemplateFacts } from './template-content';
import { contentHash } from '../../core/hash';
import type { KubernetesObject } from '../../core/kubernetes-object';
import type { PropertyPath } from '../../core/property-path';

/**
 * The template of one metric. Releases of a chart with the same metric share it: its name says what is in it, so it never
 * changes under a release that runs.
 *
 * @internal
 */
export function sharedTemplate(at: PropertyPath, release: Construct, metric: RenderedMetric): { readonly object: KubernetesObject; readonly facts: TemplateFacts } {
  const content = renderTemplate(at, [metric]);
  const chart = Chart.of(release);
  // Of the chart as well: two charts may share a namespace, and are applied and deleted one without the other.
  const name = `${metric.name}-${contentHash({ chart: chart.node.path, spec: canonical(content.spec) })}`;
  const id = `AnalysisTemplate-${name}`;
  const object = (chart.node.tryFindChild(id) as KubernetesObject | undefined) ?? createTemplate(chart, id, 'AnalysisTemplate', name, content);
  return { object, facts: { ...content, name, clusterScope: false, namespace: object.namespace } };
}

/** JSON in which the order of properties says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (typeof member === 'object' && member !== null && !Array.isArray(member)
    ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member));
}
