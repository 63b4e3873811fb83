import { expect, it, vi } from 'vitest';
import { decodeChunk } from '@/lib/model/history-codec';
import type { HistoryAnswer } from '@/lib/model/history-query';
import { HISTORY_TIERS } from '@/lib/model/history-tiers';
import { LEASE_MS } from '@/lib/monitor/leader';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { type DashboardProcess, startDashboard } from '@/scripts/setup/dashboard-process.mjs';

const redis = ownRedis();
const STREAM = 'shield:events';

async function historyOf({ url }: DashboardProcess, query = ''): Promise<HistoryAnswer> {
  const path = `/api/streams/${encodeURIComponent(STREAM)}/history${query}`;
  return (await (await fetch(url + path)).json()) as HistoryAnswer;
}
const isWriter = (dashboard: DashboardProcess) =>
  vi.waitFor(async () => {
    expect((await historyOf(dashboard)).history.writer).toBe(true);
  }, PATIENT);

/** Seconds of every point stored, doubles and all. */
async function secondsStored(): Promise<number[]> {
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
  return chunks.flat().map(({ atMs }) => Math.floor(atMs / 1_000));
}

it('of two processes one writes; killed, the other takes over and no second is double', async () => {
  const first = await startDashboard({ redisUrl: redis.server.url });
  await isWriter(first);
  const second = await startDashboard({ redisUrl: redis.server.url });
  try {
    await vi.waitFor(
      async () => expect((await secondsStored()).length).toBeGreaterThan(3),
      PATIENT,
    );
    expect((await historyOf(second)).history.writer).toBe(false);
    const pastOfFirst = (await historyOf(second)).points.length;
    expect(pastOfFirst).toBeGreaterThan(0);

    await first.kill();
    // By then the other may take it: what a crash costs.
    const leaseLeftMs = await redis.command('PTTL', 'shield-dashboard:{history}:lease');
    expect(leaseLeftMs).toBeGreaterThan(0);
    expect(leaseLeftMs).toBeLessThanOrEqual(LEASE_MS);
    const before = await secondsStored();
    await vi.waitFor(async () => {
      expect((await secondsStored()).length).toBeGreaterThan(before.length);
    }, PATIENT);

    await vi.waitFor(async () => {
      expect((await secondsStored()).length).toBeGreaterThan(before.length + 5);
    }, PATIENT);
    const seconds = await secondsStored();
    expect(new Set(seconds).size).toBe(seconds.length);

    // A new one has the past of both.
    await second.stop();
    const third = await startDashboard({ redisUrl: redis.server.url });
    try {
      const { points, history } = await historyOf(third, '?group=dashboard-frontend');
      expect(history).toMatchObject({ stored_in: 'redis', reason: null });
      expect(points.length).toBeGreaterThan(pastOfFirst);
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
