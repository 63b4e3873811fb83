import type { ErrorCode } from '@/lib/model/errors';
import type { EntryLog } from './entry-log';
import type { PositionPrice } from './position-price';
import type { SharedBatches } from './shared-batches';
import type { SharedPages } from './shared-pages';
import type { SharedPosition } from './shared-position';

/** One followed stream: its log, and what stands in the way of reading it. */
export interface FollowedStream {
  name: string;
  log: EntryLog;
  batches: SharedBatches;
  pages: SharedPages;
  trouble: StreamTrouble | null;
  followers: number;
  price: PositionPrice;
  position: SharedPosition;
  /** Nobody followed it for a while: its log ends somewhere in the past. */
  isAbandoned: boolean;
  /** Runs from when the last follower left. */
  forgetting: NodeJS.Timeout | undefined;
}

/**
 * Set while a stream cannot be read: its key (`wrong_type`, `redis_permission_denied`), or the node of
 * the cluster that holds it. With `reading` it is XREAD itself that fails: it is tried again.
 */
export interface StreamTrouble {
  /** `down`: the node that holds the stream is away. */
  redis: 'up' | 'down';
  code: ErrorCode;
  since: string;
  reading: boolean;
}

interface TroubleFacts extends Partial<Pick<StreamTrouble, 'redis' | 'reading'>> {
  now: () => Date;
}

/** Tells those who follow it where that is news. */
export function setTrouble(
  stream: FollowedStream,
  code: ErrorCode | null,
  { now, reading = false, redis = 'up' }: TroubleFacts,
): void {
  const { trouble } = stream;
  if (trouble?.code === code) trouble.reading = reading;
  if ((trouble?.code ?? null) === code) return;
  const since = now().toISOString();
  stream.trouble = code === null ? null : { redis, code, since, reading };
  stream.log.announce();
}
