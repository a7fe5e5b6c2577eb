import type { App } from 'cdk8s';
import type { BlueGreenRelease, KubernetesVersion } from 'cdk8s-production';
import { build as buildRelease } from './main';

/** The release after: another image, which the preview shows first. */
export function build(app: App, target?: KubernetesVersion): BlueGreenRelease[] {
  return buildRelease(app, target, 'registry.example.com/shop/checkout:2.5.0');
}
