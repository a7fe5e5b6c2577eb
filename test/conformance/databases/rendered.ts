import { App, Chart, Size, Testing } from 'cdk8s';
import { Backup, type BackupStorage, type DatabaseEngine, DatabaseCredentials, ExternalEndpoint, StatefulDatabase } from 'cdk8s-production';
import type { Container } from './machine';

/** What Secrets of the namespace hold, by their names and keys. */
export type SecretValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A container out of a manifest, and where its volumes are mounted. */
export interface RenderedContainer extends Container {
  /** Mount paths by what is mounted: the pod's own work space, or a claim's name. */
  readonly mounts: Readonly<Record<string, string>>;
}

/** The containers that do something, out of the jobs that a database with a backup and a drill gets. */
export interface RenderedJobs {
  readonly dump: RenderedContainer;
  readonly store: RenderedContainer;
  readonly fetch: RenderedContainer;
  readonly drill: RenderedContainer;
  readonly record: RenderedContainer;
  readonly restore: RenderedContainer;
}

/** The name of the Secret with the database's login. */
export const LOGIN = 'login';
/** The volume that the containers of one job share. */
export const WORK = 'work';

interface PodSpec {
  readonly initContainers: readonly ContainerSpec[];
  readonly containers: readonly ContainerSpec[];
  readonly volumes: ReadonlyArray<{ readonly name: string; readonly ephemeral?: object; readonly persistentVolumeClaim?: { readonly claimName: string } }>;
}

interface ContainerSpec {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: ReadonlyArray<{ readonly name: string; readonly value?: string; readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } } }>;
  readonly volumeMounts: ReadonlyArray<{ readonly name: string; readonly mountPath: string }>;
}

interface CronJob {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: PodSpec } } } };
}

/** Renders a database as a user writes it, and takes the containers out of its manifests. */
export function renderJobs(engine: DatabaseEngine, storage: BackupStorage, check: string, secrets: SecretValues): RenderedJobs {
  const chart = new Chart(new App({ outdir: 'never-written' }), 'chart', { namespace: 'shop' });
  new StatefulDatabase(chart, 'shop-db', {
    engine,
    storage: Size.gibibytes(1),
    credentials: DatabaseCredentials.fromSecret(LOGIN),
    backups: [Backup.dump({ schedule: '0 2 * * *', storage, keep: 3 })],
    restoreDrill: {
      schedule: '0 5 * * 0',
      check,
      pushgateway: { url: 'http://pushgateway.monitoring:9091', endpoint: ExternalEndpoint.pods({ app: 'pushgateway' }, 9091, { namespace: 'monitoring', name: 'pushgateway' }) },
    },
  });
  const jobs = (Testing.synth(chart) as CronJob[]).filter(({ kind }) => kind === 'CronJob');
  const containers = (suffix: string): RenderedContainer[] => {
    const job = jobs.find(({ metadata }) => metadata.name === `shop-db-${suffix}`);
    if (job === undefined) throw new Error(`there is no CronJob shop-db-${suffix} among ${jobs.map(({ metadata }) => metadata.name).join(', ')}`);
    const pod = job.spec.jobTemplate.spec.template.spec;
    return [...pod.initContainers, ...pod.containers].map(container => rendered(container, pod, secrets));
  };
  const [dump, store] = containers('backup');
  const [fetch, drill, record] = containers('restore-drill');
  const [, restore] = containers('restore');
  return { dump: dump!, store: store!, fetch: fetch!, drill: drill!, record: record!, restore: restore! };
}

function rendered(container: ContainerSpec, pod: PodSpec, secrets: SecretValues): RenderedContainer {
  const env = Object.fromEntries(container.env.map(({ name, value, valueFrom }) => {
    const reference = valueFrom?.secretKeyRef;
    const secret = reference === undefined ? value : secrets[reference.name]?.[reference.key];
    if (secret === undefined) throw new Error(`${container.name}: no value for ${name}`);
    return [name, secret];
  }));
  const mounts: Record<string, string> = {};
  for (const { name, mountPath } of container.volumeMounts) {
    const volume = pod.volumes.find(other => other.name === name);
    if (volume?.ephemeral !== undefined) mounts[WORK] = mountPath;
    else if (volume?.persistentVolumeClaim !== undefined) mounts[volume.persistentVolumeClaim.claimName] = mountPath;
  }
  return { command: container.command, env, mounts };
}
