import { isIP } from 'node:net';
import type { HostAlias, PodDnsProps } from 'cdk8s-plus-28';
import { DnsPolicy } from 'cdk8s-plus-28';
import { DEFAULT_USER } from './container-security';
import type { IPodSpec } from '../core/kubernetes';
import { checkLabelName, checkObjectName, isSubdomain } from '../core/names';
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

const KNOWN_DNS: KnownProperties<PodDnsProps> = {
  hostname: true, hostnameAsFQDN: true, nameservers: true, options: true, policy: true, searches: true, subdomain: true,
};

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
  const secrets = options.imagePullSecrets === undefined ? undefined : at.at('imagePullSecrets').list(options.imagePullSecrets).map((secret, i) => {
    const secretName: unknown = secret?.name;
    if (typeof secretName !== 'string') { at.at('imagePullSecrets').at(i).refuse('InvalidValue', { value: secret, allowed: 'a Secret with its name', fix: "write { name: 'registry-login' }" }); }
    return { name: checkObjectName(at.at('imagePullSecrets').at(i), 'Secret', secretName) };
  });
  at.at('hostAliases').list(options.hostAliases ?? []).forEach((alias, i) => {
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
  if (options.dns !== undefined) { checkDns(at.at('dns'), options.dns); }
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

function checkDns(at: PropertyPath, dns: PodDnsProps): void {
  at.onlyKnown(dns, KNOWN_DNS);
  at.at('nameservers').list(dns.nameservers ?? []).forEach((address, i) => {
    if (isIP(address) === 0) { at.at('nameservers').at(i).refuse('InvalidValue', { value: address, allowed: 'an IPv4 or IPv6 address', fix: 'write the address of the server, such as 10.0.0.10' }); }
  });
  at.at('searches').list(dns.searches ?? []).forEach((domain, i) => at.at('searches').at(i).text(domain, 'a domain such as shop.svc.cluster.local', /^[A-Za-z0-9_.-]+$/));
  at.at('options').list(dns.options ?? []).forEach((option, i) => {
    at.at('options').at(i).at('name').text(option?.name, 'the name of a resolver option, such as ndots');
    if (option.value !== undefined) { at.at('options').at(i).at('value').literal(option.value); }
  });
  if (dns.policy !== undefined) { at.at('policy').member(dns.policy, DnsPolicy, 'DnsPolicy'); }
  for (const key of ['hostname', 'subdomain'] as const) { if (dns[key] !== undefined) { checkLabelName(at.at(key), `a ${key}`, dns[key]); } }
  if (dns.hostnameAsFQDN !== undefined) { at.at('hostnameAsFQDN').flag(dns.hostnameAsFQDN); }
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
