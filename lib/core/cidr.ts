import { isIPv4, isIPv6 } from 'node:net';

interface Cidr {
  /** The address as a number. */
  readonly address: bigint;
  readonly bits: 32 | 128;
  readonly prefix: number;
}

/**
 * Whether a text is an address range with its host bits zero: newer API servers warn of others.
 *
 * @internal
 */
export function isCidr(text: string): boolean {
  return parse(text) !== undefined;
}

/**
 * What was meant by a text that is nearly a range: an address alone, or one whose host bits are set.
 *
 * @internal
 */
export function nearestCidr(text: string): string | undefined {
  const [ip, length] = text.split('/') as [string, string?];
  if (length === undefined) { return isIPv4(ip) ? `${ip}/32` : isIPv6(ip) ? `${ip}/128` : undefined; }
  if (!isIPv4(ip) || !/^(\d|[12]\d|3[0-2])$/.test(length)) { return undefined; }
  const hosts = 2 ** (32 - Number(length));
  const address = Number(number(ip.split('.').map(Number), 256n));
  const network = address - address % hosts;
  return `${[24, 16, 8, 0].map(bits => Math.floor(network / 2 ** bits) % 256).join('.')}/${length}`;
}

/**
 * Whether a range lies inside another.
 *
 * @internal
 */
export function cidrContains(outer: string, inner: string): boolean {
  const [a, b] = [parse(outer), parse(inner)];
  if (a === undefined || b === undefined || a.bits !== b.bits || b.prefix < a.prefix) { return false; }
  return a.address / size(a) === b.address / size(a);
}

/** How many addresses are in the range. */
function size(cidr: Pick<Cidr, 'bits' | 'prefix'>): bigint {
  return 2n ** BigInt(cidr.bits - cidr.prefix);
}

function parse(text: string): Cidr | undefined {
  const match = /^([0-9a-fA-F:.]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  if (match === null) { return undefined; }
  const [, ip, length] = match as unknown as [string, string, string];
  const bits = isIPv4(ip) ? 32 : isIPv6(ip) && !ip.includes('.') ? 128 : undefined;
  const prefix = Number(length);
  if (bits === undefined || prefix > bits) { return undefined; }
  const address = bits === 32 ? number(ip.split('.').map(Number), 256n) : number(groups(ip), 65_536n);
  return address % size({ bits, prefix }) === 0n ? { address, bits, prefix } : undefined;
}

function groups(ip: string): number[] {
  const [head, tail] = ip.split('::').map(half => half.split(':').filter(group => group !== '').map(group => Number.parseInt(group, 16))) as [number[], number[]?];
  return tail === undefined ? head : [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function number(digits: readonly number[], base: bigint): bigint {
  return digits.reduce((sum, digit) => sum * base + BigInt(digit), 0n);
}
