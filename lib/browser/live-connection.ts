import {
  createEventSource,
  type EventSourceClient,
  type FetchLike,
  type FetchLikeResponse,
} from 'eventsource-client';
import { underBasePath } from '@/lib/model/base-path';
import type { EntryId } from '@/lib/model/entry-id';
import { FEED_POSITION, type FeedMessage } from '@/lib/model/feed-message';
import { resumeAfter } from '@/lib/model/feed-resume';
import { retryAfterMs, retryDelayMs } from './live-retry';

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

export interface LiveConnectionOptions {
  url: string;
  /** Begin after this entry; null for new entries only. */
  after: EntryId | null;
  onMessage: (message: FeedMessage) => void;
  onState: (state: LiveConnectionState) => void;
  world?: LiveConnectionWorld;
}

/** The server writes a comment every 15 s: silence this long is a dead connection. */
export const SILENCE_MS_MAX = 40_000;
/** Timers stand still while a computer sleeps: looked at this often, it is found soon after. */
const SILENCE_LOOK_MS = 5_000;

/** Why the server ends a connection, as its last comment says. */
const GOODBYES: Record<string, string> = {
  stopping: 'The dashboard is stopping.',
  stalled: 'This page did not take in what it was sent.',
};

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
  readonly #options: LiveConnectionOptions;
  readonly #world: LiveConnectionWorld;
  #source: EventSourceClient | null = null;
  #lastId: EntryId | undefined;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #heardAtMs = 0;
  #reason = '';
  /** The server asked not to be asked before, epoch milliseconds. */
  #notBeforeMs = 0;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
    this.#world = options.world ?? browserWorld;
    this.#lastId = options.after ?? undefined;
  }

  /** Where the next connection goes on: the last entry received or left out, or the beginning. */
  get lastId(): EntryId | null {
    return this.#lastId ?? null;
  }

  /** Connects, now, unless the server asked to wait. Leaves a connection that is alive alone. */
  open(): void {
    if (this.#source && this.#silentMs() < SILENCE_MS_MAX) return;
    this.#stop();
    if (this.#world.now() < this.#notBeforeMs) this.#waitUntil(this.#notBeforeMs);
    else this.#begin();
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

  #begin(): void {
    this.#reason = 'The dashboard did not answer.';
    this.#options.onState({ status: 'connecting' });
    this.#listenForSilence();
    this.#source = createEventSource({
      url: underBasePath(this.#options.url),
      initialLastEventId: this.#lastId,
      fetch: (url, init) => this.#fetch(url, init),
      onComment: (comment) => {
        this.#heard();
        if (Object.hasOwn(GOODBYES, comment)) this.#reason = GOODBYES[comment] ?? this.#reason;
      },
      onMessage: (message) => this.#receive(message),
      onScheduleReconnect: ({ delay }) => this.#retryAfter(delay),
    });
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
    if (message.id) feedMessage.id = message.id;
    this.#lastId = resumeAfter(feedMessage) ?? this.#lastId;
    if (feedMessage.event === FEED_POSITION) return;
    this.#options.onMessage(feedMessage);
  }

  /** A bad answer is told in its own words; eventsource-client would read it as a stream. */
  async #fetch(...args: Parameters<FetchLike>): ReturnType<FetchLike> {
    const response = await this.#world.fetch(...args);
    const detail = response.status === 200 ? null : await this.#refusal(response);
    if (args[1]?.signal?.aborted) throw new Error('Let go.');
    if (response.status === 200) {
      this.#heard();
      this.#reason = 'The connection ended.';
      this.#options.onState({ status: 'live' });
      return response;
    }
    this.#reason =
      typeof detail === 'string' ? detail : `The dashboard answered with ${response.status}.`;
    if (isFinal(response.status)) {
      this.#stop();
      this.#options.onState({ status: 'refused', reason: this.#reason });
    }
    throw new Error(this.#reason);
  }

  /** What a bad answer says of itself, and how long it asks to wait. */
  async #refusal(response: FetchLikeResponse): Promise<unknown> {
    if (!(response instanceof Response)) return null;
    const waitMs = retryAfterMs(response.headers.get('retry-after'), this.#world.random());
    this.#notBeforeMs = this.#world.now() + waitMs;
    const body: unknown = await response.json().catch(() => null);
    return typeof body === 'object' && body !== null && 'detail' in body ? body.detail : null;
  }

  /** eventsource-client would wait the same time for ever; this one backs off. */
  #retryAfter(serverMs: number): void {
    if (!this.#source) return;
    this.#stop();
    const delayMs = retryDelayMs(this.#failures++, serverMs, this.#world.random());
    this.#waitUntil(Math.max(this.#world.now() + delayMs, this.#notBeforeMs));
  }

  #waitUntil(retryAtMs: number): void {
    this.#options.onState({ status: 'waiting', retryAtMs, reason: this.#reason });
    const delayMs = retryAtMs - this.#world.now();
    this.#retryTimer = this.#world.setTimeout(() => this.open(), delayMs);
  }

  #heard(): void {
    this.#heardAtMs = this.#world.now();
  }

  #silentMs(): number {
    return this.#world.now() - this.#heardAtMs;
  }

  /** One timer, set again when it rings: a busy feed must not set one a message. */
  #listenForSilence(): void {
    this.#heard();
    const listen = () => {
      this.#silenceTimer = this.#world.setTimeout(() => {
        const silentMs = this.#silentMs();
        if (silentMs < SILENCE_MS_MAX) return listen();
        this.#reason = `Nothing was heard for ${Math.round(silentMs / 1000)} s.`;
        this.#retryAfter(0);
      }, SILENCE_LOOK_MS);
    };
    listen();
  }
}

/** Asking again would get the same answer; all but a time-out and a crowd. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
