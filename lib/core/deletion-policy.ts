import type { PropertyPath } from './property-path';

/** What tells Argo CD, Helm and Flux to leave an object that the manifest no longer names, and one whose application is deleted. */
const KEPT = {
  'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false',
  'helm.sh/resource-policy': 'keep',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

/** What becomes of data when what refers to it goes. */
export class DeletionPolicy {
  /** The data stays until a person removes it. */
  public static retain(): DeletionPolicy {
    return new DeletionPolicy('Retain');
  }

  /** The data goes, too. @param reason why nobody will miss it, at least 10 characters */
  public static delete(reason: string): DeletionPolicy {
    return new DeletionPolicy('Delete', reason);
  }

  /** The policy that was given, or that data stays. @internal */
  public static _of(at: PropertyPath, policy: DeletionPolicy | undefined): DeletionPolicy {
    return at.instance(policy ?? DeletionPolicy.retain(), DeletionPolicy, 'DeletionPolicy.retain(), or DeletionPolicy.delete(reason)');
  }

  private constructor(private readonly policy: 'Retain' | 'Delete', private readonly reason?: string) {}

  /** As a field of Kubernetes says it. @internal */
  public _render(at: PropertyPath): 'Retain' | 'Delete' {
    if (this.policy === 'Delete') { at.at('delete').reason(this.reason); }
    return this.policy;
  }

  /** As deployers are told of an object that holds data. @internal */
  public _annotations(at: PropertyPath): Readonly<Record<string, string>> {
    return this._render(at) === 'Retain' ? KEPT : {};
  }
}
