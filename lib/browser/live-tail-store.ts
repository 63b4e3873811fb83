import type { EntryId } from '@/lib/model/entry-id';
import type { FeedMessage } from '@/lib/model/feed-message';
import { isFailureType, type TailRow, toTailRow } from '@/lib/model/tail-row';
import type { LiveConnectionState } from './live-connection';
import { LiveRowBuffer } from './live-row-buffer';

/** Rows a tail keeps in the browser; the rest stays in Redis. */
export const TAIL_ROWS_MAX = 10_000;

/** `following`: the newest row is in sight. `reading`: rows come in below. `paused`: none do. */
export type TailMode = 'following' | 'reading' | 'paused';

/** Where every entry is: `fromHistory + received = shown + waiting + letGo`. */
export interface TailLedger {
  /** Entries of the page's first answer. */
  fromHistory: number;
  /** Entries the feed has sent. */
  received: number;
  /** Entries among the rows. */
  shown: number;
  /** Entries that came while paused. */
  waiting: number;
  /** Entries no longer held here. */
  letGo: number;
  /** Of those received: entries whose type tells of a failure. */
  failures: number;
}

/** Redis away (`down`), or the stream alone in trouble (`up`, with a code). */
export interface TailTrouble {
  redis: 'up' | 'down';
  code: string | null;
  since: string;
}

export interface TailView {
  /** Changes with every change, for a memo. */
  version: number;
  rows: Pick<LiveRowBuffer<TailRow>, 'size' | 'firstNumber' | 'at'>;
  mode: TailMode;
  connection: LiveConnectionState;
  /** What the feed cannot get past; null while all is well. */
  trouble: TailTrouble | null;
  ledger: TailLedger;
  newestId: EntryId | null;
}

interface Options {
  history: readonly TailRow[];
  /** Runs once, before the next frame is drawn. */
  onNextFrame: (run: () => void) => void;
  rowsMax?: number;
}

/** Messages held for the next frame at most; one more is taken in at once. */
const UNDRAWN_MAX = 5000;

/** What a live tail knows. Framework-free: `subscribe` and `view` are all a binding needs. */
export class LiveTailStore {
  readonly #onNextFrame: Options['onNextFrame'];
  readonly #shown: LiveRowBuffer<TailRow>;
  readonly #waiting: LiveRowBuffer<TailRow>;
  readonly #listeners = new Set<() => void>();
  readonly #fromHistory: number;
  #undrawn: FeedMessage[] = [];
  #frameAsked = false;
  #mode: TailMode = 'following';
  #connection: LiveConnectionState = { status: 'connecting' };
  #trouble: TailTrouble | null = null;
  #received = 0;
  #failures = 0;
  #shownEntries = 0;
  #waitingEntries = 0;
  #waitingLetGo = 0;
  #newestId: EntryId | null = null;
  /** Where the gap ends that was told last, while no entry has followed it. */
  #gapBefore: EntryId | null = null;
  /** The number of the topmost row in sight, kept while reading. */
  #placeNumber = 0;
  #view: TailView;

