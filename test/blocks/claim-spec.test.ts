import { AccessMode, KubernetesVersion, VolumeMode } from 'cdk8s-production';
import { type ClaimRequest, renderClaimSpec } from '../../lib/blocks/claim-spec';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const render = (request: Partial<ClaimRequest> = {}, version = KubernetesVersion.DEFAULT) =>
  renderClaimSpec(new PropertyPath(testChart(), ''), { size: 2048, accessModes: [AccessMode.READ_WRITE_ONCE], ...request }, version);

test('writes out what the API server would fill in, but for the class', () => {
  expect(render()).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, volumeMode: 'Filesystem' });
});

test('writes everything that can be asked of a volume', () => {
  const all: Required<ClaimRequest> = { size: 100, accessModes: ['ReadWriteMany'], storageClass: 'shared', volumeMode: VolumeMode.BLOCK, volumeAttributesClass: 'gold' };

  expect(render(all, KubernetesVersion.V1_34)).toEqual({
    accessModes: ['ReadWriteMany'], resources: { requests: { storage: '100Mi' } }, storageClassName: 'shared', volumeAttributesClassName: 'gold', volumeMode: 'Block',
  });
});

test('asks for no class by the empty text', () => {
  expect(render({ storageClass: '' }).storageClassName).toBe('');
});

test('refuses attributes that the target does not know, and what is no class of them', () => {
  expect(errorOf(() => render({ volumeAttributesClass: 'gold' }, KubernetesVersion.V1_33))).toMatchObject({ code: 'UnsupportedByKubernetesVersion', property: 'volumeAttributesClass' });
  expect(errorOf(() => render({ volumeAttributesClass: 'Gold' }, KubernetesVersion.V1_34))).toMatchObject({ code: 'InvalidValue', property: 'volumeAttributesClass' });
});

test('refuses a mode that is none', () => {
  expect(errorOf(() => render({ volumeMode: 'block' as never }))).toMatchObject({ code: 'InvalidValue', property: 'volumeMode' });
});
