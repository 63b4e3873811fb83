import type { HistorySlot } from '@/lib/model/history-series';

/** All together hold no more values of streams and groups than this: some ten megabytes. */
const ROWS_MAX = 50_000;
const KEPT_MS = 60_000;

interface Kept {
  slots: readonly HistorySlot[];
  rows: number;
  untilMs: number;
}

/** Chunks that were decoded a moment ago and change no more, by the length of their steps. */
export class SlotCache {
  readonly #kept = new Map<string, Kept>();
  readonly #monotonicMs: () => number;
  #rows = 0;

  constructor(monotonicMs = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  get(key: string, slotMs: number): readonly HistorySlot[] | null {
    this.#dropOld();
    return this.#kept.get(`${slotMs} ${key}`)?.slots ?? null;
  }

  set(key: string, slotMs: number, slots: readonly HistorySlot[]): void {
    const name = `${slotMs} ${key}`;
    this.#drop(name);
    const rows = 1 + slots.reduce((sum, { merged }) => sum + 1 + merged.groups.size, 0);
    this.#kept.set(name, { slots, rows, untilMs: this.#monotonicMs() + KEPT_MS });
    this.#rows += rows;
    this.#dropOld();
  }

  /** Values held. */
  get rows(): number {
    return this.#rows;
  }

  /** The oldest stand first. */
  #dropOld(): void {
    for (const [name, { untilMs }] of this.#kept) {
      if (untilMs > this.#monotonicMs() && this.#rows <= ROWS_MAX) return;
      this.#drop(name);
    }
  }

  #drop(name: string): void {
    this.#rows -= this.#kept.get(name)?.rows ?? 0;
    this.#kept.delete(name);
  }
}
