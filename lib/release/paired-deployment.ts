import type { ReleaseSubjectProps } from '../blocks/release-subject';
import { checkImage, type ImageReference } from '../core/image-reference';
import type { KubernetesObject } from '../core/kubernetes-object';
import { isLabelValue } from '../core/labels';
import type { Json, JsonObject } from '../core/merge';
import { isObject } from '../core/merge';
import type { PropertyPath } from '../core/property-path';
import type { IReleaseStrategy } from '../core/release';

const VERSION = 'app.kubernetes.io/version';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/**
 * One of two Deployments that run beside each other, told apart by one more label on pods and selector: the plain way for
 * clusters without a release controller.
 *
 * @internal
 */
export class PairedDeployment implements IReleaseStrategy {
  public readonly apiVersion: string;
  public readonly kind: string;
  public readonly revisionLabel: string;
  public readonly nameSuffix: string;
  public readonly podLabels: Readonly<Record<string, string>>;
  private readonly image: ImageReference | undefined;
  private readonly reference: string | undefined;

  /**
   * @param description who it is, for errors
   * @param facts of the service
   * @param label what tells the two apart, such as `['colour', 'blue']`; its value ends the name
   * @param image another one than the service's, and where it was given
   */
  public constructor(
    public readonly description: string,
    private readonly facts: ReleaseSubjectProps,
    label: readonly [key: string, value: string],
    image?: { readonly at: PropertyPath; readonly reference: string },
  ) {
    const { update } = facts.workload;
    this.apiVersion = update.apiVersion;
    this.kind = update.kind;
    this.revisionLabel = update.revisionLabel;
    this.nameSuffix = `-${label[1]}`;
    this.podLabels = { [label[0]]: label[1] };
    if (Object.hasOwn(facts.workload.selectorLabels, label[0])) {
      image?.at.refuse('ConflictingProperties', { value: label[0], allowed: `selector labels without "${label[0]}", by which the two Deployments are told apart`, fix: 'leave it out of selectorLabels' });
    }
    this.reference = image?.reference;
    this.image = image === undefined ? undefined : checkImage(image.at, image.reference, facts.environment.registry);
  }

  /** Says of the object itself, too, which image its pods run. @internal */
  public _describe(workload: KubernetesObject): void {
    if (this.image === undefined) { return; }
    const { annotations, labels } = this.facts.workload;
    const version = this.image.tag !== undefined && isLabelValue(this.image.tag) ? this.image.tag : null;
    workload.patch({
      metadata: {
        ...annotations[CHANGE_CAUSE] === `image ${this.facts.image}` ? { annotations: { [CHANGE_CAUSE]: `image ${this.reference}` } } : {},
        ...labels[VERSION] === undefined ? {} : { labels: { [VERSION]: version } },
      },
    });
  }

  public renderSpec(common: JsonObject): JsonObject {
    const spec = this.facts.workload.update.renderSpec(common);
    return this.image === undefined ? spec : withImage(spec, this.facts.containerName, this.image);
  }
}

function withImage(spec: JsonObject, container: string, image: ImageReference): JsonObject {
  const template = spec.template as JsonObject;
  const pod = template.spec as JsonObject;
  const metadata = template.metadata as JsonObject;
  const { [VERSION]: _, ...labels } = metadata.labels as JsonObject;
  const version: JsonObject = image.tag !== undefined && isLabelValue(image.tag) ? { [VERSION]: image.tag } : {};
  const containers = (pod.containers as readonly Json[]).map(one => (isObject(one) && one.name === container ? {
    ...one, image: image.toString(), ...image.digest === undefined ? { imagePullPolicy: 'Always' } : {},
  } : one));
  return { ...spec, template: { ...template, metadata: { ...metadata, labels: { ...labels, ...version } }, spec: { ...pod, containers } } };
}
