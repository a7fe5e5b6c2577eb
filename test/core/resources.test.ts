import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { ResourcesOptions } from 'cdk8s-production';
import { Resources } from 'cdk8s-production';
import fc from 'fast-check';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'resources');
const of = (options: unknown): Resources => Resources.of(options as ResourcesOptions);
const REASON = 'latency counts, neighbours are ours';

/** Requests and limits in one line: cpu, memory, disk. */
function line(resources: Resources): string {
  const { requests = {}, limits = {} } = resources._render(at);
  const side = (amounts: object): string => ['cpu', 'memory', 'ephemeral-storage'].map(name => (amounts as Record<string, unknown>)[name] ?? '-').join(' ');
  return `${side(requests)} → ${side(limits)}`;
}

describe('Resources', () => {
  test.each<[what: string, resources: Resources, expected: string]>([
    ['small', Resources.small(), '125m 128Mi 512Mi → 250m 256Mi 512Mi'],
    ['medium', Resources.medium(), '250m 256Mi 512Mi → 500m 512Mi 512Mi'],
    ['large', Resources.large(), '1 1Gi 1Gi → 2 2Gi 1Gi'],
    ['nothing said', Resources.of({}), '250m 256Mi 512Mi → 500m 512Mi 512Mi'],
    ['requests: limits are twice as much', Resources.of({ cpu: Cpu.millis(300), memory: Size.mebibytes(100) }), '300m 100Mi 512Mi → 600m 200Mi 512Mi'],
    ['limits alone', Resources.of({ cpuLimit: Cpu.units(1), memoryLimit: Size.gibibytes(1) }), '250m 256Mi 512Mi → 1 1Gi 512Mi'],
    ['limits equal to requests', Resources.of({ cpuLimit: Cpu.millis(250), memoryLimit: Size.mebibytes(256) }), '250m 256Mi 512Mi → 250m 256Mi 512Mi'],
    ['everything', Resources.of({ cpu: Cpu.units(2), cpuLimit: Cpu.units(3), memory: Size.gibibytes(2), memoryLimit: Size.gibibytes(3), ephemeralStorage: Size.gibibytes(10) }), '2 2Gi 10Gi → 3 3Gi 10Gi'],
    ['the least', Resources.of({ cpu: Cpu.millis(1), memory: Size.mebibytes(8), ephemeralStorage: Size.mebibytes(16) }), '1m 8Mi 16Mi → 2m 16Mi 16Mi'],
    ['guaranteed', Resources.guaranteed(), '250m 256Mi 512Mi → 250m 256Mi 512Mi'],
    ['guaranteed, other amounts', Resources.guaranteed({ cpu: Cpu.units(4), memory: Size.gibibytes(8), ephemeralStorage: Size.gibibytes(1) }), '4 8Gi 1Gi → 4 8Gi 1Gi'],
    ['no CPU limit', Resources.withoutCpuLimit(REASON), '250m 256Mi 512Mi → - 512Mi 512Mi'],
    ['no CPU limit, other amounts', Resources.withoutCpuLimit(REASON, { cpu: Cpu.units(1), memory: Size.gibibytes(1), memoryLimit: Size.gibibytes(1) }), '1 1Gi 512Mi → - 1Gi 512Mi'],
  ])('with %s', (_, resources, expected) => {
    expect(line(resources)).toBe(expected);
  });

  test('without a CPU limit has no key for it, rather than an empty one', () => {
    expect(Object.keys(Resources.withoutCpuLimit(REASON)._render(at).limits ?? {})).toEqual(['ephemeral-storage', 'memory']);
  });

  test('takes an amount of CPU of any line of cdk8s-plus', () => {
    expect(line(Resources.of({ cpu: { amount: '0.75' } }))).toBe('750m 256Mi 512Mi → 1500m 512Mi 512Mi');
  });

  test('never has a limit below its request', () => {
    const amounts = fc.record({ cpu: fc.integer({ min: 1, max: 64_000 }), memory: fc.integer({ min: 8, max: 1_000_000 }) });
    fc.assert(fc.property(amounts, ({ cpu, memory }) => {
      const known = Resources.of({ cpu: Cpu.millis(cpu), memory: Size.mebibytes(memory) })._amounts(at);
      expect(known).toEqual({ cpu, cpuLimit: 2 * cpu, memory, memoryLimit: 2 * memory, ephemeralStorage: 512 });
    }), { numRuns: 300 });
  });

  test.each<[what: string, resources: Resources, code: string, property: string, value: string, allowed: string]>([
    ['a CPU limit below the request', of({ cpu: Cpu.units(1), cpuLimit: Cpu.millis(500) }), 'InvalidValue', 'resources.cpuLimit', '"500m"', 'at least the request, 1'],
    ['a CPU limit below the default request', of({ cpuLimit: Cpu.millis(100) }), 'InvalidValue', 'resources.cpuLimit', '"100m"', 'at least the request, 250m'],
    ['a memory limit below the request', of({ memory: Size.gibibytes(1), memoryLimit: Size.mebibytes(512) }), 'InvalidValue', 'resources.memoryLimit', '"512Mi"', 'at least the request, 1Gi'],
    ['a memory limit below the request, without a CPU limit', Resources.withoutCpuLimit(REASON, { memoryLimit: Size.mebibytes(128) }), 'InvalidValue', 'resources.memoryLimit', '"128Mi"', 'at least the request, 256Mi'],
    ['too little memory to start anything', of({ memory: Size.mebibytes(7) }), 'InvalidValue', 'resources.memory', '"7Mi"', 'a whole number of mebibytes, at least 8'],
    ['too small a memory limit', of({ memoryLimit: Size.kibibytes(512) }), 'InvalidValue', 'resources.memoryLimit', '"512Ki"', 'a whole number of mebibytes, at least 8'],
    ['too little disk', of({ ephemeralStorage: Size.mebibytes(15) }), 'InvalidValue', 'resources.ephemeralStorage', '"15Mi"', 'a whole number of mebibytes, at least 16'],
    ['no CPU', of({ cpu: Cpu.millis(0) }), 'InvalidValue', 'resources.cpu', '{"amount":"0m"}', 'from 1 thousandth of a core to 1000 cores'],
    ['CPU as a text', of({ cpu: '250m' }), 'InvalidValue', 'resources.cpu', '"250m"', 'from 1 thousandth of a core to 1000 cores'],
    ['memory as a text', of({ memory: '256Mi' }), 'InvalidValue', 'resources.memory', '"256Mi"', 'a whole number of mebibytes, at least 8'],
    ['a guaranteed limit, which is the request', Resources.guaranteed({ cpuLimit: Cpu.units(1) } as object), 'UnknownProperty', 'resources.cpuLimit', '{"amount":"1"}', 'the properties cpu, ephemeralStorage, memory'],
    ['a misspelt property', of({ memoryLimits: '1Gi' }), 'UnknownProperty', 'resources.memoryLimits', '"1Gi"', 'the properties cpu, cpuLimit, ephemeralStorage, memory, memoryLimit'],
    ['nothing', of(undefined), 'InvalidValue', 'resources', 'nothing', 'an object with the properties cpu, cpuLimit, ephemeralStorage, memory, memoryLimit'],
    ['a text', of('small'), 'InvalidValue', 'resources', '"small"', 'an object with the properties cpu, cpuLimit, ephemeralStorage, memory, memoryLimit'],
    ['no reason', Resources.withoutCpuLimit(''), 'MissingValue', 'resources.withoutCpuLimit', '""', 'a reason of at least 10 characters'],
    ['options where the reason belongs', Resources.withoutCpuLimit({ cpu: Cpu.units(1) } as unknown as string), 'MissingValue', 'resources.withoutCpuLimit', '{"cpu":{"amount":"1"}}', 'a reason of at least 10 characters'],
    ['a CPU limit beside the reason for none', Resources.withoutCpuLimit(REASON, { cpuLimit: Cpu.units(1) }), 'ConflictingProperties', 'resources.cpuLimit', '{"amount":"1"}', 'nothing beside withoutCpuLimit'],
  ])('refuses %s', (_, resources, code, property, value, allowed) => {
    const error = errorOf(() => resources._render(at));
    expect({ code: error.code, property: error.property, value: error.value, allowed: error.allowed }).toEqual({ code, property, value, allowed });
  });
});
