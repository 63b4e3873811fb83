import { createEventSource, type EventSourceClient, type FetchLike } from 'eventsource-client';
import type { EntryId } from '@/lib/model/entry-id';
import { FEED_RESET, type FeedMessage } from '@/lib/model/feed-message';
import { retryDelayMs } from './live-retry';

export type LiveConnectionState =
  | { status: 'connecting' }
  | { status: 'live' }
  /** The connection ended; the next try is at this time, epoch milliseconds. */
  | { status: 'waiting'; retryAtMs: number; reason: string }
  /** Let go while the tab is hidden. */
  | { status: 'asleep' }
  /** The server will not have it, and will not on a second try. */
  | { status: 'refused'; reason: string };

/** The clock, the timers and the network, as parameters for tests. */
export interface LiveConnectionWorld {
  fetch: FetchLike;
  now: () => number;
  random: () => number;
  setTimeout: (run: () => void, ms: number) => ReturnType<typeof setTimeout>;
  clearTimeout: (timer: ReturnType<typeof setTimeout> | undefined) => void;
}

interface Options {
  url: string;
  /** Begin after this entry; null for new entries only. */
  after: EntryId | null;
  onMessage: (message: FeedMessage) => void;
  onState: (state: LiveConnectionState) => void;
  world?: LiveConnectionWorld;
}

/** The server writes a comment every 15 s: silence this long is a dead connection. */
export const SILENCE_MS_MAX = 40_000;

const browserWorld: LiveConnectionWorld = {
  fetch: (url, init) => fetch(url, init as RequestInit),
  now: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};

/**
 * One live feed that stays up: begins again by the last id it saw, after a growing wait, for as
 * long as it is open. `sleep` lets the connection go without losing the place.
 */
export class LiveConnection {
  readonly #options: Options;
  readonly #world: LiveConnectionWorld;
  #source: EventSourceClient | null = null;
  #lastId: EntryId | undefined;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #heardAtMs = 0;
  #reason = '';

  constructor(options: Options) {
    this.#options = options;
    this.#world = options.world ?? browserWorld;
    this.#lastId = options.after ?? undefined;
  }

  /** The last entry received, or where it was to begin. */
  get lastId(): EntryId | null {
    return this.#lastId ?? null;
  }

  /** Connects, now. Does nothing while a connection is up or under way. */
  open(): void {
    if (this.#source) return;
    this.#world.clearTimeout(this.#retryTimer);
    this.#reason = 'The dashboard did not answer.';
    this.#options.onState({ status: 'connecting' });
    this.#listenForSilence();
    this.#source = createEventSource({
      url: this.#options.url,
      initialLastEventId: this.#lastId,
      fetch: (url, init) => this.#fetch(url, init),
      onComment: () => this.#heard(),
      onMessage: (message) => this.#receive(message),
      onScheduleReconnect: ({ delay }) => this.#retryAfter(delay),
    });
  }

  /** Lets the connection go; `open` goes on after the last entry received. */
  sleep(): void {
    this.#stop();
    this.#options.onState({ status: 'asleep' });
  }

  /** For good. Nothing is told any more. */
  close(): void {
    this.#stop();
  }

  #stop(): void {
    this.#world.clearTimeout(this.#retryTimer);
    this.#world.clearTimeout(this.#silenceTimer);
    this.#source?.close();
    this.#source = null;
  }

  #receive(message: { event?: string; id?: string; data: string }): void {
    if (!this.#source) return;
    this.#heard();
    this.#failures = 0;
    const feedMessage: FeedMessage = { event: message.event ?? 'message', data: message.data };
    if (message.id) {
      feedMessage.id = message.id;
      this.#lastId = message.id;
    } else if (feedMessage.event === FEED_RESET) {
      // Ids begin anew: what was seen before has no place in the new stream.
      this.#lastId = '0-0';
    }
    this.#options.onMessage(feedMessage);
  }

  /** A bad answer is told in its own words; eventsource-client would read it as a stream. */
  async #fetch(...args: Parameters<FetchLike>): ReturnType<FetchLike> {
    const response = await this.#world.fetch(...args);
    if (response.status === 200) {
      this.#heard();
      this.#options.onState({ status: 'live' });
      return response;
    }
    const body = response instanceof Response ? await response.json().catch(() => null) : null;
    const detail: unknown = body?.detail;
    this.#reason =
      typeof detail === 'string' ? detail : `The dashboard answered with ${response.status}.`;
    if (isFinal(response.status)) {
      this.#stop();
      this.#options.onState({ status: 'refused', reason: this.#reason });
    }
    throw new Error(this.#reason);
  }

  /** eventsource-client would wait the same time for ever; this one backs off. */
  #retryAfter(serverMs: number): void {
    if (!this.#source) return;
    this.#stop();
    const delayMs = retryDelayMs(this.#failures++, serverMs, this.#world.random());
    const retryAtMs = this.#world.now() + delayMs;
    this.#options.onState({ status: 'waiting', retryAtMs, reason: this.#reason });
    this.#retryTimer = this.#world.setTimeout(() => this.open(), delayMs);
  }

  #heard(): void {
    this.#heardAtMs = this.#world.now();
  }

  /** One timer, set again when it rings: a busy feed must not set one a message. */
  #listenForSilence(): void {
    this.#heard();
    const listen = (ms: number) => {
      this.#silenceTimer = this.#world.setTimeout(() => {
        const silentMs = this.#world.now() - this.#heardAtMs;
        if (silentMs < SILENCE_MS_MAX) return listen(SILENCE_MS_MAX - silentMs);
        this.#reason = `Nothing was heard for ${Math.round(silentMs / 1000)} s.`;
        this.#retryAfter(0);
      }, ms);
    };
    listen(SILENCE_MS_MAX);
  }
}

/** Asking again would get the same answer; all but a time-out and a crowd. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
