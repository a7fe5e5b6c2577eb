import { VolumeMode } from 'cdk8s-production';

test('says in Kubernetes\' words as what a volume appears', () => {
  expect(VolumeMode).toEqual({ FILESYSTEM: 'Filesystem', BLOCK: 'Block' });
});
