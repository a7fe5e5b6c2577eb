import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { createTemplate } from './analysis-template';
import type { RenderedMetric } from './metric-context';
import { renderTemplate, type TemplateFacts } from './template-content';
import { contentHash } from '../../core/hash';
import type { KubernetesObject } from '../../core/kubernetes-object';
import type { PropertyPath } from '../../core/property-path';

/**
 * The template of one metric, which releases of a chart with the same metric share.
 *
 * @internal
 */
export function sharedTemplate(at: PropertyPath, release: Construct, metric: RenderedMetric): { readonly object: KubernetesObject; readonly facts: TemplateFacts } {
  const content = renderTemplate(at, [metric]);
  const object = sharedByChart(release, 'AnalysisTemplate', metric.name, canonical(content.spec), (chart, id, name) => createTemplate(chart, id, 'AnalysisTemplate', name, content));
  return { object, facts: { ...content, name: object.name, clusterScope: false, namespace: object.namespace } };
}

/**
 * What the releases of a chart with the same metric share. Its name says what is in it, so it never changes under a release that runs.
 *
 * @param spec what is in it, as text
 * @param create makes the first
 * @internal
 */
export function sharedByChart(release: Construct, kind: string, metric: string, spec: string, create: (chart: Chart, id: string, name: string) => KubernetesObject): KubernetesObject {
  const chart = Chart.of(release);
  // Of the chart as well: two charts may share a namespace, and are applied and deleted one without the other.
  const name = `${metric}-${contentHash({ chart: chart.node.path, spec })}`;
  const id = `${kind}-${name}`;
  return (chart.node.tryFindChild(id) as KubernetesObject | undefined) ?? create(chart, id, name);
}

/** JSON in which the order of properties says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (typeof member === 'object' && member !== null && !Array.isArray(member)
    ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member));
}
