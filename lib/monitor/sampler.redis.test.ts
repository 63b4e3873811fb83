import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RedisTarget } from '@/lib/config';
import { DashboardError } from '@/lib/model/errors';
import { fromRecentRates, NO_RATES } from '@/lib/model/recent-rates';
import { RedisHealth } from '@/lib/redis/health';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { Sampler } from './sampler';

const redis = ownRedis();
let names = 0;
const newStream = () => `stream:${++names}`;
beforeEach(async () => {
  await redis.untilAlone();
  await redis.command('FLUSHALL');
});

/**
 * A sampler with a clock that moves only when the test says so, and a budget that a busy machine does
 * not pass: what a script costs is measured by Redis's own clock.
 */
function sample(streams: string[], target: Partial<RedisTarget> = {}, budgetPercent = 100) {
  const connection = redis.connect(target);
  const health = new RedisHealth(connection);
  const failures: unknown[] = [];
  const clock = { ms: 1_700_000_000_000 };
  const sampler = new Sampler({
    redis: connection,
    health,
    streams,
    budgetPercent,
    onFailure: (error) => failures.push(error),
    nowMs: () => clock.ms,
  });
  redis.closing({
    close() {
      sampler.stop();
      health.stop();
    },
  });
  /** The sample of a moment a while later. */
  const streamsAfter = async (seconds: number) => {
    clock.ms += seconds * 1_000;
    return (await sampler.snapshot()).streams;
  };
  const streamAfter = async (name: string, seconds: number) => {
    const found = (await streamsAfter(seconds)).find((stream) => stream.name === name);
    if (!found) throw new Error(`${name} is not in the sample.`);
    return found;
  };
  return { sampler, health, failures, streamsAfter, streamAfter };
}
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : error),
  );

async function addMany(stream: string, count: number): Promise<void> {
  const fill = "for n = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'a', 'b') end";
  await redis.command('EVAL', fill, 1, stream, count);
}
const read = (stream: string, group: string, count: number) =>
  redis.command('XREADGROUP', 'GROUP', group, 'c', 'COUNT', count, 'STREAMS', stream, '>');

