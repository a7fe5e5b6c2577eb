import type { JsonObject } from '../core/merge';
import { isObject } from '../core/merge';
import type { PropertyPath } from '../core/property-path';

/**
 * Refuses pods that policies, budgets and connections would no longer find.
 *
 * @param template the pod template as it will be written
 * @internal
 */
export function refuseOtherLabels(at: PropertyPath, template: unknown, selectorLabels: Readonly<Record<string, string>>): void {
  const metadata = isObject(template) ? template.metadata : undefined;
  const labels: JsonObject = isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
  for (const [key, value] of Object.entries(selectorLabels)) {
    if (labels[key] !== value) {
      at.refuse('InvalidPatch', {
        value: { [key]: labels[key] ?? null },
        allowed: `pods that carry ${key}: ${value}, as the selectors of workload, Service, budget and policies ask`,
        fix: 'leave the selector\'s labels alone; add labels by the prop "labels"',
      });
    }
  }
}
