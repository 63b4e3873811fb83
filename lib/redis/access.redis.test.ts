import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '@/lib/config';
import { DashboardError } from '@/lib/model/errors';
import { ownRedis } from '@/lib/testing/own-redis';
import { findOnPath } from '@/scripts/setup/find-on-path.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';
import { connectRedis } from './connect-redis';
import { readBehind } from './stream-reads';
import { RedisStreamsClient } from './streams-client';

const redis = ownRedis();
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : error),
  );
const streamsClient = (url: string) =>
  redis.closing(
    new RedisStreamsClient({ redis: parseConfig({ REDIS_URL: url }).redis, consumer: 'me' }),
  );

describe('an ACL user in the address', () => {
  it('may do what it has rights for, and is told what it lacks', async () => {
    const password = 'p@ss/w:rd#%';
    await redis.command(
      ...['ACL', 'SETUSER', 'ann', 'on', `>${password}`, '~shield:*', '~shield-dashboard:*'],
      ...['-@all', '+xadd', '+eval', '+evalsha', '+get', '+set', '+hello', '+ping'],
    );
    const login = `ann:${encodeURIComponent(password)}`;
    const client = streamsClient(`redis://${login}@127.0.0.1:${redis.server.port}`);
    expect(await codeOf(client.emitEvent({ type: 't' }))).toBe('ok');
    expect(await codeOf(client.getStreamInfo('shield:events'))).toBe('redis_permission_denied');
    expect(await codeOf(client.getStreamInfo('other'))).toBe('redis_permission_denied');
    const groups = client.ensureGroups({ 'shield:events': ['g'] });
    expect(await codeOf(groups)).toBe('redis_permission_denied');
  });

  it('that was switched off is refused', async () => {
    await redis.command('ACL', 'SETUSER', 'bob', 'off', '>pw');
    const client = streamsClient(`redis://bob:pw@127.0.0.1:${redis.server.port}`);
    expect(await codeOf(client.emitEvent({ type: 't' }))).toBe('redis_auth_failed');
  });

  it('that may not choose a database never writes to another one', async () => {
    await redis.command('ACL', 'SETUSER', 'cas', 'on', '>pw', '~*', '+@all', '-select');
    const client = streamsClient(`redis://cas:pw@127.0.0.1:${redis.server.port}/3`);
    expect(await codeOf(client.emitEvent({ type: 'astray' }))).toBe('redis_permission_denied');
    const written = await redis.command('XRANGE', 'shield:events', '-', '+');
    expect(JSON.stringify(written)).not.toContain('astray');
  });
});

describe('a server that speaks only RESP2', () => {
  it('is understood all the same', async () => {
    const server = await startRedisServer({ args: ['--rename-command', 'HELLO', 'x-hello'] });
    try {
      const client = streamsClient(server.url);
      const { eventStream } = client;
      await client.ensureGroups({ [eventStream]: ['g'] });
      const id = await client.emitEvent({ type: 't', data: Uint8Array.of(0xff) });
      const [event] = await client.readEvents({ group: 'g' });
      expect(event).toMatchObject({ id, type: 't', data: { kind: 'binary' } });
      expect(await client.readEvents({ group: 'g', blockMs: 10 })).toEqual([]);
      expect(await client.getStreamInfo(eventStream)).toMatchObject({
        length: 1,
        lastId: id,
        groups: [{ name: 'g', pending: 1, lag: 0, oldestPending: { id } }],
      });
      const target = parseConfig({ REDIS_URL: server.url }).redis;
      const blocking = redis.connect(target, 1_000);
      const cursors = new Map([
        [eventStream, '0-0'],
        ['none', '0-0'],
      ]);
      const read = await readBehind(blocking, cursors, { count: 5, blockMs: 1_000 });
      expect(read).toMatchObject([{ stream: eventStream, entries: [{ id }] }]);
      expect(await client.claimIdleEvents('g', 60_000)).toEqual([]);
      expect(await client.ackEvent('g', id)).toBe(1);
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf(!findOnPath(['openssl']))('TLS (skipped where there is no openssl)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'shield-tls-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  /** A certificate of its own authority for 127.0.0.1. */
  function certificate() {
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test'],
        ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
      ],
      { stdio: 'pipe' },
    );
    return { key, cert, ca: cert };
  }

  it('is spoken for rediss://, and the authority must be known', async () => {
    const tls = certificate();
    const server = await startRedisServer({ tls });
    try {
      const connect = (env: Record<string, string>) =>
        redis.closing(connectRedis(parseConfig(env).redis, { name: 'test' }));
      const known = connect({ REDIS_URL: server.url, REDIS_CA_FILE: tls.ca });
      expect(String(await known.command('PING'))).toBe('PONG');
      expect(String(await known.write('XADD', 's', '*', 'a', 'b'))).toMatch(/^\d+-0$/);
      const unknown = connect({ REDIS_URL: server.url }).command('PING');
      await expect(unknown).rejects.toMatchObject({
        code: 'redis_unreachable',
        message: expect.stringMatching(/\((DEPTH_ZERO_)?SELF_SIGNED_CERT/),
      });
      const plain = connect({ REDIS_URL: server.url.replace('rediss:', 'redis:') });
      expect(await codeOf(plain.command('PING'))).toBe('redis_unreachable');
    } finally {
      await server.stop();
    }
  });

  it('needs a file that can be read', () => {
    const env = { REDIS_URL: 'rediss://h', REDIS_CA_FILE: join(dir, 'absent.pem') };
    expect(() => parseConfig(env)).toThrow(ConfigError);
  });
});
