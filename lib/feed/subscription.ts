import type { FeedBatch, FeedBatches } from '@/lib/model/feed-message';
import { Cursor, type CursorRequest, type CursorSources } from './cursor';
import { isBatch, type Step } from './cursor-step';
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
export function subscribe(sources: SubscriptionSources, request: SubscriptionRequest): FeedBatches {
  const { reader, stopping, health, stats, onTaken } = sources;
  const { signal } = request;
  const followed = reader.follow(request.stream);
  const cursor = new Cursor(request, followed, sources);
  let hasLeft = false;
  const subscription = new Subscription(cursor, onTaken, () => hasLeft || stopping.aborted);
  const { wake } = subscription;
  const wakers = [
    followed.log.onChange(wake),
    health.onChange(wake),
    ...(request.stats === 'none' ? [] : [stats.onChange(wake)]),
  ];
  const leave = () => {
    hasLeft = true;
    for (const stop of wakers) stop();
    reader.unfollow(followed);
    wake();
  };
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  return subscription;
}

type Answer = IteratorResult<FeedBatch, void>;
const DONE: Answer = { done: true, value: undefined };

/**
 * Steps a cursor on while somebody waits for its next batch. What an async generator would say in
 * fewer lines costs eight promises a batch: with a thousand subscribers that is most of the work.
 */
class Subscription implements FeedBatches {
  readonly #cursor: Cursor;
  readonly #onTaken: (messages: number) => void;
  readonly #hasEnded: () => boolean;
  /** Who waits for the next batch. */
  #asked: { resolve: (answer: Answer) => void; reject: (error: unknown) => void } | null = null;
  #handedOver = 0;
  /** A step is asking Redis; what changes meanwhile is looked at after it. */
  #isAsking = false;
  #isStale = false;
  #isReturned = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(cursor: Cursor, onTaken: (messages: number) => void, hasEnded: () => boolean) {
    this.#cursor = cursor;
    this.#onTaken = onTaken;
    this.#hasEnded = hasEnded;
  }

  next(): Promise<Answer> {
    if (this.#handedOver > 0) this.#onTaken(this.#handedOver);
    this.#handedOver = 0;
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.wake();
    });
  }

  async return(): Promise<Answer> {
    this.#isReturned = true;
    this.wake();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Something may have changed: takes steps until there is a batch, or nothing to be done. */
  readonly wake = (): void => {
    this.#isStale = true;
    if (this.#isAsking) return;
    clearTimeout(this.#timer);
    try {
      while (this.#asked !== null && this.#isStale) {
        this.#isStale = false;
        if (this.#isReturned || this.#hasEnded()) {
          this.#answer(DONE);
          return;
        }
        const step = this.#cursor.step();
        if (step instanceof Promise) {
          this.#ask(step);
          return;
        }
        this.#take(step);
      }
    } catch (error) {
      this.#fail(error);
    }
  };

  #ask(step: Promise<Step>): void {
    this.#isAsking = true;
    step.then(
      (answer) => {
        this.#isAsking = false;
        this.#take(answer);
        if (this.#isStale) this.wake();
      },
      (error: unknown) => {
        this.#isAsking = false;
        this.#fail(error);
      },
    );
  }

  #take(step: Step): void {
    if (!isBatch(step)) {
      if (step.waitMs !== undefined) this.#timer = setTimeout(this.wake, step.waitMs);
    } else if (step.length > 0) {
      this.#handedOver = step.length;
      this.#answer({ done: false, value: step });
    } else this.#isStale = true;
  }

  #answer(answer: Answer): void {
    const asked = this.#asked;
    this.#asked = null;
    asked?.resolve(answer);
  }

  #fail(error: unknown): void {
    const asked = this.#asked;
    this.#asked = null;
    asked?.reject(error);
  }
}
