/**
 * A duration as people say it: `300 ms`, `2 s`, `5 min`.
 *
 * @internal
 */
export function describeDuration(millis: number): string {
  if (millis % 1000 !== 0 || millis === 0) { return `${millis} ms`; }
  const seconds = millis / 1000;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
