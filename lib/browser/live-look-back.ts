import type { EntryId } from '@/lib/model/entry-id';
import type { OlderPlaces } from '@/lib/model/older-merge';
import type { TailEntryRow } from '@/lib/model/tail-row';

/** How far a reading got, where it looks through more than it shows. */
export interface LookBackProgress {
  /** Entries looked through. */
  scanned: number;
  /** The time reached, ISO 8601. */
  time: string | null;
}

/** A stream that could not be read, where the others were. */
export interface LeftOutStream {
  stream: string;
  problem: string;
}

/** What one reading hands over as it goes. */
export interface OlderSink {
  signal: AbortSignal;
  /** Rows newest first, which may be none, and where each stream goes on behind them. */
  onRows: (rows: TailEntryRow[], places: OlderPlaces) => void;
  onProgress: (progress: LookBackProgress) => void;
}

/** Reads what is older than an entry of each stream, over all of them by id. */
export type ReadOlder = (
  from: ReadonlyMap<string, EntryId>,
  sink: OlderSink,
) => Promise<{ places: OlderPlaces; leftOut: readonly LeftOutStream[] }>;

export type LookBackState =
  /** There may be older entries. */
  | { status: 'more' }
  | { status: 'reading'; progress: LookBackProgress | null }
  /** Stopped by the reader: it goes on when asked. */
  | { status: 'stopped'; progress: LookBackProgress | null }
  | { status: 'failed'; problem: string }
  /** Redis holds nothing older. */
  | { status: 'first' };

interface Options {
  read: ReadOlder;
  streams: readonly string[];
  /** Where the first reading begins in each stream; one that is absent is not known. */
  from: OlderPlaces;
  onRows: (rows: TailEntryRow[]) => void;
  onState: () => void;
}

/** Reads streams back, one reading at a time, each going on where the last one got to. */
export class LiveLookBack {
  readonly #options: Options;
  #state: LookBackState = { status: 'more' };
  #leftOut: readonly LeftOutStream[] = [];
  /** Where the next reading begins; absent: before the stream's first row. */
  readonly #from: Map<string, EntryId | null>;
  #running: AbortController | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#from = new Map(options.from);
    if (this.#isAtFirst(options.streams)) this.#state = { status: 'first' };
  }

  get state(): LookBackState {
    return this.#state;
  }

  /** The streams that the last reading went on without. */
  get leftOut(): readonly LeftOutStream[] {
    return this.#leftOut;
  }

  get isReading(): boolean {
    return this.#running !== null;
  }

  /** The first row of a stream is another, for one was let go: what was known of its end is not so. */
  startOver(stream: string): void {
    if (this.#from.delete(stream) && this.#state.status !== 'more') this.#end({ status: 'more' });
  }

  /** Reads on in these streams, from before these entries where it was not further back already. */
  async read(streams: readonly string[], before: ReadonlyMap<string, EntryId>): Promise<void> {
    if (this.#running) return;
    const from = new Map<string, EntryId>();
    for (const stream of streams) {
      const at = this.#from.has(stream) ? this.#from.get(stream) : before.get(stream);
      if (at) from.set(stream, at);
    }
    if (from.size === 0) {
      if (this.#isAtFirst(streams)) this.#set({ status: 'first' });
      return;
    }
    const running = new AbortController();
    this.#running = running;
    this.#leftOut = [];
    this.#set({ status: 'reading', progress: null });
    const { signal } = running;
    try {
      const { places, leftOut } = await this.#options.read(from, {
        signal,
        onRows: (rows, places) => {
          if (signal.aborted) return;
          this.#reach(places);
          this.#options.onRows(rows);
        },
        onProgress: (progress) => {
          if (!signal.aborted) this.#set({ status: 'reading', progress });
        },
      });
      if (signal.aborted) return;
      this.#reach(places);
      this.#leftOut = leftOut;
      this.#end(this.#outcome(streams));
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof Error ? error.message : 'The reading failed.';
      this.#end({ status: 'failed', problem });
    }
  }

  /** Stops where it is; it goes on from there when asked. */
  stop(): void {
    if (this.#state.status !== 'reading') return;
    this.#end({ status: 'stopped', progress: this.#state.progress });
  }

  /** Lets a reading go that nobody waits for any more. */
  leave(): void {
    if (this.#running) this.#end({ status: 'more' });
  }

  #outcome(streams: readonly string[]): LookBackState {
    if (this.#isAtFirst(streams)) return { status: 'first' };
    const broken = new Set(this.#leftOut.map(({ stream }) => stream));
    if (!this.#isAtFirst(streams.filter((stream) => !broken.has(stream))))
      return { status: 'more' };
    // Asking again by itself would fail again.
    const problem = this.#leftOut.map(({ stream, problem }) => `${stream}: ${problem}`).join(' ');
    this.#leftOut = [];
    return { status: 'failed', problem };
  }

  #isAtFirst(streams: readonly string[]): boolean {
    return streams.every((stream) => this.#from.get(stream) === null);
  }

  #reach(places: OlderPlaces): void {
    for (const [stream, id] of places) this.#from.set(stream, id);
  }

  #end(state: LookBackState): void {
    this.#running?.abort();
    this.#running = null;
    this.#set(state);
  }

  #set(state: LookBackState): void {
    this.#state = state;
    this.#options.onState();
  }
}
