import { type Duration, Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { bindContainer, CONTAINER_PROPS, type ContainerProps } from '../../blocks/container';
import { renderPodSecurity } from '../../blocks/container-security';
import { bindPodOptions, type PodOptions } from '../../blocks/pod-options';
import { DEFAULT_SCRATCH, PodVolumes } from '../../blocks/pod-volumes';
import { Environment } from '../../core/environment';
import { checkAnnotations, checkLabels } from '../../core/labels';
import type { IMeasurement, MeasurementFields } from '../../core/measurement';
import { checkObjectName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { Resources } from '../../core/resources';

/** A container that runs to its end: 0 says that all is well. Arguments such as `{{args.service-name}}` may stand in its texts. */
export interface JobRunOptions extends ContainerProps {
  /**
   * The longest it may take, over all tries, 10 s to 6 hours.
   *
   * @default - 10 minutes
   */
  readonly timeout?: Duration;
  /**
   * How often it is tried again after a failure, 0 to 10.
   *
   * @default 0
   */
  readonly retries?: number;
  /**
   * What holds for the pod: user, group, registry logins.
   *
   * @default - user and group 10001
   */
  readonly pod?: PodOptions;
  /**
   * Name of an existing ServiceAccount. Its token is not mounted.
   *
   * @default - the namespace's default
   */
  readonly serviceAccountName?: string;
  /**
   * Labels of the pod, such as those by which a network policy lets it through, or `sidecar.istio.io/inject: 'false'`:
   * a proxy beside it that is no native sidecar would outlive it, and the Job never end.
   *
   * @default - none
   */
  readonly podLabels?: { readonly [name: string]: string };
  /**
   * Annotations of the pod.
   *
   * @default - none
   */
  readonly podAnnotations?: { readonly [name: string]: string };
}

const KNOWN: KnownProperties<JobRunOptions> = { ...CONTAINER_PROPS, timeout: true, retries: true, pod: true, serviceAccountName: true, podLabels: true, podAnnotations: true };
const SMALL = { cpu: { amount: '100m' }, memory: Size.mebibytes(128), ephemeralStorage: Size.mebibytes(256) };

/**
 * A measurement by a Job: a smoke test, a load test, a comparison of data. Its pod passes Pod Security "restricted".
 * Under default deny the pod needs network policies of its own: give it labels that they select.
 *
 * @example
 *
 * Metric.of({ name: 'smoke', measurement: JobRun.of({ image: 'registry.example.com/payments/smoke:1.4.2', args: ['http://{{args.service-name}}'] }) })
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/job/
 */
export class JobRun implements IMeasurement {
  /** A run of an image. @param options what is run, and for how long */
  public static of(options: JobRunOptions): JobRun {
    return new JobRun(options);
  }

  private constructor(private readonly options: JobRunOptions) {}

  /** For people. */
  public get description(): string {
    return `a Job of ${this.options.image}`;
  }

  /** @see IMeasurement.bind */
  public bind(scope: IConstruct, property: string): MeasurementFields {
    const at = new PropertyPath(scope, property);
    const { options } = this;
    at.onlyKnown(options, KNOWN);
    const pod = bindPodOptions(at.at('pod'), options.pod ?? {});
    const volumes = new PodVolumes();
    const taken = at.at('mounts').list(options.mounts ?? []).map(mount => mount?.path);
    const container = bindContainer(options, {
      name: 'run',
      resources: options.resources ?? Resources.of(SMALL),
      scratch: { ...Object.fromEntries(Object.entries(DEFAULT_SCRATCH).filter(([path]) => !taken.includes(path))), ...options.scratch },
    }, { at, environment: Environment.of(scope), volumes, user: pod.user, group: pod.group, guaranteed: false })();
    const labels = checkLabels(at.at('podLabels'), options.podLabels ?? {});
    const annotations = checkAnnotations(at.at('podAnnotations'), options.podAnnotations ?? {});
    const metadata = { ...Object.keys(annotations).length === 0 ? {} : { annotations }, ...Object.keys(labels).length === 0 ? {} : { labels } };
    const serviceAccountName = options.serviceAccountName === undefined ? undefined : checkObjectName(at.at('serviceAccountName'), 'ServiceAccount', options.serviceAccountName);
    const spec = {
      activeDeadlineSeconds: options.timeout === undefined ? 600 : at.at('timeout').seconds(options.timeout, 10, 21_600, 'give whole seconds, 10 s to 6 hours', 'Duration.minutes(10)'),
      backoffLimit: options.retries === undefined ? 0 : at.at('retries').integer(options.retries, 0, 10, 'give the number of further tries'),
      template: {
        ...Object.keys(metadata).length === 0 ? {} : { metadata },
        spec: {
          ...pod.spec,
          automountServiceAccountToken: false,
          containers: [container],
          enableServiceLinks: false,
          restartPolicy: 'Never',
          securityContext: renderPodSecurity(pod.user, pod.group),
          ...serviceAccountName === undefined ? {} : { serviceAccountName },
          volumes: volumes.render(),
        },
      },
    };
    return { provider: { job: { spec } }, runsOnce: true };
  }
}
