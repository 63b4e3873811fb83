import { beforeEach, describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import type { Snapshot } from '@/lib/model/snapshot';
import { GroupPages } from '@/lib/redis/group-pages';
import { ownRedis } from '@/lib/testing/own-redis';
import { ConsumerReadings } from './consumer-readings';

const redis = ownRedis();
beforeEach(async () => {
  await redis.command('FLUSHALL');
  await redis.command('CONFIG', 'RESETSTAT');
});

/** Makes groups with so many consumers each, and the snapshot that knows them. */
async function snapshotOf(
  streams: Record<string, Record<string, number>>,
  sampledAt = '2026-01-02T03:04:05.000Z',
): Promise<Snapshot> {
  for (const [stream, groups] of Object.entries(streams)) {
    for (const [group, consumers] of Object.entries(groups)) {
      await redis.command('XGROUP', 'CREATE', stream, group, '$', 'MKSTREAM').catch(() => null);
      for (let n = 0; n < consumers; n++) {
        await redis.command('XGROUP', 'CREATECONSUMER', stream, group, `c${n}`);
      }
    }
  }
  // Of a snapshot only this is looked at.
  return {
    sampled_at: sampledAt,
    redis: { status: 'up' },
    streams: Object.entries(streams).map(([name, groups]) => ({
      name,
      groups: Object.entries(groups).map(([group, consumers]) => ({ name: group, consumers })),
    })),
  } as unknown as Snapshot;
}

const readings = (max: number) => new ConsumerReadings(new GroupPages(redis.connect()), max);

async function consumersReads(): Promise<number> {
  const stats = String(await redis.command('INFO', 'commandstats'));
  return Number(/cmdstat_xinfo\|consumers:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

/** Groups read, and how many consumers each has. */
async function read(max: number, snapshot: Snapshot) {
  const reading = await readings(max).read(snapshot);
  return {
    groups: reading?.groups.map(({ stream, group, consumers }) => [
      `${stream}/${group}`,
      consumers.length,
    ]),
    leftOut: reading?.leftOut,
  };
}

describe('consumers for the metrics', () => {
  it('are not read with a budget of 0', async () => {
    expect(await readings(0).read(await snapshotOf({ s: { g: 2 } }))).toBeNull();
    expect(await consumersReads()).toBe(0);
  });

  it('are read group by group as far as the budget goes; a group is whole or left out', async () => {
    const snapshot = await snapshotOf({ a: { one: 3, big: 9, none: 0 }, b: { two: 2, three: 1 } });
    expect(await read(6, snapshot)).toEqual({
      groups: [
        ['a/one', 3],
        ['b/two', 2],
        ['b/three', 1],
      ],
      leftOut: 1,
    });
    // The big group was not asked for, nor the empty one.
    expect(await consumersReads()).toBe(3);
  });

  it('that came since the sample do not pass the budget', async () => {
    const snapshot = await snapshotOf({ a: { g: 1 }, b: { g: 1 } });
    for (const name of ['x', 'y']) await redis.command('XGROUP', 'CREATECONSUMER', 'a', 'g', name);
    expect(await read(2, snapshot)).toEqual({ groups: [['b/g', 1]], leftOut: 1 });
  });

  it('of more groups than are read at the same time are all there', async () => {
    const groups = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`g${n}`, 1]));
    const snapshot = await snapshotOf({ s: groups });
    expect((await read(100, snapshot)).groups).toHaveLength(40);
  });

  it('of a group or stream that is gone by now are not there, and nothing is said of it', async () => {
    const snapshot = await snapshotOf({ a: { g: 1, gone: 1 }, b: { g: 1 } });
    await redis.command('XGROUP', 'DESTROY', 'a', 'gone');
    await redis.command('DEL', 'b');
    expect(await read(9, snapshot)).toEqual({ groups: [['a/g', 1]], leftOut: 0 });
  });

  it('of a group past what is listed of one group are left out', async () => {
    const snapshot = await snapshotOf({ s: { huge: 1_001, small: 1 } });
    expect(await read(5_000, snapshot)).toEqual({ groups: [['s/small', 1]], leftOut: 1 });
  });

  it('are read once a sample, however many ask', async () => {
    const one = readings(10);
    const snapshot = await snapshotOf({ s: { g: 2 } });
    await Promise.all(Array.from({ length: 20 }, () => one.read(snapshot)));
    expect(await one.read(snapshot)).toMatchObject({ groups: [{ stream: 's', group: 'g' }] });
    expect(await consumersReads()).toBe(1);
    await one.read({ ...snapshot, sampled_at: '2026-01-02T03:04:06.000Z' });
    expect(await consumersReads()).toBe(2);
  });

  it('are not asked for page after page where Redis does not answer', async () => {
    const groups = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`g${n}`, 1]));
    const snapshot = await snapshotOf({ s: groups });
    let asked = 0;
    const away = {
      readConsumers: () => {
        asked++;
        return Promise.reject(new DashboardError('redis_timeout', 'No answer.'));
      },
    };
    const reading = await new ConsumerReadings(away, 100).read(snapshot);
    expect(reading).toEqual({ groups: [], leftOut: 40 });
    expect(asked).toBeLessThan(40);
  });
});
