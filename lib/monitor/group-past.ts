import type { EntryId } from '@/lib/model/entry-id';
import type { Lag } from '@/lib/model/lag';
import type { GroupInfo } from '@/lib/redis/stream-info';

/**
 * One group in each of a stream's samples, in their order: a list a figure, for thousands of them are
 * looked through every second. Null is what was not known then, or that there was no such group.
 */
export class GroupPast {
  readonly lastDeliveredIds: (EntryId | null)[];
  readonly entriesRead: (number | null)[];
  /** Null also where it was only a bound. */
  readonly lags: (number | null)[];
  readonly lost: (number | null)[];

  /** `samplesBefore`: those taken before it was there. */
  constructor(samplesBefore: number) {
    const none = () => Array.from({ length: samplesBefore }, () => null);
    this.lastDeliveredIds = none();
    this.entriesRead = none();
    this.lags = none();
    this.lost = none();
  }

  add({ lastDeliveredId, entriesRead }: GroupInfo, lag: Lag | undefined): void {
    // One text for as long as it stands still.
    const before = this.lastDeliveredIds.at(-1);
    this.lastDeliveredIds.push(before === lastDeliveredId ? before : lastDeliveredId);
    this.entriesRead.push(entriesRead);
    this.lags.push(lag === undefined || lag.quality === 'at_least' ? null : lag.value);
    this.lost.push(lag?.lost ?? null);
  }

  /** A sample in which there was no such group. */
  addNone(): void {
    for (const list of this.#lists()) list.push(null);
  }

  dropOldest(): void {
    for (const list of this.#lists()) list.shift();
  }

  /** Whether it was there in the newest sample. */
  get isThere(): boolean {
    return (this.lastDeliveredIds.at(-1) ?? null) !== null;
  }

  /** The first sample it was there in, from `from` on; -1 for none. */
  thereFrom(from: number): number {
    return firstKnown(this.lastDeliveredIds, from);
  }

  #lists(): (unknown | null)[][] {
    return [this.lastDeliveredIds, this.entriesRead, this.lags, this.lost];
  }
}

/** The first place from `from` on that holds something; -1 for none. */
export function firstKnown(list: readonly unknown[], from: number): number {
  for (let at = Math.max(0, from); at < list.length; at++) {
    if (list[at] !== null) return at;
  }
  return -1;
}
