import { Duration } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { MigrationOrder } from './migration-order';
import type { MigrationProps } from './migration-props';
import { MIGRATION_PROPS } from './migration-props';
import { ProductionService } from './production-service';
import type { ApplicationPods } from '../blocks/application-pods';
import type { ConnectOptions } from '../blocks/connections';
import { firstConnectionFinding, jobFindings } from '../blocks/job-findings';
import { JobObject } from '../blocks/job-object';
import { createJobPods, JOB_REVISION_LABEL } from '../blocks/job-pods';
import { jobDeadline, renderJobSettings } from '../blocks/job-props';
import { resolveNames } from '../blocks/service-names';
import { Workload } from '../blocks/workload';
import type { IConnectable } from '../core/connection';
import { Environment } from '../core/environment';
import { Findings } from '../core/findings';
import type { IJobSpec } from '../core/kubernetes';
import { KubernetesObject } from '../core/kubernetes-object';
import { HASHED_JOB } from '../core/names';
import { PropertyPath } from '../core/property-path';

/**
 * A change to data that comes before the service that builds upon it: one pod, one try at a time, under an account of its own.
 *
 * Creates a Job with its ServiceAccount and NetworkPolicy, and what props ask for. The Job is named after a hash of what it runs,
 * so that it runs once for each change; as a hook it runs each time. Old pods of the service work on while it runs, and new ones
 * come after it: both have to get along with what it leaves behind.
 *
 * @example
 *
 * const migration = new Migration(chart, 'payments-migration', { before: payments, command: ['/app/migrate', 'up'] });
 * migration.connectTo(database);
 */
export class Migration extends Workload {
  /** The Job. */
  public readonly job: KubernetesObject;
  /** Name of its objects; the Job's goes on with a hash, unless it is a hook. */
  public readonly name: string;
  /** What policies and peers select its pods by. It never changes. */
  public readonly selectorLabels: Readonly<Record<string, string>>;
  /** @internal */
  protected readonly _pods: ApplicationPods;
  private readonly before: ProductionService;
  private readonly order: MigrationOrder;

  /**
   * @param scope any construct below a Chart
   * @param id name of the migration, at most 46 characters with its prefixes
   * @param props what the team says of it
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do
   */
  public constructor(scope: Construct, id: string, props: MigrationProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, MIGRATION_PROPS);
    const environment = Environment.of(this);
    const before = at.at('before').instance(props.before, ProductionService, 'before: service');
    const theirs = Environment.of(before).name;
    if (theirs !== environment.name) {
      at.at('before').refuse('InvalidValue', { value: before.node.path, allowed: `a service of the same environment, '${environment.name}'; it is in '${theirs}'`, fix: 'make the migration where the service is made' });
    }
    this.order = at.at('order').instance(props.order ?? MigrationOrder.argoSyncWave(), MigrationOrder, 'MigrationOrder.argoSyncWave()');
    const names = resolveNames(this, props, this.order._isHashed ? HASHED_JOB : 'Job');
    this.name = names.name;
    this.selectorLabels = names.selectorLabels;
    const own = { ...props, image: props.image ?? before._release.facts.image };
    const settings = renderJobSettings(at, own, { container: names.container, version: environment.kubernetesVersion, deadline: jobDeadline(at.at('deadline'), props.deadline ?? Duration.hours(1)) });

    this._pods = createJobPods(this, own, names, environment, 1);
    const { labels, annotations, template } = this._pods;
    this.job = new JobObject(this, 'Resource', {
      kind: 'Job',
      name: this.name,
      labels,
      annotations,
      selectorLabels: this.selectorLabels,
      hashed: this.order._isHashed,
      spec: (): IJobSpec => ({ ...settings, completions: 1, parallelism: 1, template: template.render(JOB_REVISION_LABEL, this.selectorLabels) }),
    });
    this.before = before;
    this.arrange();
    for (const finding of jobFindings(own, environment)) { Findings.add(this, finding); }
  }

  /**
   * Declares that the migration depends on a target: egress here, ingress there, and the address in its variables.
   *
   * @param target a database, a service, an `ExternalEndpoint`, or a workload of cdk8s-plus
   * @param options which port, and the names of the variables
   * @throws ConfigurationError `PortConflict`, `NetworkUnreachable`, `EnvironmentVariableConflict`
   */
  public override connectTo(target: IConnectable | kplus.INetworkPolicyPeer, options: ConnectOptions = {}): void {
    super.connectTo(target, options);
    this.arrange(); // a policy may have come with it
    if (this.order._comesFirst && Construct.isConstruct(target) && target.node.root === this.node.root) { Findings.add(this, firstConnectionFinding(target.node.path)); }
  }

  private arrange(): void {
    const objects = this.node.findAll().filter(construct => construct instanceof KubernetesObject);
    this.order._arrange(new PropertyPath(this, 'order'), { job: this.job, needed: objects.filter(object => object !== this.job), before: this.before });
  }
}
