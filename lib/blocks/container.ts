import type { EnvFrom } from 'cdk8s-plus-28';
import type { HostSecurity } from './container-security';
import { renderContainerSecurity } from './container-security';
import type { EnvironmentVariables } from './environment-variables';
import { renderVariables } from './environment-variables';
import type { RenderedHealth } from './health';
import { envFromOf } from './kplus-values';
import type { Mount, PodVolumes, ScratchDirectories } from './pod-volumes';
import { checkMounts } from './pod-volumes';
import { type EffectiveEnvironment, ImagePullPolicy } from '../core/environment';
import { checkImage, type ImageReference } from '../core/image-reference';
import type { IContainer, IEnvVar, ILifecycle, IVolumeMount } from '../core/kubernetes';
import { checkLabelName } from '../core/names';
import type { Port } from '../core/port';
import type { PropertyPath } from '../core/property-path';
import { Resources } from '../core/resources';
import { argumentHoldsSecret, NOT_SHOWN } from '../core/secrets';

/** What every container of a pod may have: the application's, a sidecar, an init container. */
export interface ContainerProps {
  /**
   * Image: a full version tag, a build, a commit or a digest. Moving tags such as `latest` are refused.
   */
  readonly image: string;

  /**
   * When nodes ask the registry. `IF_NOT_PRESENT` needs a digest: a tag may have been moved since the node pulled it.
   *
   * @default - the environment's where the image has a digest, else ALWAYS
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * Command that replaces the image's entry point, not run in a shell.
   *
   * @default - the image's
   */
  readonly command?: string[];

  /**
   * Arguments of the command.
   *
   * @default - the image's
   */
  readonly args?: string[];

  /**
   * Environment variables: texts, or references such as `EnvValue.fromSecretValue(…)`. Literal secrets are refused.
   *
   * @default - none
   */
  readonly env?: EnvironmentVariables;

  /**
   * ConfigMaps and Secrets whose keys all become environment variables.
   *
   * @default - none
   */
  readonly envFrom?: EnvFrom[];

  /**
   * Names of environment variables that look as if they held a secret, and do not.
   *
   * @default - none
   */
  readonly notSecret?: string[];

  /**
   * Volumes in the container: Secrets as files, claims, projected tokens.
   *
   * @default - none
   */
  readonly mounts?: Mount[];

  /**
   * Directories the container may write to, by path, with the size each may reach. The root file system is read-only.
   *
   * @default - none; the application has `/tmp` with 128 MiB in any case, unless something else is mounted there
   */
  readonly scratch?: ScratchDirectories;

  /**
   * CPU, memory and disk.
   *
   * @default - the environment's for the application; for other containers 50m, 64 MiB and 128 MiB of disk, CPU and memory limits twice that, or equal beside a guaranteed application
   */
  readonly resources?: Resources;
}

/** Names of the props every container may have. @internal */
export const CONTAINER_PROPS = {
  image: true, imagePullPolicy: true, command: true, args: true, env: true, envFrom: true, notSecret: true, mounts: true, scratch: true, resources: true,
} as const satisfies Readonly<Record<keyof ContainerProps, true>>;

/** @internal */
export interface ContainerContext {
  readonly at: PropertyPath;
  readonly environment: EffectiveEnvironment;
  readonly volumes: PodVolumes;
  readonly user: number;
  readonly group: number;
  /** Whether the application's limits equal its requests. */
  readonly guaranteed: boolean;
}

/** @internal */
export interface ContainerExtras {
  readonly name: string;
  readonly resources: Resources;
  readonly scratch: ScratchDirectories;
  readonly ports?: readonly Port[];
  readonly health?: RenderedHealth;
  readonly lifecycle?: ILifecycle;
  readonly fileMounts?: readonly IVolumeMount[];
  /** Variables that others add after construction, such as addresses of connections. */
  readonly addedVariables?: () => readonly IEnvVar[];
  readonly native?: boolean;
  /** What it may do to its node. */
  readonly host?: { readonly security: HostSecurity; readonly hostPorts: ReadonlySet<number> };
}

/**
 * Checks a container at once; the returned function renders it at each synthesis.
 *
 * @internal
 */
