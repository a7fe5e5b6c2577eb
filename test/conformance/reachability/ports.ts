/** One port of one protocol: `TCP 8080`. */
export interface Port {
  readonly protocol: string;
  readonly number: number;
}

export interface PortRange {
  readonly protocol: string;
  readonly first: number;
  readonly last: number;
}

export function hasPort(ranges: readonly PortRange[], port: Port): boolean {
  return ranges.some(({ protocol, first, last }) => protocol === port.protocol && first <= port.number && port.number <= last);
}

/** What is left of the ranges without some ports. */
export function without(ranges: readonly PortRange[], ports: readonly Port[]): PortRange[] {
  return ports.reduce((left: PortRange[], { protocol, number }) => left.flatMap((range) => {
    if (!hasPort([range], { protocol, number })) return [range];
    return [{ ...range, last: number - 1 }, { ...range, first: number + 1 }].filter(({ first, last }) => first <= last);
  }), [...ranges]);
}

export function sameOnce(ports: readonly Port[]): Port[] {
  return [...new Map(ports.map((port) => [`${port.protocol} ${port.number}`, port])).values()];
}

/** `TCP 53, UDP 53`, `TCP 1 to 8079`, `every port`. */
export function describePorts(ranges: readonly PortRange[]): string {
  if (new Set(ranges.map(({ protocol }) => protocol)).size === 3 && ranges.every(({ first, last }) => first === 1 && last === 65535)) return 'every port';
  return ranges.map(({ protocol, first, last }) => `${protocol} ${first === last ? first : `${first} to ${last}`}`).join(', ');
}
