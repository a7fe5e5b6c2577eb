import type { PropertyPath } from './property-path';

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?';
const REFERENCE = new RegExp(`^(?:(${HOST})/)?(${COMPONENT}(?:/${COMPONENT})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}))?$`);

/** `1.4.2`, `v1.4.2`, `2026.11.3-rc.1`, `1.4.2-alpine3.20`: at least three numbers, then anything. */
const FULL_VERSION = /^v?\d+\.\d+\.\d+([-+._][\w.+-]*)?$/;
/** `16.4`, `16.4-bookworm`, `17.2-alpine3.20`: since version 10, PostgreSQL's full versions have two numbers. */
const POSTGRES_VERSION = /^[1-9]\d\.\d+(-[\w.-]+)?$/;
const POSTGRES_REPOSITORY = /(^|\/)postgres(ql)?$/;
/** `20261121`, `20261121-1432`: a build's date; and `build-4711`, `b4711`, `r4711`: a build's number. */
const BUILD = /^(\d{8}([-._T]\w+)*|(build|b|r|rev)[-._]?\d+)$/;
/** `9f8e7d6` to 40 digits, alone or after a word (`main-9f8e7d6`, `sha-9f8e7d6`): a commit. */
const COMMIT = /(^|[-._])(?=[0-9a-f]*\d)[0-9a-f]{7,40}$/;

/** `1.4.2-SNAPSHOT`, `1.4.2-latest`: a version that is built again and again. */
const REBUILT = /[-._](snapshot|latest|nightly|edge|dev)$/i;

/**
 * A container image's reference in its parts: `registry/repository:tag@digest`.
 *
 * Which tags never move is a rule, because a registry does not say:
 * a full version (`1.4.2`, `v1.4.2-rc.1`), a build (`20261121-1432`, `build-4711`) or a commit (`9f8e7d6`, `main-9f8e7d6`).
 * PostgreSQL, by its repository's name `postgres` or `postgresql`, has full versions of two numbers since version 10 (`16.4`, `16.4-bookworm`).
 * Everything else moves by custom: none, `latest`, `stable`, `main`, `1`, `1.4`, `1.4.2-SNAPSHOT`. A digest never moves, whatever its tag.
 *
 * @see https://github.com/distribution/reference
 * @see https://www.postgresql.org/support/versioning/
 */
export class ImageReference {
  /**
   * Takes a reference apart.
   *
   * @param reference such as `registry.example.com/payments/payment-service:1.4.2`
   * @returns the parts, or nothing when the text is no reference
   */
  public static parse(reference: string): ImageReference | undefined {
    const match = typeof reference === 'string' && reference.length <= 4096 ? REFERENCE.exec(reference) : null;
    if (match === null) { return undefined; }
    let registry: string | undefined = match[1];
    let repository = match[2]!;
    // As in every container runtime: the part before the first slash is a registry only if it looks like a host.
    if (registry !== undefined && !/[.:]/.test(registry) && registry !== 'localhost') {
      if (registry !== registry.toLowerCase()) { return undefined; }
      repository = `${registry}/${repository}`;
      registry = undefined;
    }
    return new ImageReference(registry, repository, match[3], match[4]);
  }

  private constructor(
    /** Host of the registry, such as `registry.example.com`; nothing when the reference names none. */
    public readonly registry: string | undefined,
    /** Path in the registry, such as `payments/payment-service`. */
    public readonly repository: string,
    /** Tag, such as `1.4.2`. */
    public readonly tag: string | undefined,
    /** Digest, such as `sha256:…`. */
    public readonly digest: string | undefined,
  ) {}

  /** Whether the same reference always means the same image. */
  public get isImmutable(): boolean {
    if (this.digest !== undefined) { return true; }
    const tag = this.tag;
    if (tag === undefined || REBUILT.test(tag)) { return false; }
    return FULL_VERSION.test(tag) || BUILD.test(tag) || COMMIT.test(tag) || (POSTGRES_REPOSITORY.test(this.repository) && POSTGRES_VERSION.test(tag));
  }

  /**
   * The same image in another registry, unless the reference names one.
   *
   * @param registry such as `registry.example.com` or `registry.example.com/mirror`
   */
  public inRegistry(registry: string): ImageReference {
    return this.registry === undefined ? new ImageReference(registry, this.repository, this.tag, this.digest) : this;
  }

  /** The reference as it stands in a manifest. */
  public toString(): string {
    return [
      this.registry === undefined ? '' : `${this.registry}/`,
      this.repository,
      this.tag === undefined ? '' : `:${this.tag}`,
      this.digest === undefined ? '' : `@${this.digest}`,
    ].join('');
  }
}

/**
 * The image a container runs, in the registry of the environment; refuses what cannot be pulled or may change under way.
 *
 * @internal
 */
export function checkImage(at: PropertyPath, image: unknown, registry: string | undefined): ImageReference {
  const parsed = ImageReference.parse(image as string);
  if (parsed === undefined) {
    at.refuse('InvalidImage', {
      value: image,
      allowed: 'a reference such as registry.example.com/team/app:1.4.2 or …@sha256:<64 hexadecimal digits>',
      fix: 'write the repository in lower case, one tag after ":", a digest after "@"',
    });
  }
  if (!parsed.isImmutable) {
    at.refuse('MutableImage', {
      value: image,
      allowed: 'a digest, or a tag that never moves: a full version (1.4.2), a build (20261121-1432, build-4711) or a commit (9f8e7d6)',
      fix: parsed.tag === undefined
        ? 'add the full version that was tested: without a tag the registry hands out "latest", and nodes run different code'
        : `replace the tag '${parsed.tag}', which moves by custom, by the full version or the digest that was tested`,
    });
  }
  return registry === undefined ? parsed : parsed.inRegistry(registry);
}
