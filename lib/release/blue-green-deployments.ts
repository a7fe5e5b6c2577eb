import { Construct } from 'constructs';
import { PairedDeployment } from './paired-deployment';
import { checkSameScope, serviceNameOf } from './release-props';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';
import type { ProductionService } from '../workloads/production-service';

/** The colours of two versions that run side by side. */
export enum Colour {
  /** Blue. */
  BLUE = 'blue',
  /** Green. */
  GREEN = 'green',
}

/** The images of two colours. */
export interface BlueGreenImages {
  /** Of blue. */
  readonly blue: string;
  /** Of green. */
  readonly green: string;
}

/** What a team says of two Deployments of one service. */
export interface BlueGreenDeploymentsProps {
  /** The service. Its own image has to be that of the active colour. */
  readonly service: ProductionService;
  /** The images of the two colours. That of the idle one is the next version before a switch, and the one before after it. */
  readonly images: BlueGreenImages;
  /** The colour that serves. A switch is a change of this alone. */
  readonly active: Colour;
  /**
   * Name of the Service in front of the other colour.
   *
   * @default - the service's name and `-preview`
   */
  readonly previewServiceName?: string;
}

const KNOWN: KnownProperties<BlueGreenDeploymentsProps> = { service: true, images: true, active: true, previewServiceName: true };

/**
 * Blue-green without a controller: two Deployments of one service, told apart by the label `colour`; the service's Service
 * selects one of them, a preview Service the other. A switch is a change of one prop, and takes effect at once.
 *
 * Turns the service's Deployment into the one called `<name>-blue`. Creates the one called `<name>-green`, its
 * HorizontalPodAutoscaler where the service has one, and the preview Service. Budget and policies hold for both.
 */
export class BlueGreenDeployments extends Construct {
  /** The service. */
  public readonly service: ProductionService;
  /** The Deployment `<name>-green`; the one called `<name>-blue` is `service.workload`. */
  public readonly green: KubernetesObject;
  /** The autoscaler of green; none where the service has none. */
  public readonly greenAutoscaler?: KubernetesObject;
  /** The Service in front of the colour that does not serve. */
  public readonly previewService: KubernetesObject;

  /**
   * @param scope any construct below a Chart, in the namespace and environment of the service
   * @param id name of the release, for errors
   * @param props which colour serves, and what the other one is
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do; `ReleaseConflict` when the service has a release
   */
  public constructor(scope: Construct, id: string, props: BlueGreenDeploymentsProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const service = checkSameScope(this, props.service);
    const subject = service._release;
    const active = at.at('active').member(props.active, Colour, 'Colour');
    if (service.service === undefined) {
      at.at('service').refuse('MissingValue', { value: service.node.path, allowed: 'a service with a port: what is switched is its Service; this is a worker', fix: 'leave it one Deployment' });
    }
    const images = at.at('images').onlyKnown(props.images, { blue: true, green: true });
    if (images[active] !== subject.facts.image) {
      at.at('images').at(active).refuse('ConflictingProperties', {
        value: images[active], allowed: `the image of the service itself, ${subject.facts.image}: it is the one that serves`, fix: 'write image: images[active] in the service, so that both say the same',
      });
    }
    const of = (colour: Colour): PairedDeployment => new PairedDeployment(
      `the blue-green Deployments '${this.node.path}'`, subject.facts, ['colour', colour], colour === active ? undefined : { at: at.at('images').at(colour), reference: images[colour] },
    );
    const idle = active === Colour.BLUE ? Colour.GREEN : Colour.BLUE;
    this.service = service;
    const [blueStrategy, greenStrategy] = [of(Colour.BLUE), of(Colour.GREEN)];
    service.releaseWith(blueStrategy);
    subject.servedLabels = { colour: active };
    const green = subject.createWorkload(this, 'Green', greenStrategy);
    blueStrategy._describe(service.workload);
    greenStrategy._describe(green);
    this.green = green;
    this.greenAutoscaler = subject.createAutoscaler(this, 'GreenAutoscaler', green.name, () => green.reference);
    this.previewService = subject.createService(this, 'PreviewService', serviceNameOf(at.at('previewServiceName'), props.previewServiceName, `${service.name}-preview`, [service.name]), { colour: idle });
  }
}
