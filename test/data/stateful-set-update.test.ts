import { StatefulSetUpdate } from '../../lib/data/stateful-set-update';

const OWN = {
  persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' }, podManagementPolicy: 'Parallel', serviceName: 'db-headless', volumeClaimTemplates: [],
} as const;

test('a StatefulSet has no deadline for its progress: its controller waits for ever', () => {
  const update = new StatefulSetUpdate({ ...OWN, volumeClaimTemplates: [] });
  expect(update.renderSpec({ minReadySeconds: 10, progressDeadlineSeconds: 600, replicas: 1 })).toEqual({ ...OWN, minReadySeconds: 10, replicas: 1, updateStrategy: { type: 'RollingUpdate' } });
});

test('its revisions are told apart by the label that its controller gives', () => {
  expect(new StatefulSetUpdate({ ...OWN, volumeClaimTemplates: [] })).toMatchObject({ kind: 'StatefulSet', apiVersion: 'apps/v1', revisionLabel: 'controller-revision-hash' });
});
