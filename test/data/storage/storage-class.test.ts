import { DeletionPolicy, NamePrefix, Provisioner, StorageClass, type StorageClassProps, VolumeBindingMode } from 'cdk8s-production';
import { errorOf, identities, one, synth, testChart } from '../../helpers/manifests';

const PROVISIONER = Provisioner.awsEbs();
const made = (props: Partial<StorageClassProps> = {}, chart = testChart()) => {
  new StorageClass(chart, 'fast', { provisioner: PROVISIONER, ...props });
  return one(synth(chart), 'StorageClass');
};

test('makes volumes where their pod can run, which can grow and outlive their claim', () => {
  expect(made()).toEqual({
    allowVolumeExpansion: true,
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' }, name: 'fast' },
    parameters: { encrypted: 'true', type: 'gp3' },
    provisioner: 'ebs.csi.aws.com',
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
});

test('takes every prop', () => {
  const all: Required<StorageClassProps> = {
    provisioner: Provisioner.of('nfs.csi.k8s.io', { server: 'nfs.example.com' }),
    name: 'shared',
    volumeBindingMode: VolumeBindingMode.immediate('shares are reached from every zone'),
    allowVolumeExpansion: false,
    reclaimPolicy: DeletionPolicy.delete('scratch data of the build farm'),
    mountOptions: ['noatime', 'nfsvers=4.1'],
    zones: ['a', 'b'],
    isDefault: true,
    labels: { tier: 'gold' },
    annotations: { 'example.com/owner': 'storage' },
  };

  expect(made(all)).toEqual({
    allowedTopologies: [{ matchLabelExpressions: [{ key: 'topology.kubernetes.io/zone', values: ['a', 'b'] }] }],
    allowVolumeExpansion: false,
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      annotations: { 'example.com/owner': 'storage', 'storageclass.kubernetes.io/is-default-class': 'true' },
      labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production', 'tier': 'gold' },
      name: 'shared',
    },
    mountOptions: ['noatime', 'nfsvers=4.1'],
    parameters: { server: 'nfs.example.com' },
    provisioner: 'nfs.csi.k8s.io',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
  });
});

test('calls zones as the driver does', () => {
  expect(made({ zones: ['eu-central-1a'] }).allowedTopologies).toEqual([{ matchLabelExpressions: [{ key: 'topology.ebs.csi.aws.com/zone', values: ['eu-central-1a'] }] }]);
});

test('is in no namespace, carries the prefix of its place, and can be patched', () => {
  const chart = testChart();
  NamePrefix.on(chart, 'eu-');
  const storageClass = new StorageClass(chart, 'fast', { provisioner: PROVISIONER });
  storageClass.resource.patch({ allowedTopologies: [{ matchLabelExpressions: [{ key: 'rack', values: ['7'] }] }] });

  expect(storageClass).toMatchObject({ name: 'eu-fast', reclaimPolicy: 'Retain' });
  expect(one(synth(chart), 'StorageClass')).toMatchObject({ metadata: { name: 'eu-fast' }, allowedTopologies: [{ matchLabelExpressions: [{ key: 'rack', values: ['7'] }] }] });
  expect(one(synth(chart), 'StorageClass').metadata).not.toHaveProperty('namespace');
  expect(synth(chart)).toEqual(synth(chart));
});

test('two classes stand beside each other', () => {
  const chart = testChart();
  for (const id of ['fast', 'slow']) { new StorageClass(chart, id, { provisioner: PROVISIONER }); }

  expect(identities(synth(chart))).toEqual(['StorageClass/fast', 'StorageClass/slow']);
});

test.each<[string, Partial<Record<keyof StorageClassProps, unknown>> & Record<string, unknown>, string, string]>([
  ['no provisioner', { provisioner: undefined }, 'InvalidValue', 'provisioner'],
  ['a provisioner as a text', { provisioner: 'ebs.csi.aws.com' }, 'InvalidValue', 'provisioner'],
  ['a mode as a text', { volumeBindingMode: 'Immediate' }, 'InvalidValue', 'volumeBindingMode'],
  ['to bind at once without a reason', { volumeBindingMode: VolumeBindingMode.immediate('') }, 'MissingValue', 'volumeBindingMode.immediate'],
  ['to delete without a reason', { reclaimPolicy: DeletionPolicy.delete('') }, 'MissingValue', 'reclaimPolicy.delete'],
  ['a policy as a text', { reclaimPolicy: 'Delete' }, 'InvalidValue', 'reclaimPolicy'],
  ['the text no', { allowVolumeExpansion: 'no' }, 'InvalidValue', 'allowVolumeExpansion'],
  ['the text yes', { isDefault: 'yes' }, 'InvalidValue', 'isDefault'],
  ['options as a text', { mountOptions: 'noatime' }, 'InvalidValue', 'mountOptions'],
  ['an option with a space', { mountOptions: ['no atime'] }, 'InvalidValue', 'mountOptions[0]'],
  ['no zone', { zones: [] }, 'MissingValue', 'zones'],
  ['a zone twice', { zones: ['a', 'a'] }, 'InvalidValue', 'zones[1]'],
  ['a name with capitals', { name: 'Fast' }, 'InvalidName', 'name'],
  ['a typo', { provisoner: 'x' }, 'UnknownProperty', 'provisoner'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => made(props as Partial<StorageClassProps>))).toMatchObject({ code, property });
});
