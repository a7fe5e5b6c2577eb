import type { App } from 'cdk8s';
import type { CanaryRelease, KubernetesVersion } from 'cdk8s-production';
import { build as buildRelease } from './main';

/** The release after: another image, which the canary tries out. */
export function build(app: App, target?: KubernetesVersion): CanaryRelease[] {
  return buildRelease(app, target, 'registry.example.com/payments/payment-service:v1.3.0');
}
