import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type OAuth2Client, renderOAuth2 } from './oauth2-client';
import type { HttpHeaders } from '../../core/http-headers';
import { renderHeaders } from '../../core/http-headers';
import { MeasuredResult } from '../../core/measured-result';
import type { FlaggerMeasurement, IMeasurement, IQueryProvider, MeasurementFields } from '../../core/measurement';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkWebAddress } from '../../core/web-address';

/** How requests to Amazon Managed Prometheus are signed. */
export interface SigV4Signature {
  /** Such as `eu-central-1`. */
  readonly region: string;
  /**
   * Role that the controller takes on.
   *
   * @default - the controller's own
   */
  readonly roleArn?: string;
  /**
   * Profile of credentials in the controller.
   *
   * @default - none
   */
  readonly profile?: string;
}

/** How a Prometheus is asked. */
export interface PrometheusOptions {
  /**
   * Headers of each request, such as `X-Scope-OrgID`. Credentials by `SecretHeader.of(…)`.
   *
   * @default - none
   */
  readonly headers?: HttpHeaders;
  /**
   * How long a query may take, 1 s to 5 minutes.
   *
   * @default - 30 s
   */
  readonly timeout?: Duration;
  /**
   * Whether a certificate that nobody vouches for is accepted.
   *
   * @default false
   */
  readonly insecure?: boolean;
  /**
   * The client that asks an OAuth 2 server for a token.
   *
   * @default - no token
   */
  readonly oauth2?: OAuth2Client;
  /**
   * The signature that Amazon Managed Prometheus asks for.
   *
   * @default - none
   */
  readonly sigV4?: SigV4Signature;
}

const KNOWN: KnownProperties<PrometheusOptions> = { headers: true, timeout: true, insecure: true, oauth2: true, sigV4: true };
const KNOWN_SIGNATURE: KnownProperties<SigV4Signature> = { region: true, roleArn: true, profile: true };

/**
 * A Prometheus, or what answers as one: Thanos, Mimir, VictoriaMetrics, Amazon Managed Prometheus.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/
 */
export class Prometheus implements IQueryProvider {
  /**
   * At an address that the release controller can reach.
   *
   * @param url such as `http://prometheus.monitoring:9090`
   * @param options what differs from the default: no credentials, 30 s
   */
  public static at(url: string, options: PrometheusOptions = {}): Prometheus {
    return new Prometheus(url, options);
  }

  /** Whether it understands PromQL: it does. */
  public readonly speaksPromQl = true;

  private constructor(private readonly url: string, private readonly options: PrometheusOptions) {}

  /** For people. */
  public get description(): string {
    return `Prometheus at ${this.url}`;
  }

  /** @see IQueryProvider.query */
  public query(text: string): IMeasurement {
    return { description: this.description, bind: (scope: IConstruct, property: string): MeasurementFields => this.bind(new PropertyPath(scope, property), text) };
  }

  private bind(at: PropertyPath, query: string): MeasurementFields {
    const { options } = this;
    const address = checkWebAddress(at.at('url'), this.url);
    at.onlyKnown(options, KNOWN);
    const headers = options.headers === undefined ? undefined : renderHeaders(at.at('headers'), options.headers);
    const timeout = options.timeout === undefined ? undefined : at.at('timeout').seconds(options.timeout, 1, 300, 'give whole seconds, 1 s to 5 minutes', 'Duration.seconds(40)');
    const insecure = options.insecure !== undefined && at.at('insecure').flag(options.insecure);
    const oauth2 = options.oauth2 === undefined ? undefined : renderOAuth2(at.at('oauth2'), options.oauth2);
    const sigv4 = options.sigV4 === undefined ? undefined : renderSignature(at.at('sigV4'), options.sigV4, address);
    if (oauth2 !== undefined && sigv4 !== undefined) {
      at.at('sigV4').refuse('ConflictingProperties', { value: options.sigV4, allowed: 'either oauth2 or sigV4', fix: 'leave one of the two out' });
    }
    const secrets = [...headers?.secrets ?? [], ...oauth2?.secrets ?? []];
    const flagger = secrets.length > 0 || oauth2 !== undefined || sigv4 !== undefined ? undefined : flaggerOf(address, query, headers?.list ?? [], insecure);
    return {
      provider: {
        prometheus: {
          address,
          ...oauth2 === undefined && sigv4 === undefined ? {} : { authentication: { ...oauth2 === undefined ? {} : { oauth2: oauth2.fields }, ...sigv4 === undefined ? {} : { sigv4 } } },
          ...headers === undefined ? {} : { headers: headers.list },
          ...insecure ? { insecure } : {},
          query,
          ...timeout === undefined ? {} : { timeout },
        },
      },
      result: MeasuredResult.list(),
      ...secrets.length === 0 ? {} : { secrets },
      ...flagger === undefined ? {} : { flagger },
    };
  }
}

function flaggerOf(address: string, query: string, headers: readonly { readonly key: string; readonly value: string }[], insecure: boolean): FlaggerMeasurement {
  return {
    provider: {
      type: 'prometheus',
      address,
      ...headers.length === 0 ? {} : { headers: Object.fromEntries(headers.map(({ key, value }) => [key, [value]])) },
      ...insecure ? { insecureSkipVerify: true } : {},
    },
    query,
  };
}

function renderSignature(at: PropertyPath, signature: SigV4Signature, address: string): object {
  at.onlyKnown(signature, KNOWN_SIGNATURE);
  if (!address.includes('aps-workspaces')) {
    at.refuse('UnsupportedByController', { value: address, allowed: 'an address of Amazon Managed Prometheus, with "aps-workspaces": others are asked without a signature', fix: 'leave sigV4 out, or correct the address' });
  }
  return {
    ...signature.profile === undefined ? {} : { profile: at.at('profile').text(signature.profile, 'the name of a profile') },
    region: at.at('region').text(signature.region, 'a region such as eu-central-1', /^[a-z]{2}(-[a-z]+)+-\d$/),
    ...signature.roleArn === undefined ? {} : { roleArn: at.at('roleArn').text(signature.roleArn, 'the ARN of a role', /^arn:[^\s]+:role\/\S+$/) },
  };
}
