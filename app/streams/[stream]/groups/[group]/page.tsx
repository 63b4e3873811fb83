import type { Metadata } from 'next';
import { enterPage } from '@/app/enter-page';
import { EntryWithoutScripts } from '@/components/entry/entry-without-scripts';
import { GroupScreen, type GroupStart } from '@/components/group/group-screen';
import type { SearchParams } from '@/lib/http/page-search';
import { settle } from '@/lib/http/settle';
import type { WireEntry } from '@/lib/model/entry';
import { nameFromParam } from '@/lib/model/stream-href';
import { visibleText } from '@/lib/model/visible-text';
import { getRuntime } from '@/lib/runtime';
import { type GroupSearch, parseGroupSearch } from './search-params';

export const dynamic = 'force-dynamic';

interface Props {
  params: Promise<{ stream: string; group: string }>;
  searchParams: SearchParams;
}

async function readNames(params: Props['params']) {
  const { stream, group } = await params;
  return {
    stream: nameFromParam(stream),
    group: nameFromParam(group),
  };
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { stream, group } = await readNames(params);
  return { title: visibleText(`${group} · ${stream}`) };
}

export default async function GroupPage({ params, searchParams }: Props) {
  await enterPage('/streams/[stream]/groups/[group]', params);
  const { stream, group } = await readNames(params);
  const search = await parseGroupSearch(searchParams);
  const { groupDetails, entries } = getRuntime();
  const [answer, part, entry] = await Promise.all([
    settle(groupDetails.read(stream, group)),
    readPart(stream, group, search),
    search.entry === null
      ? null
      : settle(entries.readEntry(stream, search.entry, { whole: false })),
  ]);
  const open = entry?.value ?? null;
  const start = { answer: answer.value, problem: answer.problem, part: withEntry(part, open) };
  return (
    <>
      {search.entry !== null && <EntryWithoutScripts id={search.entry} entry={open} />}
      <GroupScreen stream={stream} group={group} start={start} />
    </>
  );
}

/** Only what the chosen tab shows is read. */
async function readPart(
  stream: string,
  group: string,
  search: GroupSearch,
): Promise<GroupStart['part']> {
  const { pending, groupDetails } = getRuntime();
  const { tab } = search;
  if (tab === 'pending') {
    const { query, mistakes } = search.pending;
    const { value, problem } = await settle(pending.readPage(stream, group, query));
    return { tab, query, mistakes, page: value, problem, entry: null };
  }
  if (tab === 'consumers') {
    const { query, mistakes } = search.consumers;
    const { value, problem } = await settle(groupDetails.readConsumers(stream, group, query));
    return { tab, query, mistakes, page: value, problem };
  }
  return { tab };
}

function withEntry(part: GroupStart['part'], entry: WireEntry | null): GroupStart['part'] {
  return part.tab === 'pending' ? { ...part, entry } : part;
}
