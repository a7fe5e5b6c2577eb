import type { Manifest } from '../shared/manifests';

/** What a judge gets: everything a subject writes for one Kubernetes minor, which is everything in one cluster. */
export interface Rendered {
  readonly subject: string;
  readonly minor: string;
  readonly files: readonly string[];
  readonly manifests: readonly Manifest[];
}

export interface Finding {
  readonly judge: string;
  readonly subject: string;
  /** The rule's own identifier. */
  readonly check: string;
  /** As `objectName` writes it. */
  readonly object: string;
  readonly message: string;
  /** The minor of the manifests, or the version of the policy where a judge has one of its own. */
  readonly version: string;
}

/** An object that a judge knows nothing about, and says so. */
export interface Unjudged {
  readonly subject: string;
  readonly object: string;
  readonly reason: string;
}

export interface Verdict {
  readonly findings: readonly Finding[];
  /** @default none */
  readonly unjudged?: readonly Unjudged[];
}

export interface Judge {
  readonly name: string;
  judge(rendered: readonly Rendered[]): Promise<Verdict>;
}
