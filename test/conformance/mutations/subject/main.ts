import type { App } from 'cdk8s';
import type { KubernetesVersion } from 'cdk8s-production';
import { application } from './application';

export function build(app: App, target?: KubernetesVersion): void {
  application(app, target, { version: '1.0.0', limits: 'requests: 100\n' });
}
