import { databaseName, initFiles, leastMemory, serverSettings } from '../../../lib/data/engines/engine-options';
import { AT } from '../../helpers/engine';
import { errorOf } from '../../helpers/manifests';

test('settings come in one order, whoever says them', () => {
  expect(serverSettings(AT, { b: '1', a: '2' }, { c: '3', a: '4' }, /^[a-z]$/, {})).toEqual([['a', '4'], ['b', '1'], ['c', '3']]);
});

test('a setting that the construct relies on is refused with the reason', () => {
  expect(errorOf(() => serverSettings(AT, {}, { port: '1' }, /^[a-z]+$/, { port: 'the Service relies on it' }))).toMatchObject({ allowed: 'not this setting: the Service relies on it' });
});

test('a database without a name is app', () => {
  expect(databaseName(AT, undefined, [])).toBe('app');
});

test.each([['00-first.sql', 'rename it, such as 10-first.sql'], ['schema.SQL', 'rename it, such as 10-schema.sql']])('says what to do about the script %s', (name, fix) => {
  expect(errorOf(() => initFiles(AT, { [name]: 'x' }, ['.sql', '.sh'], {}))).toMatchObject({ code: 'InvalidName', fix });
});

test('says how much memory is least', () => {
  expect(() => leastMemory(AT, 512, 512, 'MySQL')).not.toThrow();
  expect(errorOf(() => leastMemory(AT, 511, 512, 'MySQL'))).toMatchObject({ allowed: 'at least 512 MiB: MySQL needs that before it holds any data' });
});
