import type { PropertyPath } from '../../core/property-path';

/**
 * The names of the `{{args.NAME}}` in fields of a metric, sorted. Anything else in double braces would end the analysis with an error.
 *
 * @internal
 */
export function argumentsIn(at: PropertyPath, fields: unknown): string[] {
  const names = new Set<string>();
  for (const text of textsIn(fields)) {
    const rest = text.replaceAll(/\{\{\s*args\.([^{}\s]+)\s*\}\}/g, (_, name: string) => {
      names.add(name);
      return '';
    });
    if (rest.includes('{{')) {
      at.refuse('InvalidValue', { value: text, allowed: 'nothing but {{args.NAME}} in double braces: the controller takes all else for a mistake', fix: 'write {{args.service-name}}, or an argument of your own' });
    }
  }
  return [...names].sort();
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') { return [value]; }
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}
