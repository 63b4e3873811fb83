import { describe, expect, it, vi } from 'vitest';
import type { RedisTarget } from '@/lib/config';
import { DAY_MS } from '@/lib/model/event-counts';
import { connectRedis } from '@/lib/redis/connect-redis';
import { type CountedRead, readDay, visitDay } from '@/lib/redis/event-count-commands';
import { EventCountKeys } from '@/lib/redis/keys';
import { RedisStreamsClient } from '@/lib/redis/streams-client';
import { startCuttingProxy } from '@/lib/testing/cutting-proxy';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { GroupReader } from './group-reader';

const redis = ownRedis();
const GROUP = 'dashboard-frontend';
let streams = 0;

interface ReaderSetUp {
  target?: Partial<RedisTarget>;
  consumer?: string;
  /** One that others read as well. */
  eventStream?: string;
  prepare?: (stream: string) => Promise<void>;
}

/** A running group reader, on an event stream of its own where none is named. */
async function start({
  target = {},
  consumer = 'dashboard-here-1',
  eventStream = `events:${++streams}`,
  prepare = async () => {},
}: ReaderSetUp = {}) {
  const mine = { ...redis.target, ...target };
  const client = redis.closing(new RedisStreamsClient({ redis: mine, consumer, eventStream }));
  const connection = redis.closing(connectRedis(mine, { name: 'group-reader' }));
  const groups = { [eventStream]: [GROUP] };
  await redis.command('XGROUP', 'CREATE', eventStream, GROUP, '0', 'MKSTREAM').catch(() => {});
  await prepare(eventStream);
  const failures: unknown[] = [];
  const reads: CountedRead[] = [];
  const wakes = new Set<() => void>();
  const reader = new GroupReader({
    streams: client,
    redis: connection,
    group: GROUP,
    counting: {
      keys: new EventCountKeys(eventStream, GROUP),
      redisMs: Date.now(),
      note: (read) => void reads.push(read),
    },
    recreate: async () => void (await client.ensureGroups(groups)),
    onFailure: (error) => failures.push(error),
  });
  const stopping = new AbortController();
  const running = reader.run(stopping.signal, (wake) => {
    wakes.add(wake);
    return () => wakes.delete(wake);
  });
  const stop = async () => {
    stopping.abort();
    await running;
  };
  redis.closing({ close: () => stopping.abort() });
  const wake = () => {
    for (const tell of wakes) tell();
  };
  return { client, eventStream, failures, reads, wakes, wake, stop };
}

/** What Redis has counted of a stream, by type. */
async function countedIn(stream: string): Promise<Record<string, number>> {
  const totals: Record<string, number> = {};
  const visitor = {
    add: ({ type, count }: { type: string | null; count: number }) => {
      totals[type ?? 'OTHER'] = (totals[type ?? 'OTHER'] ?? 0) + count;
    },
    watch: () => undefined,
  };
  const connection = redis.connect();
  const today = Math.floor(Date.now() / DAY_MS);
  for (const day of [today - 1, today]) {
    visitDay(await readDay(connection, new EventCountKeys(stream, GROUP), day), visitor);
  }
  return totals;
}

async function addMany(stream: string, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, () => redis.command('XADD', stream, '*', 'type', 't')),
  );
}

/** Facts of the group as Redis tells them to anybody. */
async function groupOf(stream: string): Promise<Record<string, unknown>> {
  const [group = []] = (await redis.command('XINFO', 'GROUPS', stream)) as unknown[][];
  return Object.fromEntries(group.flatMap((key, at) => (at % 2 ? [] : [[key, group[at + 1]]])));
}
const caughtUp = (stream: string) =>
  vi.waitFor(async () => {
    const last = (
      (await redis.command('XREVRANGE', stream, '+', '-', 'COUNT', 1)) as [string][]
    )[0];
    expect(await groupOf(stream)).toMatchObject({
      lag: 0,
      pending: 0,
      'last-delivered-id': last?.[0],
    });
  }, PATIENT);

/** Ends every connection of readers of groups, as an operator or a network may. */
async function killReaders(): Promise<void> {
  const list = String(await redis.command('CLIENT', 'LIST', 'TYPE', 'normal'));
  for (const [, id = ''] of list.matchAll(/id=(\d+) .*name=shield-dashboard:group-reader/g)) {
    await redis.command('CLIENT', 'KILL', 'ID', id);
  }
}

