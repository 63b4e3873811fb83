/** A batch may be so many times as long as the one before. */
const GROWTH = 4;

/**
 * How many entries to ask of Redis at once. COUNT knows no bytes, and an entry may be megabytes:
 * what was read last says how many of its kind make a batch that comes in time, and it grows only
 * while batches come full, so that large entries behind small ones do not come by the thousand.
 */
export class BatchSize {
  #entries: number;

  constructor(
    private readonly entriesMax: number,
    private readonly bytesMax: number,
    private readonly first: number,
  ) {
    this.#entries = first;
  }

  get entries(): number {
    return this.#entries;
  }

  /** As many as fit where all were as large as the largest of these sizes, bytes. */
  learn(sizes: readonly number[]): void {
    if (sizes.length === 0) return;
    const largest = sizes.reduce((bytes, size) => Math.max(bytes, size), 1);
    const fit = Math.floor(this.bytesMax / largest);
    const grown = Math.max(this.first, GROWTH * sizes.length);
    this.#entries = Math.min(this.entriesMax, grown, Math.max(1, fit));
  }

  /** A batch that did not come is tried again smaller. */
  shrink(): void {
    this.#entries = Math.max(1, Math.floor(this.#entries / 4));
  }
}
