import type { App } from 'cdk8s';
import type { KubernetesVersion } from 'cdk8s-production';
import { build as buildRelease } from './main';

/** The release after: another image and another configuration, which a rollback has to undo together. */
export function build(app: App, target?: KubernetesVersion): void {
  buildRelease(app, target, { image: 'registry.example.com/payments/payment-service:v1.3.0', features: 'refunds: true\ninstalments: true\n' });
}
