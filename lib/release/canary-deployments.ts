import { Construct } from 'constructs';
import { PairedDeployment } from './paired-deployment';
import { checkSameScope } from './release-props';
import type { HeaderMatch } from './steps/canary-step';
import { checkHeaders } from './steps/managed-route';
import { KubernetesObject } from '../core/kubernetes-object';
import { checkObjectName } from '../core/names';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';
import { type DestinationRuleSpec, type HttpRoute, ISTIO_NETWORKING, type VirtualServiceSpec } from '../integrations/istio/istio-models';
import { checkSubsetNames, IstioSplit, type IstioSubsetsOptions } from '../integrations/istio/istio-split';
import type { ProductionService } from '../workloads/production-service';

/** The version that is tried out beside the stable one. */
export interface CanaryVersion {
  /** Its image. */
  readonly image: string;
  /**
   * How many pods it has.
   *
   * @default - as many as the service, by an autoscaler of its own where the service has one
   */
  readonly replicas?: number;
}

/** What a team says of a canary without a controller. */
export interface CanaryDeploymentsProps {
  /** The service. Its own image is the stable one. */
  readonly service: ProductionService;
  /** The version that is tried out. */
  readonly canary: CanaryVersion;
  /** Percent of the requests it gets, 0 to 100. */
  readonly weight: number;
  /**
   * Headers of requests that it gets whatever the weight, such as those of testers; all of them.
   *
   * @default - none
   */
  readonly headers?: HeaderMatch[];
  /**
   * Names of the DestinationRule and its subsets.
   *
   * @default - the service's name; `stable` and `canary`
   */
  readonly subsets?: IstioSubsetsOptions;
}

const KNOWN: KnownProperties<CanaryDeploymentsProps> = { service: true, canary: true, weight: true, headers: true, subsets: true };

/**
 * A canary without a controller, on Istio: two Deployments of one service, told apart by the label `track`, and a
 * VirtualService that splits the requests of callers in the mesh by weight and header. Nothing goes on by itself: the next
 * weight, and the end, are changes of props.
 *
 * Turns the service's Deployment into the one called `<name>-stable`. Creates the one called `<name>-canary`, its
 * HorizontalPodAutoscaler, a VirtualService and a DestinationRule. Service, budget and policies hold for both.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/request-routing/
 */
export class CanaryDeployments extends Construct {
  /** The service. */
  public readonly service: ProductionService;
  /** The Deployment `<name>-canary`; the one called `<name>-stable` is `service.workload`. */
  public readonly canary: KubernetesObject;
  /** The autoscaler of the canary; none with fixed replicas. */
  public readonly canaryAutoscaler?: KubernetesObject;
  /** The VirtualService. */
  public readonly virtualService: KubernetesObject;
  /** The DestinationRule. */
  public readonly destinationRule: KubernetesObject;

  /**
   * @param scope any construct below a Chart, in the namespace and environment of the service
   * @param id name of the release, for errors
   * @param props which version gets which requests
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do; `ReleaseConflict` when the service has a release
   */
  public constructor(scope: Construct, id: string, props: CanaryDeploymentsProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const service = checkSameScope(this, props.service);
    const subject = service._release;
    const { labels, environment } = subject.facts;
    const { image, replicas } = at.at('canary').onlyKnown(props.canary, { image: true, replicas: true });
    if (replicas !== undefined) { at.at('canary').at('replicas').integer(replicas, 1, 5000); }
    const weight = at.at('weight').integer(props.weight, 0, 100, 'give percent of the requests, such as 10');
    checkHeaders(at.at('headers'), props.headers ?? [], undefined);
    IstioSplit.subsets(props.subsets)._check(at.at('subsets'));
    const subsets = checkSubsetNames(at.at('subsets'), props.subsets ?? {});
    if (service.service === undefined || environment.mesh === undefined) {
      at.at('service').refuse('NetworkUnreachable', {
        value: service.node.path, allowed: 'a service with a port in an environment with a mesh: its proxies split the requests', fix: 'give it a port, and set mesh on the environment: Environment.production({ mesh: MeshProfile.istio() })',
      });
    }
    const of = (track: 'stable' | 'canary'): PairedDeployment => new PairedDeployment(
      `the canary Deployments '${this.node.path}'`, subject.facts, ['track', track], track === 'canary' ? { at: at.at('canary').at('image'), reference: image } : undefined,
    );
    const [stableStrategy, canaryStrategy] = [of('stable'), of('canary')];
    this.service = service;
    service.releaseWith(stableStrategy);
    const canary = subject.createWorkload(this, 'Canary', canaryStrategy, replicas === undefined ? {} : { replicas });
    canaryStrategy._describe(canary);
    this.canary = canary;
    this.canaryAutoscaler = replicas === undefined ? subject.createAutoscaler(this, 'CanaryAutoscaler', canary.name, () => canary.reference) : undefined;
    const destination = (subset: 'stable' | 'canary') => ({ host: service.name, subset: subsets[subset] });
    const header: HttpRoute[] = props.headers === undefined || props.headers.length === 0 ? [] : [{
      name: 'canary',
      match: [{ headers: Object.fromEntries(props.headers.map(({ name, value }) => [name, value._render()])) }],
      route: [{ destination: destination('canary'), weight: 100 }],
    }];
    this.virtualService = new KubernetesObject(this, 'VirtualService', {
      apiVersion: `${ISTIO_NETWORKING}/v1`,
      kind: 'VirtualService',
      name: service.name,
      labels,
      content: {
        spec: (): VirtualServiceSpec => structuredClone({
          hosts: [service.name],
          http: [...header, { name: 'default', route: [{ destination: destination('stable'), weight: 100 - weight }, { destination: destination('canary'), weight }] }],
        }),
      },
    });
    this.destinationRule = new KubernetesObject(this, 'DestinationRule', {
      apiVersion: `${ISTIO_NETWORKING}/v1`,
      kind: 'DestinationRule',
      name: checkObjectName(at.at('subsets').at('destinationRule'), 'DestinationRule', props.subsets?.destinationRule ?? service.name),
      labels,
      content: {
        spec: (): DestinationRuleSpec => ({
          host: service.name,
          subsets: [{ labels: { ...stableStrategy.podLabels }, name: subsets.stable }, { labels: { ...canaryStrategy.podLabels }, name: subsets.canary }],
        }),
      },
    });
  }
}
