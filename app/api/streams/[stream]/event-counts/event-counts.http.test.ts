import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { Random } from '@/e2e/support/random';
import { addEntries, addEvent, eventFields } from '@/e2e/support/redis-facts';
import type { DashboardProcess, RedisServer } from '@/e2e/support/stack';
import type { EventCountsAnswer } from '@/lib/model/event-counts';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';

const STREAM = 'shield:events';
const GROUP = 'dashboard-frontend';
const TYPES = ['ingestion.queued', 'ingestion.progress', 'query.started', 'worker.stopped'];
const KILLS = 3;
/** Processes are started one after another, on a busy machine. */
const TIMEOUT_MS = 120_000;

let redis: RedisServer;
let dashboards: DashboardProcess[] = [];
const start = () => startDashboard({ redisUrl: redis.url });

beforeAll(async () => {
  redis = await startRedisServer();
  dashboards = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all(dashboards.map((dashboard) => dashboard.stop()));
  await redis.stop();
});

function anyDashboard(): DashboardProcess {
  const [dashboard] = dashboards;
  if (!dashboard) throw new Error('A dashboard runs while tests do.');
  return dashboard;
}

async function countsOf(dashboard: DashboardProcess, query = ''): Promise<EventCountsAnswer> {
  const answer = await send(dashboard.url, `/api/streams/shield%3Aevents/event-counts${query}`);
  expect(answer.status).toBe(200);
  return answer.json() as EventCountsAnswer;
}
const totalsOf = ({ types }: EventCountsAnswer) =>
  Object.fromEntries(types.map(({ type, total }) => [type, total]));

/** Lag and pending of the dashboards' own group. */
async function ownGroup(): Promise<Record<string, unknown>> {
  const groups = (await redis.command('XINFO', 'GROUPS', STREAM)) as unknown[][];
  const flat = groups.find((group) => group[1] === GROUP) ?? [];
  return Object.fromEntries(flat.flatMap((key, at) => (at % 2 ? [] : [[key, flat[at + 1]]])));
}
const isCaughtUp = () =>
  eventually(async () => expect(await ownGroup()).toMatchObject({ lag: 0, pending: 0 }));

describe('GET /api/streams/{stream}/event-counts', () => {
  test(
    'of two processes, one of them always killed, each event is counted once',
    async () => {
      const random = Random.fromEnvironment();
      const added = new Map(TYPES.map((type) => [type, 0]));
      /** A burst, in portions: each is in Redis before the next begins. */
      const write = async (portions: number) => {
        for (let portion = 0; portion < portions; portion++) {
          await addEntries(redis, STREAM, random.integer(1, 40), () => {
            const type = TYPES[random.integer(0, TYPES.length - 1)] ?? '';
            added.set(type, (added.get(type) ?? 0) + 1);
            return eventFields(type);
          });
        }
      };
      for (let round = 0; round < KILLS; round++) {
        const writing = write(60);
        // At any moment of its reading: the burst is under way.
        const length = Number(await redis.command('XLEN', STREAM)) + random.integer(1, 300);
        await eventually(async () =>
          expect(Number(await redis.command('XLEN', STREAM))).toBeGreaterThan(length),
        );
        await dashboards.shift()?.kill();
        await writing;
        dashboards.push(await start());
      }
      await isCaughtUp();
      const expected = Object.fromEntries(added);
      const all = Object.values(expected).reduce((a, b) => a + b, 0);
      expect(all).toBeGreaterThan(100);
      for (const dashboard of dashboards) {
        const answer = await countsOf(dashboard);
        expect(totalsOf(answer), `FEED_SEED=${random.seed}`).toEqual(expected);
        expect(answer.counting).toMatchObject({ stored_in: 'redis', reason: null });
        const inPoints = answer.points
          .flatMap(({ counts }) => counts ?? [])
          .reduce((a, b) => a + b, 0);
        expect(inPoints).toBe(all);
      }
    },
    TIMEOUT_MS,
  );

  test(
    'what a process that is gone left pending is counted by one that takes it over',
    async () => {
      const before = totalsOf(await countsOf(anyDashboard()));
      await Promise.all(dashboards.map((dashboard) => dashboard.stop()));
      await addEntries(redis, STREAM, 300, () => eventFields('ingestion.queued'));
      const read = ['XREADGROUP', 'GROUP', GROUP, 'dashboard-gone-9', 'COUNT', 200] as const;
      const reply = (await redis.command(...read, 'STREAMS', STREAM, '>')) as [
        string,
        [string][],
      ][];
      const ids = (reply[0]?.[1] ?? []).map(([id]) => id);
      expect(ids).toHaveLength(200);
      const claim = ['XCLAIM', STREAM, GROUP, 'dashboard-gone-9', 0, ...ids] as const;
      await redis.command(...claim, 'IDLE', 120_000, 'JUSTID');
      dashboards = await Promise.all([start(), start()]);
      await isCaughtUp();
      for (const dashboard of dashboards) {
        expect(totalsOf(await countsOf(dashboard))['ingestion.queued']).toBe(
          (before['ingestion.queued'] ?? 0) + 300,
        );
      }
    },
    TIMEOUT_MS,
  );

  test('answers each range, and says what is wrong with another', async () => {
    const dashboard = anyDashboard();
    const base = dashboard.url;
    for (const range of ['15m', '1h', '6h', '24h', '7d']) {
      const answer = await countsOf(dashboard, `?range=${range}`);
      expect(answer.points.length).toBeLessThanOrEqual(300);
      expect(answer.points.at(-1)?.counts).not.toBeNull();
    }
    const wrong = await send(base, '/api/streams/shield%3Aevents/event-counts?range=1y');
    expect(wrong.status).toBe(400);
    const other = await send(base, '/api/streams/shield%3Aingestion_queue/event-counts');
    expect(other.status).toBe(404);
    expect(other.json()).toMatchObject({ code: 'not_counted' });
    await addEvent(redis, STREAM, 'a.new.one');
    await eventually(async () =>
      expect(totalsOf(await countsOf(dashboard))).toMatchObject({ 'a.new.one': 1 }),
    );
  });
});
