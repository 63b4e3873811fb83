import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseConfig } from '@/lib/config';
import { ChunkEncoder } from '@/lib/model/history-codec';
import type { GroupPoint, HistoryPoint } from '@/lib/model/history-point';
import { chunkLifeMs, floorTo, tierFor } from '@/lib/model/history-tiers';
import { History } from '@/lib/monitor/history';
import type { RedisConnection } from '@/lib/redis/connect';
import { connectRedis } from '@/lib/redis/connect-redis';
import { HistoryKeys } from '@/lib/redis/keys';

const DAY_MS = 86_400_000;
const PREFIX = 'bench:{history}';
const ROUNDS = 7;

/** Fills a week of minutes, asks for it several times, and prints what that cost the process. */
export async function readWeek(redisUrl: string): Promise<void> {
  const redis = connectRedis(parseConfig({ REDIS_URL: redisUrl }).redis, { name: 'bench' });
  redis.open();
  while (!redis.ready) await new Promise((resolve) => setTimeout(resolve, 20));
  console.log('groups   first answer   again   longest pause of the loop: first, again   answer');
  for (const groups of [0, 4, 16]) {
    const stream = `week-${groups}`;
    const nowMs = Date.now();
    await fillWeek(redis, stream, groups, nowMs);
    const first: Reading[] = [];
    const again: Reading[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const history = newHistory(redis);
      first.push(await readOnce(history, stream));
      again.push(await readOnce(history, stream));
    }
    const ms = (of: Reading[], key: 'tookMs' | 'pauseMs') =>
      `${median(of.map((reading) => reading[key])).toFixed(0)} ms`;
    console.log(
      [
        String(groups).padStart(6),
        ms(first, 'tookMs').padStart(14),
        ms(again, 'tookMs').padStart(7),
        `${ms(first, 'pauseMs')}, ${ms(again, 'pauseMs')}`.padStart(40),
        `${Math.round((first[0]?.bytes ?? 0) / 1000)} kB`.padStart(8),
      ].join(' '),
    );
  }
  redis.close();
}

interface Reading {
  tookMs: number;
  pauseMs: number;
  bytes: number;
}

function newHistory(redis: RedisConnection): History {
  const sampler = {
    latest: {
      sampled_at: null,
      redis: { status: 'down' as const, since: '', code: 'internal' as const, message: '' },
      streams: [],
    },
    snapshot: () => Promise.reject(new Error('nobody samples')),
    onChange: () => () => undefined,
    onSample: () => () => undefined,
  };
  const quiet = () => undefined;
  return new History(
    { mode: 'redis', keyPrefix: PREFIX, streamsMax: 32 },
    { redis, sampler, onFailure: quiet, warn: quiet },
  );
}

async function readOnce(history: History, stream: string): Promise<Reading> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 30));
  delay.reset();
  const startMs = performance.now();
  const answer = await history.answer(stream, { range: '7d', groups: '*', sinceMs: null });
  const tookMs = performance.now() - startMs;
  await new Promise((resolve) => setTimeout(resolve, 30));
  delay.disable();
  return { tookMs, pauseMs: delay.max / 1e6, bytes: JSON.stringify(answer).length };
}

async function fillWeek(redis: RedisConnection, stream: string, groups: number, nowMs: number) {
  const tier = tierFor(nowMs - 7 * DAY_MS, nowMs);
  const encoder = new ChunkEncoder(tier);
  const chunks = new Map<string, Uint8Array[]>();
  const keys = new HistoryKeys(PREFIX);
  for (let minute = 7 * 24 * 60; minute > 0; minute--) {
    const point = busyPoint(nowMs - minute * 60_000, groups, minute);
    const key = keys.chunk(stream, tier.name, floorTo(point.atMs, tier.chunkMs));
    const parts = chunks.get(key) ?? [];
    parts.push(...encoder.encode(point));
    chunks.set(key, parts);
  }
  for (const [key, parts] of chunks) {
    await redis.command('SET', key, Buffer.concat(parts), 'PX', chunkLifeMs(tier));
  }
}

/** Every figure differs from the minute before. */
function busyPoint(atMs: number, groups: number, minute: number): HistoryPoint {
  const added = 5_000_000 - minute * 3_000;
  const group = (at: number): GroupPoint => {
    const lag = (minute * 7 + at * 31) % 500;
    const pending = (minute * 3 + at) % 500;
    return {
      ...{ lag, lagMin: lag >> 1, lagMax: lag * 2, quality: 'exact', lost: at },
      ...{ pending, pendingMax: pending + 5, entriesRead: added - lag, behindMs: lag * 20 },
    };
  };
  return {
    atMs,
    everyMs: 60_000,
    stream: {
      length: 10_000 + (minute % 100),
      lengthMin: 10_000,
      lengthMax: 10_100,
      entriesAdded: added,
      memoryBytes: 5_000_000 + minute,
    },
    groups: new Map(Array.from({ length: groups }, (_, at) => [`group-${at}`, group(at)])),
  };
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
