import type { Metadata } from 'next';
import { enterPage } from '@/app/enter-page';
import { TailScreen } from '@/components/tail/tail-screen';
import type { SearchParams } from '@/lib/http/page-search';
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
  await enterPage('/events');
  const query = await parseTailSearch(searchParams);
  const { config } = getRuntime();
  return (
    <TailScreen query={query} defaultStream={config.eventStream} {...(await readStart(query))} />
  );
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
