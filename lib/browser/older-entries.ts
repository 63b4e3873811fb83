import type { EntriesPage } from '@/lib/model/entries-page';
import type { EntryId } from '@/lib/model/entry-id';
import type { SearchLine } from '@/lib/model/history-search';
import { entriesApiHref, searchApiHref } from '@/lib/model/stream-href';
import { entriesToTailRows } from '@/lib/model/tail-row';
import { fetchJson, RequestError, streamLines } from './fetcher';
import type { OlderSink } from './live-look-back';

/** Entries of a page, where everything is shown. */
const PAGE_ENTRIES = 200;

/** Reads a page of what is older than an entry, or, with a filter, searches back until enough is found. */
export function readOlderEntries(
  stream: string,
  filter: string,
  before: EntryId,
  sink: OlderSink,
): Promise<EntryId | null> {
  return filter === '' ? readPage(stream, before, sink) : search(stream, filter, before, sink);
}

async function readPage(
  stream: string,
  before: EntryId,
  { signal, onRows }: OlderSink,
): Promise<EntryId | null> {
  const url = entriesApiHref(stream, { before, limit: PAGE_ENTRIES });
  const page = await fetchJson<EntriesPage>(url, { signal });
  onRows(entriesToTailRows(page.entries, []), page.older);
  return page.older;
}

async function search(
  stream: string,
  filter: string,
  before: EntryId,
  { signal, onRows, onProgress }: OlderSink,
): Promise<EntryId | null> {
  const url = searchApiHref(stream, { filter, before });
  let end: Extract<SearchLine, { kind: 'end' | 'error' }> | null = null;
  await streamLines<SearchLine>(url, signal, (lines) => {
    const found = lines.flatMap((line) => (line.kind === 'entry' ? line.entry : []));
    // An entry may follow the progress it came with: the last line alone tells how far it got.
    onRows(entriesToTailRows(found, []), reachedBy(lines.at(-1)));
    for (const line of lines) {
      if (line.kind === 'begin' || line.kind === 'entry') continue;
      onProgress({ scanned: line.scanned, time: line.time });
      if (line.kind !== 'progress') end = line;
    }
  });
  return outcomeOf(end);
}

/** The entry a line was sent at; null where it tells of none. */
function reachedBy(line: SearchLine | undefined): EntryId | null {
  if (line === undefined || line.kind === 'begin') return null;
  return line.kind === 'entry' ? line.entry.id : line.at;
}

/** Cut before its last line it has not come to its end. */
function outcomeOf(end: Extract<SearchLine, { kind: 'end' | 'error' }> | null): EntryId | null {
  if (end === null) throw new RequestError(null);
  if (end.kind === 'error') throw new Error(end.detail);
  return end.next;
}
