import type { EntriesPage } from '@/lib/model/entries-page';
import { type EntryId, entryIdTimestamp } from '@/lib/model/entry-id';
import type { SearchLine } from '@/lib/model/history-search';
import { OlderMerge } from '@/lib/model/older-merge';
import { entriesApiHref, searchApiHref } from '@/lib/model/stream-href';
import { entriesToTailRows, type TailEntryRow } from '@/lib/model/tail-row';
import { fetchJson, RequestError, streamLines } from './fetcher';
import type { LeftOutStream, OlderSink, ReadOlder } from './live-look-back';

/** Entries of a page, where everything is shown; of several streams each reads its part of that. */
const PAGE_ENTRIES = 200;
const PAGE_ENTRIES_MIN = 50;
/** Searches of one tail at a time: the server runs twelve, for everybody. */
const SEARCHES_MAX = 3;

/** What a stream is read back into: rows newest first, the entry reached, how many were looked at. */
type OnRead = (rows: TailEntryRow[], reached: EntryId | null, scanned: number) => void;

/**
 * Reads a page of what is older, or, with a filter, searches back until enough is found: of each
 * stream, and hands it over by id over all of them. A stream that Redis refuses is left out.
 */
export function olderEntries(filter: string): ReadOlder {
  const merge = new OlderMerge<TailEntryRow>();
  return async (from, sink) => {
    merge.begin(from);
    const wanted = merge.wanted();
    const leftOut: LeftOutStream[] = [];
    const scanned = new Map<string, number>();
    const limit = Math.max(PAGE_ENTRIES_MIN, Math.ceil(PAGE_ENTRIES / from.size));
    const hand = () => {
      const { rows, places } = merge.take();
      sink.onRows(rows, places);
      return places;
    };
    const readOne = async ([stream, before]: [string, EntryId]) => {
      const onRead: OnRead = (rows, reached, count) => {
        merge.add(stream, rows, reached);
        scanned.set(stream, count);
        const places = hand();
        if (filter !== '') sink.onProgress(progressOf(scanned, [...places.values()]));
      };
      try {
        if (filter === '') await readPage(stream, before, limit, sink, onRead);
        else await search(stream, filter, before, sink, onRead);
      } catch (error) {
        if (from.size === 1 || !isRefused(error)) throw error;
        merge.leaveOut(stream);
        leftOut.push({ stream, problem: error.message });
      }
    };
    const waiting = [...wanted];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await readOne(next);
    };
    const atOnce = filter === '' ? waiting.length : Math.min(SEARCHES_MAX, waiting.length);
    await Promise.all(Array.from({ length: atOnce }, work));
    return { places: hand(), leftOut };
  };
}

/** Redis will not have this stream read, or it is none: asking again by itself is in vain. */
function isRefused(error: unknown): error is RequestError {
  if (!(error instanceof RequestError)) return false;
  const { status, code } = error.problem ?? {};
  return (
    code === 'redis_permission_denied' || (status !== undefined && status >= 400 && status < 500)
  );
}

function progressOf(scanned: ReadonlyMap<string, number>, places: (EntryId | null)[]) {
  const times = places.flatMap((id) => (id === null ? [] : (entryIdTimestamp(id) ?? [])));
  const all = [...scanned.values()].reduce((sum, count) => sum + count, 0);
  return { scanned: all, time: times.sort().at(-1) ?? null };
}

async function readPage(
  stream: string,
  before: EntryId,
  limit: number,
  { signal }: OlderSink,
  onRead: OnRead,
): Promise<void> {
  const url = entriesApiHref(stream, { before, limit });
  const page = await fetchJson<EntriesPage>(url, { signal });
  const rows = entriesToTailRows(page.entries, [], stream);
  if (!signal.aborted) onRead(rows, page.older, page.entries.length);
}

async function search(
  stream: string,
  filter: string,
  before: EntryId,
  { signal }: OlderSink,
  onRead: OnRead,
): Promise<void> {
  const url = searchApiHref(stream, { filter, before });
  let reached: EntryId | null = before;
  let scanned = 0;
  let end: Extract<SearchLine, { kind: 'end' | 'error' }> | null = null;
  await streamLines<SearchLine>(url, signal, (lines) => {
    const found = lines.flatMap((line) => (line.kind === 'entry' ? line.entry : []));
    for (const line of lines) {
      if (line.kind === 'begin') continue;
      if (line.kind === 'entry') {
        // An entry may follow the progress it came with: the last line alone tells how far it got.
        reached = line.entry.id;
        continue;
      }
      scanned = line.scanned;
      reached = line.kind === 'end' ? line.next : (line.at ?? reached);
      if (line.kind !== 'progress') end = line;
    }
    if (!signal.aborted) onRead(entriesToTailRows(found, [], stream), reached, scanned);
  });
  checkEnd(end);
}

/** Cut before its last line it has not come to its end. */
function checkEnd(end: Extract<SearchLine, { kind: 'end' | 'error' }> | null): void {
  if (end === null) throw new RequestError(null);
  if (end.kind === 'error') throw new Error(end.detail);
}
