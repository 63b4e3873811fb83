import { type EntryId, nextEntryId } from '@/lib/model/entry-id';
import { FEED_COUNTS, FEED_GAP, type FeedMessage } from '@/lib/model/feed-message';
import { placeAfter } from '@/lib/model/feed-resume';
import type { OlderPlaces } from '@/lib/model/older-merge';
import { type LeftOut, leftOutIn } from '@/lib/model/tail-ledger';
import { inOrderOfIds, type TailMessage, toTailMessage } from '@/lib/model/tail-message';
import { isFailureType, type TailEntryRow, type TailRow, toTailRow } from '@/lib/model/tail-row';
import type { DrawPace } from './draw-pace';
import type { LiveConnectionState } from './live-connection';
import { LiveInbox } from './live-inbox';
import {
  type LeftOutStream,
  LiveLookBack,
  type LookBackState,
  type ReadOlder,
} from './live-look-back';
import { LiveRows, type ShownRows } from './live-rows';
import { LiveTroubles, type TailTrouble } from './live-troubles';

/** Rows a tail keeps in the browser; the rest stays in Redis. */
export const TAIL_ROWS_MAX = 10_000;

/** `following`: the newest row is in sight. `reading`: rows come in below. `paused`: none do. */
export type TailMode = 'following' | 'reading' | 'paused';

/**
 * Where every entry is. Since the tail began `received + filtered + skipped` entries were added to
 * the stream; those held and not are `fromBefore + received = shown + waiting + letGo`.
 */
export interface TailLedger {
  /** Entries read from Redis, older than those that came. */
  fromBefore: number;
  /** Entries the feed has sent. */
  received: number;
  /** Entries among the rows. */
  shown: number;
  /** Entries that came while paused, or stood below what was read back. */
  waiting: number;
  /** Entries no longer held here. */
  letGo: number;
  /** Entries that came and that the filter left out. */
  filtered: LeftOut;
  /** Entries that were trimmed before they could be sent. */
  skipped: LeftOut;
  /** Of those received: entries whose type tells of a failure. */
  failures: number;
}

/** What lies before the first row; `gone` where that was of streams that are no more. */
export type TailOlder = (LookBackState | { status: 'gone' }) & {
  /** Entries that were shown and let go. */
  letGo: number;
  /** Streams that could not be read back, where the others were. */
  leftOut: readonly LeftOutStream[];
};

export interface TailView {
  /** Changes with every change, for a memo. */
  version: number;
  rows: ShownRows;
  mode: TailMode;
  connection: LiveConnectionState;
  /** What the feed cannot get past: of Redis, or of single streams; none while all is well. */
  troubles: readonly TailTrouble[];
  ledger: TailLedger;
  older: TailOlder;
  /** Rows that stood below the last one shown now wait. */
  isCutBelow: boolean;
  /** By stream: everything up to this entry was received or left out. Absent before that is known. */
  positions: ReadonlyMap<string, EntryId>;
}

interface Options {
  /** What the tail is of; with several each message of the feed names its own. */
  streams: readonly string[];
  history: readonly TailRow[];
  /** Where reading back begins in each stream; one that is absent is not known. */
  older: OlderPlaces;
  readOlder: ReadOlder;
  /** Runs once, before the next frame is drawn. */
  onNextFrame: (run: () => void) => void;
  pace?: DrawPace;
  rowsMax?: number;
}

/** What a live tail knows. Framework-free: `subscribe` and `view` are all a binding needs. */
export class LiveTailStore {
  readonly #streams: readonly string[];
  readonly #inbox: LiveInbox;
  readonly #rows: LiveRows;
  readonly #back: LiveLookBack;
  readonly #listeners = new Set<() => void>();
  #mode: TailMode = 'following';
  #connection: LiveConnectionState = { status: 'connecting' };
  readonly #troubles = new LiveTroubles();
  #fromBefore = 0;
  #received = 0;
  #failures = 0;
  readonly #filtered: LeftOut = { count: 0, isAtLeast: false };
  readonly #skipped: LeftOut = { count: 0, isAtLeast: false };
  readonly #positions = new Map<string, EntryId>();
  /** By stream, where the gap ends that was told last, while no entry has followed it. */
  readonly #gapBefore = new Map<string, EntryId>();
  /** The number of the topmost row in sight, kept while reading. */
  #placeNumber = 0;
  #isCutBelow = false;
  #view: TailView;

