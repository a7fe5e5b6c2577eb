import type { IAffinityConfiguration, IClusterSpec } from './cloudnative-pg-models';
import { PrimaryUpdateStrategy, type ResolvedOptions } from './cloudnative-pg-options';
import { SynchronousReplication } from './synchronous-replication';
import type { OperatedDatabaseRequest, OperatorPlacement } from '../../core/database-operator';
import { type EffectiveEnvironment, ImagePullPolicy } from '../../core/environment';
import { checkImage, ImageReference } from '../../core/image-reference';
import type { IAffinity, IToleration, ITopologySpreadConstraint } from '../../core/kubernetes';
import { checkObjectName } from '../../core/names';
import type { PropertyPath } from '../../core/property-path';
import { mebibytes, renderMebibytes } from '../../core/quantity';

const NODE = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** What the Cluster of a database and the one of its restored copy have in common. @internal */
export type ClusterRequest = Pick<OperatedDatabaseRequest, 'name' | 'labels' | 'version' | 'image' | 'imagePullSecrets' | 'instances' | 'storage' | 'resources' | 'parameters' | 'placement' | 'environment'>;

/** What selects the instances, and neither the Jobs that prepare them nor a pooler. @internal */
export function instanceLabels(name: string): Record<string, string> {
  return { 'cnpg.io/cluster': name, 'cnpg.io/podRole': 'instance' };
}

/**
 * Checks a request, and renders the spec of its Cluster but for what fills it with data.
 *
 * @param engineAt where version, image and settings are said
 * @see https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/#clusterspec
 * @internal
 */
export function renderClusterSpec(at: PropertyPath, engineAt: PropertyPath, request: ClusterRequest, options: ResolvedOptions): IClusterSpec {
  const { environment, instances, placement, storage } = request;
  at.at('instances').integer(instances, 1, 100);
  if (instances === 1 && options.primaryUpdateStrategy === PrimaryUpdateStrategy.SUPERVISED) {
    at.at('operator').at('primaryUpdateStrategy').refuse('ConflictingProperties', { value: options.primaryUpdateStrategy, allowed: 'supervised updates of two instances or more: a single one has nothing to switch to', fix: 'leave it out, or raise the instances' });
  }
  const size = mebibytes(at.at('storage'), storage.size, 1024);
  const walSize = options.walStorage ?? Math.max(4096, Math.ceil(size / 4 / 1024) * 1024);
  const walStorageClass = options.walStorageClassName ?? storage.storageClassName;
  if (storage.storageClassName !== undefined) { checkObjectName(at.at('storageClassName'), 'StorageClass', storage.storageClassName); }
  const image = imageOf(engineAt, request, options);
  const synchronous = (options.synchronousReplication ?? (instances >= 3 ? SynchronousReplication.required() : SynchronousReplication.none()))
    ._render(at.at('operator').at('synchronousReplication'), instances);
  const inherited = Object.entries(request.labels).filter(([key]) => !key.startsWith('app.kubernetes.io/') || key === 'app.kubernetes.io/part-of'); // the others are the operator's own
  return {
    affinity: renderAffinity(request.name, placement),
    enablePDB: instances > 1, // the budget of a single instance would let no node be drained
    enableSuperuserAccess: false,
    imageName: image.toString(),
    imagePullPolicy: image.digest === undefined ? ImagePullPolicy.ALWAYS : environment.imagePullPolicy,
    ...request.imagePullSecrets === undefined || request.imagePullSecrets.length === 0 ? {} : { imagePullSecrets: request.imagePullSecrets.map(name => ({ name })) },
    ...inherited.length === 0 ? {} : { inheritedMetadata: { labels: Object.fromEntries(inherited) } },
    instances,
    postgresql: {
      parameters: renderParameters(engineAt.at('parameters'), request.parameters ?? {}, walSize),
      ...synchronous === undefined ? {} : { synchronous },
    },
    primaryUpdateMethod: options.primaryUpdateMethod,
    primaryUpdateStrategy: options.primaryUpdateStrategy,
    ...placement?.priorityClassName === undefined ? {} : { priorityClassName: placement.priorityClassName },
    replicationSlots: { highAvailability: { enabled: true } },
    resources: { limits: { ...request.resources.limits }, requests: { ...request.resources.requests } },
    seccompProfile: { type: 'RuntimeDefault' },
    ...options.serviceAccountAnnotations === undefined ? {} : { serviceAccountTemplate: { metadata: { annotations: { ...options.serviceAccountAnnotations } } } },
    smartShutdownTimeout: options.smartShutdownTimeout,
    stopDelay: options.stopDelay,
    storage: { resizeInUseVolumes: true, size: renderMebibytes(size), ...storage.storageClassName === undefined ? {} : { storageClass: storage.storageClassName } },
    topologySpreadConstraints: renderSpread(request.name, placement),
    walStorage: { resizeInUseVolumes: true, size: renderMebibytes(walSize), ...walStorageClass === undefined ? {} : { storageClass: walStorageClass } },
  };
}

/** The operator reads the version from the tag, so that there must be one, beside a digest as well. */
function imageOf(at: PropertyPath, { version, image, environment }: Pick<OperatedDatabaseRequest, 'version' | 'image'> & { readonly environment: EffectiveEnvironment }, options: ResolvedOptions): ImageReference {
  at.at('version').text(version, 'a version of PostgreSQL that CloudNativePG runs, such as 16.4', /^(1[4-9]|[2-9]\d)\.\d+$/);
  if (image === undefined) { return ImageReference.parse(`ghcr.io/cloudnative-pg/postgresql:${version}${options.imageVariant === undefined ? '' : `-${options.imageVariant}`}`)!; }
  const reference = checkImage(at.at('image'), image, environment.registry);
  if (reference.tag === undefined || !new RegExp(`^${version.replace('.', '\\.')}([._-]|$)`).test(reference.tag)) {
    at.at('image').refuse('InvalidImage', {
      value: image, allowed: `an image whose tag begins with ${version}: CloudNativePG reads the version from it, and takes no digest alone`, fix: `write ${reference.repository}:${version}, and the digest after it`,
    });
  }
  return reference;
}