describe('a sample', () => {
  it('tells of a stream its length, ids, rate and groups', async () => {
    const stream = newStream();
    await redis.command('XADD', stream, '5-0', 'a', 'b');
    await redis.command('XGROUP', 'CREATE', stream, 'g', '0');
    const { streamAfter } = sample([stream]);
    expect(await streamAfter(stream, 0)).toMatchObject({
      status: 'ok',
      watched: true,
      length: 1,
      first_entry: '5-0',
      last_entry: '5-0',
      last_generated_id: '5-0',
      entries_added: 1,
      memory_bytes: expect.any(Number),
      structure: {
        max_deleted_entry_id: '0-0',
        radix_tree: { keys: 1, nodes: 2 },
      },
      in_per_second: null,
      recent: NO_RATES,
      groups: [
        {
          name: 'g',
          consumers: 0,
          pending: 0,
          lag: { value: 1, quality: 'exact' },
          state: 'nobody_reading',
          out_per_second: null,
        },
      ],
    });
  });

  it('rates what comes in and what is read, by the time between samples', async () => {
    const stream = newStream();
    await addMany(stream, 5);
    await redis.command('XGROUP', 'CREATE', stream, 'g', '0');
    await read(stream, 'g', 5);
    const { streamAfter } = sample([stream]);
    await streamAfter(stream, 0);
    await addMany(stream, 30);
    await read(stream, 'g', 12);
    const found = await streamAfter(stream, 3);
    expect(found).toMatchObject({ in_per_second: 10, groups: [{ out_per_second: 4 }] });
    expect(fromRecentRates(found.recent)).toEqual([{ at: 1_700_000_003_000, in_per_second: 10 }]);
  });

  it('is shared by all who ask within a second', async () => {
    const stream = newStream();
    const { streamsAfter } = sample([stream]);
    await streamsAfter(0);
    await addMany(stream, 1);
    expect(await streamsAfter(0.9)).toMatchObject([{ status: 'absent' }]);
    const [one, other] = await Promise.all([streamsAfter(0.2), streamsAfter(0)]);
    expect(one[0]).toMatchObject({ status: 'ok', length: 1 });
    expect(other).toEqual(one);
  });

  it('names absent streams, keys of another type and denied keys as what they are', async () => {
    const [absent, text, denied, fine] = [newStream(), newStream(), newStream(), newStream()];
    await redis.command('SET', text, 'x');
    await addMany(denied, 1);
    await addMany(fine, 1);
    const keys = [absent, text, fine].map((name) => `~${name}`);
    await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', ...keys, '+@all');
    const narrow = { username: 'narrow', password: 'pw' };
    const { streamsAfter, sampler, failures } = sample([absent, text, denied, fine], narrow);
    const streams = await streamsAfter(0);
    expect(streams.slice(0, 4).map(({ name, status }) => [name, status])).toEqual([
      [absent, 'absent'],
      [text, 'wrong_type'],
      [denied, 'denied'],
      [fine, 'ok'],
    ]);
    expect(streams[0]).toMatchObject({ length: 0, first_entry: null, groups: [] });
    expect(await codeOf(sampler.stream(absent))).toBe('stream_not_found');
    expect(await codeOf(sampler.stream(text))).toBe('wrong_type');
    expect(await codeOf(sampler.stream(denied))).toBe('redis_permission_denied');
    expect(await codeOf(sampler.stream(fine))).toBe('ok');
    expect(failures).toEqual([]);
  });

  it('finds streams nobody named, and lets them go when they are gone', async () => {
    const [watched, found] = [newStream(), newStream()];
    await addMany(watched, 1);
    await addMany(found, 1);
    const { streamsAfter } = sample([watched]);
    const statusOf = async (name: string, seconds: number) =>
      (await streamsAfter(seconds)).find((stream) => stream.name === name);
    expect(await statusOf(found, 0)).toMatchObject({ watched: false, status: 'ok' });
    await redis.command('DEL', watched, found);
    expect(await statusOf(found, 2)).toBeUndefined();
    expect(await statusOf(watched, 2)).toMatchObject({ watched: true, status: 'absent' });
  });

  it('forgets the past of a stream that was recreated or gone', async () => {
    const stream = newStream();
    await addMany(stream, 100);
    const { streamAfter } = sample([stream]);
    await streamAfter(stream, 0);
    await redis.command('DEL', stream);
    await addMany(stream, 3);
    expect(await streamAfter(stream, 2)).toMatchObject({ in_per_second: null, recent: NO_RATES });
    await addMany(stream, 4);
    expect(await streamAfter(stream, 2)).toMatchObject({ in_per_second: 2 });
    await redis.command('DEL', stream);
    await streamAfter(stream, 2);
    await addMany(stream, 500);
    expect(await streamAfter(stream, 2)).toMatchObject({ in_per_second: null, recent: NO_RATES });
  });

  it('counts for who reads behind workers that delete what they have done', async () => {
    const stream = newStream();
    await addMany(stream, 20);
    await redis.command('XGROUP', 'CREATE', stream, 'metrics', '0');
    await read(stream, 'metrics', 5);
    const entries = (await redis.command('XRANGE', stream, '-', '+')) as [string][];
    await redis.command('XDEL', stream, ...entries.slice(3, 9).map(([id]) => id));
    const { streamAfter } = sample([stream]);
    const { groups } = await streamAfter(stream, 0);
    expect(groups[0]?.lag).toMatchObject({ value: 11, quality: 'counted', lost: null });
  });
});

describe('one stream or group', () => {
  it('is told as it is now, and crowds no history by being asked for often', async () => {
    const stream = newStream();
    await addMany(stream, 1);
    await redis.command('XGROUP', 'CREATE', stream, 'g', '0');
    const { sampler, streamAfter } = sample([stream]);
    await streamAfter(stream, 0);
    await addMany(stream, 1);
    for (let n = 0; n < 5; n++) await sampler.stream(stream);
    expect(await sampler.group(stream, 'g')).toMatchObject({ name: 'g' });
    expect((await streamAfter(stream, 1)).recent.in_per_second).toHaveLength(1);
    expect(await sampler.stream(stream)).toMatchObject({ length: 2 });
  });

  it('that is not there is told apart', async () => {
    const stream = newStream();
    await addMany(stream, 1);
    const { sampler } = sample([]);
    expect(await codeOf(sampler.group(stream, 'g'))).toBe('group_not_found');
    expect(await codeOf(sampler.group(newStream(), 'g'))).toBe('stream_not_found');
    expect(await sampler.stream(stream)).toMatchObject({ watched: false, length: 1 });
  });
});

