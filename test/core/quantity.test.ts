import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { PropertyPath } from '../../lib/core/property-path';
import { checkQuantity, mebibytes, millicores, renderMebibytes, renderMillicores } from '../../lib/core/quantity';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'resources.cpu');

describe('an amount of CPU', () => {
  test.each<[{ readonly amount: string }, number, string]>([
    [Cpu.millis(1), 1, '1m'],
    [Cpu.millis(250), 250, '250m'],
    [Cpu.millis(1000), 1000, '1'],
    [Cpu.millis(1500), 1500, '1500m'],
    [Cpu.units(0.5), 500, '500m'],
    [Cpu.units(2), 2000, '2'],
    [Cpu.units(1000), 1_000_000, '1000'],
    [{ amount: '0.001' }, 1, '1m'],
    [{ amount: '1.25' }, 1250, '1250m'],
  ])('%j is %d thousandths of a core, written %s', (cpu, millis, text) => {
    expect(millicores(at, cpu)).toBe(millis);
    expect(renderMillicores(millis)).toBe(text);
  });

  test.each<[unknown]>([
    [Cpu.millis(0)], [Cpu.units(0)], [{ amount: '0.0001' }], [Cpu.units(1001)], [{ amount: '' }], [{ amount: '-1' }], [{ amount: '250M' }], [{ amount: '1e3' }], [{ amount: 'NaN' }], [{ amount: ' 1' }],
    [{}], ['250m'], [1], [null], [undefined], [NaN], [[]],
  ])('is refused as %j', cpu => {
    expect(errorOf(() => millicores(at, cpu as Cpu))).toMatchObject({
      code: 'InvalidValue', property: 'resources.cpu', allowed: 'from 1 thousandth of a core to 1000 cores', fix: 'write Cpu.millis(250) or Cpu.units(2)',
    });
  });

  test('comes out as it went in', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), millis => {
      expect(millicores(at, { amount: renderMillicores(millis) })).toBe(millis);
    }), { numRuns: 500 });
  });
});

describe('a size', () => {
  test.each<[Size, number, string]>([
    [Size.mebibytes(8), 8, '8Mi'],
    [Size.mebibytes(256), 256, '256Mi'],
    [Size.kibibytes(16 * 1024), 16, '16Mi'],
    [Size.mebibytes(1024), 1024, '1Gi'],
    [Size.mebibytes(1536), 1536, '1536Mi'],
    [Size.gibibytes(2), 2048, '2Gi'],
    [Size.gibibytes(0.5), 512, '512Mi'],
    [Size.tebibytes(1), 1024 * 1024, '1024Gi'],
  ])('%j is %d mebibytes, written %s', (size, mebi, text) => {
    expect(mebibytes(at, size, 8)).toBe(mebi);
    expect(renderMebibytes(mebi)).toBe(text);
  });

  test.each<[what: string, size: unknown, value: string]>([
    ['less than the least', Size.mebibytes(7), '"7Mi"'],
    ['nothing of it', Size.mebibytes(0), '"0Mi"'],
    ['a wrong unit, which shows by being tiny', Size.kibibytes(256), '"256Ki"'],
    ['half a mebibyte', Size.mebibytes(10.5), '"10.5Mi"'],
    ['odd kibibytes', Size.kibibytes(16 * 1024 + 1), '"16385Ki"'],
    ['a text', '256Mi', '"256Mi"'],
    ['a number', 256, '256'],
    ['null', null, 'null'],
    ['nothing', undefined, 'nothing'],
    ['what looks like one', { amount: 256 }, '{"amount":256}'],
  ])('is refused when it is %s', (_, size, value) => {
    expect(errorOf(() => mebibytes(at, size as Size, 8))).toMatchObject({ code: 'InvalidValue', value, allowed: 'a whole number of mebibytes, at least 8' });
  });
});

describe('a quantity', () => {
  test.each<[number | string, string]>([
    [30, '30'], [0.5, '0.5'], ['500m', '500m'], ['10k', '10k'], ['1.5', '1.5'], ['1', '1'], ['2Gi', '2Gi'], ['1E', '1E'], ['0.1m', '0.1m'],
  ])('%j is written %s', (value, text) => {
    expect(checkQuantity(at, value)).toBe(text);
  });

  test.each<[unknown]>([[0], ['0'], ['0m'], ['0.0'], [-1], ['-5'], [NaN], [Infinity], [1e21], [''], ['m'], ['1 k'], ['1K'], ['1KB'], ['1e3'], ['.5'], ['5.'], ['abc'], [true], [null], [undefined], [{}]])(
    'is refused as %j', value => {
      expect(errorOf(() => checkQuantity(at, value as number))).toMatchObject({ code: 'InvalidValue', allowed: 'a number above 0 or a Kubernetes quantity such as "500m" or "10k"' });
    },
  );
});
