import { compareEntryIds, type EntryId } from './entry-id';

/** Where reading back goes on in each stream, before an entry; null: Redis holds nothing older. */
export type OlderPlaces = ReadonlyMap<string, EntryId | null>;

interface Part<Row> {
  /** What was taken lies at or after this id. */
  from: EntryId;
  /** Read and not taken yet, newest first. */
  rows: Row[];
  /** All from this entry on was read; null once that is all there is. */
  reached: EntryId | null;
  /** It cannot be read: the others do not wait for it. */
  isLeftOut: boolean;
}

/**
 * Several streams read back as one, newest first by id. A row is taken once every stream has been
 * read down to it; what was read further is kept.
 */
export class OlderMerge<Row extends { stream: string; id: EntryId }> {
  readonly #parts = new Map<string, Part<Row>>();

  /** Goes on in these streams before these ids; what is kept for just there is not read again. */
  begin(from: ReadonlyMap<string, EntryId>): void {
    for (const stream of this.#parts.keys()) if (!from.has(stream)) this.#parts.delete(stream);
    for (const [stream, id] of from) {
      const kept = this.#parts.get(stream);
      if (kept?.from === id) kept.isLeftOut = false;
      else this.#parts.set(stream, { from: id, rows: [], reached: id, isLeftOut: false });
    }
  }

  /** The streams of which nothing is kept, and where reading goes on in each. */
  wanted(): Map<string, EntryId> {
    const wanted = new Map<string, EntryId>();
    for (const [stream, { rows, reached, isLeftOut }] of this.#parts) {
      if (rows.length === 0 && reached !== null && !isLeftOut) wanted.set(stream, reached);
    }
    return wanted;
  }

  /** Adds what was read, newest first, and the entry reached. */
  add(stream: string, rows: readonly Row[], reached: EntryId | null): void {
    const part = this.#parts.get(stream);
    if (!part) return;
    part.rows.push(...rows);
    part.reached = reached;
  }

  leaveOut(stream: string): void {
    const part = this.#parts.get(stream);
    if (part) part.isLeftOut = true;
  }

  /** What is next over all of them, newest first, and where each goes on behind it. */
  take(): { rows: Row[]; places: OlderPlaces } {
    const parts = [...this.#parts.values()];
    const waited = parts.flatMap(({ reached, isLeftOut }) => (isLeftOut ? [] : (reached ?? [])));
    const horizon = waited.length === 0 ? null : waited.reduce((a, b) => (isOlder(a, b) ? b : a));
    const rows: Row[] = [];
    const places = new Map<string, EntryId | null>();
    for (const [stream, part] of this.#parts) {
      const first = part.rows.findIndex(({ id }) => horizon !== null && isOlder(id, horizon));
      rows.push(...part.rows.splice(0, first < 0 ? part.rows.length : first));
      // With nothing kept it goes on where it was read to, else before what the others wait for.
      if (part.rows.length === 0) places.set(stream, part.reached);
      else
        places.set(stream, horizon !== null && isOlder(horizon, part.from) ? horizon : part.from);
      part.from = places.get(stream) ?? part.from;
    }
    return { rows: rows.sort(newestFirst), places };
  }
}

/** Of the same id the stream whose name comes first is the older one. */
function newestFirst(a: { stream: string; id: EntryId }, b: { stream: string; id: EntryId }) {
  return compareEntryIds(b.id, a.id) || (a.stream < b.stream ? 1 : -1);
}

function isOlder(a: EntryId, b: EntryId): boolean {
  return compareEntryIds(a, b) < 0;
}
