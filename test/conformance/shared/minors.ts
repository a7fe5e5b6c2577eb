/** The Kubernetes minors the library can be asked to synthesize for. Written out: the suite judges the library's own list. */
export const MINORS = ['1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36', '1.37'] as const;

/** `1.28 to 1.37`, `1.28, 1.31 to 1.33`, `latest`: minors as a person would write them. */
export function describeVersions(versions: Iterable<string>): string {
  const given = new Set(versions);
  const parts = [...given].filter((version) => !MINORS.some((minor) => minor === version));
  let first: string | undefined;
  MINORS.forEach((minor, index) => {
    if (!given.has(minor)) return;
    first ??= minor;
    const next = MINORS[index + 1];
    if (next !== undefined && given.has(next)) return;
    parts.push(first === minor ? minor : `${first} to ${minor}`);
    first = undefined;
  });
  return parts.join(', ');
}
