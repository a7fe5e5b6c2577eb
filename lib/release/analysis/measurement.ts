import type { IConstruct } from 'constructs';
import { MeasuredResult } from '../../core/measured-result';
import type { IMeasurement, MeasurementFields, MeasurementSecret, PlainFields } from '../../core/measurement';
import { notJson } from '../../core/merge';
import { type KnownProperties, PropertyPath } from '../../core/property-path';

/** What is known of a measurement whose provider this library does not write. */
export interface CustomMeasurementOptions {
  /**
   * What it is, for people.
   *
   * @default - the name of the provider
   */
  readonly description?: string;
  /**
   * What its answer looks like, so that `atLeast` and `atMost` can be used.
   *
   * @default - unknown: the metric needs a condition, unless an answer alone is good
   */
  readonly result?: MeasuredResult;
  /**
   * Values from Secrets that stand in the provider as `{{args.NAME}}`.
   *
   * @default - none
   */
  readonly secrets?: MeasurementSecret[];
  /**
   * Whether it is a single run that ends by itself and says how it went, as Kayenta's is.
   *
   * @default false
   */
  readonly runsOnce?: boolean;
}

const KNOWN: KnownProperties<CustomMeasurementOptions> = { description: true, result: true, secrets: true, runsOnce: true };
const KNOWN_SECRET: KnownProperties<MeasurementSecret> = { argument: true, secret: true, key: true };

/**
 * A measurement by a provider of Argo Rollouts that has no class here: Kayenta, Graphite, InfluxDB, SkyWalking, Wavefront or a plugin.
 *
 * @example
 *
 * Measurement.custom({ graphite: { address: 'http://graphite.monitoring', query: 'averageSeries(web.errors)' } }, { result: MeasuredResult.list() })
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export class Measurement implements IMeasurement {
  /** By a provider in its own words. @param provider the `provider` of a metric, as Argo Rollouts documents it @param options what is known of it */
  public static custom(provider: PlainFields, options: CustomMeasurementOptions = {}): Measurement {
    return new Measurement(provider, options);
  }

  private constructor(private readonly provider: PlainFields, private readonly options: CustomMeasurementOptions) {}

  /** For people. */
  public get description(): string {
    return (this.options as CustomMeasurementOptions | undefined)?.description ?? Object.keys(this.provider).join(', ');
  }

  /** @see IMeasurement.bind */
  public bind(scope: IConstruct, property: string): MeasurementFields {
    const { provider, options } = this;
    const at = new PropertyPath(scope, property);
    at.at('provider').record(provider, 'one provider', "{ graphite: { address: 'http://graphite.monitoring', query: '…' } }");
    if (notJson(provider) !== undefined) { at.at('provider').refuse('InvalidValue', { value: provider, allowed: 'plain JSON', fix: 'write it as it stands in YAML' }); }
    at.onlyKnown(options, KNOWN);
    if (options.description !== undefined) { at.at('description').text(options.description, 'a text'); }
    if (options.result !== undefined) { at.at('result').instance(options.result, MeasuredResult, 'MeasuredResult.number()'); }
    at.at('secrets').list(options.secrets ?? []).forEach((secret, i) => {
      const here = at.at('secrets').at(i);
      here.onlyKnown(secret, KNOWN_SECRET);
      here.at('argument').text(secret.argument, 'the name that stands in {{args.NAME}}', /^[^{}\s]+$/);
      here.at('secret').text(secret.secret, 'the name of a Secret');
      here.at('key').text(secret.key, 'a key of the Secret');
    });
    return {
      provider: structuredClone(provider),
      ...options.result === undefined ? {} : { result: options.result },
      ...options.secrets === undefined ? {} : { secrets: options.secrets },
      ...options.runsOnce === undefined ? {} : { runsOnce: at.at('runsOnce').flag(options.runsOnce) },
    };
  }
}
