import type { TemplateFacts } from './template-content';
import { checkObjectName } from '../../core/names';
import type { KnownProperties, PropertyPath } from '../../core/property-path';

/** A template that is made elsewhere. */
export interface ExistingAnalysisTemplateOptions {
  /**
   * Whether it is a ClusterAnalysisTemplate.
   *
   * @default - false: an AnalysisTemplate in the namespace of the release
   */
  readonly clusterScoped?: boolean;
  /**
   * Names of the arguments it takes. Those that a release knows, such as `service-name` and `canary-hash`, it gives by itself.
   *
   * @default - none
   */
  readonly args?: string[];
}

const KNOWN: KnownProperties<ExistingAnalysisTemplateOptions> = { clusterScoped: true, args: true };

/** A template that a platform team provides, or that is written by hand. What it measures is not known here. */
export class ExistingAnalysisTemplate {
  /** A template that is in the cluster already. @param name its name @param options where it is, and what it takes */
  public static named(name: string, options: ExistingAnalysisTemplateOptions = {}): ExistingAnalysisTemplate {
    return new ExistingAnalysisTemplate(name, options);
  }

  private constructor(private readonly name: string, private readonly options: ExistingAnalysisTemplateOptions) {}

  /** @internal */
  public _factsAt(at: PropertyPath): TemplateFacts {
    const { options } = this;
    at.onlyKnown(options, KNOWN);
    return {
      name: checkObjectName(at.at('name'), 'AnalysisTemplate', this.name),
      clusterScope: options.clusterScoped !== undefined && at.at('clusterScoped').flag(options.clusterScoped),
      namespace: undefined,
      takes: new Map(at.at('args').list(options.args ?? []).map((name, i) => [at.at('args').at(i).text(name, 'the name of an argument', /^[^{}\s]+$/), undefined])),
      metrics: [],
    };
  }
}
