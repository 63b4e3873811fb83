import type { Metadata } from 'next';
import { enterPage, seeOnPage } from '@/app/enter-page';
import { TailScreen } from '@/components/tail/tail-screen';
import type { SearchParams } from '@/lib/http/page-search';
import type { Actor } from '@/lib/model/actor';
import { ENTRY_ID_ZERO } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { isFiltered, readFilter, type TailQuery } from '@/lib/model/tail-query';
import { entriesToTailRows } from '@/lib/model/tail-row';
import { getRuntime } from '@/lib/runtime';
import { parseTailSearch } from './search-params';

export const dynamic = 'force-dynamic';
export const metadata: Metadata = { title: 'Live' };

/** Entries the tail begins with, and how many are looked through for a filter. */
const START_ROWS = 100;
const START_FILTERED_ENTRIES = 500;

export default async function LivePage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await enterPage('/events');
  const { query, defaultStream } = await readQuery(actor, searchParams);
  return <TailScreen query={query} defaultStream={defaultStream} {...(await readStart(query))} />;
}

/** Who may not see the default stream is shown the first of theirs. */
async function readQuery(actor: Actor, searchParams: SearchParams) {
  const query = await parseTailSearch(searchParams);
  const runtime = getRuntime();
  const { eventStream } = runtime.config;
  const defaultStream = await runtime.defaultStreamFor(actor);
  seeOnPage(actor, query.stream ?? defaultStream ?? eventStream);
  if (defaultStream === eventStream) return { query, defaultStream };
  const stream = query.stream ?? defaultStream ?? eventStream;
  return { query: { ...query, stream }, defaultStream: stream };
}

/** The newest entries, oldest first, and the ids that the feed and reading back go on from. */
async function readStart(query: TailQuery) {
  const { entries, config } = getRuntime();
  const limit = isFiltered(query) ? START_FILTERED_ENTRIES : START_ROWS;
  try {
    const page = await entries.readPage(query.stream ?? config.eventStream, {
      order: 'desc',
      limit,
    });
    const rows = entriesToTailRows(page.entries.toReversed(), readFilter(query).filter);
    const after = page.entries[0]?.id ?? ENTRY_ID_ZERO;
    return { start: { rows, after, older: page.older }, trouble: null };
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    // A stream that is not there yet begins at its first entry.
    const isAbsent = error.code === 'stream_not_found';
    return {
      start: isAbsent
        ? { rows: [], after: ENTRY_ID_ZERO, older: null }
        : { rows: [], after: null, older: undefined },
      trouble: isAbsent ? null : error.message,
    };
  }
}
