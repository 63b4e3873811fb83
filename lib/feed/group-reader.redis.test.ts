import { describe, expect, it, vi } from 'vitest';
import { EventCountKeys } from '@/lib/redis/keys';
import { RedisStreamsClient } from '@/lib/redis/streams-client';
import { startCuttingProxy } from '@/lib/testing/cutting-proxy';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { GroupReader } from './group-reader';

const redis = ownRedis();
const GROUP = 'dashboard-frontend';
let streams = 0;

/** A running group reader on an event stream of its own. */
async function start({ port = redis.server.port, prepare = async (_stream: string) => {} } = {}) {
  const eventStream = `events:${++streams}`;
  const client = redis.closing(
    new RedisStreamsClient({
      redis: { ...redis.target, port },
      consumer: 'dashboard-here-1',
      eventStream,
    }),
  );
  const groups = { [eventStream]: [GROUP] };
  await client.ensureGroups(groups);
  await prepare(eventStream);
  const failures: unknown[] = [];
  const reader = new GroupReader({
    streams: client,
    redis: redis.connect({ port }),
    group: GROUP,
    counting: {
      keys: new EventCountKeys(eventStream, GROUP),
      redisMs: Date.now(),
      note: () => undefined,
    },
    recreate: async () => void (await client.ensureGroups(groups)),
    onFailure: (error) => failures.push(error),
  });
  const stopping = new AbortController();
  const running = reader.run(stopping.signal, () => () => undefined);
  redis.closing({ close: () => stopping.abort() });
  const stop = async () => {
    stopping.abort();
    client.close();
    await running;
  };
  return { client, eventStream, failures, stop };
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
  });

  it('keeps to it when its connection is killed, again and again', async () => {
    const { eventStream, client } = await start();
    for (let round = 0; round < 3; round++) {
      await Promise.all([addMany(eventStream, 300), killReaders()]);
    }
    await caughtUp(eventStream);
    expect(await client.ownPendingEvents(GROUP)).toEqual([]);
  });

  it('acknowledges entries whose delivery was lost on the way', async () => {
    const proxy = redis.closing(await startCuttingProxy(redis.server.port));
    const { eventStream, failures } = await start({ port: proxy.port });
    // The read that waits now is not touched; the one after it is.
    proxy.loseAnswerTo('XREADGROUP');
    await addMany(eventStream, 1);
    await caughtUp(eventStream);
    await addMany(eventStream, 1);
    await vi.waitFor(() => expect(proxy.lost).toBe(1), PATIENT);
    await addMany(eventStream, 1);
    await caughtUp(eventStream);
    expect(failures.length).toBeGreaterThan(0);
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
});
