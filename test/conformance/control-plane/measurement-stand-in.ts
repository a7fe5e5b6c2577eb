import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { listAt, mustText, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { isRecord } from '../shared/manifests';

/** What is found for a metric: a number, which may be NaN as after a division by no traffic, a yes or no where JSON is asked for, or nothing at all. */
export type Sample = number | boolean | 'nothing';

/** One metric of an analysis template. Each asks at an address of its own, so that an answer depends on who asks and not on the text of a query. */
export interface Asker {
  readonly subject: string;
  readonly template: string;
  readonly metric: string;
}

/**
 * Prometheus as far as an analysis uses it, instant queries, and any other server that is asked for JSON. What a check has put
 * there is answered, and never anything that depends on time. A query is not read: whether it is right PromQL is not for this
 * suite to say.
 */
export class MeasurementStandIn {
  public static async start(): Promise<MeasurementStandIn> {
    const standIn = new MeasurementStandIn();
    await new Promise<void>((resolve, reject) => standIn.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    standIn.server.unref(); // never the reason for a suite that does not end
    return standIn;
  }

  private readonly samples = new Map<string, Sample>();
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  private constructor() {}

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** What this metric finds from now on. A metric that nothing was put there for finds nothing. */
  public put(asker: Asker, sample: Sample): void {
    this.samples.set(pathOf(asker), sample);
  }

  /**
   * The same manifest with addresses of this server in an analysis template. They are the one thing that is changed: what stands
   * there cannot be reached from here.
   */
  public pointed(manifest: Manifest, subject: string): Manifest {
    if (!isAnalysisTemplate(manifest) || !isRecord(manifest.spec)) return manifest;
    const metrics = listAt(manifest.spec, 'metrics').map((metric) => {
      const { provider } = isRecord(metric) ? metric : {};
      if (!isRecord(metric) || !isRecord(provider)) return metric;
      const address = `${this.address}${pathOf({ subject, template: manifest.metadata.name, metric: mustText(metric, 'name') })}`;
      const { prometheus, web } = provider;
      if (isRecord(prometheus)) return { ...metric, provider: { ...provider, prometheus: { ...prometheus, address } } };
      if (isRecord(web)) return { ...metric, provider: { ...provider, web: { ...web, url: `${address}?at=${encodeURIComponent(fieldsOf(metric).join('.'))}` } } };
      return metric;
    });
    return { ...manifest, spec: { ...manifest.spec, metrics } };
  }

  private get address(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the stand-in for measurements does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** GET and POST alike: the query is in the address or in the body, and in neither case read. */
  private answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const url = new URL(request.url ?? '', this.address);
    const path = url.pathname.replace(/\/api\/v1\/query$/, '');
    const sample = this.samples.get(path) ?? 'nothing';
    if (path !== url.pathname) {
      const result = sample === 'nothing' ? [] : [{ metric: {}, value: [0, String(sample)] }];
      reply(response, 200, { status: 'success', data: { resultType: 'vector', result } });
    } else if (sample === 'nothing') {
      reply(response, 503, { error: 'nothing is here' });
    } else {
      reply(response, 200, (url.searchParams.get('at') ?? '').split('.').filter(field => field !== '').reduceRight<unknown>((inner, field) => ({ [field]: inner }), sample));
    }
  }
}

export function isAnalysisTemplate({ kind }: { readonly kind: string }): boolean {
  return kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate';
}

/** Whether a metric is measured by this stand-in; Jobs run for themselves, and services of vendors cannot be reached. */
export function isMeasuredHere(metric: unknown): boolean {
  return isRecord(metric) && isRecord(metric.provider) && (isRecord(metric.provider.prometheus) || isRecord(metric.provider.web));
}

/** Where the value of a metric stands in the JSON that it asks for: `{$.data.percent}` is data, percent. */
function fieldsOf(metric: unknown): string[] {
  const path = textAt(metric, 'provider', 'web', 'jsonPath') ?? '{$}';
  const [, fields] = /^\{?\$?\.?([\w.-]*)\}?$/.exec(path) ?? [];
  if (fields === undefined) throw new Error(`metric ${textAt(metric, 'name') ?? ''} asks for ${path}, which is beyond this suite`);
  return fields.split('.');
}

function pathOf({ subject, template, metric }: Asker): string {
  return `/${[subject, template, metric].map(encodeURIComponent).join('/')}`;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
