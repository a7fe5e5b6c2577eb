import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { HttpHeaders } from '../../core/http-headers';
import { renderHeaders } from '../../core/http-headers';
import { MeasuredResult } from '../../core/measured-result';
import type { IMeasurement, MeasurementFields } from '../../core/measurement';
import { notJson } from '../../core/merge';
import { refuseUnwritable } from '../../core/plain-json';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { argumentHoldsSecret, namesSecret, NOT_SHOWN } from '../../core/secrets';
import { checkWebAddress } from '../../core/web-address';

/** How an address is asked. */
export interface WebOptions {
  /**
   * Where the number is in the answer, which then has to be JSON, such as `{$.data.successPercent}`.
   *
   * @default - nowhere: an answer of 200 to 299 is good, unless the metric has a condition on the whole of its JSON
   */
  readonly jsonPath?: string;
  /**
   * Headers of the request. Credentials by `SecretHeader.of(…)`.
   *
   * @default - none
   */
  readonly headers?: HttpHeaders;
  /**
   * How long the request may take, 1 s to 5 minutes.
   *
   * @default - 10 s
   */
  readonly timeout?: Duration;
  /**
   * Whether a certificate that nobody vouches for is accepted.
   *
   * @default false
   */
  readonly insecure?: boolean;
}

/** How an address is asked that something is sent to. Either `body` or `json`. */
export interface WebBodyOptions extends WebOptions {
  /**
   * A text to send.
   *
   * @default - none
   */
  readonly body?: string;
  /**
   * JSON to send.
   *
   * @default - none
   */
  readonly json?: object;
}

const KNOWN: KnownProperties<WebOptions> = { jsonPath: true, headers: true, timeout: true, insecure: true };
const KNOWN_WITH_BODY: KnownProperties<WebBodyOptions> = { ...KNOWN, body: true, json: true };

/**
 * An answer by HTTP. Anything but a status of 200 to 299 is an error, which is tried again.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/web/
 */
export class Web implements IMeasurement {
  /** Reads. @param url may hold `{{args.service-name}}` and the like @param options what differs from the default */
  public static get(url: string, options: WebOptions = {}): Web {
    return new Web('GET', url, options);
  }

  /** Sends by POST. @param url may hold `{{args.service-name}}` and the like @param options what is sent, and what differs from the default */
  public static post(url: string, options: WebBodyOptions = {}): Web {
    return new Web('POST', url, options);
  }

  /** Sends by PUT. @param url may hold `{{args.service-name}}` and the like @param options what is sent, and what differs from the default */
  public static put(url: string, options: WebBodyOptions = {}): Web {
    return new Web('PUT', url, options);
  }

  private constructor(private readonly method: 'GET' | 'POST' | 'PUT', private readonly url: string, private readonly options: WebBodyOptions) {}

  /** For people. */
  public get description(): string {
    return `${this.method} ${this.url}`;
  }

  /** @see IMeasurement.bind */
  public bind(scope: IConstruct, property: string): MeasurementFields {
    const { method, options } = this;
    const at = new PropertyPath(scope, property);
    const url = checkWebAddress(at.at('url'), this.url);
    if (method === 'GET') { at.onlyKnown<WebOptions>(options, KNOWN); } else { at.onlyKnown(options, KNOWN_WITH_BODY); }
    if (options.body !== undefined && options.json !== undefined) {
      at.at('json').refuse('ConflictingProperties', { value: options.json, allowed: 'either body or json', fix: 'leave one of the two out' });
    }
    if (options.json !== undefined) {
      if (typeof options.json !== 'object' || notJson(options.json) !== undefined) { at.at('json').refuse('InvalidValue', { value: options.json, allowed: 'a plain object or list', fix: 'write a text as "body"' }); }
      refuseUnwritable(at.at('json'), options.json);
    }
    for (const sent of ['body', 'json'] as const) {
      if (holdsSecret('', options[sent])) {
        at.at(sent).refuse('SecretInManifest', { value: NOT_SHOWN, allowed: 'nothing secret: manifests are kept and read in many places', fix: "put it into a header: SecretHeader.of('gate', 'token', 'Bearer ')" });
      }
    }
    const headers = options.headers === undefined ? undefined : renderHeaders(at.at('headers'), options.headers);
    return {
      provider: {
        web: {
          ...options.body === undefined ? {} : { body: at.at('body').text(options.body, 'a text') },
          ...headers === undefined ? {} : { headers: headers.list },
          ...options.insecure !== undefined && at.at('insecure').flag(options.insecure) ? { insecure: true } : {},
          ...options.json === undefined ? {} : { jsonBody: options.json },
          ...options.jsonPath === undefined ? {} : { jsonPath: at.at('jsonPath').text(options.jsonPath, 'a path in braces, such as {$.data.ok}', /^\{.+\}$/) },
          ...method === 'GET' ? {} : { method },
          ...options.timeout === undefined ? {} : { timeoutSeconds: at.at('timeout').seconds(options.timeout, 1, 300, 'give whole seconds, 1 s to 5 minutes', 'Duration.seconds(20)') },
          url,
        },
      },
      ...options.jsonPath === undefined ? {} : { result: MeasuredResult.number() },
      ...headers === undefined || headers.secrets.length === 0 ? {} : { secrets: headers.secrets },
    };
  }
}

/** By its look, or by the name it stands under. An argument holds what the release gives. */
function holdsSecret(name: string, value: unknown): boolean {
  if (typeof value === 'string') { return !/^\{\{ *args\.[^}]+\}\}$/.test(value) && (namesSecret(name) || argumentHoldsSecret(value)); }
  return typeof value === 'object' && value !== null && Object.entries(value).some(([key, member]) => holdsSecret(key, member));
}
