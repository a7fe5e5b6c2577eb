import { VolumeBindingMode } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { errorOf, testChart } from '../../helpers/manifests';

const at = new PropertyPath(testChart(), 'volumeBindingMode');

test('waits for the first pod, or has a reason not to', () => {
  expect(VolumeBindingMode.waitForFirstConsumer()._render(at)).toBe('WaitForFirstConsumer');
  expect(VolumeBindingMode.immediate('shares are reached from every zone')._render(at)).toBe('Immediate');
});

test('refuses to go ahead without a reason', () => {
  expect(errorOf(() => VolumeBindingMode.immediate('')._render(at))).toMatchObject({ code: 'MissingValue', property: 'volumeBindingMode.immediate' });
});
