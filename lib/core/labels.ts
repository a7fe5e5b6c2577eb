import type { PropertyPath } from './property-path';
import { looksSecret, NOT_SHOWN } from './secrets';

const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The value of `app.kubernetes.io/managed-by`. */
export const MANAGED_BY = 'cdk8s-production';

/**
 * What identifies a set of pods for ever: selectors are immutable, so nothing that may change later belongs here.
 *
 * @internal
 */
export function identityLabels(name: string, instance: string): Record<string, string> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': instance };
}

/**
 * Whether a text can be the value of a label.
 *
 * @internal
 */
export function isLabelValue(value: string): boolean {
  return value.length <= 63 && LABEL_VALUE.test(value);
}

/**
 * Refuses labels that the API server would refuse.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 * @internal
 */
export function checkLabels(at: PropertyPath, labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(at.record(labels, 'texts by their keys', "{ team: 'payments' }"))) {
    checkKey(at, key);
    checkLabelValue(at.at(key), value);
  }
  return labels;
}

/** @internal */
export function checkLabelValue(at: PropertyPath, value: unknown): void {
  if (typeof value !== 'string' || !isLabelValue(value)) {
    at.refuse('InvalidValue', {
      value,
      allowed: 'a text of at most 63 letters, digits, "-", "_" or ".", starting and ending with a letter or digit',
      fix: typeof value === 'string' ? 'shorten or reword the value; longer texts belong into an annotation' : 'put the value into quotes',
    });
  }
}

/** @internal */
export function checkAnnotations(at: PropertyPath, annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(at.record(annotations, 'texts by their keys', "{ owner: 'payments@example.com' }"))) {
    checkKey(at, key);
    if (typeof value !== 'string') {
      at.at(key).refuse('InvalidValue', { value, allowed: 'a text', fix: 'put the value into quotes' });
    }
    if (looksSecret(value)) {
      at.at(key).refuse('SecretInManifest', { value: NOT_SHOWN, allowed: 'annotations without secrets', fix: 'put the secret into a Secret' });
    }
  }
  return annotations;
}

function checkKey(at: PropertyPath, key: string): void {
  const slash = key.indexOf('/');
  const prefix = slash === -1 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (name.length > 63 || !LABEL_NAME.test(name) || (prefix !== undefined && (prefix.length > 253 || !LABEL_PREFIX.test(prefix)))) {
    at.refuse('InvalidName', { value: key, allowed: 'a key such as team or example.com/team, its last part at most 63 characters', fix: 'rename the key' });
  }
}
