import { cidrContains, isCidr } from '../../lib/core/cidr';
import { NetworkPeer } from '../../lib/core/network-peer';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'peer');
const check = (peer: NetworkPeer): void => peer._check(at);

describe('a peer of pods', () => {
  test.each<[string, NetworkPeer, object]>([
    ['labels alone', NetworkPeer.pods({ app: 'web' }), { podSelector: { matchLabels: { app: 'web' } } }],
    ['labels in the policy\'s own namespace', NetworkPeer.pods({ app: 'web' }, { namespace: 'shop' }), { podSelector: { matchLabels: { app: 'web' } } }],
    ['labels in another namespace', NetworkPeer.pods({ app: 'web' }, { namespace: 'edge' }), {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } }, podSelector: { matchLabels: { app: 'web' } },
    }],
    ['labels of namespaces', NetworkPeer.pods({ app: 'web' }, { namespaceLabels: { zone: 'edge' } }), {
      namespaceSelector: { matchLabels: { zone: 'edge' } }, podSelector: { matchLabels: { app: 'web' } },
    }],
    ['a name and labels of namespaces', NetworkPeer.pods({ app: 'web' }, { namespace: 'edge', namespaceLabels: { zone: 'edge' } }), {
      namespaceSelector: { matchLabels: { 'zone': 'edge', 'kubernetes.io/metadata.name': 'edge' } }, podSelector: { matchLabels: { app: 'web' } },
    }],
    ['the own namespace\'s name beside labels, which still have to hold', NetworkPeer.pods({}, { namespace: 'shop', namespaceLabels: { zone: 'edge' } }), {
      namespaceSelector: { matchLabels: { 'zone': 'edge', 'kubernetes.io/metadata.name': 'shop' } }, podSelector: { matchLabels: {} },
    }],
    ['every pod of another namespace', NetworkPeer.namespace('edge'), { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } } }],
    ['every pod of the own namespace, never an empty peer', NetworkPeer.namespace('shop'), { podSelector: {} }],
    ['every pod by no labels', NetworkPeer.pods({}), { podSelector: { matchLabels: {} } }],
    ['expressions', NetworkPeer._selecting({ podLabels: { app: 'web' }, podExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }] }), {
      podSelector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }] },
    }],
    ['expressions over namespaces', NetworkPeer._selecting({ podLabels: { app: 'web' }, namespaceLabels: { zone: 'edge' }, namespaceExpressions: [{ key: 'tier', operator: 'Exists' }] }), {
      namespaceSelector: { matchLabels: { zone: 'edge' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, podSelector: { matchLabels: { app: 'web' } },
    }],
    ['the own namespace\'s name beside expressions, which still have to hold',
      NetworkPeer._selecting({ podLabels: undefined, namespace: 'shop', namespaceExpressions: [{ key: 'tier', operator: 'Exists' }] }), {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
      }],
    ['pods of every namespace', NetworkPeer._selecting({ podLabels: { app: 'web' }, everyNamespace: true }), { namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } }],
    ['every pod of every namespace', NetworkPeer._selecting({ podLabels: undefined, everyNamespace: true }), { namespaceSelector: {} }],
  ])('renders %s for a policy in the namespace shop', (_, peer, expected) => {
    expect(peer._render('shop')).toEqual(expected);
  });

  test('names the namespace when the policy\'s own is not known', () => {
    expect(NetworkPeer.namespace('shop')._render(undefined)).toEqual({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } });
  });

  test('renders a copy: what a caller does to it changes no later policy', () => {
    const peer = NetworkPeer.pods({ app: 'web' });
    Object.assign(peer._render('shop').podSelector?.matchLabels ?? {}, { app: 'other' });
    expect(peer._render('shop')).toEqual({ podSelector: { matchLabels: { app: 'web' } } });
  });

  test.each<[string, NetworkPeer, string, string]>([
    ['a value that is no label value', NetworkPeer.pods({ app: 'two words' }), 'peer.labels.app', '"two words"'],
    ['a key that is no label key', NetworkPeer.pods({ '/app': 'web' }), 'peer.labels', '"/app"'],
    ['a number as a value', NetworkPeer.pods({ app: 1 as unknown as string }), 'peer.labels.app', '1'],
    ['a text instead of labels', NetworkPeer.pods('web' as unknown as Record<string, string>), 'peer.labels', '"web"'],
    ['an upper-case namespace', NetworkPeer.namespace('Edge'), 'peer.namespace', '"Edge"'],
    ['no labels at all, which would mean every pod', NetworkPeer.pods(undefined as unknown as Record<string, string>), 'peer.labels', 'nothing'],
    ['a misspelt option', NetworkPeer.pods({}, { nameSpace: 'edge' } as object), 'peer.nameSpace', '"edge"'],
    ['options that are none', NetworkPeer.pods({}, 'edge' as unknown as object), 'peer', '"edge"'],
    ['no name of a namespace', NetworkPeer.namespace(undefined as unknown as string), 'peer.namespace', 'nothing'],
    ['an empty namespace', NetworkPeer.namespace(''), 'peer.namespace', '""'],
    ['a namespace with a dot', NetworkPeer.namespace('a.b'), 'peer.namespace', '"a.b"'],
    ['a namespace that ends with a dash', NetworkPeer.namespace('a-'), 'peer.namespace', '"a-"'],
    ['a namespace of 64 characters', NetworkPeer.namespace('n'.repeat(64)), 'peer.namespace', `"${'n'.repeat(64)}"`],
    ['a wrong label of namespaces', NetworkPeer.pods({}, { namespaceLabels: { zone: '-' } }), 'peer.namespaceLabels.zone', '"-"'],
  ])('refuses %s', (_, peer, property, value) => {
    const error = errorOf(() => check(peer));
    expect({ property: error.property, value: error.value }).toEqual({ property, value });
  });

  test.each(['n'.repeat(63), 'a', '9', '9z-9z9', 'kube-system'])('takes the namespace %s', name => {
    expect(() => check(NetworkPeer.namespace(name))).not.toThrow();
  });
});