describe('the dashboard’s own group', () => {
  it('has lag 0 and nothing pending after every burst', async () => {
    const { eventStream, failures } = await start();
    for (const count of [1, 250, 1_000]) {
      await addMany(eventStream, count);
      await caughtUp(eventStream);
    }
    expect(failures).toEqual([]);
    expect(await countedIn(eventStream)).toEqual({ t: 1_251 });
  });

  it('keeps to it when its connection is killed, again and again', async () => {
    const { eventStream, client } = await start();
    for (let round = 0; round < 3; round++) {
      await Promise.all([addMany(eventStream, 300), killReaders()]);
    }
    await caughtUp(eventStream);
    expect(await client.ownPendingEvents(GROUP)).toEqual([]);
    expect(await countedIn(eventStream)).toEqual({ t: 900 });
  });

  it('acknowledges entries whose delivery was lost on the way', async () => {
    const proxy = redis.closing(await startCuttingProxy(redis.server.port));
    const { eventStream, failures } = await start({ target: { port: proxy.port } });
    await addMany(eventStream, 1);
    await caughtUp(eventStream);
    proxy.loseAnswerTo('EVALSHA');
    await addMany(eventStream, 1);
    await vi.waitFor(() => expect(proxy.lost).toBe(1), PATIENT);
    await addMany(eventStream, 1);
    await caughtUp(eventStream);
    expect(failures.length).toBeGreaterThan(0);
    // What was counted in Redis is counted, whether its answer came or not.
    expect(await countedIn(eventStream)).toEqual({ t: 3 });
  });

  it('is made again where it or its stream was removed', async () => {
    const { eventStream } = await start();
    await addMany(eventStream, 3);
    await caughtUp(eventStream);
    await redis.command('XGROUP', 'DESTROY', eventStream, GROUP);
    await vi.waitFor(
      async () => expect(await groupOf(eventStream)).toMatchObject({ name: GROUP }),
      PATIENT,
    );
    await addMany(eventStream, 3);
    await caughtUp(eventStream);
    await redis.command('DEL', eventStream);
    await vi.waitFor(
      async () => expect(await groupOf(eventStream)).toMatchObject({ name: GROUP }),
      PATIENT,
    );
    await addMany(eventStream, 3);
    await caughtUp(eventStream);
  });

  it('takes over what a process that is gone left pending, however much', async () => {
    const { eventStream } = await start({
      prepare: async (stream) => {
        await addMany(stream, 1_300);
        const read = ['XREADGROUP', 'GROUP', GROUP, 'dashboard-gone-9', 'COUNT', 1_300] as const;
        const [[, entries] = ['', []]] = (await redis.command(
          ...[...read, 'STREAMS', stream, '>'],
        )) as [string, [string][]][];
        const ids = entries.map(([id]) => id);
        const claim = ['XCLAIM', stream, GROUP, 'dashboard-gone-9', 0, ...ids] as const;
        await redis.command(...claim, 'IDLE', 120_000, 'JUSTID');
      },
    });
    await caughtUp(eventStream);
    expect(await countedIn(eventStream)).toEqual({ t: 1_300 });
  });

  it('takes up at once what it left pending itself before a crash, being known by its name', async () => {
    const { eventStream } = await start({
      prepare: async (stream) => {
        await addMany(stream, 250);
        const read = ['XREADGROUP', 'GROUP', GROUP, 'dashboard-here-1', 'COUNT', 200] as const;
        await redis.command(...read, 'STREAMS', stream, '>');
        expect(await groupOf(stream)).toMatchObject({ pending: 200 });
      },
    });
    await caughtUp(eventStream);
    expect(await countedIn(eventStream)).toEqual({ t: 250 });
  });

  it('leaves to another process what that one has just been given', async () => {
    const { eventStream } = await start({
      prepare: async (stream) => {
        await addMany(stream, 2);
        const read = ['XREADGROUP', 'GROUP', GROUP, 'dashboard-there-2', 'COUNT', 2] as const;
        await redis.command(...read, 'STREAMS', stream, '>');
      },
    });
    await addMany(eventStream, 5);
    await vi.waitFor(
      async () => expect(await groupOf(eventStream)).toMatchObject({ lag: 0, pending: 2 }),
      PATIENT,
    );
  });

  it('goes on after Redis was away', async () => {
    const { eventStream } = await start();
    await redis.server.kill();
    await redis.server.restart();
    await vi.waitFor(
      async () => expect(await groupOf(eventStream)).toMatchObject({ name: GROUP }),
      PATIENT,
    );
    await addMany(eventStream, 3);
    await caughtUp(eventStream);
  });

  it('is read no more once the process stops', async () => {
    const { eventStream, stop } = await start();
    await addMany(eventStream, 3);
    await caughtUp(eventStream);
    await stop();
    await addMany(eventStream, 3);
    expect(await groupOf(eventStream)).toMatchObject({ lag: 3, pending: 0 });
  });

  it('is read at once when it is told of an entry, and looked at each second when it is not', async () => {
    const { eventStream, reads, wake, wakes, stop } = await start();
    await vi.waitFor(() => expect(reads.length).toBeGreaterThan(2), PATIENT);
    const before = reads.length;
    await addMany(eventStream, 1);
    wake();
    await vi.waitFor(
      () => expect(reads.slice(before).some((r) => r.entries === 1)).toBe(true),
      PATIENT,
    );
    await addMany(eventStream, 1);
    await caughtUp(eventStream);
    await stop();
    expect(wakes.size).toBe(0);
  });

  it('counts each entry once over two readers of which one is always being cut off', async () => {
    const eventStream = `events:${++streams}`;
    const proxy = redis.closing(await startCuttingProxy(redis.server.port));
    const here = await start({ eventStream, consumer: 'dashboard-here-1' });
    const there = await start({
      eventStream,
      consumer: 'dashboard-there-2',
      target: { port: proxy.port },
    });
    let added = 0;
    for (let round = 0; round < 8; round++) {
      const count = 50 + round * 20;
      if (round % 2 === 0) proxy.loseAnswerTo('EVALSHA');
      const adding = addMany(eventStream, count);
      there.wake();
      if (round % 2) proxy.reset();
      await adding;
      added += count;
      here.wake();
      await caughtUp(eventStream);
    }
    expect(await countedIn(eventStream)).toEqual({ t: added });
    // It may come to its next read only now: each second it does.
    await vi.waitFor(() => expect(proxy.lost).toBeGreaterThan(0), PATIENT);
    expect(await redis.command('XINFO', 'CONSUMERS', eventStream, GROUP)).toHaveLength(2);
    expect(await countedIn(eventStream)).toEqual({ t: added });
  });
});

