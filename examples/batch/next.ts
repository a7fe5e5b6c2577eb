import type { App } from 'cdk8s';
import type { KubernetesVersion } from 'cdk8s-production';
import { build as buildRelease } from './main';

/** The release after: another version of everything, so the import is another Job. */
export function build(app: App, target?: KubernetesVersion): void {
  buildRelease(app, target, '1.1.0');
}
