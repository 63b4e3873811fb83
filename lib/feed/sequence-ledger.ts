import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';

/** Most ids one stream's ledger remembers: some times more than its log has entries. */
export const LEDGER_IDS_MAX = 65_536;

/**
 * How many entries had been added to a stream when each of its newest entries was: what tells a
 * client that comes back late how much it lost. It remembers ids alone, long after the entries.
 */
export class SequenceLedger {
  #ids: EntryId[] = [];
  #sequences: number[] = [];
  /** Records before this index were let go; the arrays are cut when half of them is. */
  #start = 0;

  constructor(private idsMax = LEDGER_IDS_MAX) {}

  limit(idsMax: number): void {
    this.idsMax = Math.min(idsMax, LEDGER_IDS_MAX);
    this.#trim();
  }

  /** Ids come in ascending order. */
  note(id: EntryId, sequence: number): void {
    if (this.#ids.at(-1) === id) this.#sequences[this.#ids.length - 1] = sequence;
    else {
      this.#ids.push(id);
      this.#sequences.push(sequence);
      this.#trim();
    }
  }

  /** Entries ever added up to `id`; null for an id that was not noted, or is forgotten. */
  sequenceOf(id: EntryId): number | null {
    let low = this.#start;
    let high = this.#ids.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = compareEntryIds(this.#ids[middle] ?? id, id);
      if (order === 0) return this.#sequences[middle] ?? null;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }

  clear(): void {
    this.#ids = [];
    this.#sequences = [];
    this.#start = 0;
  }

  #trim(): void {
    this.#start = Math.max(this.#start, this.#ids.length - this.idsMax);
    if (this.#start <= this.#ids.length / 2) return;
    this.#ids = this.#ids.slice(this.#start);
    this.#sequences = this.#sequences.slice(this.#start);
    this.#start = 0;
  }
}
