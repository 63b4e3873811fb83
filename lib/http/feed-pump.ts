import type { Writable } from 'node:stream';
import type { FeedBatch, FeedBatches } from '@/lib/model/feed-message';

/** How a live connection came to its end. */
export type FeedEnd =
  /** The feed ended: the process stops. */
  | 'ended'
  /** The client left, or its connection broke. */
  | 'gone'
  /** The client took nothing for too long. */
  | 'stalled';

/** A goodbye that is not taken is waited for this long at most, milliseconds. */
const GOODBYE_MS_MAX = 30_000;

/** How long a stalled client's connection stays, for it to read the reason at last. */
export function goodbyeMs(stalledMs: number): number {
  return Math.min(stalledMs, GOODBYE_MS_MAX);
}

export interface PumpOptions {
  encode: (batch: FeedBatch) => Uint8Array;
  /** A client that takes nothing for this long is cut, milliseconds. */
  stalledMs: number;
}

/**
 * Writes batches to a connection no faster than it takes them: one write a batch, and the next is
 * asked for when this one has left the process. Resolves with why it ended.
 */
export async function pump(
  batches: FeedBatches,
  sink: Writable,
  { encode, stalledMs }: PumpOptions,
): Promise<FeedEnd> {
  for await (const batch of batches) {
    if (sink.destroyed || sink.writableEnded) return 'gone';
    if (sink.write(encode(batch))) continue;
    const wait = await drained(sink, stalledMs);
    if (wait !== 'drained') return wait;
  }
  return sink.destroyed || sink.writableEnded ? 'gone' : 'ended';
}

function drained(sink: Writable, stalledMs: number): Promise<'drained' | 'gone' | 'stalled'> {
  return new Promise((resolve) => {
    const settle = (outcome: 'drained' | 'gone' | 'stalled') => {
      // Whatever comes after the first finds nobody who waits.
      clearTimeout(timer);
      sink.off('drain', onDrain).off('close', onClose);
      resolve(outcome);
    };
    const onDrain = () => settle('drained');
    const onClose = () => settle('gone');
    // A process that stood still itself, as on a laptop that slept, sees the timer before what the
    // client took meanwhile: the connections have their turn first.
    const timer = setTimeout(() => setImmediate(() => settle('stalled')), stalledMs);
    sink.on('drain', onDrain).on('close', onClose);
  });
}

/** Encodes a batch once, however many connections it is written to. */
export function encodeOnce(encode: (batch: FeedBatch) => Uint8Array): PumpOptions['encode'] {
  const known = new WeakMap<FeedBatch, Uint8Array>();
  return (batch) => {
    let bytes = known.get(batch);
    if (bytes === undefined) {
      bytes = encode(batch);
      known.set(batch, bytes);
    }
    return bytes;
  };
}