  constructor({ history, onNextFrame, rowsMax = TAIL_ROWS_MAX }: Options) {
    this.#onNextFrame = onNextFrame;
    this.#shown = new LiveRowBuffer(rowsMax);
    this.#waiting = new LiveRowBuffer(rowsMax);
    for (const row of history) this.#show(row);
    this.#fromHistory = history.filter((row) => row.kind === 'entry').length;
    this.#view = this.#makeView(0);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): TailView => this.#view;

  receive(message: FeedMessage): void {
    this.#undrawn.push(message);
    if (this.#undrawn.length >= UNDRAWN_MAX) this.#takeIn();
    this.#askForFrame();
  }

  setConnection(connection: LiveConnectionState): void {
    this.#connection = connection;
    this.#askForFrame();
  }

  /** Holds the rows still; what comes from now on waits. */
  pause(): void {
    this.#takeIn();
    this.#mode = 'paused';
    this.#tell();
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
    this.#mode = 'following';
    this.#letWaitingIn();
    this.#tell();
  }

  /** Where a reader is who reads while rows come in below: the number of the topmost row. */
  setPlace(topNumber: number): void {
    this.#placeNumber = topNumber;
  }

  #askForFrame(): void {
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    this.#onNextFrame(() => {
      this.#frameAsked = false;
      this.#takeIn();
      this.#tell();
    });
  }

  #takeIn(): void {
    const messages = this.#undrawn;
    this.#undrawn = [];
    for (const message of messages) this.#take(message);
  }

  #take(message: FeedMessage): void {
    const row = toTailRow(message);
    if (row === null) return;
    if (row.kind === 'redis' && !this.#standChanged(row)) return;
    // Told again after a reconnect, where nothing came since.
    if (row.kind === 'gap' && row.before === this.#gapBefore) return;
    if (row.kind !== 'redis') this.#gapBefore = row.kind === 'gap' ? row.before : null;
    if (row.kind === 'entry') {
      this.#received++;
      this.#newestId = row.id;
      if (row.type !== null && isFailureType(row.type)) this.#failures++;
    }
    this.#admit(row);
  }

  /** A reader's place is not taken away from under them: the tail waits instead. */
  #admit(row: TailRow): void {
    const isFull = this.#shown.size === this.#shown.capacity;
    if (this.#mode === 'reading' && isFull && this.#shown.firstNumber >= this.#placeNumber) {
      this.#mode = 'paused';
    }
    if (this.#mode === 'paused') this.#hold(row);
    else this.#show(row);
  }

  /** The feed tells how things stand on each connection; only a change is a row. */
  #standChanged(row: Extract<TailRow, { kind: 'redis' }>): boolean {
    const before = this.#trouble;
    const isWell = row.status === 'up' && row.code === null;
    this.#trouble = isWell ? null : { redis: row.status, code: row.code, since: row.since };
    return before?.redis !== this.#trouble?.redis || before?.code !== this.#trouble?.code;
  }

  #show(row: TailRow): void {
    const oldest = this.#shown.size === this.#shown.capacity ? this.#shown.at(0) : undefined;
    if (oldest?.kind === 'entry') this.#shownEntries--;
    this.#shown.push(row);
    if (row.kind === 'entry') this.#shownEntries++;
    if (row.kind === 'entry') this.#newestId = row.id;
  }

  #hold(row: TailRow): void {
    const oldest = this.#waiting.size === this.#waiting.capacity ? this.#waiting.at(0) : undefined;
    if (oldest?.kind === 'entry') {
      this.#waitingEntries--;
      this.#waitingLetGo++;
    }
    this.#waiting.push(row);
    if (row.kind === 'entry') this.#waitingEntries++;
  }

  #letWaitingIn(): void {
    this.#takeIn();
    const { rows } = this.#waiting.drain();
    const count = this.#waitingLetGo;
    this.#waitingEntries = 0;
    this.#waitingLetGo = 0;
    if (count > 0) this.#admit({ kind: 'let_go', count, after: this.#lastShownId() });
    for (const row of rows) this.#admit(row);
  }

  #lastShownId(): EntryId | null {
    for (let place = this.#shown.size - 1; place >= 0; place--) {
      const row = this.#shown.at(place);
      if (row?.kind === 'entry') return row.id;
    }
    return null;
  }

  #tell(): void {
    this.#view = this.#makeView(this.#view.version + 1);
    for (const listener of this.#listeners) listener();
  }

  #makeView(version: number): TailView {
    const entries = this.#fromHistory + this.#received;
    return {
      version,
      rows: this.#shown,
      mode: this.#mode,
      connection: this.#connection,
      trouble: this.#trouble,
      ledger: {
        fromHistory: this.#fromHistory,
        received: this.#received,
        shown: this.#shownEntries,
        waiting: this.#waitingEntries,
        letGo: entries - this.#shownEntries - this.#waitingEntries,
        failures: this.#failures,
      },
      newestId: this.#newestId,
    };
  }
}