describe('a peer of addresses', () => {
  test.each<[string, string[] | undefined, string[] | undefined]>([
    ['203.0.113.0/24', undefined, undefined],
    ['0.0.0.0/0', undefined, ['169.254.169.254/32']],
    ['169.254.0.0/16', undefined, ['169.254.169.254/32']],
    ['128.0.0.0/1', undefined, ['169.254.169.254/32']],
    ['0.0.0.0/1', undefined, undefined],
    ['::/0', undefined, ['fd00:ec2::254/128']],
    ['fd00::/8', undefined, ['fd00:ec2::254/128']],
    ['fd00:ec2::/32', undefined, ['fd00:ec2::254/128']],
    ['2001:db8::/32', undefined, undefined],
    ['0.0.0.0/0', ['10.0.0.0/8'], ['10.0.0.0/8', '169.254.169.254/32']],
    ['0.0.0.0/0', ['192.168.0.0/16', '10.0.0.0/8'], ['10.0.0.0/8', '169.254.169.254/32', '192.168.0.0/16']],
    ['0.0.0.0/0', ['169.254.169.254/32'], ['169.254.169.254/32']],
    ['0.0.0.0/0', ['169.254.0.0/16'], ['169.254.0.0/16', '169.254.169.254/32']],
    ['10.0.0.0/8', ['10.1.0.0/16'], ['10.1.0.0/16']],
    ['169.254.169.254/32', undefined, undefined], // who names the endpoint itself means it
    ['fd00:ec2::254/128', undefined, undefined],
    ['fd00:ec2:0:0:0:0:0:254/128', undefined, undefined], // the same, spelled out: a range minus itself would be refused by the API server
  ])('renders %s without %j as a range with the exceptions %j', (cidr, except, expected) => {
    const peer = NetworkPeer.cidr(cidr, except === undefined ? {} : { except });
    expect(() => check(peer)).not.toThrow();
    expect(peer._render('shop')).toEqual({ ipBlock: expected === undefined ? { cidr } : { cidr, except: expected } });
  });

  test.each(['0.0.0.0/0', '128.0.0.0/2', '160.0.0.0/3', '168.0.0.0/7', '169.254.160.0/19', '::/0', 'fc00::/7', 'fd00:ec2::/64', 'fd00:ec2::200/119'])(
    'leaves the metadata endpoint out of %s', cidr => {
      const endpoint = cidr.includes(':') ? 'fd00:ec2::254/128' : '169.254.169.254/32';
      expect([isCidr(cidr), cidrContains(cidr, endpoint)]).toEqual([true, true]);
      expect(NetworkPeer.cidr(cidr)._render(undefined)).toEqual({ ipBlock: { cidr, except: [endpoint] } });
    },
  );

  test.each<[string, unknown, string]>([
    ['an address without a prefix', '10.1.2.3', 'did you mean 10.1.2.3/32?'],
    ['host bits', '10.0.0.1/24', 'did you mean 10.0.0.0/24?'],
    ['an IPv6 address without a prefix', '2001:db8::1', 'did you mean 2001:db8::1/128?'],
    ['a host name', 'db.example.com', 'write the address and the length of the prefix'],
    ['a number', 10, 'write the address and the length of the prefix'],
    ['nothing', undefined, 'write the address and the length of the prefix'],
  ])('refuses %s', (_, cidr, fix) => {
    expect(errorOf(() => check(NetworkPeer.cidr(cidr as string)))).toMatchObject({ code: 'InvalidValue', property: 'peer.cidr', fix });
  });

  test.each<[string, string, unknown, string]>([
    ['that is no range', '10.0.0.0/8', 'all', 'an IPv4 or IPv6 range such as 203.0.113.0/24 or 2001:db8::/32, its host bits zero'],
    ['outside the range', '10.0.0.0/8', '192.168.0.0/16', 'a range inside 10.0.0.0/8, and smaller'],
    ['wider than the range', '10.1.0.0/16', '10.0.0.0/8', 'a range inside 10.1.0.0/16, and smaller'],
    ['of the other family', '10.0.0.0/8', '2001:db8::/32', 'a range inside 10.0.0.0/8, and smaller'],
    ['equal to the range, which the API server refuses', '10.0.0.0/8', '10.0.0.0/8', 'a range inside 10.0.0.0/8, and smaller'],
  ])('refuses an exception %s', (_, cidr, except, allowed) => {
    expect(errorOf(() => check(NetworkPeer.cidr(cidr, { except: [except as string] })))).toMatchObject({
      code: 'InvalidValue', property: 'peer.except[0]', value: JSON.stringify(except), allowed,
    });
  });

  test.each<[what: string, options: unknown, property: string]>([
    ['an exception that is no list', { except: '10.1.0.0/16' }, 'peer.except'],
    ['a misspelt option', { expect: ['10.1.0.0/16'] }, 'peer.expect'],
    ['options that are null', null, 'peer'],
  ])('refuses %s', (_, options, property) => {
    expect(errorOf(() => check(NetworkPeer.cidr('10.0.0.0/8', options as object))).property).toBe(property);
  });

  test('names the exception that is wrong by its place', () => {
    expect(errorOf(() => check(NetworkPeer.cidr('10.0.0.0/8', { except: ['10.1.0.0/16', '11.0.0.0/16'] }))).property).toBe('peer.except[1]');
  });
});
