import type { Metadata } from 'next';
import { enterPage } from '@/app/enter-page';
import { EntryWithoutScripts } from '@/components/entry/entry-without-scripts';
import { StreamScreen } from '@/components/stream/stream-screen';
import type { SearchParams } from '@/lib/http/page-search';
import { settle } from '@/lib/http/settle';
import { nameFromParam } from '@/lib/model/stream-href';
import { visibleText } from '@/lib/model/visible-text';
import { getRuntime } from '@/lib/runtime';
import { parseStreamSearch } from './search-params';

export const dynamic = 'force-dynamic';

interface Props {
  params: Promise<{ stream: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: visibleText(nameFromParam((await params).stream)) };
}

export default async function StreamPage({ params, searchParams }: Props) {
  await enterPage('/streams/[stream]', params);
  const stream = nameFromParam((await params).stream);
  const search = await parseStreamSearch(searchParams);
  const { entries, eventCounts } = getRuntime();
  const [page, entry] = await Promise.all([
    settle(entries.readPage(stream, search.query)),
    search.entry === null
      ? null
      : settle(entries.readEntry(stream, search.entry, { whole: false })),
  ]);
  const start = {
    query: search.query,
    mistakes: search.mistakes,
    page: page.value,
    problem: page.problem,
    entry: entry?.value ?? null,
  };
  return (
    <>
      {search.entry !== null && (
        <EntryWithoutScripts id={search.entry} entry={entry?.value ?? null} />
      )}
      <StreamScreen name={stream} start={start} countsEvents={eventCounts.counts(stream)} />
    </>
  );
}