/** How often Redis was given each command since the last `CONFIG RESETSTAT`, as `name` → calls. */
async function callsSince(): Promise<Map<string, number>> {
  const stats = String(await redis.command('INFO', 'commandstats'));
  return new Map(
    [...stats.matchAll(/cmdstat_(\S+):calls=(\d+)/g)].map(([, name = '', calls]) => [
      name,
      Number(calls),
    ]),
  );
}

describe('what sampling costs Redis', () => {
  it('is one script a stream and one SCAN, whatever the groups hold', async () => {
    const names = Array.from({ length: 20 }, newStream);
    for (const name of names) {
      await addMany(name, 30);
      for (const group of ['a', 'b', 'c']) {
        await redis.command('XGROUP', 'CREATE', name, group, '0');
        await read(name, group, 10);
      }
    }
    // A budget that a busy machine does not pass.
    const { streamsAfter, sampler } = sample(names, {}, 100);
    await streamsAfter(0);
    await streamsAfter(1);
    await redis.command('CONFIG', 'RESETSTAT');
    const streams = await streamsAfter(1);
    expect(streams.every(({ groups }) => groups.every(({ lag }) => lag.value === 20))).toBe(true);
    const calls = await callsSince();
    expect([calls.get('evalsha'), calls.get('eval'), calls.get('scan')]).toEqual([
      20,
      undefined,
      1,
    ]);
    const { cost } = await sampler.snapshot();
    expect(cost).toMatchObject({ budget_us_per_second: 1_000_000, reason: null });
    expect(cost?.commands_per_second).toBeGreaterThan(20);
    expect(cost?.redis_us_per_second).toBeGreaterThan(0);
  });

  it('a script that Redis does not know is sent once, not by each stream', async () => {
    const names = Array.from({ length: 20 }, newStream);
    for (const name of names) await addMany(name, 1);
    await redis.command('SCRIPT', 'FLUSH');
    await redis.command('CONFIG', 'RESETSTAT');
    const { streamsAfter } = sample(names);
    expect(await streamsAfter(0)).toHaveLength(20);
    expect((await callsSince()).get('eval')).toBe(1);
  });

  it('stays within a budget: streams take turns and say how old they are', async () => {
    const names = Array.from({ length: 30 }, newStream).sort();
    for (const name of names) await addMany(name, 1);
    // 10 µs a second: one stream costs more than a second's worth.
    const { streamsAfter, sampler } = sample([], {}, 0.001);
    const seen = new Set<string>();
    for (let second = 0; second < 40 && seen.size < names.length; second++) {
      for (const { name } of await streamsAfter(120)) seen.add(name);
    }
    expect([...seen].sort()).toEqual(names);
    const { streams, sampled_at, cost } = sampler.latest;
    expect(new Set(streams.map((stream) => stream.sampled_at)).size).toBeGreaterThan(5);
    expect(streams.some((stream) => stream.sampled_at === sampled_at)).toBe(true);
    expect(cost).toMatchObject({ slowed: true, reason: expect.stringMatching(/wait their turn/) });
  });

  it('is no more for a group of very many consumers and pending entries', async () => {
    const stream = newStream();
    const crowd = `redis.call('XGROUP', 'CREATE', KEYS[1], 'g', '0', 'MKSTREAM')
      for n = 1, 20000 do
        redis.call('XADD', KEYS[1], n .. '-0', 'a', 'b')
        redis.call('XGROUP', 'CREATECONSUMER', KEYS[1], 'g', 'c' .. n)
      end
      redis.call('XREADGROUP', 'GROUP', 'g', 'c1', 'COUNT', 20000, 'STREAMS', KEYS[1], '>')`;
    await redis.command('EVAL', crowd, 1, stream);
    await redis.command('XCLAIM', stream, 'g', 'c1', 0, '3-0', 'RETRYCOUNT', 9);
    const { streamAfter, sampler } = sample([stream]);
    await streamAfter(stream, 0);
    await redis.command('CONFIG', 'RESETSTAT');
    const { groups } = await streamAfter(stream, 1);
    expect(groups[0]).toMatchObject({ consumers: 20_000, pending: 20_000, idle_ms: null });
    expect(groups[0]).not.toHaveProperty('deliveries');
    const group = await sampler.group(stream, 'g');
    expect(group.deliveries).toEqual({
      looked_at: 500,
      total: 20_000,
      counts: [
        { deliveries: 1, entries: 499 },
        { deliveries: 9, entries: 1 },
      ],
    });
    // Who looks at the group goes on seeing it, in the samples too.
    const [again] = (await streamAfter(stream, 2)).groups;
    expect(again?.deliveries?.looked_at).toBe(500);
    expect((await callsSince()).has('xinfo|consumers')).toBe(false);
    // After a while nobody looks any more.
    const [later] = (await streamAfter(stream, 60)).groups;
    expect(later).not.toHaveProperty('deliveries');
  });
});

