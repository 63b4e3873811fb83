import { describe, expect, it } from 'vitest';
import { TrustedPeers } from './trusted-peers';

const peers = new TrustedPeers(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);

describe('TrustedPeers', () => {
  it.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['192.0.2.7', true],
    ['fd00::1', true],
    ['192.0.2.8', false],
    ['11.0.0.1', false],
    ['::1', false],
    ['', false],
    [null, false],
  ])('knows %s: %s', (address, isTrusted) => {
    expect(peers.has(address)).toBe(isTrusted);
  });

  it.each([
    [
      'a peer nobody trusts is itself, whatever it says',
      '203.0.113.5',
      '198.51.100.1',
      '203.0.113.5',
    ],
    ['a proxy tells who asked', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'what a client put before it does not count',
      '10.0.0.1',
      '1.1.1.1, 198.51.100.1',
      '198.51.100.1',
    ],
    ['one proxy behind another', '10.0.0.1', '198.51.100.1, 10.0.0.2', '198.51.100.1'],
    ['a proxy that says nothing', '10.0.0.1', null, '10.0.0.1'],
    ['a proxy that says nonsense', '10.0.0.1', '<script>', '10.0.0.1'],
    ['proxies alone', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['no peer known', null, '198.51.100.1', 'unknown'],
  ])('%s', (_, peer, forwardedFor, client) => {
    expect(peers.clientOf(peer, forwardedFor)).toBe(client);
  });

  it('trusts nobody where nobody is named', () => {
    const nobody = new TrustedPeers([]);
    expect(nobody.has('127.0.0.1')).toBe(false);
    expect(nobody.clientOf('::ffff:127.0.0.1', '198.51.100.1')).toBe('127.0.0.1');
  });
});
