import { Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { type BackupResourceHook, VeleroHook } from './velero-hook';
import { checkCron } from '../../core/cron-expression';
import { goDuration } from '../../core/go-duration';
import { KubernetesObject } from '../../core/kubernetes-object';
import { checkLabels } from '../../core/labels';
import { checkLabelName, checkObjectName, NamePrefix, VELERO_SCHEDULE } from '../../core/names';
import { objectLabels } from '../../core/object-labels';
import type { KnownProperties } from '../../core/property-path';
import { PropertyPath } from '../../core/property-path';

/** How the content of volumes gets into a backup. */
export enum VeleroVolumes {
  /** By snapshots of the storage, which stay where the volumes are. */
  SNAPSHOT = 'snapshot',
  /** By snapshots whose content is copied to the storage location: they outlive the storage. */
  SNAPSHOT_AND_MOVE = 'snapshot-and-move',
  /** File by file while they are in use. Works with any storage; hooks must see to it that the files fit together. */
  FILE_SYSTEM = 'file-system',
  /** Not at all: objects of Kubernetes only. */
  NONE = 'none',
}

/** What Velero backs up, and when. */
export interface VeleroScheduleProps {
  /** When: minute, hour, day of the month, month, day of the week, in the time zone of Velero, which is UTC. Or a macro such as `@daily`. */
  readonly schedule: string;

  /**
   * How long each backup is kept.
   *
   * @default Duration.days(30)
   */
  readonly retention?: Duration;

  /**
   * Namespaces that are backed up.
   *
   * @default - the chart's
   */
  readonly namespaces?: string[];

  /**
   * Labels of the objects that are backed up. Volumes come with their claims, so that these need the labels, too.
   *
   * @default - every object of the namespaces
   */
  readonly labels?: { readonly [name: string]: string };

  /**
   * How the content of volumes gets into the backup.
   *
   * @default VeleroVolumes.SNAPSHOT
   */
  readonly volumes?: VeleroVolumes;

  /**
   * What happens in pods before and after.
   *
   * @default - nothing: what is on disk at that moment, as after a loss of power
   */
  readonly hooks?: VeleroHook[];

  /**
   * Name of the BackupStorageLocation.
   *
   * @default - Velero's default
   */
  readonly storageLocation?: string;

  /**
   * Whether no backup is made for now.
   *
   * @default false
   */
  readonly paused?: boolean;

  /**
   * Namespace of Velero, where the Schedule has to be.
   *
   * @default velero
   */
  readonly veleroNamespace?: string;

  /**
   * Name of the Schedule, by which its backups begin. Velero's namespace holds those of every team.
   *
   * @default - the construct's id, after the namespace of the chart
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<VeleroScheduleProps> = {
  schedule: true, retention: true, namespaces: true, labels: true, volumes: true, hooks: true, storageLocation: true, paused: true, veleroNamespace: true, name: true,
};

/** The part of a Schedule that is written here. See https://velero.io/docs/main/api-types/schedule/ */
interface ScheduleSpec {
  readonly paused: boolean;
  readonly schedule: string;
  readonly template: {
    readonly defaultVolumesToFsBackup: boolean;
    readonly hooks?: { readonly resources: readonly BackupResourceHook[] };
    readonly includedNamespaces: readonly string[];
    readonly labelSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly snapshotMoveData: boolean;
    readonly snapshotVolumes: boolean;
    readonly storageLocation?: string;
    readonly ttl: string;
  };
  readonly useOwnerReferencesInBackup: boolean;
}

/**
 * Backups of namespaces by Velero, on a schedule: objects and volumes. Creates one Schedule, in Velero's namespace. What a backup
 * is worth shows when it is restored: `velero restore create --from-schedule NAME --namespace-mappings payments:payments-drill`.
 *
 * @see https://velero.io/docs/main/
 */
export class VeleroSchedule extends Construct {
  /** The Schedule. */
  public readonly schedule: KubernetesObject;
  /** Name of the Schedule. */
  public readonly name: string;

  /** @param scope parent @param id id, and part of the name @param props what, and when */
  public constructor(scope: Construct, id: string, props: VeleroScheduleProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    const { namespace } = Chart.of(this);
    const { paused = false, veleroNamespace = 'velero' } = at.onlyKnown(props, KNOWN);
    this.name = checkObjectName(at.at('name'), VELERO_SCHEDULE, props.name ?? [...namespace === undefined ? [] : [namespace], `${NamePrefix.of(this)}${id}`].join('-'));
    const spec: ScheduleSpec = {
      paused: at.at('paused').flag(paused),
      schedule: checkCron(at.at('schedule'), props.schedule),
      template: renderBackup(at, props, namespace),
      useOwnerReferencesInBackup: false, // a Schedule that is deleted by mistake takes no backup with it
    };
    this.schedule = new KubernetesObject(this, 'Schedule', {
      apiVersion: 'velero.io/v1',
      kind: 'Schedule',
      name: this.name,
      namespace: checkLabelName(at.at('veleroNamespace'), 'the name of a namespace', veleroNamespace),
      labels: objectLabels(this),
      content: { spec: () => spec },
    });
  }
}

function renderBackup(at: PropertyPath, props: VeleroScheduleProps, namespace: string | undefined): ScheduleSpec['template'] {
  const { labels, storageLocation, retention = Duration.days(30), volumes = VeleroVolumes.SNAPSHOT } = props;
  const namespaces = at.at('namespaces').list(props.namespaces ?? (namespace === undefined ? [] : [namespace])).map((name, i) => checkLabelName(at.at('namespaces').at(i), 'the name of a namespace', name));
  if (namespaces.length === 0) {
    at.at('namespaces').refuse('MissingValue', { value: props.namespaces, allowed: 'at least one namespace: none would mean the whole cluster', fix: "write ['payments'], or give the chart a namespace" });
  }
  if (labels !== undefined && Object.keys(checkLabels(at.at('labels'), labels)).length === 0) {
    at.at('labels').refuse('MissingValue', { value: labels, allowed: 'at least one label', fix: 'leave "labels" out for every object' });
  }
  if (storageLocation !== undefined) { checkObjectName(at.at('storageLocation'), 'BackupStorageLocation', storageLocation); }
  at.at('volumes').member(volumes, VeleroVolumes, 'VeleroVolumes');
  const hooks = at.at('hooks').list(props.hooks ?? []).map((hook, i) => at.at('hooks').at(i).instance(hook, VeleroHook, "VeleroHook.before({ name: 'checkpoint', … })")._render(at.at('hooks').at(i), namespaces));
  return {
    defaultVolumesToFsBackup: volumes === VeleroVolumes.FILE_SYSTEM,
    ...hooks.length === 0 ? {} : { hooks: { resources: hooks } },
    includedNamespaces: namespaces,
    ...labels === undefined ? {} : { labelSelector: { matchLabels: { ...labels } } },
    snapshotMoveData: volumes === VeleroVolumes.SNAPSHOT_AND_MOVE,
    snapshotVolumes: volumes === VeleroVolumes.SNAPSHOT || volumes === VeleroVolumes.SNAPSHOT_AND_MOVE,
    ...storageLocation === undefined ? {} : { storageLocation },
    ttl: goDuration(at.at('retention').seconds(retention, 3600, 10 * 366 * 86_400, 'give whole seconds, from an hour to ten years', 'Duration.days(30)')),
  };
}
