import { expect, it, vi } from 'vitest';
import { addEvent } from '@/e2e/support/redis-facts';
import type { EventCountsAnswer } from '@/lib/model/event-counts';
import { decodeChunk } from '@/lib/model/history-codec';
import type { HistoryAnswer } from '@/lib/model/history-query';
import { HISTORY_TIERS } from '@/lib/model/history-tiers';
import { LEASE_MS } from '@/lib/monitor/leader';
import { ownRedis } from '@/lib/testing/own-redis';
import { type DashboardProcess, startDashboard } from '@/scripts/setup/dashboard-process.mjs';

const redis = ownRedis();
const STREAM = 'shield:events';
const EVENTS = 200;
/** Each look asks both processes and reads all that is stored: no more often than it must. */
const PATIENT = { timeout: 60_000, interval: 100 };
/** What is promised: between the last sample of one and the first of the other. */
const TAKEN_OVER_MS = 10_000;

async function historyOf({ url }: DashboardProcess, query = ''): Promise<HistoryAnswer> {
  const path = `/api/streams/${encodeURIComponent(STREAM)}/history${query}`;
  return (await (await fetch(url + path)).json()) as HistoryAnswer;
}
const isWriter = (dashboard: DashboardProcess) =>
  vi.waitFor(async () => {
    expect((await historyOf(dashboard)).history.writer).toBe(true);
  }, PATIENT);

/** Events counted, by type. */
async function countsOf({ url }: DashboardProcess): Promise<Record<string, number>> {
  const path = `/api/streams/${encodeURIComponent(STREAM)}/event-counts?range=15m`;
  const { types } = (await (await fetch(url + path)).json()) as EventCountsAnswer;
  return Object.fromEntries(types.map(({ type, total }) => [String(type), total]));
}

async function groupsOf(stream: string): Promise<string> {
  return JSON.stringify(await redis.command('XINFO', 'GROUPS', stream));
}

/** Moments of every point stored, by Redis's clock, oldest first, doubles and all. */
async function momentsStored(): Promise<number[]> {
  const [tier] = HISTORY_TIERS;
  if (!tier) throw new Error('There is a tier.');
  const connection = redis.connect();
  const found = (await redis.command(
    'KEYS',
    `shield-dashboard:{history}:1s:*:${STREAM}`,
  )) as string[];
  const chunks = await Promise.all(
    found.map(async (key) => {
      const bytes = (await connection.command('GET', key)) as Uint8Array;
      return decodeChunk(bytes, tier, Number(key.split(':')[3]) * 1_000).points;
    }),
  );
  return chunks
    .flat()
    .map(({ atMs }) => atMs)
    .sort((a, b) => a - b);
}

it('of two processes one writes; killed, the other takes over: no second is double, no event is missed', async () => {
  const first = await startDashboard({ redisUrl: redis.server.url });
  await isWriter(first);
  const second = await startDashboard({ redisUrl: redis.server.url });
  try {
    // Somebody looks at both: they sample each second.
    const looked = async () => {
      await Promise.all([first, second].map(({ url }) => fetch(`${url}/events/stats`)));
      return momentsStored();
    };
    await vi.waitFor(async () => expect((await looked()).length).toBeGreaterThan(3), PATIENT);
    expect((await historyOf(second)).history.writer).toBe(false);
    const pastOfFirst = (await historyOf(second)).points.length;
    expect(pastOfFirst).toBeGreaterThan(0);

    await vi.waitFor(
      async () => expect(await groupsOf(STREAM)).toContain('dashboard-frontend'),
      PATIENT,
    );
    for (let n = 0; n < EVENTS; n++) await addEvent(redis.server, STREAM, 'before');
    // Killed in the midst of events.
    let added = 0;
    const adding = (async () => {
      for (; added < EVENTS; added++) await addEvent(redis.server, STREAM, 'meanwhile');
    })();
    await vi.waitFor(() => expect(added).toBeGreaterThan(EVENTS / 10), PATIENT);
    await first.kill();
    // By then the other may take it: what a crash costs.
    const leaseLeftMs = await redis.command('PTTL', 'shield-dashboard:{history}:lease');
    expect(leaseLeftMs).toBeLessThanOrEqual(LEASE_MS);
    const before = await momentsStored();
    await adding;
    await vi.waitFor(async () => {
      await fetch(`${second.url}/events/stats`);
      expect((await momentsStored()).length).toBeGreaterThan(before.length + 5);
    }, PATIENT);
    const after = await momentsStored();
    const seconds = after.map((atMs) => Math.floor(atMs / 1_000));
    expect(new Set(seconds).size).toBe(seconds.length);
    // Redis's own clock, which both wrote by: however slow this machine is to look.
    const lastOfFirstMs = before.at(-1) ?? 0;
    const firstOfSecondMs = after.find((atMs) => atMs > lastOfFirstMs) ?? Number.NaN;
    expect(firstOfSecondMs - lastOfFirstMs).toBeLessThanOrEqual(TAKEN_OVER_MS);

    for (let n = 0; n < EVENTS; n++) await addEvent(redis.server, STREAM, 'after');
    const all = { before: EVENTS, meanwhile: EVENTS, after: EVENTS };
    await vi.waitFor(async () => expect(await countsOf(second)).toEqual(all), PATIENT);

    // A new one has the past of both.
    await second.stop();
    const third = await startDashboard({ redisUrl: redis.server.url });
    try {
      const { points, history } = await historyOf(third, '?group=dashboard-frontend');
      expect(history).toMatchObject({ stored_in: 'redis', reason: null });
      expect(points.length).toBeGreaterThan(pastOfFirst);
      expect(await countsOf(third)).toEqual(all);
      expect(points[0]?.stream).toMatchObject({ length: expect.any(Number) });
      const wrong = await fetch(`${third.url}/api/streams/${STREAM}/history?range=3y`);
      expect(wrong.status).toBe(400);
      expect(await wrong.json()).toMatchObject({
        code: 'invalid_request',
        errors: [{ field: 'range', message: 'expected 15m, 1h, 6h, 24h, 7d' }],
      });
      const none = await fetch(`${third.url}/api/streams/nothing/history?range=7d`);
      expect(await none.json()).toMatchObject({ tier: '1m', points: [] });
    } finally {
      await third.stop();
    }
  } finally {
    await second.stop();
  }
});
