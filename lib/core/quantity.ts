import { Size, SizeRoundingBehavior } from 'cdk8s';
import type { PropertyPath } from './property-path';

/**
 * An amount of CPU. `Cpu` of cdk8s-plus-28, and of every later line, is one.
 */
export interface ICpu {
  /** Such as `250m` or `0.5`. */
  readonly amount: string;
}

/**
 * Whole thousandths of a core.
 *
 * @internal
 */
export function millicores(at: PropertyPath, cpu: ICpu): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(typeof cpu === 'object' && cpu !== null ? String(cpu.amount) : '');
  const millis = match === null ? NaN : Math.round(Number(match[1]) * (match[2] === 'm' ? 1 : 1000));
  if (!(millis >= 1 && millis <= 1_000_000)) {
    at.refuse('InvalidValue', { value: cpu, allowed: 'from 1 thousandth of a core to 1000 cores', fix: 'write Cpu.millis(250) or Cpu.units(2)' });
  }
  return millis;
}

/**
 * Whole mebibytes; refuses what is too little to start anything, which is how a wrong unit shows.
 *
 * @internal
 */
export function mebibytes(at: PropertyPath, size: Size, least: number): number {
  const value = size instanceof Size ? size.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) / 1024 : NaN;
  if (!(value >= least && Number.isInteger(value))) {
    at.refuse('InvalidValue', { value: size instanceof Size ? size.asString() : size, allowed: `a whole number of mebibytes, at least ${least}`, fix: 'write Size.mebibytes(256) or Size.gibibytes(1)' });
  }
  return value;
}

/** @internal */
export function renderMillicores(millis: number): string {
  return millis % 1000 === 0 ? String(millis / 1000) : `${millis}m`;
}

/** @internal */
export function renderMebibytes(mebi: number): string {
  return mebi % 1024 === 0 ? `${mebi / 1024}Gi` : `${mebi}Mi`;
}

const QUANTITY = /^\d+(\.\d+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

/**
 * A Kubernetes quantity of anything, such as 30 messages or "500m" seconds.
 *
 * @internal
 */
export function checkQuantity(at: PropertyPath, value: number | string): string {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string' || !QUANTITY.test(text) || Number.parseFloat(text) <= 0) {
    at.refuse('InvalidValue', { value, allowed: 'a number above 0 or a Kubernetes quantity such as "500m" or "10k"', fix: 'write 30 or "500m"' });
  }
  return text;
}
