import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeChunk } from '@/lib/model/history-codec';
import { floorTo, HISTORY_TIERS } from '@/lib/model/history-tiers';
import { RedisHealth } from '@/lib/redis/health';
import { HistoryKeys } from '@/lib/redis/keys';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { History, type HistorySettings } from './history';
import { LEASE_MS } from './leader';
import { Sampler } from './sampler';

const redis = ownRedis();
const PREFIX = 'shield-dashboard:{history}';
const keys = new HistoryKeys(PREFIX);
const STREAM = 's';

beforeEach(async () => {
  await redis.untilAlone();
  await redis.command('CONFIG', 'SET', 'maxmemory', 0);
  await redis.command('FLUSHALL');
  await redis.command('XADD', STREAM, '*', 'a', 'b');
  await redis.command('XGROUP', 'CREATE', STREAM, 'g', '0');
});

/** One replica: its own connection, sampler and history. */
function replica(settings: Partial<HistorySettings> = {}, target = {}) {
  const connection = redis.connect(target);
  const health = new RedisHealth(connection);
  const warnings: string[] = [];
  const sampler = new Sampler({
    redis: connection,
    health,
    streams: [STREAM],
    onFailure: () => undefined,
  });
  const history = new History(
    { mode: 'redis', keyPrefix: PREFIX, streamsMax: 32, ...settings },
    {
      redis: connection,
      sampler,
      onFailure: () => undefined,
      warn: (facts, message) => warnings.push(`${message} ${JSON.stringify(facts)}`),
    },
  );
  health.start();
  sampler.start();
  history.start();
  /** As a crash: everything ends where it stands, nothing is released. */
  const crash = () => {
    connection.close();
    sampler.stop();
    health.stop();
    void history.stop();
  };
  redis.closing({ close: crash });
  const pointsNow = async () =>
    (await history.answer(STREAM, { range: '15m', groups: ['g'], sinceMs: null })).points.filter(
      (p) => p.stream,
    );
  const isWriter = () => vi.waitFor(() => expect(history.state.writer).toBe(true), PATIENT);
  const hasPoints = (count: number) =>
    vi.waitFor(
      async () => expect((await pointsNow()).length).toBeGreaterThanOrEqual(count),
      PATIENT,
    );
  return { history, sampler, connection, warnings, crash, pointsNow, isWriter, hasPoints };
}

/** Keys of chunks of a tier, and every point stored in them, doubles and all. */
async function stored(tierName: string) {
  const tier = HISTORY_TIERS.find(({ name }) => name === tierName);
  if (!tier) throw new Error('No such tier.');
  const connection = redis.connect();
  const found = (await redis.command('KEYS', '*')) as string[];
  const chunks = found.filter((key) => key.startsWith(`${PREFIX}:${tierName}:`)).sort();
  const points = await Promise.all(
    chunks.map(async (key) => {
      const bytes = (await connection.command('GET', key)) as Uint8Array;
      return decodeChunk(bytes, tier, Number(key.split(':')[3]) * 1_000).points;
    }),
  );
  return { chunks, points: points.flat() };
}