/** Settings that CloudNativePG keeps to itself: its webhook refuses them. See https://cloudnative-pg.io/documentation/current/postgresql_conf/#fixed-parameters */
const FIXED = new RegExp(`^(${[
  'allow_alter_system', 'allow_system_table_mods', 'archive_(cleanup_command|command|mode)', 'bonjour(_name)?', 'cluster_name', 'config_file', 'data_directory', 'data_sync_retry', 'event_source', 'external_pid_file',
  'hba_file', 'hot_standby', 'ident_file', 'jit_provider', 'listen_addresses', 'log_(destination|directory|file_mode|filename|rotation_age|rotation_size|truncate_on_rotation)', 'logging_collector',
  'port', 'primary_(conninfo|slot_name)', 'promote_trigger_file', 'recovery_\\w+', 'restart_after_crash', 'restore_command', 'shared_preload_libraries', 'ssl(_\\w+)?', 'stats_temp_directory',
  'synchronous_standby_names', 'syslog_\\w+', 'temp_tablespaces', 'unix_socket_\\w+',
].join('|')})$`);

function renderParameters(at: PropertyPath, parameters: Readonly<Record<string, string>>, walMebibytes: number): Record<string, string> {
  for (const [name, value] of Object.entries(at.record(parameters, 'texts by their names', "{ max_connections: '200' }"))) {
    if (FIXED.test(name)) {
      at.at(name).refuse('UnsupportedByController', { value, allowed: 'settings that CloudNativePG leaves to you: this one it sets itself', fix: 'leave it out' });
    }
    if (!/^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)?$/.test(name)) { at.at(name).refuse('InvalidName', { value: name, allowed: 'the name of a setting of PostgreSQL', fix: 'correct the name' }); }
    at.at(name).literal(value);
  }
  // A standby that is away keeps its logs on the primary: without a bound they fill the volume, and the primary stops.
  const all: Record<string, string> = { max_slot_wal_keep_size: `${Math.floor(walMebibytes / 2)}MB`, ...parameters };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Term { readonly labelSelector?: { readonly matchLabels?: object }; readonly topologyKey: string; readonly matchLabelKeys?: unknown }

function renderAffinity(name: string, placement: OperatorPlacement | undefined): IAffinityConfiguration {
  const affinity = placement?.affinity as IAffinity | undefined;
  const { requiredDuringSchedulingIgnoredDuringExecution: required = [], preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } = affinity?.podAntiAffinity ?? {};
  // Apart from each other by node: that is what the operator writes itself. The rest is passed on.
  const isOwn = (term: Term): boolean => term.topologyKey === NODE && selectsCluster(name, term);
  const otherRequired = required.filter(term => !isOwn(term));
  const otherPreferred = preferred.filter(({ podAffinityTerm }) => !isOwn(podAffinityTerm));
  const ownRequired = otherRequired.length < required.length;
  const apart = placement === undefined || ownRequired || otherPreferred.length < preferred.length;
  return {
    ...affinity?.podAffinity === undefined ? {} : { additionalPodAffinity: affinity.podAffinity },
    ...otherRequired.length + otherPreferred.length === 0 ? {} : {
      additionalPodAntiAffinity: {
        ...otherPreferred.length === 0 ? {} : { preferredDuringSchedulingIgnoredDuringExecution: otherPreferred },
        ...otherRequired.length === 0 ? {} : { requiredDuringSchedulingIgnoredDuringExecution: otherRequired },
      },
    },
    enablePodAntiAffinity: apart,
    ...affinity?.nodeAffinity === undefined ? {} : { nodeAffinity: affinity.nodeAffinity },
    ...placement?.nodeSelector === undefined ? {} : { nodeSelector: { ...placement.nodeSelector } },
    ...apart ? { podAntiAffinityType: ownRequired ? 'required' : 'preferred', topologyKey: NODE } : {},
    ...placement?.tolerations === undefined ? {} : { tolerations: placement.tolerations as IToleration[] },
  };
}

/** The operator's pods carry no label of their revision, which others are told apart by. */
function renderSpread(name: string, placement: OperatorPlacement | undefined): ITopologySpreadConstraint[] {
  if (placement === undefined) {
    return [ZONE, NODE].map(topologyKey => ({ labelSelector: { matchLabels: instanceLabels(name) }, maxSkew: 1, nodeTaintsPolicy: 'Honor', topologyKey, whenUnsatisfiable: 'ScheduleAnyway' }));
  }
  return ((placement.topologySpreadConstraints ?? []) as ITopologySpreadConstraint[]).map(({ matchLabelKeys: _, ...constraint }) => ({
    ...constraint, ...selectsCluster(name, constraint) ? { labelSelector: { matchLabels: instanceLabels(name) } } : {},
  }));
}

function selectsCluster(name: string, { labelSelector }: Pick<Term, 'labelSelector'>): boolean {
  const labels = Object.entries(labelSelector?.matchLabels ?? {});
  return labels.length > 0 && labels.every(([key, value]) => instanceLabels(name)[key] === value);
}
