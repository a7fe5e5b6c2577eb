import { isIP } from 'node:net';
import type { HostAlias, PodDnsProps } from 'cdk8s-plus-28';
import { DEFAULT_USER } from './container-security';
import type { IPodSpec } from '../core/kubernetes';
import { checkObjectName, isSubdomain } from '../core/names';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** What holds for all containers of the pod. */
export interface PodOptions {
  /**
   * User id that all containers run as, from 1.
   *
   * @default 10001
   */
  readonly user?: number;

  /**
   * Group id that all containers run as and that owns their volumes, from 1.
   *
   * @default - the user id
   */
  readonly group?: number;

  /**
   * Secrets with which nodes log in to the registry. `Secret.fromSecretName(…)` of cdk8s-plus is one.
   *
   * @default - none
   */
  readonly imagePullSecrets?: { readonly name: string }[];

  /**
   * Entries of the pods' /etc/hosts.
   *
   * @default - none
   */
  readonly hostAliases?: HostAlias[];

  /**
   * How the pods look up names. Name servers that are given may be reached.
   *
   * @default - as the cluster does
   */
  readonly dns?: PodDnsProps;
}

const KNOWN: KnownProperties<PodOptions> = { user: true, group: true, imagePullSecrets: true, hostAliases: true, dns: true };

/** @internal */
export interface PodSettings {
  readonly user: number;
  readonly group: number;
  /** Name servers beside the cluster's, which the pod must be able to reach. */
  readonly nameservers: readonly string[];
  readonly spec: Pick<IPodSpec, 'imagePullSecrets' | 'hostAliases' | 'dnsConfig' | 'dnsPolicy' | 'hostname' | 'subdomain' | 'setHostnameAsFQDN'>;
}

/** @internal */
export function bindPodOptions(at: PropertyPath, options: PodOptions): PodSettings {
  at.onlyKnown(options, KNOWN);
  const user = options.user ?? DEFAULT_USER;
  const group = options.group ?? user;
  for (const [key, id] of [['user', user], ['group', group]] as const) {
    if (id === 0) { at.at(key).refuse('PodSecurityViolation', { value: 0, allowed: 'an id from 1: 0 is root', fix: 'leave it out, and let the image work as any user' }); }
    at.at(key).integer(id, 1, 2_147_483_647);
  }
  const secrets = options.imagePullSecrets?.map((secret, i) => ({ name: checkObjectName(at.at('imagePullSecrets').at(i), 'Secret', secret?.name) }));
  options.hostAliases?.forEach((alias, i) => {
    if (isIP(alias?.ip) === 0) { at.at('hostAliases').at(i).at('ip').refuse('InvalidValue', { value: alias?.ip, allowed: 'an IPv4 or IPv6 address', fix: 'write all parts of the address, such as 10.0.0.10' }); }
    if (at.at('hostAliases').at(i).at('hostnames').list(alias.hostnames).length === 0) {
      at.at('hostAliases').at(i).at('hostnames').refuse('MissingValue', { value: alias.hostnames, allowed: 'at least one name', fix: 'name the host, or leave the entry out' });
    }
  });
  options.hostAliases?.forEach((alias, i) => alias.hostnames.forEach((name, j) => {
    if (typeof name !== 'string' || !isSubdomain(name)) {
      at.at('hostAliases').at(i).at('hostnames').at(j).refuse('InvalidName', { value: name, allowed: 'a host name of lower-case letters, digits, "-" and "."', fix: 'rename the host' });
    }
  }));
  if (options.dns?.policy === 'None' && (options.dns.nameservers ?? []).length === 0) {
    at.at('dns').at('nameservers').refuse('MissingValue', { value: options.dns.nameservers, allowed: 'at least one name server with the policy None', fix: 'name the servers, or leave the policy out' });
  }
  return {
    user,
    group,
    nameservers: options.dns?.nameservers ?? [],
    spec: {
      ...secrets === undefined ? {} : { imagePullSecrets: secrets },
      ...options.hostAliases === undefined ? {} : { hostAliases: options.hostAliases.map(({ ip, hostnames }) => ({ hostnames: [...hostnames], ip })) },
      ...options.dns === undefined ? {} : renderDns(options.dns),
    },
  };
}

function renderDns(dns: PodDnsProps): PodSettings['spec'] {
  const dnsConfig = {
    ...dns.nameservers === undefined ? {} : { nameservers: [...dns.nameservers] },
    ...dns.options === undefined ? {} : { options: dns.options.map(({ name, value }) => ({ name, ...value === undefined ? {} : { value } })) },
    ...dns.searches === undefined ? {} : { searches: [...dns.searches] },
  };
  return {
    ...Object.keys(dnsConfig).length === 0 ? {} : { dnsConfig },
    ...dns.policy === undefined ? {} : { dnsPolicy: dns.policy },
    ...dns.hostname === undefined ? {} : { hostname: dns.hostname },
    ...dns.hostnameAsFQDN === undefined ? {} : { setHostnameAsFQDN: dns.hostnameAsFQDN },
    ...dns.subdomain === undefined ? {} : { subdomain: dns.subdomain },
  };
}
