import { DnsPolicy, Secret } from 'cdk8s-plus-28';
import { DnsProfile, Environment, NetworkPeer, type PodOptions, Protocol } from 'cdk8s-production';
import { errorOf, testChart } from '../helpers/manifests';
import { chartIn, containerOf, objectOf, podOf, web } from '../helpers/service';

const pod = (options: PodOptions) => podOf(web({ pod: options }));

describe('user and group', () => {
  test('are those of every container and of the volumes', () => {
    const service = web({ pod: { user: 20001, group: 30001 }, sidecars: [{ name: 'helper', image: 'helper:1.0.0' }] });

    expect(podOf(service).securityContext).toMatchObject({ runAsUser: 20001, runAsGroup: 30001, fsGroup: 30001 });
    for (const name of ['web', 'helper']) { expect(containerOf(service, name).securityContext).toMatchObject({ runAsUser: 20001, runAsGroup: 30001, runAsNonRoot: true }); }
  });

  test.each<[PodOptions, string]>([[{ user: 0 }, 'pod.user'], [{ user: 20001, group: 0 }, 'pod.group']])('refuses root: %j', (options, property) => {
    expect(errorOf(() => pod(options))).toMatchObject({ code: 'PodSecurityViolation', property, value: '0' });
  });

  test.each<[PodOptions]>([[{ user: -1 }], [{ user: 1.5 }], [{ user: 2_147_483_648 }], [{ user: '10001' as never }]])('refuses %j', options => {
    expect(errorOf(() => pod(options))).toMatchObject({ code: 'InvalidValue', property: 'pod.user' });
  });
});

describe('pull secrets', () => {
  test('are named, in their order', () => {
    const chart = testChart();
    const service = web({ pod: { imagePullSecrets: [Secret.fromSecretName(chart, 'one', 'registry-one'), { name: 'registry-two' }] } }, chart);

    expect(podOf(service).imagePullSecrets).toEqual([{ name: 'registry-one' }, { name: 'registry-two' }]);
  });

  test('refuses a name no Secret can have', () => {
    expect(errorOf(() => pod({ imagePullSecrets: [{ name: 'ok' }, { name: 'Not Ok' }] }))).toMatchObject({ code: 'InvalidName', property: 'pod.imagePullSecrets[1]' });
  });
});

describe('host aliases', () => {
  test('are as given', () => {
    expect(pod({ hostAliases: [{ ip: '10.0.0.10', hostnames: ['a.example.com', 'b'] }, { ip: '2001:db8::1', hostnames: ['c'] }] }).hostAliases).toEqual([
      { hostnames: ['a.example.com', 'b'], ip: '10.0.0.10' }, { hostnames: ['c'], ip: '2001:db8::1' },
    ]);
  });

  test.each([
    [{ ip: '10.0.0', hostnames: ['a'] }, 'ip', 'InvalidValue'], [{ ip: 'db.example.com', hostnames: ['a'] }, 'ip', 'InvalidValue'], [{ ip: '10.0.0.300', hostnames: ['a'] }, 'ip', 'InvalidValue'],
    [{ ip: '10.0.0.1', hostnames: [] }, 'hostnames', 'MissingValue'], [{ ip: '10.0.0.1', hostnames: ['under_score'] }, 'hostnames[0]', 'InvalidName'],
  ])('refuses %j', (alias, property, code) => {
    expect(errorOf(() => pod({ hostAliases: [alias] }))).toMatchObject({ code, property: `pod.hostAliases[0].${property}` });
  });
});

describe('name lookups', () => {
  test('are as given, field by field', () => {
    expect(pod({ dns: { nameservers: ['10.0.0.53'], searches: ['example.com'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }], policy: DnsPolicy.CLUSTER_FIRST } })).toMatchObject({
      dnsConfig: { nameservers: ['10.0.0.53'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }], searches: ['example.com'] }, dnsPolicy: 'ClusterFirst',
    });
  });

  test('without servers, searches and options have no dnsConfig', () => {
    const spec = pod({ dns: { hostname: 'box', subdomain: 'cluster', hostnameAsFQDN: false } });

    expect(spec).toMatchObject({ hostname: 'box', subdomain: 'cluster', setHostnameAsFQDN: false });
    expect(spec).not.toHaveProperty('dnsConfig');
    expect(spec).not.toHaveProperty('dnsPolicy');
  });

  test.each([['the cluster\'s usual profile', undefined], ['a profile of another port', DnsProfile.custom([{ peer: NetworkPeer.namespace('dns'), ports: [{ number: 5353, protocol: Protocol.UDP }] }])]])(
    'reach the servers that are named, UDP and TCP, with %s', (_, dns) => {
      const service = web({ pod: { dns: { nameservers: ['10.0.0.53', '2001:db8::53'] } } }, chartIn(Environment.production({ dns })));
      const rule = objectOf(service, 'NetworkPolicy').spec.egress.find((r: { to: { ipBlock?: unknown }[] }) => r.to[0]!.ipBlock !== undefined);

      expect(rule.ports).toEqual([{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }]);
      expect(rule.to.slice(0, 2)).toEqual([{ ipBlock: { cidr: '10.0.0.53/32' } }, { ipBlock: { cidr: '2001:db8::53/128' } }]);
    });

  test('refuses the policy None without a server: the API server would', () => {
    expect(errorOf(() => pod({ dns: { policy: DnsPolicy.NONE } }))).toMatchObject({ code: 'MissingValue', property: 'pod.dns.nameservers' });
    expect(pod({ dns: { policy: DnsPolicy.NONE, nameservers: ['10.0.0.53'] } }).dnsPolicy).toBe('None');
  });

  test.each<[NonNullable<PodOptions['dns']>, string]>([
    [{ nameservers: ['dns.example.com'] }, 'pod.dns.nameservers[0]'], [{ hostname: 'Box' }, 'pod.dns.hostname'], [{ subdomain: 'a.b' }, 'pod.dns.subdomain'], [{ policy: 'Cluster' as never }, 'pod.dns.policy'],
  ])('refuses %j', (dns, property) => {
    expect(errorOf(() => pod({ dns }))).toMatchObject({ property });
  });
});
