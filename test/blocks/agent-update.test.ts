import { AgentUpdate } from 'cdk8s-production';
import { DaemonSetUpdate } from '../../lib/blocks/agent-update';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'update');

test.each([
  [AgentUpdate.maxUnavailable(2), { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 2 } }],
  [AgentUpdate.maxUnavailable('25%'), { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '25%' } }],
  [AgentUpdate.maxSurge('100%'), { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } }],
  [AgentUpdate.onDelete('the vendor replaces them node by node'), { type: 'OnDelete' }],
])('is written as the API server takes it: one field of the two', (update, strategy) => {
  expect(update._render(at, false)).toEqual(strategy);
});

test('has no deadline, as its controller has none', () => {
  expect(new DaemonSetUpdate({ type: 'OnDelete' }).renderSpec({ minReadySeconds: 10, progressDeadlineSeconds: 600 })).toEqual({ minReadySeconds: 10, updateStrategy: { type: 'OnDelete' } });
});

test.each<[what: string, update: AgentUpdate, code: string, property: string]>([
  ['no node', AgentUpdate.maxUnavailable(0), 'InvalidValue', 'update.maxUnavailable'],
  ['no share', AgentUpdate.maxUnavailable('0%'), 'InvalidValue', 'update.maxUnavailable'],
  ['more than all', AgentUpdate.maxSurge('101%'), 'InvalidValue', 'update.maxSurge'],
  ['a number in quotes', AgentUpdate.maxUnavailable('2'), 'InvalidValue', 'update.maxUnavailable'],
  ['by hand without a reason', AgentUpdate.onDelete('because'), 'MissingValue', 'update.onDelete'],
])('refuses %s', (_, update, code, property) => {
  expect(errorOf(() => update._render(at, false))).toMatchObject({ code, property });
});

test('refuses a second agent on a node whose ports the first one holds', () => {
  expect(errorOf(() => AgentUpdate.maxSurge(1)._render(at, true))).toMatchObject({ code: 'PortConflict', property: 'update.maxSurge' });
});
