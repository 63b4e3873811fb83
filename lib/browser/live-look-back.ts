import type { EntryId } from '@/lib/model/entry-id';
import type { TailEntryRow } from '@/lib/model/tail-row';

/** How far a reading got, where it looks through more than it shows. */
export interface LookBackProgress {
  /** Entries looked through. */
  scanned: number;
  /** The time reached, ISO 8601. */
  time: string | null;
}

/** What one reading hands over as it goes. */
export interface OlderSink {
  signal: AbortSignal;
  /** Rows newest first, which may be none, and the entry reached. */
  onRows: (rows: TailEntryRow[], reached: EntryId | null) => void;
  onProgress: (progress: LookBackProgress) => void;
}

/** Reads what is older than an entry; resolves with where to go on, null at the first entry. */
export type ReadOlder = (before: EntryId, sink: OlderSink) => Promise<EntryId | null>;

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
  /** Where the first reading begins: null at the first entry, undefined where that is not known. */
  from: EntryId | null | undefined;
  onRows: (rows: TailEntryRow[]) => void;
  onState: () => void;
}

/** Reads a stream back, one reading at a time, each going on where the last one got to. */
export class LiveLookBack {
  readonly #options: Options;
  #state: LookBackState;
  /** Where the next reading begins; undefined: before the first row. */
  #from: EntryId | undefined;
  #running: AbortController | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#state = options.from === null ? { status: 'first' } : { status: 'more' };
    this.#from = options.from ?? undefined;
  }

  get state(): LookBackState {
    return this.#state;
  }

  get isReading(): boolean {
    return this.#running !== null;
  }

  /** The first row is another, for one was let go: what was known of its end no longer holds. */
  startOver(): void {
    this.#from = undefined;
    if (this.#state.status !== 'more') this.#end({ status: 'more' });
  }

  /** Reads on, from before `firstId` where it was not further back already. */
  async read(firstId: EntryId): Promise<void> {
    if (this.#running || this.#state.status === 'first') return;
    const running = new AbortController();
    this.#running = running;
    this.#set({ status: 'reading', progress: null });
    const { signal } = running;
    try {
      const next = await this.#options.read(this.#from ?? firstId, {
        signal,
        onRows: (rows, reached) => {
          if (signal.aborted) return;
          this.#from = reached ?? this.#from;
          this.#options.onRows(rows);
        },
        onProgress: (progress) => {
          if (!signal.aborted) this.#set({ status: 'reading', progress });
        },
      });
      if (signal.aborted) return;
      this.#from = next ?? this.#from;
      this.#end(next === null ? { status: 'first' } : { status: 'more' });
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