export function bindContainer(props: ContainerProps, extras: ContainerExtras, context: ContainerContext): () => IContainer {
  const { at, environment, volumes, user, group } = context;
  const name = checkLabelName(at.at('name'), 'a container name', extras.name);
  const reference = checkImage(at.at('image'), props.image, environment.registry);
  const image = reference.toString();
  const imagePullPolicy = pullPolicy(at.at('imagePullPolicy'), props.imagePullPolicy, reference, environment);
  const command = words(at.at('command'), props.command);
  const args = words(at.at('args'), props.args);
  const variables = renderVariables(at.at('env'), props.env ?? {}, textList(at.at('notSecret'), props.notSecret) ?? []);
  const envFrom = props.envFrom === undefined ? undefined : at.at('envFrom').list(props.envFrom).map((source, i) => envFromOf(at.at('envFrom').at(i), source));
  const resources = at.at('resources').instance(extras.resources, Resources, 'Resources.of({ memory: Size.mebibytes(128) })')._render(at.at('resources'));
  const storage = extras.resources._amounts(at.at('resources')).ephemeralStorage;
  const volumeMounts = checkMounts(at.at('mounts'), [
    ...volumes.mount(at.at('mounts'), props.mounts ?? []),
    ...extras.fileMounts ?? [],
    ...volumes.scratch(at.at('scratch'), name, extras.scratch, storage),
  ].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1)));
  const ports = (extras.ports ?? []).map(port => ({
    containerPort: port.number, ...extras.host?.hostPorts.has(port.number) === true ? { hostPort: port.number } : {}, name: port.name, protocol: port.protocol,
  }));
  const securityContext = renderContainerSecurity(user, group, extras.host?.security);
  refuseSecretsInChecks(at, extras);

  return () => {
    const env = [...extras.addedVariables?.() ?? [], ...variables]; // $(NAME) stands for a variable that comes earlier
    return {
      ...args === undefined ? {} : { args },
      ...command === undefined ? {} : { command },
      ...env.length === 0 ? {} : { env },
      ...envFrom === undefined ? {} : { envFrom },
      image,
      imagePullPolicy,
      ...extras.lifecycle === undefined ? {} : { lifecycle: extras.lifecycle },
      name,
      ...ports.length === 0 ? {} : { ports },
      resources,
      ...extras.native === true ? { restartPolicy: 'Always' } : {},
      securityContext,
      ...volumeMounts.length === 0 ? {} : { volumeMounts },
      ...extras.health,
    };
  };
}

function textList(at: PropertyPath, list: readonly string[] | undefined): string[] | undefined {
  return list === undefined ? undefined : at.list(list).map((text, i) => at.at(i).literal(text));
}

/** A command line is read in as many places as a variable. */
function words(at: PropertyPath, list: readonly string[] | undefined): string[] | undefined {
  return textList(at, list)?.map((word, i) => (argumentHoldsSecret(word) ? at.at(i).refuse('SecretInManifest', {
    value: NOT_SHOWN, allowed: 'arguments without secrets', fix: 'put the secret into a variable by EnvValue.fromSecretValue, and write $(NAME) here',
  }) : word));
}

/** So are the commands of checks and hooks; and there, nothing replaces $(NAME). */
function refuseSecretsInChecks(at: PropertyPath, { health, lifecycle }: ContainerExtras): void {
  for (const [where, action] of [
    [at.at('health').at('readiness'), health?.readinessProbe], [at.at('health').at('liveness'), health?.livenessProbe], [at.at('health').at('startup'), health?.startupProbe],
    [at.at('postStart'), lifecycle?.postStart], [at.at('shutdown').at('command'), lifecycle?.preStop],
  ] as const) {
    action?.exec?.command?.forEach((word, i) => {
      if (argumentHoldsSecret(word)) {
        where.at(i).refuse('SecretInManifest', { value: NOT_SHOWN, allowed: 'commands without secrets', fix: 'put the secret into a variable by EnvValue.fromSecretValue, and let the command read it there' });
      }
    });
  }
}

function pullPolicy(at: PropertyPath, wanted: ImagePullPolicy | undefined, image: ImageReference, environment: EffectiveEnvironment): ImagePullPolicy {
  if (wanted === undefined) { return image.digest === undefined ? ImagePullPolicy.ALWAYS : environment.imagePullPolicy; }
  if (!Object.values(ImagePullPolicy).includes(wanted) || (wanted === ImagePullPolicy.IF_NOT_PRESENT && image.digest === undefined)) {
    at.refuse('InvalidValue', { value: wanted, allowed: 'ALWAYS; IF_NOT_PRESENT for an image with a digest', fix: 'name the image by its digest, or leave imagePullPolicy out' });
  }
  return wanted;
}
