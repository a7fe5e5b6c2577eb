import type { App } from 'cdk8s';
import type { KubernetesVersion } from 'cdk8s-production';
import { build as buildRelease } from './main';

/** The release after: another image, so the migration runs once more, before the new pods start. */
export function build(app: App, target?: KubernetesVersion): void {
  buildRelease(app, target, { image: 'registry.example.com/orders/order-service:v1.3.0' });
}
