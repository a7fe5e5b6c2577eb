/**
 * A duration as Go's programs read and write it, in the largest unit that leaves no rest: `5m`, `90s`, `1h`.
 *
 * @param seconds whole seconds
 * @internal
 */
export function goDuration(seconds: number): string {
  if (seconds !== 0 && seconds % 3600 === 0) { return `${seconds / 3600}h`; }
  return seconds !== 0 && seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
