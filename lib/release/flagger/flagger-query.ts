import type { PlainFields } from '../../core/measurement';
import type { PropertyPath } from '../../core/property-path';
import { type MetricSubject, PodSet } from '../../core/request-metrics';
import type { AnalysisContext } from '../analysis/analysis-context';
import { refuseUnused } from '../analysis/template-content';

/** What the API server makes names of: no vowels, so hardly a word of a person's own. */
const RANDOM = '[b-df-hj-np-tv-xz24-9]';

/** Argument and function of Flagger that say the same. */
const KNOWN: Readonly<Record<string, string>> = {
  'namespace': '{{ namespace }}',
  'workload': '{{ target }}',
  'service-name': '{{ service }}-canary',
  'stable-service-name': '{{ service }}-primary',
  'ingress': '{{ ingress }}',
};

/**
 * The arguments of a template in place of names, so that several releases can share it. Flagger's pods are told apart by name:
 * those of its primary Deployment, `<target>-primary`, and those of the target itself.
 *
 * @internal
 */
export function subjectOfFlagger(set: PodSet): MetricSubject {
  const workload = set === PodSet.CANARY ? '{{args.workload}}' : '{{args.workload}}-primary';
  return {
    namespace: '{{args.namespace}}',
    workload,
    pods: `${workload}-${RANDOM}{1,10}-${RANDOM}{5}`,
    service: set === PodSet.CANARY ? '{{args.service-name}}' : '{{args.stable-service-name}}',
    ingress: '{{args.ingress}}',
    set,
  };
}

/**
 * Queries with `{{args.NAME}}` as Flagger's templates: names that the release knows become its functions, others their values.
 *
 * @internal
 */
export class FlaggerQuery {
  private readonly used = new Set<string>();

  public constructor(private readonly context: AnalysisContext, private readonly args: Readonly<Record<string, string>>) {}

  public translate(at: PropertyPath, text: string): string {
    const rest: string[] = [];
    const translated = text.split(/(\{\{\s*args\.[^{}\s]+\s*\}\})/).map(part => {
      const name = /^\{\{\s*args\.([^{}\s]+)\s*\}\}$/.exec(part)?.[1];
      if (name === undefined) {
        rest.push(part);
        return part;
      }
      return this.valueOf(at, name);
    }).join('');
    if (rest.some(part => part.includes('{{'))) {
      at.refuse('InvalidValue', { value: text, allowed: 'nothing but {{args.NAME}} in double braces', fix: 'write {{args.service-name}}, or an argument of your own' });
    }
    return translated;
  }

  /** What Flagger does not take for a template: only values may stand there. */
  public literal<T extends PlainFields>(at: PropertyPath, fields: T): T {
    return JSON.parse(JSON.stringify(fields), (_, value: unknown) => {
      const text = typeof value === 'string' ? this.translate(at, value) : value;
      if (typeof text === 'string' && text.includes('{{')) {
        at.refuse('UnsupportedByController', { value: text, allowed: 'addresses and headers that are the same for every release', fix: 'give the argument a value in "args", or move it into the query' });
      }
      return text;
    }) as T;
  }

  /** Refuses arguments that no query has taken. */
  public refuseUnused(at: PropertyPath): void {
    refuseUnused(at, this.args, [...this.used]);
  }

  private valueOf(at: PropertyPath, name: string): string {
    this.used.add(name);
    if (Object.hasOwn(this.args, name)) { return this.args[name]!; }
    if (name === 'canary-hash' || name === 'stable-hash') {
      return at.refuse('UnsupportedByController', { value: `{{args.${name}}}`, allowed: 'names of Services and workloads: Flagger tells no query the hash of a version', fix: 'tell the pods apart by name, such as pod=~"{{args.workload}}-[^-]+-[^-]+"' });
    }
    const known = KNOWN[name];
    if (known === undefined || (name === 'ingress' && this.context.ingress === undefined)) {
      return at.refuse('MissingValue', {
        value: undefined,
        allowed: `a value for {{args.${name}}}; the release itself knows ${Object.keys(KNOWN).filter(key => key !== 'ingress' || this.context.ingress !== undefined).sort().join(', ')}`,
        fix: name === 'ingress' ? 'count requests elsewhere: requests: ApplicationMetrics.http()' : `add args: { '${name}': '…' }, or correct the name in the query`,
      });
    }
    return known;
  }
}
