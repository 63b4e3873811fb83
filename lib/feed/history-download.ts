import type { Entry } from '@/lib/model/entry';
import {
  compareEntryIds,
  ENTRY_ID_ZERO,
  type EntryId,
  nextEntryId,
  previousEntryId,
  UINT64_MAX,
} from '@/lib/model/entry-id';
import { toFeedMessage } from '@/lib/model/event';
import type { GapData, ResetData } from '@/lib/model/feed-message';
import { filterMatcher } from '@/lib/model/filter-match';
import type { HistoryRange } from '@/lib/model/history-search';
import { type StreamPage, type StreamPosition, UNCHANGED } from '@/lib/redis/stream-reads';
import { holeAfter } from './hole';
import type { PacedPages } from './paced-pages';

/** What a download holds, in the order of the stream. */
export type DownloadItem =
  | { entry: Entry }
  /** Entries between these ids went while it ran. */
  | { gap: GapData }
  /** The stream was deleted or recreated: what is left of it is another's, and the download ends. */
  | { reset: ResetData };

/** The last entry a download can hold: what is added after it began is none of it. */
export function downloadEnd(position: StreamPosition, { toMs }: HistoryRange): EntryId {
  const { lastGeneratedId } = position;
  const last = toMs === undefined ? lastGeneratedId : `${toMs}-${UINT64_MAX}`;
  return compareEntryIds(last, lastGeneratedId) < 0 ? last : lastGeneratedId;
}

/** Reads from the first entry that is asked for up to `end`; throws where Redis fails. */
export async function* downloadItems(
  pages: PacedPages,
  stream: string,
  { range, end }: { range: HistoryRange; end: EntryId },
): AsyncGenerator<DownloadItem, void> {
  const matches = filterMatcher(range.filter);
  const place = new DownloadPlace(range);
  while (compareEntryIds(place.id, end) < 0) {
    const page = await pages.after(place.id);
    if (place.isAnother(page.position, end)) return yield { reset: { stream } };
    const gap = place.stepOverHole(page.position);
    if (gap) {
      yield { gap };
      continue;
    }
    if (page.entries.length === 0) return;
    for (const sized of page.entries) {
      const { id } = sized.entry;
      if (compareEntryIds(id, end) > 0) return;
      const entry = await pages.whole(sized);
      if (entry === null)
        yield { gap: { after: place.id, before: nextEntryId(id) ?? id, lost: 1 } };
      else if (matches === null || matches(toFeedMessage(entry))) yield { entry };
      place.id = id;
    }
    place.learn(page);
  }
}

/** Where a download stands, and how many entries were ever added up to there. */
class DownloadPlace {
  id: EntryId;
  #sequence: number | null = null;
  readonly #start: EntryId;

  constructor({ fromMs }: HistoryRange) {
    this.#start = fromMs === undefined ? ENTRY_ID_ZERO : startBefore(fromMs);
    this.id = this.#start;
  }

  /** Ids ran on from the end once: lower ones, or fewer entries ever added, are of another stream. */
  isAnother(position: StreamPage['position'], end: EntryId): boolean {
    if (position === UNCHANGED) return false;
    if (position === null || compareEntryIds(position.lastGeneratedId, end) < 0) return true;
    const { entriesAdded } = position;
    return entriesAdded !== null && this.#sequence !== null && entriesAdded < this.#sequence;
  }

  /** What was trimmed since the page before; what went before the first was never asked for. */
  stepOverHole(position: StreamPage['position']): GapData | null {
    if (position === null || position === UNCHANGED || this.id === this.#start) return null;
    const hole = holeAfter(this.id, this.#sequence, position);
    if (hole === null) return null;
    const gap = { after: this.id, before: hole.before, lost: hole.lost };
    this.id = hole.resumeAfter;
    this.#sequence = hole.sequence;
    return gap;
  }

  /** Whoever reads from the start has before them what was removed so far, and counts on. */
  learn({ position, entries }: StreamPage): void {
    const isStart = this.#start === ENTRY_ID_ZERO && !this.#hasCounted;
    if (isStart && position !== null && position !== UNCHANGED) {
      const { entriesAdded, length } = position;
      this.#sequence = entriesAdded === null ? null : entriesAdded - length;
    }
    this.#hasCounted = true;
    if (this.#sequence !== null) this.#sequence += entries.length;
  }

  #hasCounted = false;
}

function startBefore(fromMs: number): EntryId {
  return previousEntryId(`${fromMs}-0`) ?? ENTRY_ID_ZERO;
}