describe('a user who may not do everything', () => {
  const limited = async (name: string, ...rules: string[]) => {
    await redis.command('ACL', 'SETUSER', name, 'reset', 'on', '>pw', '+@all', ...rules);
    return { username: name, password: 'pw' };
  };
  const answered = (reads: CountedRead[]) =>
    reads.flatMap(({ unstored }) => unstored).reduce((all, { count }) => all + count, 0);

  it('not write the keys of the counts: they are answered, with the reason', async () => {
    const target = await limited('keyless', '~events:*');
    const { eventStream, reads, failures } = await start({ target });
    await addMany(eventStream, 300);
    await caughtUp(eventStream);
    await vi.waitFor(() => expect(answered(reads)).toBe(300), PATIENT);
    expect(reads.at(-1)?.refusal?.code).toBe('redis_permission_denied');
    expect(await countedIn(eventStream)).toEqual({});
    expect(failures).toEqual([]);
  });

  it('not run scripts: it is read and acknowledged without, and what others left as well', async () => {
    const target = await limited('scriptless', '~*', '-eval', '-evalsha');
    const { eventStream, reads, failures } = await start({
      target,
      prepare: async (stream) => {
        await addMany(stream, 20);
        const read = ['XREADGROUP', 'GROUP', GROUP, 'dashboard-here-1', 'COUNT', 10] as const;
        await redis.command(...read, 'STREAMS', stream, '>');
      },
    });
    await redis.command('XADD', eventStream, '*', 'no', 'event');
    await addMany(eventStream, 600);
    await caughtUp(eventStream);
    // The ten that were pending were read before, and their types are not looked up.
    await vi.waitFor(() => expect(answered(reads)).toBe(611), PATIENT);
    const types = new Set(reads.flatMap(({ unstored }) => unstored.map(({ type }) => type)));
    expect(types).toEqual(new Set(['t', 'entry']));
    expect(reads.at(-1)?.refusal?.code).toBe('redis_permission_denied');
    expect(failures).toEqual([]);
  });

  it('not read the group at all: that is a failure, and it goes on when the right is granted', async () => {
    const target = await limited('readless', '~*', '-xreadgroup');
    const { eventStream, failures } = await start({ target });
    await addMany(eventStream, 3);
    await vi.waitFor(() => expect(failures.length).toBeGreaterThan(0), PATIENT);
    expect(failures[0]).toMatchObject({ code: 'redis_permission_denied' });
    await redis.command('ACL', 'SETUSER', 'readless', '+xreadgroup');
    await caughtUp(eventStream);
  });
});
