import type { PropertyPath } from '../../core/property-path';

/** How a text of a request, such as a header's value, has to look. */
export class StringMatch {
  /** The whole text. @param text such as `true` */
  public static exact(text: string): StringMatch {
    return new StringMatch('exact', text);
  }

  /** How the text begins. @param text such as `beta-` */
  public static prefix(text: string): StringMatch {
    return new StringMatch('prefix', text);
  }

  /** A regular expression in the syntax of the router (RE2 for Istio). @param text such as `beta-[0-9]+` */
  public static regex(text: string): StringMatch {
    return new StringMatch('regex', text);
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'exact' | 'prefix' | 'regex',
    /** @internal */
    public readonly _text: string,
  ) {}

  /** @internal */
  public _check(at: PropertyPath): void {
    at.text(this._text, 'a text that is not empty');
  }

  /** As Argo Rollouts and Istio write it. @internal */
  public _render(): { readonly [kind: string]: string } {
    return { [this._kind]: this._text };
  }
}
