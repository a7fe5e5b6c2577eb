import { DeploymentMigration } from 'cdk8s-production';
import { RolloutStrategy } from '../../../lib/release/argo/rollout-strategy';

const COMMON = { minReadySeconds: 10, selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: [] } } };
const FIELDS = { progressDeadlineAbort: true, rollbackWindow: 3 };
const canary = () => ({ canary: { steps: [] } });

test('a Rollout says of the pods what the service says, and adds its strategy', () => {
  expect(new RolloutStrategy('a test', FIELDS, canary).renderSpec(COMMON)).toEqual({ ...COMMON, progressDeadlineAbort: true, rollbackWindow: { revisions: 3 }, strategy: { canary: { steps: [] } } });
});

test('one that takes over from a Deployment refers to it instead of holding the template', () => {
  const spec = new RolloutStrategy('a test', FIELDS, canary, { deployment: 'web', by: DeploymentMigration.fromRunning(4) }).renderSpec({ ...COMMON, replicas: 4 });

  expect(spec).toMatchObject({ replicas: 4, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', scaleDown: 'progressively' } });
  expect(spec).not.toHaveProperty('template');
});
