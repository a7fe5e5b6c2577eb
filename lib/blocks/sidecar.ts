import { Size } from 'cdk8s';
import type { ContainerContext, ContainerProps } from './container';
import { bindContainer, CONTAINER_PROPS } from './container';
import { Health } from './health';
import type { IContainer } from '../core/kubernetes';
import { checkPorts, Port } from '../core/port';
import type { KnownProperties, PropertyPath } from '../core/property-path';
import { Resources } from '../core/resources';

/** A container that runs before the application starts, to its end. */
export interface InitContainerProps extends ContainerProps {
  /** Name, unique in the pod. */
  readonly name: string;
}

/** A container that runs beside the application: it starts before it and ends after it, from Kubernetes 1.29. */
export interface SidecarProps extends ContainerProps {
  /** Name, unique in the pod. */
  readonly name: string;

  /**
   * Ports it listens on. They become ports of the Service too.
   *
   * @default - none
   */
  readonly ports?: Port[];

  /**
   * How Kubernetes learns that it works. With a startup check the application waits for it.
   *
   * @default - none: it counts as working as long as it runs
   */
  readonly health?: Health;
}

const KNOWN_INIT: KnownProperties<InitContainerProps> = { ...CONTAINER_PROPS, name: true };
const KNOWN_SIDECAR: KnownProperties<SidecarProps> = { ...CONTAINER_PROPS, name: true, ports: true, health: true };

const SMALL = { cpu: { amount: '50m' }, memory: Size.mebibytes(64), ephemeralStorage: Size.mebibytes(128) };

/** What a helper gets that does not say: guaranteed beside an application that is, or the pod would not be. */
function helperResources(props: ContainerProps, context: ContainerContext): Resources {
  return props.resources ?? (context.guaranteed ? Resources.guaranteed(SMALL) : Resources.of(SMALL));
}

/** @internal */
export function bindInitContainer(props: InitContainerProps, context: ContainerContext): () => IContainer {
  context.at.onlyKnown(props, KNOWN_INIT);
  return bindContainer(props, { name: props.name, resources: helperResources(props, context), scratch: props.scratch ?? {} }, context);
}

/**
 * The ports of all sidecars, each checked.
 *
 * @internal
 */
export function portsOfSidecars(at: PropertyPath, sidecars: readonly SidecarProps[]): Port[] {
  return at.list(sidecars).flatMap((sidecar, i) => {
    const ports = at.at(i).at('ports');
    return ports.list(at.at(i).onlyKnown(sidecar, KNOWN_SIDECAR).ports ?? []).map((port, j) => {
      ports.at(j).instance(port, Port, 'Port.http(9090)')._check(ports.at(j));
      return port;
    });
  });
}

/** @internal */
export function bindSidecar(props: SidecarProps, context: ContainerContext): () => IContainer {
  const { at } = context;
  const ports = props.ports ?? [];
  checkPorts(at.at('ports'), ports);
  return bindContainer(props, {
    name: props.name,
    resources: helperResources(props, context),
    scratch: props.scratch ?? {},
    ports,
    health: props.health === undefined ? undefined : at.at('health').instance(props.health, Health, 'Health.http({ readiness })')._render(at.at('health'), ports),
    // Before 1.29 it is an ordinary container: it may start after the application and end before it.
    native: context.environment.kubernetesVersion.supports('nativeSidecars'),
  }, context);
}
