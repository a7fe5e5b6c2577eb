import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Reads YAML the way kubectl does: version 1.1, and a key given twice is an error. */
export function readManifests(files: readonly string[]): Manifest[] {
  return files.flatMap((file) => {
    const documents = parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1', uniqueKeys: true });
    return [...documents].flatMap((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw error;
      const value: unknown = document.toJS();
      return value === null ? [] : [manifest(value, file)];
    });
  });
}

/** `Deployment payments/payment-service`: how findings and acknowledgements name an object. */
export function objectName(object: { readonly kind: string; readonly name: string; readonly namespace?: string }): string {
  return object.namespace === undefined || object.namespace === '' ? `${object.kind} ${object.name}` : `${object.kind} ${object.namespace}/${object.name}`;
}

export function nameOf({ kind, metadata }: Manifest): string {
  return objectName({ kind, ...metadata });
}

/** `apps` of `apps/v1`; the core group is written `v1`. */
export function groupOf({ apiVersion }: { readonly apiVersion: string }): string {
  return apiVersion.split('/')[0] ?? apiVersion;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function manifest(value: unknown, file: string): Manifest {
  if (isRecord(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string' && isRecord(value.metadata)) {
    const { name, namespace } = value.metadata;
    if (typeof name === 'string' && (namespace === undefined || typeof namespace === 'string')) {
      return { ...value, apiVersion: value.apiVersion, kind: value.kind, metadata: { ...value.metadata, name, namespace } };
    }
  }
  throw new Error(`${file} holds a document without apiVersion, kind or metadata.name, or with a name that is no text: ${JSON.stringify(value).slice(0, 200)}`);
}
