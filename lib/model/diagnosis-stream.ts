import { type StreamFacts, streamFinding } from './diagnosis-facts';
import { formatDuration } from './duration';
import { entryIdTimeMs, UINT64_MAX } from './entry-id';
import type { Finding } from './finding';
import { redisCliNames } from './redis-command';

/** A stream made anew is told for so long. */
const RECREATED_FOR_MS = 10 * 60_000;
/** An id further ahead than this is no clock that is a little off. */
const FUTURE_MS = 60_000;

/** A configured stream that is absent, no stream, or not to be read. */
export function notThere({ name, status, watched }: StreamFacts): Finding | null {
  if (!watched || status === 'ok') return null;
  switch (status) {
    case 'absent':
      return streamFinding(name, {
        code: 'stream_absent',
        severity: 'look',
        headline: 'does not exist',
        sentence: 'It is named in STREAMS, and Redis has no such key.',
        cure: 'The first entry makes it, and so does this group:',
        commands: [redisCliNames('XGROUP', 'CREATE', name, 'my-group', '$', 'MKSTREAM')],
      });
    case 'wrong_type':
      return streamFinding(name, {
        code: 'stream_wrong_type',
        severity: 'stopped',
        headline: 'is not a stream',
        sentence: 'Its key holds another type: no entry can be added or read.',
        cure: 'See what it holds, and give one of the two another name.',
        commands: [redisCliNames('TYPE', name)],
      });
    default:
      return streamFinding(name, {
        code: 'stream_denied',
        severity: 'stopped',
        headline: 'may not be read',
        sentence: 'The Redis user lacks rights on this key.',
        cure: 'npm run doctor names the rights that are missing.',
      });
  }
}

/** Deleted and made anew: ids and counters began again, and readers may wait for ids that never come. */
export function recreated({ name, recreatedAtMs, nowMs }: StreamFacts): Finding | null {
  if (recreatedAtMs === null || nowMs - recreatedAtMs >= RECREATED_FOR_MS) return null;
  const agoMs = Math.max(0, nowMs - recreatedAtMs);
  return streamFinding(name, {
    code: 'stream_recreated',
    severity: 'look',
    since: new Date(recreatedAtMs).toISOString(),
    headline: 'was recreated',
    sentence:
      `It was deleted and made anew ${formatDuration(agoMs)} ago: its entries are gone, and so is ` +
      'every group that was not made again. Who reads on from an id of before may wait for ever.',
    evidence: [{ name: 'recreated', value: agoMs, unit: 'ms' }],
    cure: 'Check that the groups are back, and restart readers that remember ids.',
    commands: [redisCliNames('XINFO', 'GROUPS', name)],
  });
}

/** The newest id lies ahead of the clock: what is added next follows it, whatever the time is. */
export function idsInFuture({ name, status, ...facts }: StreamFacts): Finding | null {
  const { lastGeneratedId, lastId, nowMs } = facts;
  if (status !== 'ok' || lastGeneratedId === null) return null;
  const aheadMs = entryIdTimeMs(lastGeneratedId) - nowMs;
  if (aheadMs <= FUTURE_MS) return null;
  const isLast = lastGeneratedId.startsWith(`${UINT64_MAX}-`);
  return streamFinding(name, {
    code: 'ids_in_future',
    severity: isLast ? 'stopped' : 'look',
    ...(lastId === null ? {} : { entry: lastId }),
    headline: isLast ? 'can hardly take another entry' : 'has ids from the future',
    sentence: isLast
      ? 'Its newest id is at the end of what an id can be: XADD with * fails, or soon will.'
      : `Its newest id lies ${formatDuration(aheadMs)} ahead of the clock. Entries added until then ` +
        'get that same time, so times, ages and ranges by time are wrong.',
    evidence: [{ name: 'newest id', value: lastGeneratedId, unit: 'id' }],
    cure: isLast
      ? 'Find who wrote that id. Such an entry can be deleted, and XSETID then brings the stream back to the id before it.'
      : 'Find the writer that chooses ids, or whose clock is ahead.',
    commands: [redisCliNames('XREVRANGE', name, '+', '-', 'COUNT', '3')],
  });
}
