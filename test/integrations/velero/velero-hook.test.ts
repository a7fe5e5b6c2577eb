import { Duration } from 'cdk8s';
import { VeleroHook, type VeleroHookOptions } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { errorOf, testChart } from '../../helpers/manifests';

const at = new PropertyPath(testChart(), 'hooks[0]');
const least: VeleroHookOptions = { name: 'checkpoint', podLabels: { app: 'db' }, command: ['checkpoint'] };

test('runs a command before, for half a minute, and leaves the volumes out when it fails', () => {
  expect(VeleroHook.before(least)._render(at, ['shop'])).toEqual({
    includedNamespaces: ['shop'], labelSelector: { matchLabels: { app: 'db' } }, name: 'checkpoint', pre: [{ exec: { command: ['checkpoint'], onError: 'Fail', timeout: '30s' } }],
  });
});

test('runs a command after, with all options', () => {
  const all: Required<VeleroHookOptions> = { name: 'thaw', podLabels: { app: 'db' }, container: 'postgres', command: ['/sbin/fsfreeze', '--unfreeze', '/data'], timeout: Duration.minutes(2), failOnError: false };

  expect(VeleroHook.after(all)._render(at, ['shop', 'data'])).toEqual({
    includedNamespaces: ['shop', 'data'],
    labelSelector: { matchLabels: { app: 'db' } },
    name: 'thaw',
    post: [{ exec: { command: ['/sbin/fsfreeze', '--unfreeze', '/data'], container: 'postgres', onError: 'Continue', timeout: '2m' } }],
  });
});

test.each<[what: string, options: object, code: string, property: string]>([
  ['an option that there is not', { onError: 'Fail' }, 'UnknownProperty', 'onError'],
  ['no name', { name: '' }, 'InvalidValue', 'name'],
  ['every pod', { podLabels: {} }, 'MissingValue', 'podLabels'],
  ['no command', { command: [] }, 'MissingValue', 'command'],
  ['a command line', { command: 'checkpoint' }, 'InvalidValue', 'command'],
  ['a number', { command: ['sleep', 5] }, 'InvalidValue', 'command[1]'],
  ['a password', { command: ['psql', '--password=hunter2'] }, 'SecretInManifest', 'command[1]'],
  ['a container that cannot be', { container: 'Postgres' }, 'InvalidName', 'container'],
  ['more than four hours', { timeout: Duration.hours(5) }, 'InvalidValue', 'timeout'],
  ['a word for yes', { failOnError: 'yes' }, 'InvalidValue', 'failOnError'],
])('refuses %s', (_, options, code, property) => {
  expect(errorOf(() => VeleroHook.before({ ...least, ...options })._render(at, ['shop']))).toMatchObject({ code, property: `hooks[0].${property}` });
});
