import { PropertyPath } from '../../lib/core/property-path';
import { storageClassNameOf } from '../../lib/core/storage-class-reference';
import { errorOf, testChart } from '../helpers/manifests';

const nameOf = (value: unknown) => storageClassNameOf(new PropertyPath(testChart(), 'storageClass'), value as string);

test('takes a name, a class, and the empty text for none', () => {
  expect(['fast.ssd', { name: 'fast' }, ''].map(nameOf)).toEqual(['fast.ssd', 'fast', '']);
});

test.each([['capitals', 'Fast'], ['a space', 'fast disks'], ['a number', 3], ['an object without a name', {}], ['null', null]])('refuses %s', (_, value) => {
  expect(errorOf(() => nameOf(value))).toMatchObject({ code: 'InvalidValue', property: 'storageClass' });
});
