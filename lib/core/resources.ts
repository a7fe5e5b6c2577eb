import { Size } from 'cdk8s';
import type { IResourceRequirements } from './kubernetes';
import type { KnownProperties, PropertyPath } from './property-path';
import type { ICpu } from './quantity';
import { mebibytes, millicores, renderMebibytes, renderMillicores } from './quantity';

/** What a container asks for and may use. */
export interface ResourcesOptions {
  /**
   * CPU the scheduler sets aside, in cores.
   *
   * @default Cpu.millis(250)
   */
  readonly cpu?: ICpu;

  /**
   * CPU above which the container is throttled, in cores.
   *
   * @default - twice the request
   */
  readonly cpuLimit?: ICpu;

  /**
   * Memory the scheduler sets aside.
   *
   * @default Size.mebibytes(256)
   */
  readonly memory?: Size;

  /**
   * Memory above which the container is killed.
   *
   * @default - twice the request
   */
  readonly memoryLimit?: Size;

  /**
   * Disk for logs, the writable layer and the pod's scratch volumes: request and limit in one.
   *
   * @default Size.mebibytes(512)
   */
  readonly ephemeralStorage?: Size;
}

/** What a guaranteed container gets. */
export interface GuaranteedResourcesOptions {
  /**
   * CPU, request and limit in one, in cores.
   *
   * @default Cpu.millis(250)
   */
  readonly cpu?: ICpu;

  /**
   * Memory, request and limit in one.
   *
   * @default Size.mebibytes(256)
   */
  readonly memory?: Size;

  /**
   * Disk, request and limit in one.
   *
   * @default Size.mebibytes(512)
   */
  readonly ephemeralStorage?: Size;
}

const KNOWN: KnownProperties<ResourcesOptions> = { cpu: true, cpuLimit: true, memory: true, memoryLimit: true, ephemeralStorage: true };
const KNOWN_GUARANTEED: KnownProperties<GuaranteedResourcesOptions> = { cpu: true, memory: true, ephemeralStorage: true };

const DEFAULT_MILLICORES = 250;
const DEFAULT_MEBIBYTES = 256;
const DEFAULT_STORAGE_MEBIBYTES = 512;
const LIMIT_PER_REQUEST = 2;

interface Amounts {
  readonly cpu: number;
  readonly cpuLimit: number | undefined;
  readonly memory: number;
  readonly memoryLimit: number;
  readonly ephemeralStorage: number;
}

/** What a container asks for and may use. Requests are always set; so are limits, unless a reason says why not. */
export class Resources {
  /** An eighth of a core and 128 MiB, limits twice that: a small helper. */
  public static small(): Resources {
    return Resources.of({ cpu: { amount: '125m' }, memory: Size.mebibytes(128) });
  }

  /** A quarter of a core and 256 MiB, limits twice that: the default. */
  public static medium(): Resources {
    return Resources.of({});
  }

  /** One core and 1 GiB, limits twice that: a busy service. */
  public static large(): Resources {
    return Resources.of({ cpu: { amount: '1' }, memory: Size.gibibytes(1), ephemeralStorage: Size.gibibytes(1) });
  }

  /** Any amounts. @param options what differs from the default */
  public static of(options: ResourcesOptions): Resources {
    return new Resources(options, 'burstable');
  }

  /**
   * Limits equal to requests, so that the pod is of the class Guaranteed: the last to be evicted.
   *
   * @param options what differs from the default
   * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
   */
  public static guaranteed(options: GuaranteedResourcesOptions = {}): Resources {
    return new Resources(options, 'guaranteed');
  }

  /**
   * No CPU limit: the container may use what its node has to spare, and is never throttled.
   * Right where neighbours are trusted and latency counts; kube-score and others will report it.
   *
   * @param reason why it is right here, at least 10 characters
   * @param options what differs from the default
   */
  public static withoutCpuLimit(reason: string, options: ResourcesOptions = {}): Resources {
    return new Resources(options, 'no CPU limit', reason);
  }

  private constructor(
    private readonly options: ResourcesOptions,
    private readonly kind: 'burstable' | 'guaranteed' | 'no CPU limit',
    private readonly reason?: string,
  ) {}

  /** @internal */
  public get _isGuaranteed(): boolean {
    return this.kind === 'guaranteed';
  }

  /** @internal */
  public _amounts(at: PropertyPath): Amounts {
    const { options } = this;
    if (this.kind === 'guaranteed') {
      at.onlyKnown<GuaranteedResourcesOptions>(options, KNOWN_GUARANTEED);
    } else {
      at.onlyKnown(options, KNOWN);
    }
    const cpu = options.cpu === undefined ? DEFAULT_MILLICORES : millicores(at.at('cpu'), options.cpu);
    const memory = options.memory === undefined ? DEFAULT_MEBIBYTES : mebibytes(at.at('memory'), options.memory, 8);
    const ephemeralStorage = options.ephemeralStorage === undefined
      ? DEFAULT_STORAGE_MEBIBYTES : mebibytes(at.at('ephemeralStorage'), options.ephemeralStorage, 16);
    if (this.kind === 'guaranteed') { return { cpu, cpuLimit: cpu, memory, memoryLimit: memory, ephemeralStorage }; }

    const memoryLimit = options.memoryLimit === undefined ? memory * LIMIT_PER_REQUEST : mebibytes(at.at('memoryLimit'), options.memoryLimit, 8);
    if (memoryLimit < memory) { this.refuseLimit(at.at('memoryLimit'), renderMebibytes(memoryLimit), renderMebibytes(memory)); }
    if (this.kind === 'no CPU limit') {
      at.at('withoutCpuLimit').reason(this.reason);
      if (options.cpuLimit !== undefined) {
        at.at('cpuLimit').refuse('ConflictingProperties', { value: options.cpuLimit, allowed: 'nothing beside withoutCpuLimit', fix: 'use Resources.of for a CPU limit' });
      }
      return { cpu, cpuLimit: undefined, memory, memoryLimit, ephemeralStorage };
    }
    const cpuLimit = options.cpuLimit === undefined ? cpu * LIMIT_PER_REQUEST : millicores(at.at('cpuLimit'), options.cpuLimit);
    if (cpuLimit < cpu) { this.refuseLimit(at.at('cpuLimit'), renderMillicores(cpuLimit), renderMillicores(cpu)); }
    return { cpu, cpuLimit, memory, memoryLimit, ephemeralStorage };
  }

  /** @internal */
  public _render(at: PropertyPath): IResourceRequirements {
    const { cpu, cpuLimit, memory, memoryLimit, ephemeralStorage } = this._amounts(at);
    return {
      requests: { 'cpu': renderMillicores(cpu), 'ephemeral-storage': renderMebibytes(ephemeralStorage), 'memory': renderMebibytes(memory) },
      limits: {
        ...cpuLimit === undefined ? {} : { cpu: renderMillicores(cpuLimit) },
        'ephemeral-storage': renderMebibytes(ephemeralStorage),
        'memory': renderMebibytes(memoryLimit),
      },
    };
  }

  private refuseLimit(at: PropertyPath, limit: string, request: string): never {
    at.refuse('InvalidValue', { value: limit, allowed: `at least the request, ${request}`, fix: 'raise the limit or lower the request' });
  }
}
