import { AccessMode } from 'cdk8s-production';
import { renderAccessModes } from '../../lib/core/access-mode';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const render = (modes: unknown) => renderAccessModes(new PropertyPath(testChart(), 'accessModes'), modes as AccessMode[]);

test('are written in Kubernetes\' words, in the order given', () => {
  expect(render([AccessMode.READ_WRITE_MANY, AccessMode.READ_ONLY_MANY, AccessMode.READ_WRITE_ONCE])).toEqual(['ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOnce']);
  expect(render([AccessMode.READ_WRITE_ONCE_POD])).toEqual(['ReadWriteOncePod']);
});

test.each<[string, unknown, string, string]>([
  ['none', [], 'MissingValue', 'accessModes'],
  ['a mode that is none', ['RWO'], 'InvalidValue', 'accessModes[0]'],
  ['one twice', [AccessMode.READ_WRITE_ONCE, AccessMode.READ_WRITE_ONCE], 'InvalidValue', 'accessModes'],
  ['ReadWriteOncePod beside another', [AccessMode.READ_WRITE_ONCE, AccessMode.READ_WRITE_ONCE_POD], 'InvalidValue', 'accessModes'],
  ['a text', 'ReadWriteOnce', 'InvalidValue', 'accessModes'],
])('refuses %s', (_, modes, code, property) => {
  expect(errorOf(() => render(modes))).toMatchObject({ code, property });
});
