import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import type { TailEntryRow, TailRow } from '@/lib/model/tail-row';
import { LiveRowBuffer } from './live-row-buffer';

/** Rows that were not kept between those shown and those that wait. */
interface Hole {
  entries: number;
  resets: number;
}

/**
 * The rows of a tail, oldest first: let go above · shown · a hole, where too much waits · waiting.
 * Every entry it was given is in exactly one of them.
 */
export class LiveRows {
  readonly #shown: LiveRowBuffer<TailRow>;
  readonly #waiting: LiveRowBuffer<TailRow>;
  #hole: Hole | null = null;
  #shownEntries = 0;
  #waitingEntries = 0;
  #letGoAbove = 0;
  /** Resets among what is shown and what follows it: the first row is of a stream that is gone. */
  #resets = 0;
  /** The oldest entry ever given: older ones were never counted. Null for none of this stream. */
  #knownFrom: EntryId | null = null;

  constructor(rowsMax: number) {
    this.#shown = new LiveRowBuffer(rowsMax);
    this.#waiting = new LiveRowBuffer(rowsMax);
  }

  get shown(): Pick<LiveRowBuffer<TailRow>, 'size' | 'firstNumber' | 'at' | 'isFull'> {
    return this.#shown;
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

  /** The stream of the first row was deleted or made anew since. */
  get isStreamGone(): boolean {
    return this.#resets > 0;
  }

  /** The oldest entry shown; where none is, the oldest that waits. */
  get firstEntryId(): EntryId | null {
    return firstEntryId(this.#shown) ?? firstEntryId(this.#waiting);
  }

  /** The newest entry shown. */
  get lastEntryId(): EntryId | null {
    for (let place = this.#shown.size - 1; place >= 0; place--) {
      const row = this.#shown.at(place);
      if (row?.kind === 'entry') return row.id;
    }
    return null;
  }

  /** Adds the newest row to those shown. True where the first row is another one now. */
  show(row: TailRow): boolean {
    this.#meet(row);
    if (row.kind === 'entry') this.#shownEntries++;
    const oldest = this.#shown.push(row);
    if (oldest !== undefined) this.#leaveAbove(oldest);
    return this.#leaveHolesAbove() || oldest !== undefined;
  }

  /** Adds the newest row to those that wait. */
  hold(row: TailRow): void {
    this.#meet(row);
    if (row.kind === 'entry') this.#waitingEntries++;
    const oldest = this.#waiting.push(row);
    if (oldest === undefined) return;
    if (oldest.kind === 'entry') this.#waitingEntries--;
    this.#dropIntoHole(oldest);
  }

  /**
   * Adds an entry before the first row shown. True where it was never given before, false where it
   * had been let go.
   */
  prepend(row: TailEntryRow): boolean {
    const isNew = this.#knownFrom === null || compareEntryIds(row.id, this.#knownFrom) < 0;
    if (isNew) this.#knownFrom = row.id;
    else this.#letGoAbove--;
    this.#shownEntries++;
    const newest = this.#shown.unshift(row);
    if (newest !== undefined) this.#leaveBelow(newest);
    return isNew;
  }

  /** Takes out what waits, oldest first, a hole before it told as a row. */
  takeWaiting(): TailRow[] {
    const rows = this.#waiting.drain();
    const hole = this.#hole;
    this.#hole = null;
    this.#waitingEntries = 0;
    if (hole !== null && hole.entries + hole.resets > 0) {
      const { entries, resets } = hole;
      rows.unshift({ kind: 'let_go', count: entries, after: this.lastEntryId, resets });
    }
    for (const row of rows) this.#resets -= resetsOf(row);
    return rows;
  }

  /** A row given for the first time, or once more out of those that waited. */
  #meet(row: TailRow): void {
    this.#resets += resetsOf(row);
    if (row.kind === 'reset') this.#knownFrom = null;
    else if (row.kind === 'entry') this.#knownFrom ??= row.id;
  }

  #leaveAbove(row: TailRow): void {
    this.#resets -= resetsOf(row);
    this.#letGoAbove += entriesOf(row);
    if (row.kind === 'entry') this.#shownEntries--;
  }

  /** What a hole lacks is read back as what was let go, once no entry is left before it. */
  #leaveHolesAbove(): boolean {
    let hasLeft = false;
    while (isHoleBeforeEntries(this.#shown)) {
      const row = this.#shown.shift();
      if (row !== undefined) this.#leaveAbove(row);
      hasLeft = true;
    }
    return hasLeft;
  }

  /** It waits with the others while nothing lies between it and them. */
  #leaveBelow(row: TailRow): void {
    if (row.kind === 'entry') this.#shownEntries--;
    if (this.#hole !== null || this.#waiting.isFull) this.#dropIntoHole(row);
    else {
      this.#waiting.unshift(row);
      if (row.kind === 'entry') this.#waitingEntries++;
    }
  }

  #dropIntoHole(row: TailRow): void {
    this.#hole ??= { entries: 0, resets: 0 };
    this.#hole.entries += entriesOf(row);
    this.#hole.resets += resetsOf(row);
  }
}

function firstEntryId(rows: LiveRowBuffer<TailRow>): EntryId | null {
  for (let place = 0; place < rows.size; place++) {
    const row = rows.at(place);
    if (row?.kind === 'entry') return row.id;
  }
  return null;
}

function isHoleBeforeEntries(rows: LiveRowBuffer<TailRow>): boolean {
  for (let place = 0; place < rows.size; place++) {
    const kind = rows.at(place)?.kind;
    if (kind === 'entry' || kind === 'let_go') return kind === 'let_go';
  }
  return false;
}

/** Entries that are gone with a row. */
function entriesOf(row: TailRow): number {
  return row.kind === 'entry' ? 1 : row.kind === 'let_go' ? row.count : 0;
}

function resetsOf(row: TailRow): number {
  return row.kind === 'reset' ? 1 : row.kind === 'let_go' ? row.resets : 0;
}
