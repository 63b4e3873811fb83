import type { Access } from '@/lib/access/access';
import type { Actor } from '@/lib/model/actor';
import { DashboardError } from '@/lib/model/errors';
import type { FeedBatches } from '@/lib/model/feed-message';
import type { FeedQuery } from '@/lib/model/feed-query';
import { DATA_HEADERS, type Exchange, type ExchangeMeans, refuse } from './exchange';
import type { FeedEnd } from './feed-pump';
import { readFeedRequest } from './feed-request';
import { JSON_HEADERS, REQUEST_ID_HEADER } from './respond';
import { sendSse } from './sse-response';

/** What the plain answers need of the process; the runtime has it. */
interface PlainMeans extends ExchangeMeans {
  access: Pick<Access, 'askerOf' | 'signsIn' | 'hold'>;
  config: { feed: { stalledMs: number } };
  standing: {
    statsAtHand(actor: Actor): Uint8Array | null;
    statsBytes(actor: Actor): Promise<Uint8Array>;
  };
  feed: {
    subscribe(
      query: FeedQuery,
      client: { transport: 'sse'; actor: Actor; signal: AbortSignal },
    ): FeedBatches;
    noteEnd(end: FeedEnd): void;
  };
}
type PlainAnswer = (exchange: Exchange, means: PlainMeans, actor: Actor) => void;

/** Answered on the plain response, not through Next: what their routes do, at a part of the cost. */
export const PLAIN_ANSWERS: ReadonlyMap<string, PlainAnswer> = new Map<string, PlainAnswer>([
  ['/events/stream', serveFeed],
  ['/events/stats', serveStats],
]);

const STATS_HEADERS = [...DATA_HEADERS, ...Object.entries(JSON_HEADERS).flat()];

/** What `app/events/stats/route.ts` does, on the plain response (bench/README.md). */
function serveStats(exchange: Exchange, means: PlainMeans, actor: Actor): void {
  // Without a promise where it can be.
  const atHand = means.standing.statsAtHand(actor);
  if (atHand !== null) sendStats(exchange, atHand);
  else {
    means.standing
      .statsBytes(actor)
      .then((body) => sendStats(exchange, body))
      .catch((error) => refuse(exchange, error, means));
  }
}

function sendStats({ response, requestId }: Exchange, body: Uint8Array): void {
  const own = [REQUEST_ID_HEADER, requestId, 'content-length', String(body.length)];
  response.writeHead(200, [...STATS_HEADERS, ...own]).end(body);
}

/**
 * What `app/events/stream/route.ts` does, on the plain response: half as much again a second, at a
 * third of the memory and of the delay (bench/README.md).
 */
async function serveFeed(exchange: Exchange, means: PlainMeans, actor: Actor): Promise<void> {
  const { request, response, requestId } = exchange;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const release = means.access.hold(actor, () => {
    gone.abort();
    response.destroy();
  });
  try {
    // Pipelined behind another answer: it would not be told when its client leaves.
    if (response.socket === null) {
      throw new DashboardError('invalid_request', 'This connection is busy with another answer.');
    }
    const { query } = readFeedRequest(request);
    const client = { transport: 'sse', actor, signal: gone.signal } as const;
    const batches = means.feed.subscribe(query, client);
    const headers = [...DATA_HEADERS, REQUEST_ID_HEADER, requestId];
    const { stalledMs } = means.config.feed;
    means.feed.noteEnd(await sendSse(response, batches, { stalledMs, headers }));
  } catch (error) {
    if (!response.headersSent) return refuse(exchange, error, means);
    means.log.error({ error }, 'a live feed failed');
    response.destroy();
  } finally {
    release();
    gone.abort();
  }
}
