import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import type { LetGoRows, TailEntryRow, TailRow } from '@/lib/model/tail-row';
import { LiveRowBuffer } from './live-row-buffer';

/** What is known of one stream among the rows. */
interface StreamRows {
  /** The oldest entry ever given: older ones were never counted. Null for none of this stream. */
  knownFrom: EntryId | null;
  /** The newest one. */
  newest: EntryId | null;
  /** Resets among what is shown and what follows it: its first row is of a stream that is gone. */
  resets: number;
}

/** Rows as they stood at a moment. */
export interface ShownRows {
  size: number;
  /** The number of the oldest; a row's number never changes. */
  firstNumber: number;
  /** By place, 0 for the oldest. Undefined for one that was let go since. */
  at: (place: number) => TailRow | undefined;
}

type LetGo = Omit<LetGoRows, 'after'>;

/**
 * The rows of a tail, oldest first: let go above · shown · a hole, where too much waits · waiting.
 * Every entry it was given is in exactly one of them. Entries of one stream stand in their order.
 */
export class LiveRows {
  readonly #shown: LiveRowBuffer<TailRow>;
  readonly #waiting: LiveRowBuffer<TailRow>;
  /** By stream, rows that were not kept between those shown and those that wait. */
  #hole: Map<string, LetGo> | null = null;
  #shownEntries = 0;
  #waitingEntries = 0;
  #letGoAbove = 0;
  readonly #streams = new Map<string, StreamRows>();

  constructor(rowsMax: number) {
    this.#shown = new LiveRowBuffer(rowsMax);
    this.#waiting = new LiveRowBuffer(rowsMax);
  }

  get shown(): Pick<LiveRowBuffer<TailRow>, 'firstNumber' | 'isFull'> {
    return this.#shown;
  }

  /** The rows shown as they stand now: what comes later is not among them. */
  look(): ShownRows {
    const { size, firstNumber } = this.#shown;
    const at = (place: number) => {
      if (place < 0 || place >= size) return undefined;
      return this.#shown.at(firstNumber + place - this.#shown.firstNumber);
    };
    return { size, firstNumber, at };
  }

  get shownEntries(): number {
    return this.#shownEntries;
  }

  get waitingEntries(): number {
    return this.#waitingEntries;
  }

  /** Entries let go before the first row shown. */
  get letGoAbove(): number {
    return this.#letGoAbove;
  }

  /** The stream of the first of its rows was deleted or made anew since. */
  isGone(stream: string): boolean {
    return this.#of(stream).resets > 0;
  }

  /** The newest entry of a stream that was ever given. */
  newestOf(stream: string): EntryId | null {
    return this.#of(stream).newest;
  }

