import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { slotOfKey } from '@/lib/redis/cluster-slots';
import { asArray } from '@/lib/redis/replies';
import { liveFeed, PATIENT, type Subscriber } from '@/lib/testing/live-feed';
import { ownCluster } from '@/lib/testing/own-cluster';

const own = ownCluster({ replicas: 1, args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
/** A cluster takes seconds to find out that a node is gone, and more to choose another. */
const VERY_PATIENT = { timeout: 40_000, interval: 20 };
const EACH = [0, 1, 2];

const add = async (stream: string) => String(await own.command('XADD', stream, '*', 'type', 't'));

async function addMany(stream: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await add(stream));
  return ids;
}

/** What the stream holds. */
async function held(stream: string): Promise<string[]> {
  const entries = await own.command('XRANGE', stream, '-', '+');
  return asArray(entries).map((entry) => String(asArray(entry)[0]));
}

const reaches = (subscriber: Subscriber, ids: string[]) =>
  vi.waitFor(() => expect(subscriber.ids).toEqual(ids), VERY_PATIENT);
const hears = (subscriber: Subscriber, event: string) =>
  vi.waitFor(() => expect(subscriber.own(event)).not.toEqual([]), PATIENT);
const isTold = (subscriber: Subscriber, redis: 'up' | 'down') =>
  vi.waitFor(
    () => expect(subscriber.own('dashboard.status').at(-1)).toMatchObject({ redis }),
    VERY_PATIENT,
  );
const wasWell = (subscriber: Subscriber) => {
  for (const event of ['dashboard.gap', 'dashboard.reset'])
    expect(subscriber.own(event)).toEqual([]);
};

/** Adds to a stream until it is stopped; what was not answered may be there or not. */
function writing(stream: string) {
  let isOver = false;
  const write = async () => {
    while (!isOver) await add(stream).catch(() => sleep(50));
  };
  const written = write();
  return {
    async stop() {
      isOver = true;
      await written;
    },
  };
}

describe('the feed of a cluster', () => {
  it('reads streams of every node in one process, each with a connection of its own', async () => {
    const feed = liveFeed(own);
    const streams = EACH.map((at) => own.nameOn(at));
    const live = streams.map((stream) => feed.open(stream));
    for (const subscriber of live) await hears(subscriber, 'dashboard.hello');
    const added = await Promise.all(streams.map((stream) => addMany(stream, 50)));
    for (const [at, stream] of streams.entries()) {
      const subscriber = live[at];
      if (!subscriber) throw new Error('There is one for each stream.');
      expect(await held(stream)).toEqual(added[at]);
      await reaches(subscriber, added[at] ?? []);
      wasWell(subscriber);
    }
    // Whoever leaves takes its connection along: nobody else reads by it.
    const { command } = own.master(1);
    const readers = async () =>
      String(await command('CLIENT', 'LIST')).split('cmd=xread ').length - 1;
    await vi.waitFor(async () => expect(await readers()).toBe(1), PATIENT);
    await live[1]?.leave();
    await vi.waitFor(async () => expect(await readers()).toBe(0), PATIENT);
  });

  it('resumes by id, from Redis and on to what is new', async () => {
    const feed = liveFeed(own);
    const stream = own.nameOn(2);
    const ids = await addMany(stream, 300);
    const [all, half] = [
      feed.open(stream, { lastId: '0-0' }),
      feed.open(stream, { lastId: ids[149] ?? null }),
    ];
    await reaches(all, ids);
    await reaches(half, ids.slice(150));
    const more = await addMany(stream, 5);
    await reaches(half, [...ids.slice(150), ...more]);
    // Left alone and followed again, as by somebody who comes back.
    await Promise.all([all.leave(), half.leave()]);
    const missed = await addMany(stream, 5);
    const back = feed.open(stream, { lastId: more.at(-1) ?? null });
    await reaches(back, missed);
  });

  it('goes on where a slot is moved under it, and back', async () => {
    const feed = liveFeed(own);
    await feed.isUp();
    const stream = own.nameOn(1);
    await addMany(stream, 20);
    const live = feed.open(stream, { lastId: '0-0' });
    const writer = writing(stream);
    await vi.waitFor(() => expect(live.ids.length).toBeGreaterThan(20), PATIENT);
    for (const [from, to] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const [source, target] = [own.master(from), own.master(to)];
      const grows = async () => {
        const { length } = live.ids;
        await vi.waitFor(() => expect(live.ids.length).toBeGreaterThan(length + 20), VERY_PATIENT);
      };
      await own.beginMove(slotOfKey(stream), source, target);
      await grows();
      await own.moveKey(stream, source, target);
      // For now it is found by asking both.
      await grows();
      await own.endMove(slotOfKey(stream), target);
      await grows();
    }
    await writer.stop();
    await reaches(live, await held(stream));
    wasWell(live);
    expect(live.own('dashboard.status')).toEqual([]);
  });

  it('tells of a node that is away to its own streams, and goes on with its replica', async () => {
    await own.require('no');
    const feed = liveFeed(own);
    await feed.isUp();
    const [lost, kept] = [own.nameOn(0), own.nameOn(1)];
    const before = await addMany(lost, 20);
    const [live, other] = [feed.open(lost, { lastId: '0-0' }), feed.open(kept, { lastId: '0-0' })];
    await reaches(live, before);
    await vi.waitFor(
      async () => expect(await own.master(0).command('WAIT', 1, 0)).toBe(1),
      PATIENT,
    );
    await own.master(0).kill();
    await isTold(live, 'down');
    await reaches(other, await addMany(kept, 10));
    expect(other.own('dashboard.status')).toEqual([]);
    const [replica] = own.cluster.replicas;
    if (!replica) throw new Error('There is one.');
    await vi.waitFor(async () => {
      expect(await replica.command('ROLE')).toContain('master');
      expect(await replica.command('CLUSTER', 'INFO')).toContain('cluster_state:ok');
    }, VERY_PATIENT);
    const after: string[] = [];
    for (let n = 0; n < 20; n++) {
      after.push(String(await replica.command('XADD', lost, '*', 'type', 't')));
    }
    await reaches(live, [...before, ...after]);
    await isTold(live, 'up');
    wasWell(live);
    expect(feed.health.state.status).toBe('up');
    await own.master(0).restart();
    await own.isWell();
  });

  it('outlasts the whole cluster', async () => {
    await own.require('yes');
    const feed = liveFeed(own);
    const streams = [own.nameOn(1), own.nameOn(2)];
    const live = streams.map((stream) => feed.open(stream, { lastId: '0-0' }));
    const before = await Promise.all(streams.map((stream) => addMany(stream, 10)));
    for (const [at, subscriber] of live.entries()) await reaches(subscriber, before[at] ?? []);
    await Promise.all(own.nodes.map((node) => node.kill()));
    for (const subscriber of live) await isTold(subscriber, 'down');
    expect(feed.health.state).toMatchObject({ status: 'down' });
    await Promise.all(own.nodes.map((node) => node.restart()));
    await own.isWell();
    const after = await Promise.all(streams.map((stream) => addMany(stream, 10)));
    for (const [at, subscriber] of live.entries()) {
      await reaches(subscriber, [...(before[at] ?? []), ...(after[at] ?? [])]);
      await isTold(subscriber, 'up');
      wasWell(subscriber);
    }
    await vi.waitFor(() => expect(feed.health.state.status).toBe('up'), PATIENT);
  });

  it('ends when it is told to, though reads still wait', async () => {
    const feed = liveFeed(own);
    for (const at of EACH) await feed.followed(own.nameOn(at));
    feed.stop();
    await feed.running;
  });
});
