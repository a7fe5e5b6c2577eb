import { ApiObject, JsonPatch, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { declareClusterScoped, isClusterScoped } from './cluster-scope';
import { Environment } from './environment';
import { leaves, missingPlace, pathsTo } from './json-pointer';
import { featuresUsedBy } from './kubernetes-features';
import { checkAnnotations, checkLabels } from './labels';
import type { Json, JsonObject } from './merge';
import { deepMerge, isObject } from './merge';
import { checkObjectName } from './names';
import { refuseNotJson, refuseUnwritable } from './plain-json';
import { type KnownProperties, PropertyPath } from './property-path';
import { NOT_SHOWN } from './secrets';
import { watchForDuplicates } from './unique-identities';

/** What an object is made of. */
export interface KubernetesObjectProps {
  /** Such as `monitoring.coreos.com/v1`. */
  readonly apiVersion: string;
  /** Such as `ServiceMonitor`. */
  readonly kind: string;
  /** Name of the object, as it is: no prefix, no hash. */
  readonly name: string;
  /**
   * The top-level fields beside apiVersion, kind and metadata, such as `spec`: functions that return plain JSON. They are
   * called at each synthesis, so they see what came after construction, and must return the same each time.
   */
  readonly content: { readonly [field: string]: () => unknown };
  /**
   * Labels, beside the chart's.
   *
   * @default - none
   */
  readonly labels?: { readonly [name: string]: string };
  /**
   * Annotations.
   *
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };
  /**
   * Namespace of the object.
   *
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * Whether the kind belongs to no namespace.
   *
   * @default - known for Kubernetes' own kinds, else false
   */
  readonly clusterScoped?: boolean;
  /**
   * The rule its name follows.
   *
   * @default - the kind's
   * @internal
   */
  readonly nameAs?: string;
  /**
   * Set when the name is a hash of the content: a patch to the content would break the promise that equal names mean equal content.
   *
   * @default false
   * @internal
   */
  readonly contentIsHashed?: boolean;
  /**
   * Looks at the object as it will be written, after every patch; throws to refuse it.
   *
   * @default - nothing is refused
   * @internal
   */
  readonly verify?: (manifest: JsonObject) => void;
}

const KNOWN: KnownProperties<KubernetesObjectProps> = {
  apiVersion: true,
  kind: true,
  name: true,
  content: true,
  labels: true,
  annotations: true,
  namespace: true,
  clusterScoped: true,
  nameAs: true,
  contentIsHashed: true,
  verify: true,
};

/** Kinds that this library writes itself, its version in mind; an object of another kind, or a patched one, is looked at as a whole. */
const OURS: ReadonlySet<string> = new Set([
  'ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'Namespace', 'NetworkPolicy', 'PodDisruptionBudget', 'Role', 'RoleBinding', 'Service', 'ServiceAccount',
]);

type Edit = (manifest: JsonObject) => JsonObject;

/**
 * One object of a manifest, as this library writes it: nothing that is put in is lost on the way, and everything can be patched.
 *
 * The object is typed where it is made and plain JSON from there on: the typed classes of cdk8s-plus-28 drop fields they do not know.
 */
export class KubernetesObject extends ApiObject {
  /**
   * As for any class: cdk8s makes each subclass of ApiObject say yes to every ApiObject.
   *
   * @param value what may be one
   */
  public static override [Symbol.hasInstance](value: unknown): value is KubernetesObject {
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }

  private readonly edits: Edit[] = [];
  private readonly at: PropertyPath;

  private readonly definition: KubernetesObjectProps;
  /** Who writes the object, where it is not this library. */
  private writer: string | undefined;
  /** How many edits there were when it was checked; less than none before. */
  private checkedEdits = -1;

  /**
   * @param scope any construct below a Chart
   * @param id id of the construct
   * @param definition what the object is made of
   * @throws ConfigurationError `InvalidName`, `InvalidValue`, `UnknownProperty`
   */
  public constructor(scope: Construct, id: string, definition: KubernetesObjectProps) {
    checkDefinition(new PropertyPath(scope, id), definition);
    super(scope, id, {
      apiVersion: definition.apiVersion,
      kind: definition.kind,
      metadata: { name: definition.name, namespace: definition.namespace, labels: definition.labels, annotations: definition.annotations },
      ...Object.fromEntries(Object.entries(definition.content).map(([field, produce]) => [field, Lazy.any({ produce: () => this.written(field, produce()) })])),
    });
    this.definition = definition;
    this.at = new PropertyPath(this, 'name');
    checkObjectName(this.at, definition.nameAs ?? definition.kind, definition.name);
    if (definition.clusterScoped === true) { declareClusterScoped(this); }
    watchForDuplicates(this);
    this.node.addValidation({ validate: () => this.checkBeforeWriting() });
  }

  /** The namespace the object will be in; nothing for a cluster-scoped kind, or when the chart names none. */
  public get namespace(): string | undefined {
    return isClusterScoped(this) ? undefined : this.metadata.namespace;
  }

  /**
   * Lays a partial object over the rendered one. Objects merge; containers, env, ports, volumes and other lists of named
   * things merge by name; other lists and values are replaced; `null` removes a field; `{ name, $patch: 'delete' }` removes an element.
   * Patches apply in the order of the calls, and may name fields that this library does not know.
   *
   * @param partial such as `{ spec: { template: { spec: { hostname: 'pinned' } } } }`
   * @throws ConfigurationError `InvalidPatch` when the patch is not plain JSON or would change the object's identity,
   * `ContentIsImmutable` when the object's name is a hash of what would change
   */
  public patch(partial: object): void {
    const at = new PropertyPath(this, 'patch');
    refuseNotJson(at, partial, !isObject(partial));
    const copy = structuredClone(partial) as JsonObject;
    for (const path of leaves(copy)) { this.refuseIdentityChange(at, path); }
    this.edit(manifest => deepMerge(manifest, copy) as JsonObject);
  }

  /**
   * Applies RFC 6902 operations to the rendered object, in the order of the calls.
   *
   * @param operations such as `JsonPatch.replace('/spec/minReadySeconds', 30)`
   * @throws ConfigurationError `InvalidPatch` when an operation would change the object's identity, or, at synthesis,
   * when it names a path that is not there
   */
  public override addJsonPatch(...operations: JsonPatch[]): void {
    const at = new PropertyPath(this, 'addJsonPatch');
    for (const operation of operations) {
      if (!(operation instanceof JsonPatch)) {
        at.refuse('InvalidPatch', { value: operation, allowed: 'operations of cdk8s', fix: 'write JsonPatch.replace(path, value), or use patch() for a plain object' });
      }
      const { op, path, from, value } = operation._toJson() as { op: string; path: string; from?: string; value?: unknown };
      if (op === 'add' || op === 'replace' || op === 'test') { refuseNotJson(at, value); }
      if (op !== 'test') { this.refuseIdentityChange(at, path); }
      if (op === 'move') { this.refuseIdentityChange(at, from ?? ''); }
      this.edit(manifest => {
        const missing = missingPlace(manifest, op, path, from);
        if (missing !== undefined) {
          at.refuse('InvalidPatch', {
            value: { op, path, ...from === undefined ? {} : { from } },
            allowed: `paths of this ${String(manifest.kind)}; '${missing}' is not one`,
            fix: 'compare the path with the synthesized YAML; use patch() to add a branch with all its parents',
          });
        }
        try {
          return JsonPatch.apply(manifest, operation) as JsonObject;
        } catch {
          return at.refuse('InvalidPatch', {
            value: operation._toJson(), allowed: `operations that can be applied to this ${String(manifest.kind)}`, fix: 'compare it with the synthesized YAML; a "test" must name the value that stands there',
          });
        }
      });
    }
  }

  /**
   * Leaves the writing to somebody else: the object is in no manifest, but keeps its name, and everything that was and will be
   * said of it, patches included, is theirs to read.
   *
   * @param writer who writes it, such as `Flagger`
   * @returns what would have been written
   * @internal
   */
  public _leaveTo(writer: string): () => JsonObject {
    this.writer = writer;
    this.node.scope!.node.tryRemoveChild(this.node.id);
    return () => this.render() as JsonObject;
  }

  /** Renders the object, its patches applied. */
  public override toJson(): Record<string, unknown> {
    if (this.writer !== undefined) {
      new PropertyPath(this, 'toJson').refuse('ReleaseConflict', {
        value: `${this.kind} ${this.name}`, allowed: `objects that are in a manifest; this one is made by ${this.writer}`, fix: 'refer to it by its name, and let nothing depend on it',
      });
    }
    return this.render();
  }

  private render(): Record<string, unknown> {
    const rendered = super.toJson() as Record<string, Json>;
    Object.assign(rendered, { apiVersion: this.apiVersion, kind: this.kind }); // a workload's follow its release strategy
    const metadata = rendered.metadata as Record<string, Json>;
    if (isClusterScoped(this)) { delete metadata.namespace; }
    if (this.edits.length === 0) {
      this.definition.verify?.(rendered);
      return rendered;
    }
    const patched = this.edits.reduce<JsonObject>((manifest, edit) => edit(manifest), rendered);
    this.refuseInstructions(patched);
    this.refuseUnfit(patched);
    this.definition.verify?.(patched);
    return patched;
  }

  private written(field: string, value: unknown): unknown {
    refuseUnwritable(new PropertyPath(this, `content.${field}`), value);
    return value;
  }

  private edit(edit: Edit): void {
    this.edits.push(edit);
  }

  /** Before anything is written: an error at serialization would leave the files of earlier charts behind. Once: cdk8s validates anew for each chart. */
  private checkBeforeWriting(): string[] {
    if (this.checkedEdits === this.edits.length) { return []; }
    if (this.edits.length > 0) {
      this.toJson();
    } else if (!OURS.has(this.kind)) {
      this.refuseUnfit(this.toJson() as JsonObject);
    } else {
      for (const [field, produce] of Object.entries(this.definition.content)) { this.written(field, produce()); }
    }
    this.checkedEdits = this.edits.length;
    return [];
  }

  private refuseIdentityChange(at: PropertyPath, pointer: string): void {
    const identity = /^\/(apiVersion|kind|metadata\/(name|namespace))(\/|$)/.test(pointer) || pointer === '' || pointer === '/metadata';
    if (identity) {
      at.refuse('InvalidPatch', {
        value: pointer || '/',
        allowed: 'any path but apiVersion, kind, metadata.name and metadata.namespace: other objects refer to them',
        fix: 'set the name by a prop, the namespace on the chart, the kind by a release strategy',
      });
    }
    if (this.definition.contentIsHashed === true && !pointer.startsWith('/metadata/')) {
      at.refuse('ContentIsImmutable', {
        value: pointer,
        allowed: 'patches to metadata: the name is a hash of the content, and the API server refuses changes to an immutable object',
        fix: 'change the "files" prop; a new name follows by itself',
      });
    }
  }

  private refuseInstructions(manifest: JsonObject): void {
    const left = pathsTo('$patch', manifest)[0];
    if (left !== undefined) {
      new PropertyPath(this, 'patch').refuse('InvalidPatch', {
        value: left,
        allowed: "{ $patch: 'delete' } beside the name of an element, in a list that merges by name",
        fix: 'remove a field by null; give a list that does not merge as a whole',
      });
    }
  }

  private refuseUnfit(manifest: JsonObject): void {
    if (manifest.kind === 'Secret' && manifest.apiVersion === 'v1' && [manifest.data, manifest.stringData].some(held => isObject(held) && Object.keys(held).length > 0)) {
      new PropertyPath(this, 'content').refuse('SecretInManifest', {
        value: NOT_SHOWN, allowed: 'references to Secrets: a manifest is kept and read in many places', fix: 'make the Secret with an ExternalSecret, a SealedSecret or by hand, and refer to it by name',
      });
    }
    const { kubernetesVersion } = Environment.of(this);
    for (const { feature, path, value } of featuresUsedBy(manifest)) {
      kubernetesVersion.require(feature, new PropertyPath(this, `patch: ${path}`), value);
    }
  }
}

/** Before the object is there: cdk8s would fail first, without an address. */
function checkDefinition(at: PropertyPath, definition: KubernetesObjectProps): void {
  at.onlyKnown(definition, KNOWN);
  at.at('apiVersion').text(definition.apiVersion, 'a version such as v1 or apps/v1', /^([a-z0-9.-]+\/)?v\d\w*$/);
  at.at('kind').text(definition.kind, 'a kind such as ConfigMap', /^[A-Z]\w*$/);
  checkLabels(at.at('labels'), definition.labels ?? {});
  checkAnnotations(at.at('annotations'), definition.annotations ?? {});
  refuseUnwritable(at.at('labels'), definition.labels);
  refuseUnwritable(at.at('annotations'), definition.annotations);
  for (const [field, produce] of Object.entries(at.at('content').record(definition.content, 'functions by the names of fields', '{ spec: () => ({ … }) }'))) {
    if (typeof produce !== 'function' || ['apiVersion', 'kind', 'metadata'].includes(field)) {
      at.at('content').at(field).refuse('InvalidValue', { value: produce, allowed: 'a function that returns plain JSON, for a field beside apiVersion, kind and metadata', fix: 'write { spec: () => ({ … }) }' });
    }
  }
}
