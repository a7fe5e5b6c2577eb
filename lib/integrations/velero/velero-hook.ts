import { Duration } from 'cdk8s';
import { goDuration } from '../../core/go-duration';
import { checkLabels } from '../../core/labels';
import { checkLabelName } from '../../core/names';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { argumentHoldsSecret, NOT_SHOWN } from '../../core/secrets';

/** A command that runs in pods around the backup of their volumes. */
export interface VeleroHookOptions {
  /** Name of the hook, such as `checkpoint`. */
  readonly name: string;

  /** Labels of the pods. */
  readonly podLabels: { readonly [name: string]: string };

  /**
   * Name of the container.
   *
   * @default - the pod's first
   */
  readonly container?: string;

  /** The command and its arguments, such as `['/sbin/fsfreeze', '--freeze', '/data']`. It gets no shell unless it names one. */
  readonly command: string[];

  /**
   * How long it may take.
   *
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration;

  /**
   * Whether the pod's volumes are left out of the backup when the command fails. Either way the backup is `PartiallyFailed`.
   *
   * @default true
   */
  readonly failOnError?: boolean;
}

/** A hook of a backup. See https://velero.io/docs/main/backup-hooks/ @internal */
export interface BackupResourceHook {
  readonly includedNamespaces: readonly string[];
  readonly labelSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly name: string;
  readonly pre?: readonly { readonly exec: ExecHook }[];
  readonly post?: readonly { readonly exec: ExecHook }[];
}

interface ExecHook {
  readonly command: readonly string[];
  readonly container?: string;
  readonly onError: 'Continue' | 'Fail';
  readonly timeout: string;
}

const KNOWN: KnownProperties<VeleroHookOptions> = { name: true, podLabels: true, container: true, command: true, timeout: true, failOnError: true };

/** What happens in pods before or after their volumes are backed up. */
export class VeleroHook {
  /** Before: so that what is on disk is worth keeping. @param options which command, and where */
  public static before(options: VeleroHookOptions): VeleroHook {
    return new VeleroHook('pre', options);
  }

  /** After: to undo what was done before. @param options which command, and where */
  public static after(options: VeleroHookOptions): VeleroHook {
    return new VeleroHook('post', options);
  }

  private constructor(private readonly when: 'pre' | 'post', private readonly options: VeleroHookOptions) {}

  /** @internal */
  public _render(at: PropertyPath, namespaces: readonly string[]): BackupResourceHook {
    const { name, podLabels, container, command, timeout = Duration.seconds(30), failOnError = true } = at.onlyKnown(this.options, KNOWN);
    at.at('name').text(name, 'a name such as checkpoint', /^[A-Za-z0-9][-A-Za-z0-9_.]*$/);
    if (Object.keys(checkLabels(at.at('podLabels'), podLabels)).length === 0) {
      at.at('podLabels').refuse('MissingValue', { value: podLabels, allowed: 'at least one label: none would mean every pod', fix: "write { 'app.kubernetes.io/name': 'payments-db' }" });
    }
    if (container !== undefined) { checkLabelName(at.at('container'), 'the name of a container', container); }
    if (at.at('command').list(command).length === 0) { at.at('command').refuse('MissingValue', { value: command, allowed: 'a command', fix: "write ['/sbin/fsfreeze', '--freeze', '/data']" }); }
    command.forEach((word, i) => {
      if (argumentHoldsSecret(at.at('command').at(i).literal(word))) {
        at.at('command').at(i).refuse('SecretInManifest', { value: NOT_SHOWN, allowed: 'commands without secrets', fix: 'let the command read the secret in its container: from a variable or a file' });
      }
    });
    const exec: ExecHook = {
      command: [...command],
      ...container === undefined ? {} : { container },
      onError: at.at('failOnError').flag(failOnError) ? 'Fail' : 'Continue',
      timeout: goDuration(at.at('timeout').seconds(timeout, 1, 14_400, 'give whole seconds, at most four hours', 'Duration.seconds(30)')),
    };
    return { includedNamespaces: [...namespaces], labelSelector: { matchLabels: { ...podLabels } }, name, [this.when]: [{ exec }] };
  }
}
