import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { listAt, mustText, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { isRecord } from '../shared/manifests';

/** What Prometheus finds for a query: one sample, which may be NaN as after a division by no traffic, or nothing at all. */
export type Sample = number | 'nothing';

/** One metric of an analysis template. Each asks at an address of its own, so that an answer depends on who asks and not on the text of a query. */
export interface Asker {
  readonly subject: string;
  readonly template: string;
  readonly metric: string;
}

/**
 * Prometheus as far as an analysis uses it: instant queries, answered with what a check has put there, and never with
 * anything that depends on time. It does not read the query; whether PromQL is right is not for this suite to say.
 */
export class PrometheusStandIn {
  public static async start(): Promise<PrometheusStandIn> {
    const standIn = new PrometheusStandIn();
    await new Promise<void>((resolve, reject) => standIn.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    standIn.server.unref(); // never the reason for a suite that does not end
    return standIn;
  }

  private readonly samples = new Map<string, Sample>();
  private readonly asked = new Map<string, number>();
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

  /** How many times a metric has been asked for. */
  public timesAsked(asker: Asker): number {
    return this.asked.get(pathOf(asker)) ?? 0;
  }

  /** The same manifest with this address in every Prometheus metric of an analysis template: the one thing that is changed, since what stands there cannot be reached from here. */
  public pointed(manifest: Manifest, subject: string): Manifest {
    if (!isAnalysisTemplate(manifest) || !isRecord(manifest.spec)) return manifest;
    const metrics = listAt(manifest.spec, 'metrics').map((metric) => {
      if (!isRecord(metric) || !isRecord(metric.provider) || !isRecord(metric.provider.prometheus)) return metric;
      const address = `${this.address}${pathOf({ subject, template: manifest.metadata.name, metric: mustText(metric, 'name') })}`;
      return { ...metric, provider: { ...metric.provider, prometheus: { ...metric.provider.prometheus, address } } };
    });
    return { ...manifest, spec: { ...manifest.spec, metrics } };
  }

  private get address(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the Prometheus stand-in does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** GET and POST alike: the query is in the address or in the body, and in neither case read. */
  private answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const [, path] = /^(\/[^?]*)\/api\/v1\/query(?:\?|$)/.exec(request.url ?? '') ?? [];
    if (path === undefined) {
      reply(response, 404, { status: 'error', errorType: 'bad_data', error: `not an instant query: ${request.url ?? ''}` });
      return;
    }
    this.asked.set(path, (this.asked.get(path) ?? 0) + 1);
    const sample = this.samples.get(path) ?? 'nothing';
    const result = sample === 'nothing' ? [] : [{ metric: {}, value: [0, String(sample)] }];
    reply(response, 200, { status: 'success', data: { resultType: 'vector', result } });
  }
}

export function isAnalysisTemplate({ kind }: { readonly kind: string }): boolean {
  return kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate';
}

/** Every Prometheus metric of the analysis templates among these manifests. */
export function askersIn(manifests: readonly Manifest[], subject: string): Asker[] {
  return manifests.filter(isAnalysisTemplate).flatMap(template => listAt(template, 'spec', 'metrics')
    .filter(metric => isRecord(metric) && isRecord(metric.provider) && isRecord(metric.provider.prometheus))
    .map(metric => ({ subject, template: template.metadata.name, metric: textAt(metric, 'name') ?? '' })));
}

function pathOf({ subject, template, metric }: Asker): string {
  return `/${[subject, template, metric].map(encodeURIComponent).join('/')}`;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
