import type { AnalysisContext } from './analysis-context';
import type { TemplateFacts } from './template-content';
import { refuseUnused } from './template-content';
import type { PlainFields } from '../../core/measurement';
import type { PropertyPath } from '../../core/property-path';

/**
 * The arguments of an analysis: exactly those that its templates take and have no value for.
 *
 * @param given values of the user's, which count before what the release knows
 * @internal
 */
export function renderArguments(at: PropertyPath, templates: readonly TemplateFacts[], given: Readonly<Record<string, string>>, context: AnalysisContext): PlainFields[] {
  const taken = new Map<string, string | undefined>();
  for (const template of templates) {
    for (const [name, value] of template.takes) {
      const other = taken.get(name);
      if (other !== undefined && value !== undefined && other !== value) {
        at.at('templates').refuse('ConflictingProperties', { value: template.name, allowed: `one default of the argument '${name}'; the templates have '${other}' and '${value}'`, fix: 'rename it in one of them, or make two analyses' });
      }
      taken.set(name, other ?? value);
    }
  }
  refuseUnused(at.at('args'), given, [...taken.keys()]);
  return [...taken].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, byDefault]) => {
    if (Object.hasOwn(given, name)) { return [{ name, value: given[name] }]; }
    return byDefault === undefined ? [{ name, ...known(at, name, context) }] : [];
  });
}

function known(at: PropertyPath, name: string, context: AnalysisContext): PlainFields {
  switch (name) {
    case 'canary-hash': return { valueFrom: { podTemplateHashValue: 'Latest' } };
    case 'stable-hash': return { valueFrom: { podTemplateHashValue: 'Stable' } };
    case 'namespace': return context.namespace === undefined ? { valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } } : { value: context.namespace };
    case 'service-name': return { value: context.canaryService ?? refuseService(at, name) };
    case 'stable-service-name': return { value: context.stableService ?? refuseService(at, name) };
    case 'workload': return { value: context.workload };
    case 'ingress':
      return context.ingress === undefined
        ? at.at('args').at(name).refuse('MissingValue', { value: undefined, allowed: 'the name of the Ingress under which requests are counted; the router of this release has none', fix: 'count them elsewhere: requests: ApplicationMetrics.http(); or name it' })
        : { value: context.ingress };
    default:
      return at.at('args').at(name).refuse('MissingValue', {
        value: undefined, allowed: `a value for {{args.${name}}}; the release itself knows canary-hash, ingress, namespace, service-name, stable-hash, stable-service-name and workload`, fix: `add args: { '${name}': '…' }, or correct the name in the query`,
      });
  }
}

function refuseService(at: PropertyPath, name: string): never {
  return at.at('args').at(name).refuse('MissingValue', {
    value: undefined,
    allowed: 'the name of a Service in front of one version; this release has none: it is a worker, or its router tells the versions apart by itself',
    fix: 'tell them apart by their pods ({{args.workload}}, {{args.canary-hash}}), name a Service, or split by hosts: TrafficRouting.istio({ split: IstioSplit.hosts() })',
  });
}
