import { Construct } from 'constructs';
import { Environment } from '../core/environment';
import { KubernetesObject } from '../core/kubernetes-object';
import { checkAnnotations, checkLabels, MANAGED_BY } from '../core/labels';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';

/** How strict the API server is about the pods of a namespace. */
export enum PodSecurityLevel {
  /** Current hardening practice. Everything this library writes passes it. */
  RESTRICTED = 'restricted',
  /** Known escalations are prevented. */
  BASELINE = 'baseline',
  /** No rule. */
  PRIVILEGED = 'privileged',
}

/** What a namespace is like. */
export interface NamespaceProps {
  /**
   * Name of the namespace. Charts are put into it by `new Chart(app, id, { namespace })`.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * How strict the API server is about pods.
   *
   * @default PodSecurityLevel.RESTRICTED
   */
  readonly podSecurity?: PodSecurityLevel;

  /**
   * Further labels, such as `istio-injection: enabled`.
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
}

const KNOWN: KnownProperties<NamespaceProps> = { name: true, podSecurity: true, labels: true, annotations: true };

/**
 * A namespace that enforces Pod Security, of the version that the environment's cluster has.
 *
 * Creates a Namespace. Argo CD asks before it deletes it: everything in it would go too.
 *
 * @example
 *
 * new Namespace(chart, 'payments');
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export class Namespace extends Construct {
  /** The Namespace. */
  public readonly resource: KubernetesObject;
  /** Its name. */
  public readonly name: string;

  /**
   * @param scope any construct below a Chart
   * @param id name of the namespace
   * @param props what differs from the default
   * @throws ConfigurationError `InvalidName`, `InvalidValue`, `UnknownProperty`
   */
  public constructor(scope: Construct, id: string, props: NamespaceProps = {}) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const environment = Environment.of(this);
    const level = props.podSecurity ?? PodSecurityLevel.RESTRICTED;
    if (!Object.values(PodSecurityLevel).includes(level)) {
      at.at('podSecurity').refuse('InvalidValue', { value: level, allowed: `one of ${Object.values(PodSecurityLevel).join(', ')}`, fix: 'write PodSecurityLevel.RESTRICTED' });
    }
    for (const key of Object.keys(props.labels ?? {})) {
      if (/^(pod-security\.kubernetes\.io\/|app\.kubernetes\.io\/(managed-by|part-of)$|team$)/.test(key)) {
        at.at('labels').at(key).refuse('ConflictingProperties', { value: props.labels?.[key], allowed: 'labels that the construct does not set itself', fix: 'use podSecurity, or the environment\'s team and partOf' });
      }
    }
    const version = `v${environment.kubernetesVersion.toString()}`;
    this.name = props.name ?? id;
    this.resource = new KubernetesObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'Namespace',
      name: this.name,
      labels: {
        'app.kubernetes.io/managed-by': MANAGED_BY,
        ...environment.partOf === undefined ? {} : { 'app.kubernetes.io/part-of': environment.partOf },
        ...environment.team === undefined ? {} : { team: environment.team },
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/enforce-version': version, // pinned: an upgrade of the cluster must not refuse running workloads' pods
        'pod-security.kubernetes.io/audit': PodSecurityLevel.RESTRICTED,
        'pod-security.kubernetes.io/audit-version': 'latest',
        'pod-security.kubernetes.io/warn': PodSecurityLevel.RESTRICTED,
        'pod-security.kubernetes.io/warn-version': 'latest',
        ...checkLabels(at.at('labels'), props.labels ?? {}),
      },
      annotations: { 'argocd.argoproj.io/sync-options': 'Delete=confirm,Prune=confirm', ...checkAnnotations(at.at('annotations'), props.annotations ?? {}) },
      content: {},
    });
  }
}
