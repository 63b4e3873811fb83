import type { FeedBatch } from '@/lib/model/feed-message';
import { Alarm } from './alarm';
import { Cursor, type CursorRequest, type CursorSources, isBatch } from './cursor';
import type { StreamReader } from './reader';

export interface SubscriptionRequest extends CursorRequest {
  signal: AbortSignal;
}

export interface SubscriptionSources extends CursorSources {
  reader: StreamReader;
  /** Ends every subscription of the process; the reader's own signal, which wakes them. */
  stopping: AbortSignal;
  /** Told how many messages a subscriber took. */
  onTaken: (messages: number) => void;
}

/**
 * The live feed for one subscriber, in batches. It runs only as fast as it is drawn from, so a slow
 * browser holds no memory; Redis trouble is told and waited out; only the signals end it. Throws
 * `stream_limit` at once where its stream cannot be followed beside all the others.
 */
export function subscribe(
  sources: SubscriptionSources,
  request: SubscriptionRequest,
): AsyncGenerator<FeedBatch, void, void> {
  const { reader, stopping, health, stats, onTaken } = sources;
  const { signal } = request;
  const followed = reader.follow(request.stream);
  const alarm = new Alarm();
  const wakers = [
    followed.log.onChange(alarm.ring),
    health.onChange(alarm.ring),
    ...(request.stats === 'none' ? [] : [stats.onChange(alarm.ring)]),
  ];
  // The signal, not the generator's end: one that was never drawn from has no end.
  signal.addEventListener(
    'abort',
    () => {
      alarm.ring();
      for (const stop of wakers) stop();
      reader.unfollow(followed);
    },
    { once: true },
  );
  const cursor = new Cursor(request, followed, sources);
  return batches(cursor, alarm, { ends: [signal, stopping], onTaken });
}

async function* batches(
  cursor: Cursor,
  alarm: Alarm,
  { ends, onTaken }: { ends: readonly AbortSignal[]; onTaken: (messages: number) => void },
): AsyncGenerator<FeedBatch, void, void> {
  const hasEnded = () => ends.some((signal) => signal.aborted);
  yield [await cursor.hello()];
  while (!hasEnded()) {
    const step = await cursor.step();
    if (!isBatch(step)) await alarm.wait(step.waitMs);
    else if (step.length > 0) {
      yield step;
      onTaken(step.length);
    }
  }
}