describe('the history', () => {
  it('is read by any replica, with the figures of stream and group', async () => {
    const first = replica();
    await first.isWriter();
    const second = replica();
    await first.hasPoints(1);
    await second.hasPoints(1);
    expect(second.history.state).toMatchObject({ stored_in: 'redis', writer: false, reason: null });
    const answer = await second.history.answer(STREAM, {
      range: '15m',
      groups: ['g'],
      sinceMs: null,
    });
    expect(answer).toMatchObject({
      stream: STREAM,
      groups: ['g'],
      tier: '1s',
      resolution_ms: 3_000,
    });
    expect(answer.points.at(-1)).toMatchObject({
      stream: { length: 1, length_min: 1, length_max: 1, memory_bytes: expect.any(Number) },
      groups: [
        { lag: 1, lag_quality: 'exact', pending: 0, lost: 0, behind_ms: expect.any(Number) },
      ],
    });
    const without = await second.history.answer(STREAM, {
      range: '15m',
      groups: [],
      sinceMs: null,
    });
    expect(without.points.at(-1)).toMatchObject({ stream: { length: 1 }, groups: [] });
  });

  it('is taken over once the lease of one that crashed ends, and no second is stored twice', async () => {
    const first = replica();
    await first.isWriter();
    const second = replica();
    await first.hasPoints(1);
    first.crash();
    // What a crash costs at most, beside the second between two questions for the lease.
    expect(await redis.command('PTTL', keys.lease)).toBeLessThanOrEqual(LEASE_MS);
    const before = (await stored('1s')).points.length;
    await second.isWriter();
    await vi.waitFor(async () => {
      expect((await stored('1s')).points.length).toBeGreaterThan(before);
    }, PATIENT);
    await vi.waitFor(async () => {
      const seconds = (await stored('1s')).points.map(({ atMs }) => Math.floor(atMs / 1_000));
      expect(new Set(seconds).size).toBe(seconds.length);
      expect(seconds.length).toBeGreaterThan(before + 3);
    }, PATIENT);
  });

  it('passes over at once where its writer stops, and the past stays', async () => {
    const first = replica();
    await first.isWriter();
    await first.hasPoints(1);
    await first.history.stop();
    expect(await redis.command('PTTL', keys.lease)).toBeLessThan(2);
    // The minute that had begun was written as far as it went.
    const minuteOf = (point?: { atMs: number }) => Math.floor((point?.atMs ?? 0) / 60_000);
    const lastMinute = minuteOf((await stored('1m')).points.at(-1));
    expect(lastMinute).toBeGreaterThanOrEqual(minuteOf((await stored('1s')).points.at(-1)));
    const before = await first.pointsNow();
    expect(before.length).toBeGreaterThan(0);
    first.crash();
    const next = replica();
    await next.isWriter();
    expect((await next.pointsNow())[0]?.at).toBe(before[0]?.at);
  });

  it('is never written by one that does not hold the lease', async () => {
    const first = replica();
    await first.isWriter();
    await first.hasPoints(1);
    const hold = () => redis.command('SET', keys.lease, 'another', 'PX', LEASE_MS, 'GET');
    // Where this process stands still for long its hold runs out: such a round shows nothing.
    for (let isHeld = false; !isHeld; ) {
      await first.isWriter();
      await hold();
      isHeld = true;
      const renew = async () => {
        if ((await hold()) !== 'another') isHeld = false;
      };
      const holding = setInterval(() => void renew(), LEASE_MS / 10);
      const { points } = await stored('1s');
      const isLost = () => expect(first.history.state.writer).toBe(false);
      await vi.waitFor(isLost, PATIENT).finally(() => clearInterval(holding));
      const later = await stored('1s');
      await renew();
      if (isHeld) expect(later.points).toHaveLength(points.length);
    }
    // It ended: it comes back.
    await redis.command('DEL', keys.lease);
    await first.isWriter();
  });

  it('ends by itself: every key has a time to live', async () => {
    const first = replica();
    await first.isWriter();
    await first.hasPoints(1);
    await first.history.stop();
    const all = (await redis.command('KEYS', 'shield-dashboard:*')) as string[];
    const found = all.filter((key) => key !== keys.lease);
    expect(found.length).toBeGreaterThanOrEqual(4);
    for (const key of found) expect(await redis.command('PTTL', key)).toBeGreaterThan(0);
    const [chunk = ''] = (await stored('1s')).chunks;
    expect(await redis.command('TTL', chunk)).toBeLessThanOrEqual(20 * 60);
  });

  it('writes and reads nothing where it is off', async () => {
    const { history, sampler } = replica({ mode: 'off' });
    await vi.waitFor(
      async () => expect((await sampler.snapshot()).streams).toHaveLength(1),
      PATIENT,
    );
    const answer = await history.answer(STREAM, { range: '7d', groups: [], sinceMs: null });
    expect(answer).toMatchObject({ points: [], history: { stored_in: 'nowhere', reason: null } });
    expect(await redis.command('KEYS', 'shield-dashboard*')).toEqual([]);
  });

  it('stays in the process where it is told so', async () => {
    const one = replica({ mode: 'memory' });
    await vi.waitFor(async () => {
      await one.sampler.snapshot();
      expect((await one.pointsNow()).length).toBeGreaterThan(0);
    }, PATIENT);
    expect(one.history.state).toMatchObject({ stored_in: 'memory', reason: null });
    expect(await redis.command('KEYS', 'shield-dashboard*')).toEqual([]);
  });
});

