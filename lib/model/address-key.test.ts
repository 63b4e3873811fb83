import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey } from './address-key';

describe('addressKey', () => {
  it.each([
    ['198.51.100.9', '198.51.100.9'],
    ['::ffff:198.51.100.9', '198.51.100.9'],
    ['::FFFF:c633:6409', '198.51.100.9'],
    ['0:0:0:0:0:ffff:198.51.100.9', '198.51.100.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::1:ffff:1.2.3.4', '0:0:0:0::/64'],
    ['unknown', null],
    ['a::b::c', 'a::b::c'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('is one for all addresses of a /64, and another for any other', () => {
    const half = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
    const text = (...groups: number[][]) =>
      groups
        .flat()
        .map((group) => group.toString(16))
        .join(':');
    fc.assert(
      fc.property(half, half, half, half, (network, other, host, host2) => {
        fc.pre(network.some((group) => group !== 0) && text(network) !== text(other));
        const key = addressKey(text(network, host));
        expect(addressKey(text(network, host2))).toBe(key);
        expect(addressKey(text(other, host))).not.toBe(key);
      }),
    );
  });

  it('of an IPv4 address is the same inside an IPv6 one', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(addressKey(`::ffff:${address}`)).toBe(addressKey(address));
      }),
    );
  });
});
