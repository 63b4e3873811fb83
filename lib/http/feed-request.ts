import type { IncomingMessage } from 'node:http';
import { type FeedQuery, parseFeedQuery } from '@/lib/model/feed-query';

/** What a plain request asks of the live feed. Throws what `parseFeedQuery` does. */
export function readFeedRequest(request: IncomingMessage): {
  query: FeedQuery;
  params: URLSearchParams;
} {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const lastEventId = request.headers['last-event-id'];
  const header = typeof lastEventId === 'string' ? lastEventId : null;
  return { query: parseFeedQuery(searchParams, header), params: searchParams };
}
