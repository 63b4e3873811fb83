import { firstOfEach, type SearchParams } from '@/lib/http/page-search';
import { FEED_STREAMS_MAX } from '@/lib/model/feed-cursor';
import { parseTailQuery, type TailQuery } from '@/lib/model/tail-query';

export interface TailSearch {
  query: TailQuery;
  /** What of it could not be followed, in words. */
  mistake: string | null;
}

/** What the live tail's URL asks for: several streams; of any other parameter given twice the first. */
export async function parseTailSearch(searchParams: SearchParams): Promise<TailSearch> {
  const params = await firstOfEach(searchParams);
  params.delete('stream');
  for (const name of [(await searchParams).stream ?? []].flat()) params.append('stream', name);
  const query = parseTailQuery(params);
  const asked = query.streams.length;
  if (asked <= FEED_STREAMS_MAX) return { query, mistake: null };
  const mistake = `The address asks for ${asked} streams, and one tail shows ${FEED_STREAMS_MAX} at most: the first ${FEED_STREAMS_MAX} by name. Open the others in a tail of their own.`;
  return { query: { ...query, streams: query.streams.slice(0, FEED_STREAMS_MAX) }, mistake };
}
