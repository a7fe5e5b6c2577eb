import type { IMetricSpec } from './kubernetes';
import { checkLabels } from './labels';
import type { KnownProperties, PropertyPath } from './property-path';
import { checkQuantity } from './quantity';

/** Which series of an external metric count. */
export interface ExternalMetricOptions {
  /**
   * Labels that the series must carry.
   *
   * @default - every series of that name
   */
  readonly labels?: { readonly [name: string]: string };
}

/** The object a metric describes. */
export interface DescribedObject {
  /** Such as `networking.k8s.io/v1`. */
  readonly apiVersion: string;
  /** Such as `Ingress`. */
  readonly kind: string;
  /** Its name, in the namespace of the service. */
  readonly name: string;
}

const KNOWN_OBJECT: KnownProperties<DescribedObject> = { apiVersion: true, kind: true, name: true };

type Render = (at: PropertyPath) => IMetricSpec;

/**
 * What an autoscaler watches besides CPU and memory, such as latency or the depth of a queue.
 * A metrics adapter must serve it in the cluster.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#scaling-on-custom-metrics
 */
export class ScalingMetric {
  /**
   * A metric that each pod reports, averaged over the pods, such as requests per second.
   *
   * @param name as the adapter serves it
   * @param averageValue the value to hold, a number or a quantity such as `500m`
   */
  public static pods(name: string, averageValue: number | string): ScalingMetric {
    return new ScalingMetric(at => ({
      type: 'Pods',
      pods: { metric: { name: checkMetricName(at, name) }, target: { type: 'AverageValue', averageValue: checkQuantity(at.at('averageValue'), averageValue) } },
    }));
  }

  /**
   * A metric of something outside the cluster, divided by the number of pods, such as messages waiting in a queue.
   *
   * @param name as the adapter serves it
   * @param averageValue the value to hold for each pod
   * @param options which series count
   */
  public static external(name: string, averageValue: number | string, options: ExternalMetricOptions = {}): ScalingMetric {
    return new ScalingMetric(at => {
      at.onlyKnown(options, { labels: true });
      return {
        type: 'External',
        external: {
          metric: {
            name: checkMetricName(at, name),
            ...options.labels === undefined ? {} : { selector: { matchLabels: { ...checkLabels(at.at('labels'), options.labels) } } },
          },
          target: { type: 'AverageValue', averageValue: checkQuantity(at.at('averageValue'), averageValue) },
        },
      };
    });
  }

  /**
   * A metric of one other object, such as the latency an Ingress measures.
   *
   * @param name as the adapter serves it
   * @param object what the metric describes
   * @param value the value to hold, not divided by the number of pods
   */
  public static object(name: string, object: DescribedObject, value: number | string): ScalingMetric {
    return new ScalingMetric(at => {
      at.at('object').onlyKnown(object, KNOWN_OBJECT);
      return {
        type: 'Object',
        object: {
          describedObject: {
            apiVersion: at.at('object').at('apiVersion').text(object.apiVersion, 'an apiVersion such as networking.k8s.io/v1'),
            kind: at.at('object').at('kind').text(object.kind, 'a kind such as Ingress'),
            name: at.at('object').at('name').text(object.name, 'the name of the object'),
          },
          metric: { name: checkMetricName(at, name) },
          target: { type: 'Value', value: checkQuantity(at.at('value'), value) },
        },
      };
    });
  }

  private constructor(private readonly render: Render) {}

  /** @internal */
  public _render(at: PropertyPath): IMetricSpec {
    return this.render(at);
  }
}

function checkMetricName(at: PropertyPath, name: unknown): string {
  return at.at('name').text(name, 'a metric name such as http_requests_per_second, without "/" or white space', /^[^\s/%]+$/);
}
