/** Who asks what the filter leaves out is told this often. */
const COUNTS_EVERY_MS = 500;

/** Entries that a subscriber's filter left out since it was told of them, for those who ask. */
export class FilterCounts {
  #untold = 0;
  #dueAtMs = 0;

  constructor(private readonly isAsked: boolean) {}

  add(entries: number): void {
    if (this.isAsked) this.#untold += entries;
  }

  /** How long until there is something to tell; null where there is nothing. */
  dueInMs(nowMs: number): number | null {
    return this.#untold === 0 ? null : Math.max(0, Math.ceil(this.#dueAtMs - nowMs));
  }

  /** What is told now, and counted no more. */
  take(nowMs: number): number {
    const untold = this.#untold;
    this.#untold = 0;
    this.#dueAtMs = nowMs + COUNTS_EVERY_MS;
    return untold;
  }
}
