import { ChunkEncoder } from '@/lib/model/history-codec';
import type { GroupPoint, HistoryPoint } from '@/lib/model/history-point';
import { chunkLifeMs, floorTo, HISTORY_TIERS } from '@/lib/model/history-tiers';
import { HistoryKeys } from '@/lib/redis/keys';
import type { RedisServer } from '@/scripts/setup/redis-server.mjs';

const keys = new HistoryKeys('shield-dashboard:{history}');
export const TEN_SECONDS_MS = 10_000;

/** A step of ten seconds as it is remembered; the length differs from one to the next. */
export function pastPoint(atMs: number, groups: Record<string, Partial<GroupPoint>>): HistoryPoint {
  const count = Math.floor(atMs / TEN_SECONDS_MS) % 1_000;
  const group = ({ lag = 5, ...given }: Partial<GroupPoint>): GroupPoint => ({
    ...{ lag, lagMin: lag && lag - 2, lagMax: lag && lag + 4, quality: 'exact' },
    ...{ pending: 1, pendingMax: 3, lost: 0, entriesRead: count * 10, behindMs: 400 },
    ...given,
  });
  return {
    ...{ atMs, everyMs: TEN_SECONDS_MS },
    stream: {
      ...{ length: 1_000 + count, lengthMin: 1_000 + count, lengthMax: 1_010 + count },
      ...{ entriesAdded: count * 20, memoryBytes: 5_000 },
    },
    groups: new Map(Object.entries(groups).map(([name, given]) => [name, group(given)])),
  };
}

/** Leaves points of ten seconds in Redis as another replica would have, oldest first. */
export async function writePast(
  redis: Pick<RedisServer, 'command'>,
  stream: string,
  points: readonly HistoryPoint[],
) {
  const tier = HISTORY_TIERS.find(({ name }) => name === '10s');
  if (!tier) throw new Error('No such tier.');
  const encoder = new ChunkEncoder(tier);
  const chunks = new Map<string, Uint8Array[]>();
  for (const point of points) {
    const key = keys.chunk(stream, tier.name, floorTo(point.atMs, tier.chunkMs));
    chunks.set(key, [...(chunks.get(key) ?? []), ...encoder.encode(point)]);
  }
  for (const [key, parts] of chunks) {
    await redis.command('SET', key, Buffer.concat(parts), 'PX', chunkLifeMs(tier));
  }
}

/** Moments ten seconds apart. */
export function* everyTenSeconds(fromMs: number, toMs: number): Generator<number, void, void> {
  for (let atMs = floorTo(fromMs, TEN_SECONDS_MS); atMs < toMs; atMs += TEN_SECONDS_MS) yield atMs;
}