describe('while Redis is away', () => {
  it('the last sample stays, and the state of Redis says since when it is old', async () => {
    const stream = newStream();
    await addMany(stream, 3);
    const { sampler, health, streamsAfter } = sample([stream]);
    health.start();
    await vi.waitFor(() => expect(health.state.status).toBe('up'), PATIENT);
    await streamsAfter(0);
    const before = await sampler.snapshot();
    expect(before).toMatchObject({ redis: { status: 'up' }, streams: [{ length: 3 }] });
    await redis.server.kill();
    await vi.waitFor(() => expect(health.state.status).toBe('down'), PATIENT);
    await streamsAfter(60);
    const away = await sampler.snapshot();
    expect(away.streams).toEqual(before.streams);
    expect(away.sampled_at).toBe(before.sampled_at);
    expect(away.redis).toMatchObject({ status: 'down', code: 'redis_unreachable' });
    expect(await codeOf(sampler.stream(stream))).toBe('redis_unreachable');
    await redis.server.restart();
    await vi.waitFor(() => expect(health.state.status).toBe('up'), PATIENT);
    expect(await streamsAfter(60)).toMatchObject([{ name: stream, status: 'absent' }]);
  });

  it('from the start there is no sample, and that is no error', async () => {
    const stream = newStream();
    await redis.server.kill();
    const { sampler } = sample([stream]);
    expect(await sampler.snapshot()).toMatchObject({
      sampled_at: null,
      redis: { status: 'down' },
      streams: [],
    });
    await redis.server.restart();
  });
});

describe('by itself', () => {
  it('samples while nobody asks, so that the first who does finds a past', async () => {
    const stream = newStream();
    await addMany(stream, 1);
    const connection = redis.connect();
    const health = new RedisHealth(connection);
    const sampler = new Sampler({
      redis: connection,
      health,
      streams: [stream],
      onFailure: () => undefined,
    });
    health.start();
    sampler.start();
    redis.closing({
      close() {
        sampler.stop();
        health.stop();
      },
    });
    await vi.waitFor(async () => {
      const { streams } = await sampler.snapshot();
      expect(streams[0]?.recent.in_per_second.length).toBeGreaterThanOrEqual(2);
    }, PATIENT);
  });
});

describe('where streams cannot be searched for', () => {
  const unsearchable = ownRedis({ args: ['--rename-command', 'SCAN', ''] });

  it('the configured ones are sampled, time and again, and the failure is told', async () => {
    const failures: unknown[] = [];
    const connection = unsearchable.connect();
    const health = new RedisHealth(connection);
    const clock = { ms: 1_700_000_000_000 };
    const [known, none] = [['known'], []].map(
      (streams) =>
        new Sampler({
          ...{ redis: connection, health, streams, budgetPercent: 100 },
          onFailure: (error) => failures.push(error),
          nowMs: () => clock.ms,
        }),
    );
    await unsearchable.command('XADD', 'known', '*', 'a', 'b');
    for (let length = 1; length <= 3; length++) {
      const snapshot = await known?.snapshot();
      expect(snapshot?.streams).toMatchObject([{ name: 'known', length }]);
      expect(failures).toHaveLength(length);
      await unsearchable.command('XADD', 'known', '*', 'a', 'b');
      clock.ms += 2_000;
    }
    // That there are no streams is not known.
    expect((await none?.snapshot())?.sampled_at).toBeNull();
  });
});
