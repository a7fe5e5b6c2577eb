import { type BlueGreenRelease, type BlueGreenReleaseProps, type CanaryRelease, type CanaryReleaseProps, type FlaggerOptions, type ProductionServiceProps, ReleaseController } from 'cdk8s-production';
import { type Manifest, one } from './manifests';
import { blueGreen, meshChart, objectsOf, routed } from './release';

/** A canary of `web` by Flagger, behind Istio, but for what a test is about. */
export function flagged(props: Partial<CanaryReleaseProps> = {}, service: Partial<ProductionServiceProps> = {}, options: FlaggerOptions = {}, chart = meshChart()): CanaryRelease {
  return routed({ controller: ReleaseController.flagger(options), ...props }, { replicas: undefined, exposure: undefined, ...service }, chart);
}

/** A blue-green release of `web` by Flagger, but for what a test is about. */
export function flaggedBlueGreen(props: Partial<BlueGreenReleaseProps> = {}, service: Partial<ProductionServiceProps> = {}, options: FlaggerOptions = {}): BlueGreenRelease {
  return blueGreen({ controller: ReleaseController.flagger(options), ...props }, service);
}

/** The spec of the Canary of a release. */
export function canarySpecOf(release: CanaryRelease | BlueGreenRelease): Manifest {
  return one(objectsOf(release), 'Canary').spec;
}

/** The labels that Flagger gives the primary pods: those of the template, the first of its own labels in the selector changed. */
export function primaryLabelsOf(deployment: Manifest): Record<string, string> {
  const key = ['app', 'name', 'app.kubernetes.io/name'].find(label => deployment.spec.selector.matchLabels[label] !== undefined)!;
  const { labels } = deployment.spec.template.metadata;
  return { ...labels, [key]: `${labels[key]}-primary` };
}

/** Whether a label selector takes a pod, as the API server understands it. */
export function selects(selector: Manifest, labels: Readonly<Record<string, string>>): boolean {
  const expressions: { key: string; operator: string; values?: string[] }[] = selector.matchExpressions ?? [];
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) && expressions.every(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In': return labels[key] !== undefined && values.includes(labels[key]);
      case 'NotIn': return labels[key] === undefined || !values.includes(labels[key]);
      case 'Exists': return labels[key] !== undefined;
      default: return labels[key] === undefined;
    }
  });
}
