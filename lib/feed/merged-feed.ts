import type { EntryId } from '@/lib/model/entry-id';
import { FeedCursorWriter } from '@/lib/model/feed-cursor';
import {
  FEED_STATS,
  FEED_STATUS,
  type FeedBatch,
  type FeedBatches,
  type FeedMessage,
  type StatusData,
} from '@/lib/model/feed-message';

/** One stream of the feed; in the order of the cursor. */
export interface MergedPart {
  stream: string;
  lastId: EntryId | null;
  batches: FeedBatches;
}

interface Part extends MergedPart {
  place: number;
  /** It was asked, and what it brought was not taken yet. */
  isAsked: boolean;
  /** Trouble of this stream alone was told. */
  isTroubled: boolean;
}

type Answer = IteratorResult<FeedBatch, void>;
const DONE: Answer = { done: true, value: undefined };

/**
 * Batches of one stream as others at the same places are sent them: made once, and kept as long as
 * the batch they are made of. The key names the streams and where the others of them stand.
 */
const made = new WeakMap<FeedBatch, Map<string, FeedBatch>>();

/**
 * Several feeds of one stream each as one. Every message names its stream, and every id is a cursor
 * over all of them, so that a client that breaks off anywhere resumes each where it was. Entries of
 * a stream keep their order; between streams it is that of arrival, each in its turn.
 */
export class MergedFeed implements FeedBatches {
  readonly #parts: Part[];
  readonly #cursor: FeedCursorWriter;
  readonly #places: (EntryId | null)[];
  /** What was brought and not taken yet, one batch a stream at most, in the order it came. */
  readonly #ready: { part: Part; batch: FeedBatch }[] = [];
  #asked: { resolve: (answer: Answer) => void; reject: (error: unknown) => void } | null = null;
  #failure: { error: unknown } | null = null;
  #hasEnded = false;
  /** The outage of Redis that was told last, and whether its end was told too. */
  #outage = '';
  #isAway = false;

  constructor(parts: readonly MergedPart[]) {
    this.#parts = parts.map((part, place) => ({
      ...part,
      place,
      isAsked: false,
      isTroubled: false,
    }));
    this.#cursor = new FeedCursorWriter(parts.map(({ stream }) => stream));
    this.#places = parts.map(({ lastId }) => lastId);
  }

  next(): Promise<Answer> {
    for (const part of this.#parts) this.#ask(part);
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#answer();
    });
  }

  async return(): Promise<Answer> {
    this.#hasEnded = true;
    for (const { batches } of this.#parts) void batches.return();
    this.#answer();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Each is asked for one batch ahead, so that one that waits for Redis holds up no other. */
  #ask(part: Part): void {
    if (part.isAsked) return;
    part.isAsked = true;
    part.batches.next().then(
      ({ value, done }) => {
        if (done) this.#hasEnded = true;
        else this.#ready.push({ part, batch: value });
        this.#answer();
      },
      (error: unknown) => {
        this.#failure = { error };
        this.#answer();
      },
    );
  }

  #answer(): void {
    const asked = this.#asked;
    if (asked === null) return;
    if (this.#failure !== null || this.#hasEnded) {
      this.#asked = null;
      if (this.#failure === null) asked.resolve(DONE);
      else asked.reject(this.#failure.error);
      return;
    }
    for (let next = this.#ready.shift(); next; next = this.#ready.shift()) {
      const batch = this.#take(next.part, next.batch);
      next.part.isAsked = false;
      if (batch.length > 0) {
        this.#asked = null;
        asked.resolve({ done: false, value: batch });
        return;
      }
      this.#ask(next.part);
    }
  }

  /** A batch as it is sent; afterwards the feed stands behind it. */
  #take(part: Part, batch: FeedBatch): FeedBatch {
    // The statistics are of no stream, and shared by all who ask for them.
    if (batch[0]?.event === FEED_STATS && batch[0].id === undefined) return batch;
    if (batch.some(({ id }) => id === undefined)) {
      return batch.flatMap((message) => this.#merged(part, message));
    }
    const [before, after] = this.#cursor.around(this.#places, part.place);
    const key = `${before} ${after} ${part.stream}`;
    const known = made.get(batch)?.get(key);
    this.#places[part.place] = batch.at(-1)?.id ?? null;
    if (known) return known;
    const messages = batch.map((message) => entryOf(part.stream, message, before, after));
    const makings = made.get(batch);
    if (makings) makings.set(key, messages);
    else made.set(batch, new Map([[key, messages]]));
    return messages;
  }

  #merged(part: Part, message: FeedMessage): FeedMessage[] {
    if (message.id !== undefined) {
      const [before, after] = this.#cursor.around(this.#places, part.place);
      this.#places[part.place] = message.id;
      return [entryOf(part.stream, message, before, after)];
    }
    if (message.event === FEED_STATUS) return this.#status(part, message);
    const { resume, data, event } = message;
    if (resume === undefined) return [{ event, data: withMembers(data, { stream: part.stream }) }];
    this.#places[part.place] = resume;
    const cursor = this.#cursor.write(this.#places);
    return [{ event, data: withMembers(data, { stream: part.stream, cursor }), resume: cursor }];
  }

  /** Every part tells of Redis as a whole: that is told once, and of no stream. */
  #status(part: Part, { event, data, standing }: FeedMessage): FeedMessage[] {
    if (standing === 'redis_away') {
      if (this.#outage === data) return [];
      this.#outage = data;
      this.#isAway = true;
      return [{ event, data }];
    }
    const told: FeedMessage[] = [];
    const ofStream = { event, data: withMembers(data, { stream: part.stream }) };
    if (this.#isAway) {
      this.#isAway = false;
      told.push({ event, data: standing === 'well' ? data : backAgain(data) });
    }
    if (standing === 'stream_trouble' || part.isTroubled) told.push(ofStream);
    part.isTroubled = standing === 'stream_trouble';
    return told;
  }
}

function entryOf(
  stream: string,
  { event, id = '', data }: FeedMessage,
  before: string,
  after: string,
): FeedMessage {
  const head = `{"stream":${JSON.stringify(stream)},"id":"${id}"`;
  return { event, id: before + id + after, data: `${head},"data":${data}}` };
}

function withMembers(json: string, members: object): string {
  return JSON.stringify({ ...members, ...JSON.parse(json) });
}

/** Redis answers again, though not for the stream that says so. */
function backAgain(json: string): string {
  const { since }: StatusData = JSON.parse(json);
  return JSON.stringify({ redis: 'up', since } satisfies StatusData);
}