describe('where Redis takes no writes', () => {
  const inMemory = (history: History, code: string) =>
    vi.waitFor(
      () => expect(history.state).toMatchObject({ stored_in: 'memory', reason: { code } }),
      PATIENT,
    );
  const inRedis = (history: History) =>
    vi.waitFor(() => {
      expect(history.state).toMatchObject({ stored_in: 'redis', reason: null, writer: true });
    }, PATIENT);

  it('for lack of memory, it is kept in the process until Redis takes them again', async () => {
    const one = replica();
    await one.isWriter();
    await one.hasPoints(1);
    const before = await one.pointsNow();
    await redis.command('CONFIG', 'SET', 'maxmemory', 1);
    await inMemory(one.history, 'redis_out_of_memory');
    const { points } = await stored('1s');
    await vi.waitFor(async () => {
      await one.sampler.snapshot();
      expect((await one.pointsNow()).length).toBeGreaterThan(before.length);
    }, PATIENT);
    expect((await stored('1s')).points).toHaveLength(points.length);
    await redis.command('CONFIG', 'SET', 'maxmemory', 0);
    await inRedis(one.history);
    await vi.waitFor(async () => {
      expect((await stored('1s')).points.length).toBeGreaterThan(points.length);
    }, PATIENT);
    expect((await one.pointsNow())[0]?.at).toBe(before[0]?.at);
    expect(one.warnings.filter((line) => line.includes('is kept in'))).toHaveLength(2);
  });

  it('being a replica, it says so and its connection stays', async () => {
    await redis.command('REPLICAOF', '127.0.0.1', '1');
    try {
      const one = replica();
      const lost = vi.fn();
      await vi.waitFor(() => expect(one.connection.ready).toBe(true), PATIENT);
      one.connection.onChange(lost);
      await inMemory(one.history, 'redis_read_only');
      await vi.waitFor(async () => {
        await one.sampler.snapshot();
        expect((await one.pointsNow()).length).toBeGreaterThan(1);
      }, PATIENT);
      expect(lost).not.toHaveBeenCalled();
      await redis.command('REPLICAOF', 'NO', 'ONE');
      await inRedis(one.history);
    } finally {
      await redis.command('REPLICAOF', 'NO', 'ONE');
    }
  });

  it('or the user may not, it is kept in the process', async () => {
    // Its own keys, but no right to write them.
    const rules = [
      'on',
      '~shield-dashboard:*',
      '>pw',
      '~s',
      '+@read',
      '+@stream',
      '+@connection',
      '+eval',
      '+evalsha',
      '+time',
    ];
    await redis.command('ACL', 'SETUSER', 'narrow', ...rules, '+info', '+xinfo');
    const one = replica({}, { username: 'narrow', password: 'pw' });
    await inMemory(one.history, 'redis_permission_denied');
    await vi.waitFor(async () => {
      await one.sampler.snapshot();
      expect((await one.pointsNow()).length).toBeGreaterThan(0);
    }, PATIENT);
  });

  it('or only some of them, it is kept in the process until the right is granted', async () => {
    const rules = ['on', '>pw', '~*', '+@all', '-setrange'];
    await redis.command('ACL', 'SETUSER', 'narrower', ...rules);
    const one = replica({}, { username: 'narrower', password: 'pw' });
    await inMemory(one.history, 'redis_permission_denied');
    await one.hasPoints(1);
    // The lease is granted all the while: that alone does not mean that writes are.
    await one.isWriter();
    expect(one.history.state.stored_in).toBe('memory');
    await redis.command('ACL', 'SETUSER', 'narrower', '+setrange');
    await inRedis(one.history);
    const { points } = await stored('1s');
    expect(new Set(points.map(({ atMs }) => Math.floor(atMs / 1_000))).size).toBe(points.length);
  });
});

describe('keys that somebody else overwrote', () => {
  /** Makes a key another in one step: its writer finds no time between. */
  const becomes = (key: string, command: string, ...args: string[]) =>
    redis.command(
      'EVAL',
      "redis.call('DEL', KEYS[1]) redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))",
      ...[1, key, command, ...args],
    );

  it('do not break it: bytes, types and the lease itself', async () => {
    const one = replica();
    await one.isWriter();
    await one.hasPoints(1);
    const { chunks } = await stored('1s');
    for (const key of chunks) await redis.command('SET', key, Uint8Array.of(0x91, 0xff, 0xc1));
    await becomes(keys.written, 'LPUSH', 'x');
    await becomes(keys.lease, 'LPUSH', 'x');
    await one.isWriter();
    // It goes on behind the foreign bytes.
    await one.hasPoints(1);
    expect(one.warnings.filter((line) => line.includes('bytes of somebody else'))).toHaveLength(1);
    // The next one as well: it may begin meanwhile.
    const chunkMs = HISTORY_TIERS[0]?.chunkMs ?? 0;
    const ahead = [0, chunkMs].map((ms) =>
      keys.chunk(STREAM, '1s', floorTo(Date.now(), chunkMs) + ms),
    );
    for (const key of new Set([...chunks, ...ahead])) await becomes(key, 'HSET', 'a', 'b');
    await vi.waitFor(() => expect(one.warnings.join('\n')).toContain('takes no more'), PATIENT);
    expect(await one.pointsNow()).toEqual([]);
    expect(one.warnings.filter((line) => line.includes('cannot be read'))).toHaveLength(1);
    expect(await redis.command('TYPE', chunks[0] ?? '')).toBe('hash');
  });

  it('that are gone are begun anew', async () => {
    const one = replica();
    await one.isWriter();
    await one.hasPoints(1);
    await redis.command('FLUSHALL');
    await redis.command('XADD', STREAM, '*', 'a', 'b');
    await one.hasPoints(1);
  });
});