  constructor(options: Options) {
    const { streams, history, older, readOlder, rowsMax = TAIL_ROWS_MAX } = options;
    this.#streams = streams;
    this.#inbox = new LiveInbox({
      onNextFrame: options.onNextFrame,
      pace: options.pace,
      onMessages: (messages) => this.#takeIn(messages),
      onDraw: () => this.#tell(),
    });
    this.#rows = new LiveRows(rowsMax);
    this.#back = new LiveLookBack({
      read: readOlder,
      streams,
      from: older,
      onRows: (rows) => this.#prepend(rows),
      onState: () => this.#inbox.askForDraw(),
    });
    for (const row of history) this.#rows.show(row);
    this.#fromBefore = history.filter((row) => row.kind === 'entry').length;
    this.#view = this.#makeView(0);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): TailView => this.#view;

  receive(message: FeedMessage): void {
    this.#inbox.push(message);
  }

  setConnection(connection: LiveConnectionState): void {
    // What was filtered since it was last told of is not told again where an entry followed.
    if (this.#connection.status === 'live' && connection.status !== 'live') {
      this.#filtered.isAtLeast = true;
    }
    if (this.#connection.status !== 'live' && connection.status === 'live') this.#troubles.begin();
    this.#connection = connection;
    this.#inbox.askForDraw();
  }

  /** Holds the rows still; what comes from now on waits. */
  pause(): void {
    this.#inbox.takeIn();
    this.#mode = 'paused';
    this.#tell();
  }

  /** Nothing that comes is drawn while this holds; it is taken in, and shown afterwards. */
  holdStill(isHeld: boolean): void {
    this.#inbox.isHeld = isHeld;
  }

  /** Lets what waited in below, and stays where the reader is. */
  resumeHere(topNumber: number): void {
    this.#placeNumber = topNumber;
    this.#mode = 'reading';
    this.#letWaitingIn();
    this.#tell();
  }

  /** Lets what waited in and goes to the newest row. */
  follow(): void {
    this.#back.leave();
    this.#mode = 'following';
    this.#isCutBelow = false;
    this.#letWaitingIn();
    this.#tell();
  }

  /** Where a reader is who reads while rows come in below: the number of the topmost row. */
  setPlace(topNumber: number): void {
    this.#placeNumber = topNumber;
  }

  /** Reads older entries from Redis to stand above the first row. The rows are held still. */
  lookBack(): void {
    const streams = this.#streams.filter((stream) => !this.#rows.isGone(stream));
    const before = this.#rows.firstEntries();
    for (const stream of streams) {
      const last = this.#rows.newestOf(stream) ?? this.#positions.get(stream) ?? null;
      const id = before.get(stream) ?? (last && nextEntryId(last));
      if (id !== null) before.set(stream, id);
    }
    if (before.size === 0 || streams.length === 0) return;
    if (this.#mode === 'following') this.pause();
    void this.#back.read(streams, before);
  }

  /** Leaves the reading of older entries where it is. */
  stopLookingBack(): void {
    this.#back.stop();
  }

  /** Lets what runs go. */
  close(): void {
    this.#back.leave();
  }

  #takeIn(received: readonly FeedMessage[]): void {
    const messages = received.flatMap((message) => toTailMessage(message, this.#streams) ?? []);
    const ordered = this.#streams.length > 1 ? inOrderOfIds(messages) : messages;
    for (const message of ordered) this.#take(message);
  }

  #take({ stream, message }: TailMessage): void {
    if (message.event === FEED_COUNTS) this.#filtered.count += leftOutIn(message).count;
    const row = toTailRow(message, stream);
    const reached = row?.kind === 'entry' ? row.id : placeAfter(message);
    if (reached !== null && stream !== null) this.#positions.set(stream, reached);
    if (row === null) return;
    if (row.kind === 'redis') {
      if (this.#troubles.tell(row)) this.#admit(row);
      return;
    }
    // Told again after a reconnect, where nothing came since.
    if (row.kind === 'gap') {
      if (row.before === this.#gapBefore.get(row.stream)) return;
      this.#gapBefore.set(row.stream, row.before);
    } else if (stream !== null) this.#gapBefore.delete(stream);
    if (row.kind === 'entry') {
      this.#received++;
      if (row.type !== null && isFailureType(row.type)) this.#failures++;
    } else if (message.event === FEED_GAP) {
      const { count, isAtLeast } = leftOutIn(message);
      this.#skipped.count += count;
      this.#skipped.isAtLeast ||= isAtLeast;
    }
    this.#admit(row);
  }

  /** A reader's place is not taken away from under them: the tail waits instead. */
  #admit(row: TailRow): void {
    if (this.#mode === 'reading' && this.#rows.shown.isFull) {
      const isInSight = this.#rows.shown.firstNumber >= this.#placeNumber;
      if (isInSight || this.#back.isReading) this.#mode = 'paused';
    }
    // What is older than its rows is of a stream that is gone.
    if (row.kind === 'reset') this.#back.leave();
    if (this.#mode === 'paused') this.#rows.hold(row);
    else for (const stream of this.#rows.show(row)) this.#back.startOver(stream);
  }

  /** Older rows, newest first, as they come from Redis. */
  #prepend(rows: readonly TailEntryRow[]): void {
    for (const row of rows) {
      if (this.#rows.shown.isFull) {
        this.#mode = 'paused';
        this.#isCutBelow = true;
      }
      if (this.#rows.prepend(row)) this.#fromBefore++;
    }
    this.#inbox.askForDraw();
  }

  #letWaitingIn(): void {
    this.#inbox.takeIn();
    for (const row of this.#rows.takeWaiting()) this.#admit(row);
  }

  #tell(): void {
    this.#view = this.#makeView(this.#view.version + 1);
    for (const listener of this.#listeners) listener();
  }

  #makeView(version: number): TailView {
    const rows = this.#rows;
    const { shownEntries: shown, waitingEntries: waiting } = rows;
    const isGone = this.#streams.every((stream) => rows.isGone(stream));
    const older = isGone ? { status: 'gone' as const } : this.#back.state;
    return {
      version,
      rows: rows.look(),
      mode: this.#mode,
      connection: this.#connection,
      troubles: this.#troubles.all,
      ledger: {
        fromBefore: this.#fromBefore,
        received: this.#received,
        shown,
        waiting,
        letGo: this.#fromBefore + this.#received - shown - waiting,
        filtered: { ...this.#filtered },
        skipped: { ...this.#skipped },
        failures: this.#failures,
      },
      older: { ...older, letGo: rows.letGoAbove, leftOut: this.#back.leftOut },
      isCutBelow: this.#isCutBelow,
      positions: new Map(this.#positions),
    };
  }
}
