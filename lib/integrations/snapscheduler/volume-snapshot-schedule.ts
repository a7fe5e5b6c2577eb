import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checkCron } from '../../core/cron-expression';
import { goDuration } from '../../core/go-duration';
import { KubernetesObject } from '../../core/kubernetes-object';
import { checkLabels } from '../../core/labels';
import { checkObjectName, NamePrefix } from '../../core/names';
import { objectLabels } from '../../core/object-labels';
import type { KnownProperties } from '../../core/property-path';
import { PropertyPath } from '../../core/property-path';

/** Which claims are snapshotted, and when. */
export interface VolumeSnapshotScheduleProps {
  /** Labels of the claims, in the chart's namespace. */
  readonly claimLabels: { readonly [name: string]: string };

  /**
   * When: minute, hour, day of the month, month, day of the week, as numbers, in the time zone of the scheduler, which is UTC. A
   * field is `*`, every so many, a list, or one range.
   */
  readonly schedule: string;

  /**
   * How many snapshots of each claim are kept.
   *
   * @default 7
   */
  readonly maxCount?: number;

  /**
   * How long a snapshot is kept at most. Beware: when no new ones are made, the last one goes as well.
   *
   * @default - as long as it is among the newest
   */
  readonly expires?: Duration;

  /**
   * Name of the VolumeSnapshotClass.
   *
   * @default - the default class of the claims' driver
   */
  readonly snapshotClassName?: string;

  /**
   * Labels of the snapshots.
   *
   * @default - none
   */
  readonly snapshotLabels?: { readonly [name: string]: string };

  /**
   * Whether no snapshot is made for now.
   *
   * @default false
   */
  readonly disabled?: boolean;

  /**
   * Name of the SnapshotSchedule, which is part of the snapshots' names.
   *
   * @default - the construct's id, after the prefix that holds there
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<VolumeSnapshotScheduleProps> = {
  claimLabels: true, schedule: true, maxCount: true, expires: true, snapshotClassName: true, snapshotLabels: true, disabled: true, name: true,
};

/** The part of a SnapshotSchedule that is written here. See https://backube.github.io/snapscheduler/usage.html */
interface SnapshotScheduleSpec {
  readonly claimSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly disabled: boolean;
  readonly retention: { readonly expires?: string; readonly maxCount: number };
  readonly schedule: string;
  readonly snapshotTemplate?: { readonly labels?: Readonly<Record<string, string>>; readonly snapshotClassName?: string };
}

/** What the kind's schema takes of each field: less than its scheduler. */
const FIELD = /^((\d+,)*\d+|\d+[/-]\d+|\*(\/\d+)?)$/;

/**
 * Snapshots of claims on a schedule, by the snapscheduler operator: Kubernetes has no schedule of snapshots of its own. Creates
 * one SnapshotSchedule. A snapshot stays in the storage of its volume and is lost with it: it makes no backup unnecessary.
 *
 * @see https://backube.github.io/snapscheduler/
 */
export class VolumeSnapshotSchedule extends Construct {
  /** The SnapshotSchedule. */
  public readonly schedule: KubernetesObject;
  /** Name of the SnapshotSchedule. */
  public readonly name: string;

  /** @param scope parent @param id id, and the name where none is given @param props what, and when */
  public constructor(scope: Construct, id: string, props: VolumeSnapshotScheduleProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    const { claimLabels, maxCount = 7, disabled = false, expires, snapshotClassName, snapshotLabels } = at.onlyKnown(props, KNOWN);
    this.name = checkObjectName(at.at('name'), 'SnapshotSchedule', props.name ?? `${NamePrefix.of(this)}${id}`);
    if (Object.keys(checkLabels(at.at('claimLabels'), claimLabels)).length === 0) {
      at.at('claimLabels').refuse('MissingValue', { value: claimLabels, allowed: 'at least one label: none would mean every claim of the namespace', fix: "write { 'app.kubernetes.io/name': 'payments-db' }" });
    }
    if (snapshotClassName !== undefined) { checkObjectName(at.at('snapshotClassName'), 'VolumeSnapshotClass', snapshotClassName); }
    if (snapshotLabels !== undefined) { checkLabels(at.at('snapshotLabels'), snapshotLabels); }
    const template = { ...snapshotLabels === undefined ? {} : { labels: { ...snapshotLabels } }, ...snapshotClassName === undefined ? {} : { snapshotClassName } };
    const spec: SnapshotScheduleSpec = {
      claimSelector: { matchLabels: { ...claimLabels } },
      disabled: at.at('disabled').flag(disabled),
      retention: {
        ...expires === undefined ? {} : { expires: goDuration(at.at('expires').seconds(expires, 60, 3660 * 86_400, 'give whole seconds, from a minute to ten years', 'Duration.days(14)')) },
        maxCount: at.at('maxCount').integer(maxCount, 1, 1000),
      },
      schedule: checkSchedule(at.at('schedule'), props.schedule),
      ...Object.keys(template).length === 0 ? {} : { snapshotTemplate: template },
    };
    this.schedule = new KubernetesObject(this, 'SnapshotSchedule', {
      apiVersion: 'snapscheduler.backube/v1',
      kind: 'SnapshotSchedule',
      name: this.name,
      labels: objectLabels(this),
      content: { spec: () => spec },
    });
  }
}

function checkSchedule(at: PropertyPath, schedule: unknown): string {
  const fields = checkCron(at, schedule).split(' ');
  const unknown = fields.find(field => !FIELD.test(field));
  if (unknown !== undefined) {
    at.refuse('UnsupportedByController', { value: unknown, allowed: 'numbers, "*", a step of it such as */15, a list such as 1,3, or one range such as 1-5: the schema of SnapshotSchedule takes nothing else', fix: 'write it with numbers, or make two schedules' });
  }
  return fields.join(' ');
}
