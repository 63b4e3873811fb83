import { describe, expect, it, vi } from 'vitest';
import type { RedisState } from '@/lib/model/snapshot';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { freePort } from '@/scripts/setup/free-port.mjs';
import type { RedisConnection } from './connect';
import { RedisHealth } from './health';

const redis = ownRedis();

/** Health over a connection, every turn it told, and a clock that moves a second at each look. */
function watch(connection: RedisConnection) {
  let seconds = 0;
  const now = () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++));
  const health = new RedisHealth(connection, now);
  const turns: RedisState[] = [];
  health.onChange((state) => turns.push(state));
  redis.closing({ close: () => health.stop() });
  return { health, turns };
}

describe('the health of Redis', () => {
  it('is down until Redis answered, then up with its version', async () => {
    const { health, turns } = watch(redis.connect());
    expect(health.state).toMatchObject({ status: 'down', code: 'redis_unreachable' });
    health.start();
    await vi.waitFor(() => expect(health.state.status).toBe('up'), PATIENT);
    expect(turns).toHaveLength(1);
    expect(turns[0]).toMatchObject({
      status: 'up',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      latency_ms: expect.any(Number),
    });
  });

  it('tells each turn once, and since when it stands', async () => {
    const { health, turns } = watch(redis.connect());
    health.start();
    await vi.waitFor(() => expect(health.state.status).toBe('up'), PATIENT);
    const { since } = health.state;
    await health.check();
    await health.check();
    expect(health.state.since).toBe(since);
    await redis.server.kill();
    await vi.waitFor(() => expect(health.state.status).toBe('down'), PATIENT);
    const down = health.state;
    expect(down.since > since).toBe(true);
    await health.check();
    await health.check();
    expect(health.state.since).toBe(down.since);
    await redis.server.restart();
    await vi.waitFor(() => expect(health.state.status).toBe('up'), PATIENT);
    expect(health.state.since > down.since).toBe(true);
    expect(turns.map(({ status }) => status)).toEqual(['up', 'down', 'up']);
  });

  it('finds a Redis that hangs, and that the trouble is the same trouble still', async () => {
    const { health, turns } = watch(redis.connect());
    health.start();
    await vi.waitFor(() => expect(health.state.status).toBe('up'), PATIENT);
    redis.server.suspend();
    await vi.waitFor(() => expect(health.state.status).toBe('down'), PATIENT);
    // By now it may be down for the next reason already: its socket was given up.
    expect(turns[1]).toMatchObject({ code: 'redis_timeout' });
    const { since } = health.state;
    await redis.server.kill();
    await vi.waitFor(
      () => expect(health.state).toMatchObject({ code: 'redis_unreachable' }),
      PATIENT,
    );
    expect(health.state.since).toBe(since);
    await redis.server.restart();
    await vi.waitFor(() => expect(health.state.status).toBe('up'), PATIENT);
    expect(turns.map((state) => (state.status === 'up' ? 'up' : state.code))).toEqual([
      'up',
      'redis_timeout',
      'redis_unreachable',
      'up',
    ]);
  });

  it('names the trouble, without a secret', async () => {
    const { health } = watch(redis.connect({ password: 'hunter2' }));
    await health.check();
    expect(health.state).toMatchObject({ status: 'down', code: 'redis_auth_failed' });
    expect(JSON.stringify(health.state)).not.toContain('hunter2');
    const nobody = watch(redis.connect({ port: await freePort() })).health;
    await nobody.check();
    expect(nobody.state).toMatchObject({ status: 'down', code: 'redis_unreachable' });
  });

  it('does not need to know the version', async () => {
    await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '-@all', '+ping', '+hello');
    const { health } = watch(redis.connect({ username: 'narrow', password: 'pw' }));
    await health.check();
    expect(health.state).toMatchObject({ status: 'up', version: null });
  });

  it('asks no more once it is stopped, even where an answer was still due', async () => {
    const connection = redis.connect();
    await connection.command('PING');
    const { health } = watch(connection);
    health.start();
    health.stop();
    await health.check();
    await redis.command('CONFIG', 'RESETSTAT');
    const asked = async () =>
      String(await redis.command('INFO', 'commandstats')).includes('cmdstat_ping');
    // Longer than the second between two questions.
    const waiting = vi.waitUntil(asked, { timeout: 2_000, interval: 100 });
    await expect(waiting).rejects.toThrow(/timed out/i);
  });
});
