import { Metric } from './metric';
import type { MetricContext, RenderedMetric } from './metric-context';
import { argumentsIn } from './template-arguments';
import type { PropertyPath } from '../../core/property-path';
import { looksSecret, NOT_SHOWN } from '../../core/secrets';
import type { IAnalysisTemplateSpec, IArgument } from '../argo/argo-types';

/** A template, as an analysis refers to it. @internal */
export interface TemplateFacts {
  readonly name: string;
  readonly clusterScope: boolean;
  /** Nothing for a cluster-scoped one, and where the chart names none. */
  readonly namespace: string | undefined;
  /** The arguments that a release may give, with their defaults. */
  readonly takes: ReadonlyMap<string, string | undefined>;
  readonly metrics: readonly RenderedMetric[];
}

/** The `spec` of a template, and what is known of it. @internal */
export interface TemplateContent extends Pick<TemplateFacts, 'takes' | 'metrics'> {
  readonly spec: IAnalysisTemplateSpec;
}

/**
 * Declares exactly the arguments that the metrics use.
 *
 * @param at where the metrics stand
 * @param defaults values of arguments, for releases that give none
 * @internal
 */
export function renderTemplate(at: PropertyPath, metrics: readonly RenderedMetric[], defaults: Readonly<Record<string, string>> = {}): TemplateContent {
  const secrets = new Map(metrics.flatMap(metric => metric.secrets).map(secret => [secret.argument, secret]));
  const used = argumentsIn(at, metrics.map(metric => metric.fields));
  const takes = new Map(used.filter(name => !secrets.has(name)).map(name => [name, Object.hasOwn(defaults, name) ? defaults[name] : undefined]));
  const args = used.map((name): IArgument => {
    const secret = secrets.get(name);
    if (secret !== undefined) { return { name, valueFrom: { secretKeyRef: { name: secret.secret, key: secret.key } } }; }
    const value = takes.get(name);
    return { name, ...value === undefined ? {} : { value } };
  });
  const dryRun = metrics.filter(metric => metric.dryRun).map(({ name }) => ({ metricName: `^${name}$` })); // a regular expression, and names may begin alike
  return {
    spec: { ...args.length === 0 ? {} : { args }, ...dryRun.length === 0 ? {} : { dryRun }, metrics: metrics.map(metric => metric.fields) },
    takes,
    metrics,
  };
}

/** Values of arguments, each of which something takes. @internal */
export function checkArguments(at: PropertyPath, args: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(at.record(args, 'texts by the names of arguments', "{ 'route': '/checkout' }"))) {
    const here = at.at(name);
    if (!/^[a-zA-Z0-9]([-.\w]*[a-zA-Z0-9])?$/.test(name)) { here.refuse('InvalidName', { value: name, allowed: 'letters, digits, "-", "_" and "."', fix: 'rename it' }); }
    here.literal(value);
    if (looksSecret(value)) { here.refuse('SecretInManifest', { value: NOT_SHOWN, allowed: 'nothing secret: manifests are kept and read in many places', fix: "read it from a Secret: SecretHeader.of('gate', 'token', 'Bearer ')" }); }
    if (value.includes('{{')) { here.refuse('InvalidValue', { value, allowed: 'a text without {{…}}, which is not replaced here', fix: 'write what it stands for' }); }
  }
  return args;
}

/** @internal */
export function refuseUnused(at: PropertyPath, args: Readonly<Record<string, string>>, taken: readonly string[]): void {
  for (const [name, value] of Object.entries(args)) {
    if (!taken.includes(name)) {
      at.at(name).refuse('UnknownProperty', {
        value, allowed: taken.length === 0 ? 'nothing: no query takes an argument' : `the arguments that queries take: ${[...taken].sort().join(', ')}`, fix: `use it as {{args.${name}}}, or remove it`,
      });
    }
  }
}

/** Refuses what the metrics of one analysis may not share: a name, and an argument that stands for several Secrets. @internal */
export function refuseClashes(at: PropertyPath, metrics: readonly RenderedMetric[]): void {
  const seen = new Set<string>();
  const secrets = new Map<string, string>();
  for (const metric of metrics) {
    if (seen.has(metric.name)) { at.refuse('InvalidName', { value: metric.name, allowed: 'a name that no other metric of the analysis has', fix: "give one of them another: { name: 'checkout-success-rate', … }" }); }
    seen.add(metric.name);
    for (const { argument, secret, key } of metric.secrets) {
      const source = `${secret}/${key}`;
      if ((secrets.get(argument) ?? source) !== source) { at.refuse('ConflictingProperties', { value: argument, allowed: 'one Secret for each argument of an analysis', fix: 'name one of the arguments otherwise' }); }
      secrets.set(argument, source);
    }
  }
}

/** @internal */
export function renderMetrics(at: PropertyPath, metrics: readonly Metric[], context: MetricContext): RenderedMetric[] {
  return at.list(metrics).map((metric, i) => at.at(i).instance(metric, Metric, 'Metric.successRate({ provider, atLeast: 0.95 })')._render(at.at(i), context));
}