  /** By stream, the oldest entry that is held, or that is counted among the rows. */
  firstEntries(): Map<string, EntryId> {
    const first = new Map<string, EntryId>();
    const isComplete = () => first.size === this.#streams.size;
    const meet = (stream: string, id: EntryId | null) => {
      if (id !== null && !first.has(stream)) first.set(stream, id);
    };
    const meetHole = (letGo: Iterable<LetGo>) => {
      for (const { stream, first } of letGo) meet(stream, first);
    };
    for (const row of rowsOf(this.#shown)) {
      if (isComplete()) return first;
      if (row.kind === 'entry') meet(row.stream, row.id);
      else if (row.kind === 'let_go') meetHole(row.of);
    }
    meetHole(this.#hole?.values() ?? []);
    for (const row of rowsOf(this.#waiting)) {
      if (isComplete()) return first;
      if (row.kind === 'entry') meet(row.stream, row.id);
    }
    return first;
  }

  /** Adds the newest row to those shown. Gives the streams of which a row left above. */
  show(row: TailRow): ReadonlySet<string> {
    this.#meet(row);
    if (row.kind === 'entry') this.#shownEntries++;
    const oldest = this.#shown.push(row);
    const left = new Set<string>();
    if (oldest !== undefined) this.#leaveAbove(oldest, left);
    this.#leaveHolesAbove(left);
    return left;
  }

  /** Adds the newest row to those that wait. */
  hold(row: TailRow): void {
    this.#meet(row);
    if (row.kind === 'entry') this.#waitingEntries++;
    const oldest = this.#waiting.push(row);
    if (oldest === undefined) return;
    if (oldest.kind === 'entry') this.#waitingEntries--;
    this.#dropIntoHole(oldest, 'last');
  }

  /**
   * Adds an entry before the first row shown. True where it was never given before, false where it
   * had been let go.
   */
  prepend(row: TailEntryRow): boolean {
    const known = this.#of(row.stream);
    const isNew = known.knownFrom === null || compareEntryIds(row.id, known.knownFrom) < 0;
    if (isNew) known.knownFrom = row.id;
    else this.#letGoAbove--;
    known.newest ??= row.id;
    this.#shownEntries++;
    const newest = this.#shown.unshift(row);
    if (newest !== undefined) this.#leaveBelow(newest);
    return isNew;
  }

  /** Takes out what waits, oldest first, a hole before it told as a row. */
  takeWaiting(): TailRow[] {
    const rows = this.#waiting.drain();
    const hole = [...(this.#hole?.values() ?? [])].filter(
      ({ entries, resets }) => entries + resets > 0,
    );
    this.#hole = null;
    this.#waitingEntries = 0;
    if (hole.length > 0) {
      const after = this.#lastEntries();
      const of = hole.map((letGo) => ({ ...letGo, after: after.get(letGo.stream) ?? null }));
      const count = hole.reduce((sum, { entries }) => sum + entries, 0);
      rows.unshift({ kind: 'let_go', count, of });
    }
    for (const row of rows) this.#count(row, -1);
    return rows;
  }

  #of(stream: string): StreamRows {
    let known = this.#streams.get(stream);
    if (!known) {
      known = { knownFrom: null, newest: null, resets: 0 };
      this.#streams.set(stream, known);
    }
    return known;
  }

  /** By stream, the newest entry shown. */
  #lastEntries(): Map<string, EntryId> {
    const last = new Map<string, EntryId>();
    for (let place = this.#shown.size - 1; place >= 0 && last.size < this.#streams.size; place--) {
      const row = this.#shown.at(place);
      if (row?.kind === 'entry' && !last.has(row.stream)) last.set(row.stream, row.id);
    }
    return last;
  }

  /** A row given for the first time, or once more out of those that waited. */
  #meet(row: TailRow): void {
    this.#count(row, 1);
    if (row.kind === 'reset') {
      const known = this.#of(row.stream);
      known.knownFrom = null;
      known.newest = null;
    } else if (row.kind === 'entry') {
      const known = this.#of(row.stream);
      known.knownFrom ??= row.id;
      known.newest = row.id;
    }
  }

  /** The resets that come or go with a row. */
  #count(row: TailRow, sign: 1 | -1): void {
    if (row.kind === 'reset') this.#of(row.stream).resets += sign;
    else if (row.kind === 'let_go') {
      for (const { stream, resets } of row.of) this.#of(stream).resets += sign * resets;
    }
  }

  #leaveAbove(row: TailRow, left: Set<string>): void {
    this.#count(row, -1);
    if (row.kind === 'entry') {
      this.#letGoAbove++;
      this.#shownEntries--;
    } else if (row.kind === 'let_go') {
      this.#letGoAbove += row.count;
      for (const { stream } of row.of) left.add(stream);
    }
    if ('stream' in row && row.stream !== null) left.add(row.stream);
  }

  /** What a hole lacks is read back as what was let go, once no entry is left before it. */
  #leaveHolesAbove(left: Set<string>): void {
    while (isHoleBeforeEntries(this.#shown)) {
      const row = this.#shown.shift();
      if (row !== undefined) this.#leaveAbove(row, left);
    }
  }

  /** It waits with the others while nothing lies between it and them. */
  #leaveBelow(row: TailRow): void {
    if (row.kind === 'entry') this.#shownEntries--;
    if (this.#hole !== null || this.#waiting.isFull) this.#dropIntoHole(row, 'first');
    else {
      this.#waiting.unshift(row);
      if (row.kind === 'entry') this.#waitingEntries++;
    }
  }

  /** It is the newest of what the hole lacks, or the oldest. */
  #dropIntoHole(row: TailRow, as: 'first' | 'last'): void {
    this.#hole ??= new Map();
    const add = ({ stream, entries, resets, first }: LetGo) => {
      const before = this.#hole?.get(stream);
      // Above a reset no id can be read back.
      const kept = as === 'first' ? first : null;
      this.#hole?.set(stream, {
        stream,
        entries: (before?.entries ?? 0) + entries,
        resets: (before?.resets ?? 0) + resets,
        first: kept ?? before?.first ?? first,
      });
    };
    if (row.kind === 'entry') add({ stream: row.stream, entries: 1, resets: 0, first: row.id });
    else if (row.kind === 'reset') add({ stream: row.stream, entries: 0, resets: 1, first: null });
    else if (row.kind === 'let_go') for (const letGo of row.of) add(letGo);
  }
}

function* rowsOf(rows: LiveRowBuffer<TailRow>): Generator<TailRow> {
  for (let place = 0; place < rows.size; place++) {
    const row = rows.at(place);
    if (row !== undefined) yield row;
  }
}

function isHoleBeforeEntries(rows: LiveRowBuffer<TailRow>): boolean {
  for (let place = 0; place < rows.size; place++) {
    const kind = rows.at(place)?.kind;
    if (kind === 'entry' || kind === 'let_go') return kind === 'let_go';
  }
  return false;
}
