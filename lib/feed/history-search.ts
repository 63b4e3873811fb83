import { PAGE_VALUE_BYTES_MAX } from '@/lib/model/entries-page';
import { type Entry, toWireEntry } from '@/lib/model/entry';
import {
  compareEntryIds,
  type EntryId,
  entryIdTimestamp,
  previousEntryId,
  UINT64_MAX,
} from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { toFeedMessage } from '@/lib/model/event';
import { filterMatcher } from '@/lib/model/filter-match';
import type { HistorySearch, SearchLine } from '@/lib/model/history-search';
import type { SizedEntry } from '@/lib/redis/stream-reads';
import type { PacedPages } from './paced-pages';

/**
 * Looks back through a stream from its newest entry, or from where an earlier search stopped. Ends
 * at the first entry (`length` entries back), at `fromMs`, or once enough was found; trouble of Redis is its last line.
 */
export async function* searchBack(
  pages: PacedPages,
  stream: string,
  search: HistorySearch,
  length: number,
): AsyncGenerator<SearchLine, void> {
  const state = new SearchState(search);
  yield { kind: 'begin', stream, total: totalOf(length, search) };
  try {
    while (state.from !== null) {
      const page = await pages.back(state.from, state.downTo);
      if (page.entries.length === 0) break;
      for (const sized of page.entries) {
        const entry = await pages.whole(sized);
        if (entry !== null && state.matches(entry)) {
          yield { kind: 'entry', entry: toWireEntry(entry, PAGE_VALUE_BYTES_MAX) };
        }
        state.passed(sized);
        if (state.hasEnough) return yield { kind: 'end', next: state.at, ...state.count };
      }
      yield { kind: 'progress', ...state.count };
    }
    yield { kind: 'end', next: null, ...state.count };
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    const { code, message } = error;
    yield { kind: 'error', code, detail: message, next: state.at, ...state.count };
  }
}

/** Where a search stands. */
class SearchState {
  /** The entry looked at last. */
  at: EntryId | null = null;
  #scanned = 0;
  #found = 0;
  readonly downTo: string;
  readonly #first: string | null;
  readonly #limit: number;
  readonly #test;

  constructor({ filter, before, fromMs, toMs, limit }: HistorySearch) {
    this.#test = filterMatcher(filter);
    this.#limit = limit;
    this.downTo = fromMs === undefined ? '-' : `${fromMs}-0`;
    this.#first = newest(before, toMs);
  }

  /** Where the next page begins; null where nothing can be left. */
  get from(): string | null {
    const from = this.at === null ? this.#first : previousEntryId(this.at);
    if (from === null || from === '+' || this.downTo === '-') return from;
    return compareEntryIds(from, this.downTo) < 0 ? null : from;
  }

  get hasEnough(): boolean {
    return this.#found >= this.#limit;
  }

  get count() {
    const { at } = this;
    const time = at === null ? null : entryIdTimestamp(at);
    return { scanned: this.#scanned, found: this.#found, at, time };
  }

  matches(entry: Entry): boolean {
    const matches = this.#test === null || this.#test(toFeedMessage(entry));
    if (matches) this.#found++;
    return matches;
  }

  passed({ entry }: SizedEntry): void {
    this.#scanned++;
    this.at = entry.id;
  }
}

/** The newest id that is asked for, `+` for any; null where there can be none. */
function newest(before: EntryId | undefined, toMs: number | undefined): string | null {
  const last = toMs === undefined ? null : `${toMs}-${UINT64_MAX}`;
  if (before === undefined) return last ?? '+';
  const previous = previousEntryId(before);
  if (previous === null || last === null) return previous;
  return compareEntryIds(previous, last) < 0 ? previous : last;
}

/** Every entry, where no bound leaves some out. */
function totalOf(length: number, search: HistorySearch): number | null {
  const isBounded = [search.before, search.fromMs, search.toMs].some(
    (bound) => bound !== undefined,
  );
  return isBounded ? null : length;
}
