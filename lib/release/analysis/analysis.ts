import { renderArguments } from './analysis-arguments';
import type { AnalysisContext, AnalysisPurpose, BoundAnalysis } from './analysis-context';
import { AnalysisTemplate } from './analysis-template';
import { ClusterAnalysisTemplate } from './cluster-analysis-template';
import { ExistingAnalysisTemplate } from './existing-analysis-template';
import type { Metric } from './metric';
import { subjectOfTemplate } from './metric-context';
import { sharedTemplate } from './shared-template';
import { checkArguments, refuseClashes, renderMetrics, type TemplateFacts } from './template-content';
import type { KnownProperties, PropertyPath } from '../../core/property-path';

/** What a release is judged by: metrics, templates, or both. */
export interface AnalysisOptions {
  /**
   * Metrics. Equal ones of several releases become one AnalysisTemplate.
   *
   * @default - none
   */
  readonly metrics?: Metric[];
  /**
   * Templates that are made apart.
   *
   * @default - none
   */
  readonly templates?: (AnalysisTemplate | ClusterAnalysisTemplate | ExistingAnalysisTemplate)[];
  /**
   * Values of arguments in queries, beside those that the release knows: `canary-hash`, `stable-hash`, `namespace`, `service-name`
   * (the canary's), `stable-service-name`, `workload` and `ingress`.
   *
   * @default - none
   */
  readonly args?: { readonly [name: string]: string };
}

/** What a release is judged by while its steps go on. */
export interface BackgroundAnalysisOptions extends AnalysisOptions {
  /**
   * Number of the step, counted from 0, at which it begins.
   *
   * @default - the first at which the canary has its share of the requests
   */
  readonly startingStep?: number;
}

const KNOWN: KnownProperties<AnalysisOptions> = { metrics: true, templates: true, args: true };
const KNOWN_BACKGROUND: KnownProperties<BackgroundAnalysisOptions> = { ...KNOWN, startingStep: true };

/**
 * Measurements that decide whether a release goes on. In the background they go on with it, and end it when they turn bad;
 * as a step, or before and after a promotion, they have to end, and the release waits for them.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export class Analysis {
  /** Beside the steps, until the release ends. @param options what is judged, and from which step on */
  public static background(options: BackgroundAnalysisOptions): Analysis {
    return new Analysis('background', options);
  }

  /** A step of its own, or a check before or after a promotion: it ends by itself. @param options what is judged */
  public static inline(options: AnalysisOptions): Analysis {
    return new Analysis('inline', options);
  }

  private constructor(private readonly purpose: AnalysisPurpose, private readonly options: BackgroundAnalysisOptions) {}

  /** Number of the step at which it begins; nothing when the release decides. */
  public get startingStep(): number | undefined {
    return (this.options as BackgroundAnalysisOptions | undefined)?.startingStep;
  }

  /** What was asked for. @param purpose what it has to be for, where it stands @internal */
  public _asked(at: PropertyPath, purpose: AnalysisPurpose): { readonly options: BackgroundAnalysisOptions; readonly purpose: AnalysisPurpose } {
    const { options } = this;
    if (this.purpose === 'background') { at.onlyKnown(options, KNOWN_BACKGROUND); } else { at.onlyKnown<AnalysisOptions>(options, KNOWN); }
    if (this.purpose !== purpose) {
      at.refuse('InvalidValue', {
        value: `Analysis.${this.purpose}`,
        allowed: `Analysis.${purpose}: ${purpose === 'inline' ? 'here the release waits until it ends' : 'here it goes on with the release'}`,
        fix: `write Analysis.${purpose}({ metrics: […] })`,
      });
    }
    return { options, purpose };
  }

  /**
   * Creates the templates of its metrics; called in the constructor of a release.
   *
   * @internal
   */
  public _bind(at: PropertyPath, context: AnalysisContext): BoundAnalysis {
    const { options, purpose } = this._asked(at, context.purpose);
    const given = checkArguments(at.at('args'), options.args ?? {});
    const metrics = renderMetrics(at.at('metrics'), options.metrics ?? [], { purpose, requestMetrics: context.requestMetrics, subject: subjectOfTemplate });
    const explicit = at.at('templates').list(options.templates ?? []).map((template, i) => factsOf(at.at('templates').at(i), template, context));
    if (metrics.length + explicit.length === 0) {
      at.at('metrics').refuse('MissingValue', { value: options.metrics, allowed: 'at least one metric or template', fix: 'write metrics: [Metric.successRate({ provider, atLeast: 0.95 })]' });
    }
    refuseSameTemplates(at.at('templates'), explicit);
    const all = [...metrics, ...explicit.flatMap(template => template.metrics)];
    refuseClashes(at.at('metrics'), all);
    const own = metrics.map((metric, i) => sharedTemplate(at.at('metrics').at(i), context.release, metric));
    const templates = [...own.map(({ facts }) => facts), ...explicit];
    const args = renderArguments(at, templates, given, context);
    return {
      fields: {
        ...args.length === 0 ? {} : { args },
        templates: templates.map(({ name, clusterScope }) => ({ ...clusterScope ? { clusterScope } : {}, templateName: name })),
      },
      metrics: all.map(({ judged }) => judged),
      templates: own.map(({ object }) => object),
    };
  }
}

function factsOf(at: PropertyPath, template: AnalysisTemplate | ClusterAnalysisTemplate | ExistingAnalysisTemplate, context: AnalysisContext): TemplateFacts {
  if (template instanceof ExistingAnalysisTemplate) { return template._factsAt(at); }
  if (!(template instanceof AnalysisTemplate) && !(template instanceof ClusterAnalysisTemplate)) {
    return at.refuse('InvalidValue', { value: template, allowed: 'an AnalysisTemplate or a ClusterAnalysisTemplate', fix: "write new AnalysisTemplate(chart, 'success-rate', { metrics: […] }), or ExistingAnalysisTemplate.named('success-rate')" });
  }
  const facts = template._facts;
  if (facts.namespace !== undefined && context.namespace !== undefined && facts.namespace !== context.namespace) {
    at.refuse('InvalidValue', { value: `${facts.namespace}/${facts.name}`, allowed: `a template of the release's namespace, ${context.namespace}`, fix: 'make a ClusterAnalysisTemplate of it, or one in each namespace' });
  }
  const endless = facts.metrics.find(metric => metric.endless);
  if (context.purpose === 'inline' && endless !== undefined) {
    at.refuse('ReleaseNeverFinishes', { value: endless.name, allowed: 'metrics with a count: this analysis has to end, and the controller refuses one that does not', fix: 'add a count to the metric in the template, or use it in the background' });
  }
  return facts;
}

function refuseSameTemplates(at: PropertyPath, templates: readonly TemplateFacts[]): void {
  const seen = new Set<string>();
  for (const { name, clusterScope } of templates) {
    const key = `${String(clusterScope)}/${name}`;
    if (seen.has(key)) { at.refuse('InvalidValue', { value: name, allowed: 'each template once', fix: 'remove it' }); }
    seen.add(key);
  }
}
