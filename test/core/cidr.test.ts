import fc from 'fast-check';
import { cidrContains, isCidr, nearestCidr } from '../../lib/core/cidr';

describe('isCidr', () => {
  test.each([
    '0.0.0.0/0', '10.0.0.0/8', '172.16.0.0/12', '203.0.113.0/24', '203.0.113.128/25', '169.254.169.254/32', '255.255.255.255/32',
    '::/0', '::1/128', '2001:db8::/32', '2001:DB8::/32', 'fd00:ec2::254/128', '2001:db8:0:0:0:0:0:0/32', '1:2:3:4:5:6:7:8/128', '1::/16', 'fe80::/10',
  ])('takes %s', text => {
    expect(isCidr(text)).toBe(true);
  });

  test.each([
    ['no prefix', '10.0.0.0'],
    ['an empty prefix', '10.0.0.0/'],
    ['a prefix above 32', '10.0.0.0/33'],
    ['a prefix above 128', '2001:db8::/129'],
    ['a prefix of four digits', '10.0.0.0/1000'],
    ['a prefix with a leading zero', '10.0.0.0/08'],
    ['a negative prefix', '10.0.0.0/-1'],
    ['a mask', '10.0.0.0/255.0.0.0'],
    ['host bits', '10.0.0.1/24'],
    ['host bits beside /0', '10.0.0.0/0'],
    ['IPv6 host bits', '2001:db8::1/32'],
    ['an octet above 255', '256.0.0.0/8'],
    ['a leading zero in an octet', '010.0.0.0/8'],
    ['three octets', '10.0.0/8'],
    ['five octets', '10.0.0.0.0/8'],
    ['two times ::', '1::2::/64'],
    ['nine groups', '1:2:3:4:5:6:7:8:9/128'],
    ['an IPv4 address in an IPv6 one', '::ffff:10.0.0.0/104'],
    ['a zone', 'fe80::%eth0/10'],
    ['white space', ' 10.0.0.0/8'],
    ['a line break at the end', '10.0.0.0/8\n'],
    ['a host name', 'example.com/32'],
    ['nothing', ''],
    ['only a prefix', '/8'],
  ])('refuses %s', (_, text) => {
    expect(isCidr(text)).toBe(false);
  });
});

describe('nearestCidr', () => {
  test.each([
    ['10.1.2.3', '10.1.2.3/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['10.0.0.1/24', '10.0.0.0/24'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['203.0.113.200/25', '203.0.113.128/25'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['10.0.0.0/33', undefined],
    ['10.0.0.0/08', undefined],
    ['10.0.0/8', undefined],
    ['2001:db8::1/32', undefined],
    ['example.com', undefined],
    ['', undefined],
  ])('of %s is %s', (text, meant) => {
    expect(nearestCidr(text)).toBe(meant);
    expect(meant === undefined || isCidr(meant)).toBe(true);
  });
});

describe('cidrContains', () => {
  test.each([
    ['0.0.0.0/0', '169.254.169.254/32', true],
    ['10.0.0.0/8', '10.255.255.255/32', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.0.0.0/8', '11.0.0.0/32', false],
    ['10.0.0.0/8', '9.255.255.255/32', false],
    ['10.0.0.0/24', '10.0.0.0/8', false],
    ['169.254.169.254/32', '169.254.169.254/32', true],
    ['169.254.169.254/32', '169.254.169.255/32', false],
    ['169.254.0.0/16', '169.254.169.254/32', true],
    ['128.0.0.0/1', '127.0.0.0/8', false],
    ['128.0.0.0/1', '192.168.0.0/16', true],
    ['::/0', 'fd00:ec2::254/128', true],
    ['fd00::/8', 'fd00:ec2::254/128', true],
    ['fc00::/8', 'fd00:ec2::254/128', false],
    ['2001:db8::/32', '2001:db9::/48', false],
    ['1:2:3:4::/64', '1:2:3:4:5:6:7:8/128', true],
    ['fd00:ec2:0:0:0:0:0:254/128', 'fd00:ec2::254/128', true],
    ['0.0.0.0/0', '::/0', false], // the families do not contain each other
    ['::/0', '10.0.0.0/8', false],
    ['no range', '10.0.0.0/8', false],
    ['10.0.0.0/8', 'no range', false],
  ])('says of %s and %s: %s', (outer, inner, expected) => {
    expect(cidrContains(outer, inner)).toBe(expected);
  });

  const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map(octets => octets.join('.'));

  test('agrees with the sum of the bits for every IPv4 address and prefix', () => {
    const bits = (ip: string): number => ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    const network = (ip: string, prefix: number): number => Math.floor(bits(ip) / 2 ** (32 - prefix));
    const text = (n: number): string => [2 ** 24, 2 ** 16, 2 ** 8, 1].map(place => Math.floor(n / place) % 256).join('.');
    fc.assert(fc.property(address, address, fc.integer({ min: 0, max: 32 }), (range, host, prefix) => {
      const outer = `${text(network(range, prefix) * 2 ** (32 - prefix))}/${prefix}`;
      expect(isCidr(outer)).toBe(true);
      expect(cidrContains(outer, `${host}/32`)).toBe(network(range, prefix) === network(host, prefix));
    }), { numRuns: 500 });
  });
});
