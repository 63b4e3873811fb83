import type { WireValue } from './entry';
import type { EntryId } from './entry-id';
import type { ErrorCode } from './errors';

/**
 * One message of the live feed, the same over SSE and WebSocket. `id` is the stream entry id
 * and is absent on the dashboard's own messages, so that a resume id is never one of theirs.
 */
export interface FeedMessage {
  event: string;
  id?: EntryId;
  /** On a message without an id: where a client goes on that reconnects after it. */
  resume?: EntryId;
  /** One JSON object, encoded once however many browsers watch. */
  data: string;
  /** What filters see of an event beside this; nobody is sent it. */
  aside?: MessageAside;
  /** Of a status: whether it tells of all of Redis or of its stream alone; nobody is sent it. */
  standing?: 'well' | 'redis_away' | 'stream_trouble';
}

/** The fields of an event that its message does not show as they are. */
export interface MessageAside {
  /** The members of `data` are those of the message, all but the envelope's. */
  isDataSpliced: boolean;
  /** `metadata` and whatever else there is; `data` too where it is not spliced. First of a name. */
  fields: readonly (readonly [name: string, value: WireValue])[];
}

/** Messages sent together. One array may be shared by many subscribers: encode it once. */
export type FeedBatch = readonly FeedMessage[];

/** The feed for one subscriber, drawn batch by batch; the next is looked for when it is asked for. */
export interface FeedBatches extends AsyncIterable<FeedBatch> {
  next(): Promise<IteratorResult<FeedBatch, void>>;
  /** Ends it. */
  return(): Promise<IteratorResult<FeedBatch, void>>;
}

/** First message of every connection. Ids are null where they are not known yet. */
export interface HelloData {
  stream: string;
  requested: EntryId | null;
  resumed_from: EntryId | null;
}

/** Entries between these ids were trimmed before they could be sent. */
export interface GapData {
  after: EntryId;
  before: EntryId;
  lost: number | null;
}

/** The stream was deleted or recreated: ids start anew. */
export interface ResetData {
  stream: string;
}

export interface StatusData {
  redis: 'up' | 'down';
  code?: ErrorCode;
  since: string;
}

/** Everything up to this entry was sent or left out by the filter: resume from here. */
export interface PositionData {
  id: EntryId;
}

/** Entries left out by the filter since this was told last, the newest of them or later at `id`. */
export interface CountsData {
  id: EntryId;
  filtered: number;
}

export const FEED_HELLO = 'dashboard.hello';
export const FEED_GAP = 'dashboard.gap';
export const FEED_RESET = 'dashboard.reset';
export const FEED_STATUS = 'dashboard.status';
export const FEED_POSITION = 'dashboard.position';
/** What the filter left out, for those who ask. */
export const FEED_COUNTS = 'dashboard.counts';
/** The statistics of `GET /events/stats`, for those who ask. */
export const FEED_STATS = 'dashboard.stats';
/** An entry that is not an event: `data` is a `WireEntry`. */
export const FEED_ENTRY = 'entry';
/** Reserved for the dashboard's own messages, whatever types Redis holds. */
export const FEED_RESERVED_PREFIX = 'dashboard.';
