import { DashboardError } from '@/lib/model/errors';
import type { CommandArgument, RedisConnection } from './connect';
import type { HistoryKeys } from './keys';
import { toScriptError } from './redis-errors';
import { asArray, asBytes, asInteger, asText } from './replies';
import { runScript } from './script-runner';
import { RELEASE_LEASE, TAKE_LEASE, WRITE_HISTORY } from './scripts';

/** A chunk grows no further than this. */
export const CHUNK_BYTES_MAX = 512 * 1024;
/** What was written last is remembered this long after the last write. */
const WRITTEN_KEPT_MS = 24 * 3_600_000;

export interface LeaseAnswer {
  held: boolean;
  /** Redis's clock: what all replicas go by. */
  redisMs: number;
  /** What was written last, as its writer put it; empty where nothing was. */
  written: string;
}

export async function takeLease(
  redis: RedisConnection,
  keys: HistoryKeys,
  holder: string,
  leaseMs: number,
): Promise<LeaseAnswer> {
  const reply = await runScript(redis, TAKE_LEASE, [keys.lease, keys.written], [holder, leaseMs]);
  const [held, seconds, microseconds, written] = asArray(reply);
  if (asInteger(held) < 0) throw toScriptError(asText(written));
  return {
    held: asInteger(held) === 1,
    redisMs: asInteger(seconds) * 1_000 + Math.floor(asInteger(microseconds) / 1_000),
    written: asText(written),
  };
}

export async function releaseLease(
  redis: RedisConnection,
  keys: HistoryKeys,
  holder: string,
): Promise<void> {
  await runScript(redis, RELEASE_LEASE, [keys.lease], [holder], 'write');
}

/** Bytes for the end of one chunk. */
export interface ChunkAppend {
  key: string;
  /** Its size where the bytes only make sense behind it; null where they stand by themselves. */
  sizeBefore: number | null;
  lifeMs: number;
  bytes: Uint8Array;
}

export interface HistoryWrite {
  holder: string;
  writtenBefore: string;
  writtenAfter: string;
  appends: ChunkAppend[];
}

export type HistoryWriteOutcome =
  /** The size of each chunk now; null where it was not as it was left, or takes no more. */
  | { outcome: 'written'; sizes: (number | null)[]; refused: string[] }
  | { outcome: 'lost' }
  | { outcome: 'moved'; written: string };

/** One step in Redis: checks the lease and that nobody wrote since, then appends. */
export async function writeHistory(
  redis: RedisConnection,
  keys: HistoryKeys,
  { holder, writtenBefore, writtenAfter, appends }: HistoryWrite,
): Promise<HistoryWriteOutcome> {
  const names = [keys.lease, keys.written, ...appends.map(({ key }) => key)];
  const head = [holder, writtenBefore, writtenAfter, WRITTEN_KEPT_MS, CHUNK_BYTES_MAX];
  const rest = appends.flatMap(({ sizeBefore, lifeMs, bytes }): CommandArgument[] => [
    sizeBefore ?? -1,
    lifeMs,
    bytes,
  ]);
  const reply = await runScript(redis, WRITE_HISTORY, names, [...head, ...rest], 'write');
  const [outcome, ...answers] = asArray(reply);
  switch (asText(outcome)) {
    case 'written': {
      const sizes = answers.map(asInteger);
      return {
        outcome: 'written',
        sizes: sizes.map((size) => (size < 0 ? null : size)),
        refused: appends.flatMap(({ key }, at) => (sizes[at] === -2 ? [key] : [])),
      };
    }
    case 'lost':
      return { outcome: 'lost' };
    case 'moved':
      return { outcome: 'moved', written: asText(answers[0]) };
    case 'refused':
      throw toScriptError(asText(answers[0]));
    default:
      throw new DashboardError('redis_protocol', 'Redis gave an unknown answer to a write.');
  }
}

/** What lies in each chunk, as far as a chunk may reach. Throws `wrong_type` for no string. */
export async function readChunk(redis: RedisConnection, key: string): Promise<Uint8Array> {
  return asBytes(await redis.command('GETRANGE', key, 0, CHUNK_BYTES_MAX - 1));
}
