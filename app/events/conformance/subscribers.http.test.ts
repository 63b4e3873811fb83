import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import type { FeedRecord } from '@/e2e/support/feed-record';
import { send } from '@/e2e/support/http-client';
import { ownServers } from '@/e2e/support/own-servers';
import { addEntries, addEvent, eventFields } from '@/e2e/support/redis-facts';
import { TRANSPORTS, type Transport } from '@/e2e/support/transports';
import { type CuttingProxy, startCuttingProxy } from '@/lib/testing/cutting-proxy';

/** Readers of 1 kB/s of each transport. */
const SLOW_A_TRANSPORT = 12;
/** What a process may grow by from one load to the next: far less than queues for them would take. */
const GROWTH_MAX_MEBIBYTES = 120;

/** Work of half a minute on a machine that does nothing else. */
const LONG = { timeout: 300_000 };

// The slow ones take longer for what lies in a buffer than a reader may that has stopped.
const own = ownServers({ env: { FEED_STALLED_MS: '3600000' } });

/** Lines to the servers that carry 1 kB a second. */
const slowLines = {} as Record<Transport['servedBy'], CuttingProxy>;

beforeAll(async () => {
  const { server, nextApp } = own.servers;
  slowLines.server = await startCuttingProxy(server.port);
  slowLines.nextApp = await startCuttingProxy(nextApp.port);
  for (const line of Object.values(slowLines))
    line.treat({ as: 'a trickle', bytesPerSecond: 1_000 });
});
afterAll(() => {
  for (const line of Object.values(slowLines)) line.close();
});

const processes = () => [own.servers.server.pid, own.servers.nextApp.pid];
const openFiles = () => processes().map((pid) => readdirSync(`/proc/${pid}/fd`).length);
const residentMebibytes = () =>
  processes().map((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  });

function expectNoGrowth(before: number[]): void {
  const grown = residentMebibytes().map((now, at) => now - (before[at] ?? 0));
  for (const mebibytes of grown) expect(mebibytes).toBeLessThan(GROWTH_MAX_MEBIBYTES);
}

/** Connections to Redis by name, without the one that asks. */
async function redisClients(): Promise<string[]> {
  const list = String(await own.redis.command('CLIENT', 'LIST', 'TYPE', 'normal'));
  return [...list.matchAll(/ name=(\S+) /g)].map(([, name]) => name ?? '').sort();
}

const NOBODY = [
  { sse: 0, websocket: 0 },
  { sse: 0, websocket: 0 },
];

/** Live connections as each of the processes counts them. */
async function subscribers() {
  const counts = z.object({ feed: z.object({ sse: z.number(), websocket: z.number() }) });
  const { server, nextApp } = own.servers;
  const answers = await Promise.all(
    [server, nextApp].map(({ url }) => send(url, '/health/detailed')),
  );
  return answers.map((answer) => counts.parse(answer.json()).feed);
}

test(
  'readers of 1 kB/s and stalled ones beside fast ones: these get all at once, those in the end',
  LONG,
  async () => {
    const value = 'x'.repeat(4_000);
    /** Adds 16 MB while these read; gives the ids once all of them were sent everything. */
    const passThrough = async (stream: string, readers: FeedRecord[]) => {
      // The slow ones get some of these, too.
      const ids = await addEntries(own.redis, stream, 50, (n) => ['n', `${n}`]);
      for (let round = 0; round < 8; round++) {
        ids.push(...(await addEntries(own.redis, stream, 500, () => ['value', value])));
        await Promise.all(readers.map((reader) => reader.untilEntries(ids.length)));
      }
      for (const reader of readers) expect(reader.ids).toEqual(ids);
      return ids;
    };
    const openFast = (stream: string) =>
      Promise.all(
        TRANSPORTS.map((transport) => own.servers.open(transport, { stream, last_id: '0' })),
      );

    // Once without them, for what a process grows by anyway.
    await passThrough('slow:none', await openFast('slow:none'));
    own.servers.closeAll();
    const memory = residentMebibytes();

    const stream = 'slow:many';
    const query = new URLSearchParams({ stream, last_id: '0' });
    const slow = await Promise.all(
      TRANSPORTS.flatMap(({ servedBy, open }) =>
        Array.from({ length: SLOW_A_TRANSPORT }, () =>
          open(`http://127.0.0.1:${slowLines[servedBy].port}`, query, {}),
        ),
      ),
    );
    const stalled = await openFast(stream);
    for (const reader of stalled) reader.pause();
    const fast = await openFast(stream);
    const ids = await passThrough(stream, fast);
    await Promise.all(slow.map((reader) => reader.untilEntries(5)));
    // What is not collected yet is no growth.
    await eventually(() => expectNoGrowth(memory));
    for (const reader of slow) {
      expect(reader.gone).toBe(false);
      expect(reader.ids.length).toBeLessThan(ids.length / 10);
      expect(reader.ids).toEqual(ids.slice(0, reader.ids.length));
    }
    for (const reader of slow) reader.close();

    for (const reader of stalled) {
      expect(reader.ids.length).toBeLessThan(ids.length);
      reader.resume();
    }
    for (const reader of stalled) {
      await reader.untilEntries(ids.length);
      expect(reader.ids).toEqual(ids);
      expect(reader.named('dashboard.gap')).toEqual([]);
    }
  },
);

test('1,000 that connect and end abruptly leave nothing behind', LONG, async () => {
  const stream = 'left:many';
  await addEntries(own.redis, stream, 200, (n) => eventFields('a.b', `{"n":${n}}`));
  /** Leaves at once, with the greeting, or in the middle of the entries. */
  const comeAndGo = async (n: number) => {
    const transport = TRANSPORTS[n % TRANSPORTS.length];
    if (!transport) return;
    const client = await own.servers.open(transport, { stream, last_id: '0' });
    if (n % 3 === 1) await client.next('dashboard.hello');
    if (n % 3 === 2) await client.untilEntries(n % 150);
    client.abort();
  };
  const crowd = async (count: number) => {
    for (let n = 0; n < count; n += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, at) => comeAndGo(n + at)));
    }
    own.servers.closeAll();
  };
  await crowd(300);
  await eventually(async () => expect(await subscribers()).toEqual(NOBODY));
  // A connection may just be being made anew: the state to compare with is one that lasts.
  let clients = await redisClients();
  await eventually(async () => {
    const before = clients;
    clients = await redisClients();
    expect(clients).toEqual(before);
  });
  const [files, memory] = [openFiles(), residentMebibytes()];

  await crowd(1_000);
  await eventually(async () => expect(await subscribers()).toEqual(NOBODY));
  await eventually(() => {
    for (const [at, now] of openFiles().entries()) expect(now).toBeLessThanOrEqual(files[at] ?? 0);
  });
  await eventually(async () => expect(await redisClients()).toEqual(clients));
  // What is not collected yet is no growth.
  await eventually(() => expectNoGrowth(memory));

  const readers = await Promise.all(
    TRANSPORTS.map((transport) => own.servers.open(transport, { stream })),
  );
  for (const reader of readers) await reader.next('dashboard.hello');
  const id = await addEvent(own.redis, stream, 'still.served');
  for (const reader of readers) {
    await reader.untilEntries(1);
    expect(reader.ids).toEqual([id]);
  }
});
