import { PropertyPath } from '../../lib/core/property-path';
import { secretKeyOf } from '../../lib/core/secret-value';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'passphrase');

describe('a value in a Secret', () => {
  test('is a reference by name and key', () => {
    expect(secretKeyOf(at, { secret: 'seal', key: 'phrase.txt' })).toEqual({ name: 'seal', key: 'phrase.txt' });
  });

  test.each([
    ['a text', 'hunter2', 'InvalidValue', 'passphrase'],
    ['a name that no Secret has', { secret: 'My Seal', key: 'phrase' }, 'InvalidName', 'passphrase.secret'],
    ['a key that no Secret has', { secret: 'seal', key: 'a b' }, 'InvalidValue', 'passphrase.key'],
    ['an unknown property', { secret: 'seal', key: 'a', name: 'b' }, 'UnknownProperty', 'passphrase.name'],
  ])('is refused as %s', (_, value, code, property) => {
    expect(errorOf(() => secretKeyOf(at, value as never))).toMatchObject({ code, property });
  });
});
