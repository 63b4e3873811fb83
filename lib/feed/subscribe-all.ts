import type { EntryId } from '@/lib/model/entry-id';
import type { FeedBatches } from '@/lib/model/feed-message';
import { MergedFeed } from './merged-feed';
import { type SubscriptionRequest, type SubscriptionSources, subscribe } from './subscription';

export interface SubscribeAllRequest extends Omit<SubscriptionRequest, 'stream' | 'lastId'> {
  /** At least one; several in the order of their cursor. */
  from: readonly { stream: string; lastId: EntryId | null }[];
}

/** The live feed of one stream, or of several merged. Throws `stream_limit`. */
export function subscribeAll(
  sources: SubscriptionSources,
  { from, signal, ...request }: SubscribeAllRequest,
): FeedBatches {
  const [only] = from;
  if (only && from.length === 1) return subscribe(sources, { ...request, ...only, signal });
  const gone = new AbortController();
  if (signal.aborted) gone.abort();
  else signal.addEventListener('abort', () => gone.abort(), { once: true });
  try {
    const parts = from.map((part, at) => {
      // The statistics are of no stream: they come once.
      const stats = at === 0 ? request.stats : 'none';
      const batches = subscribe(sources, { ...request, ...part, stats, signal: gone.signal });
      return { ...part, batches };
    });
    return new MergedFeed(parts);
  } catch (error) {
    // Those that are followed by now are let go.
    gone.abort();
    throw error;
  }
}
