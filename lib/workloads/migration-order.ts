import { bringClaims, WAVE } from './claim-waves';
import type { ProductionService } from './production-service';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { PropertyPath } from '../core/property-path';

/** The waves in which migrations have put services. */
const WAVES = new WeakMap<ProductionService, number>();

/** What an order brings in order. @internal */
export interface OrderedMigration {
  readonly job: KubernetesObject;
  /** What its pods need to start: account, policy, files. */
  readonly needed: readonly KubernetesObject[];
  readonly before: ProductionService;
}

/**
 * Who sees to it that a migration has ended before the service's new pods start. Kubernetes itself knows no order: it is the
 * deployer's, which reads it from annotations.
 */
export class MigrationOrder {
  /**
   * Argo CD, by sync waves: the Job comes after everything else of its application, such as the database and its policies, and the service's
   * workload one wave after the Job, when that has succeeded. The Job runs once for each change. A claim that either mounts comes in the wave of
   * the first workload that mounts it, unless it says its wave itself.
   *
   * @param wave of the Job, -100 to 100; below 0, what the Job needs comes with it
   * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
   */
  public static argoSyncWave(wave = 1): MigrationOrder {
    return new MigrationOrder((at, migration) => {
      at.at('argoSyncWave').integer(wave, -100, 100, 'give a whole number, such as 1');
      if (wave < 0) { for (const object of migration.needed) { object.metadata.addAnnotation(WAVE, `${wave}`); } }
      migration.job.metadata.addAnnotation(WAVE, `${wave}`);
      putAfter(at.at('argoSyncWave'), migration.before, wave + 1);
      bringClaims(migration.job, migration.before);
    }, true, false);
  }

  /**
   * Argo CD, by a PreSync hook: before everything of its application, and at each sync, changed or not. What the Job needs becomes a hook as well.
   * The last run stays, with its log, until the next begins.
   *
   * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/
   */
  public static argoHook(): MigrationOrder {
    return new MigrationOrder((_, { job, needed }) => {
      for (const object of [...needed, job]) {
        object.metadata.addAnnotation('argocd.argoproj.io/hook', 'PreSync');
        object.metadata.addAnnotation('argocd.argoproj.io/hook-delete-policy', 'BeforeHookCreation');
        object.metadata.addAnnotation(WAVE, object === job ? '0' : '-1');
      }
    }, false, true);
  }

  /**
   * Helm, by a hook before install and upgrade, for manifests that are packaged as a chart: at each of them, changed or not. What the Job needs
   * becomes a hook as well. The last run stays, with its log, until the next begins.
   *
   * @param weight of the Job among the hooks, -1000 to 1000
   * @see https://helm.sh/docs/topics/charts_hooks/
   */
  public static helmHook(weight = 0): MigrationOrder {
    return new MigrationOrder((at, { job, needed }) => {
      at.at('helmHook').integer(weight, -1000, 1000, 'give a whole number, such as 0');
      for (const object of [...needed, job]) {
        object.metadata.addAnnotation('helm.sh/hook', 'pre-install,pre-upgrade');
        object.metadata.addAnnotation('helm.sh/hook-delete-policy', 'before-hook-creation');
        object.metadata.addAnnotation('helm.sh/hook-weight', `${object === job ? weight : weight - 1}`);
      }
    }, false, true);
  }

  /** Whoever applies the manifests: a pipeline that waits for the Job, or Flux by `dependsOn` between two Kustomizations. The Job runs once for each change. */
  public static none(): MigrationOrder {
    return new MigrationOrder(() => { /* nothing is written */ }, true, false);
  }

  private constructor(
    /** @internal */
    public readonly _arrange: (at: PropertyPath, migration: OrderedMigration) => void,
    /** Whether it is the Job's name that tells whether it has run already. @internal */
    public readonly _isHashed: boolean,
    /** Whether it runs before anything else of the same application is there. @internal */
    public readonly _comesFirst: boolean,
  ) {}
}

/** Argo CD waits for a wave before it applies the next. The autoscaler comes with what it scales: without, it counts as broken. */
function putAfter(at: PropertyPath, service: ProductionService, wave: number): void {
  const known = WAVES.get(service);
  const { annotations } = service.workload.metadata.toJson() as { annotations?: Readonly<Record<string, string>> };
  const own = known === undefined ? annotations?.[WAVE] : undefined;
  if (own !== undefined) {
    if (!(Number(own) >= wave)) {
      at.refuse('ConflictingProperties', { value: wave - 1, allowed: `a wave before that of '${service.node.path}', which says ${own} itself`, fix: `write MigrationOrder.argoSyncWave(${Number(own) - 1}), or leave the service's annotation out` });
    }
    return;
  }
  const later = Math.max(known ?? wave, wave);
  WAVES.set(service, later);
  for (const object of [service.workload, service.autoscaler, service.disruptionBudget]) { object?.metadata.addAnnotation(WAVE, `${later}`); }
  service._release.annotateFurther(WAVE, `${later}`);
}
