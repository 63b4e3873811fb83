import type { Metadata } from 'next';
import { enterPage, seeOnPage } from '@/app/enter-page';
import { TailScreen } from '@/components/tail/tail-screen';
import type { SearchParams } from '@/lib/http/page-search';
import type { Actor } from '@/lib/model/actor';
import type { EntriesPage } from '@/lib/model/entries-page';
import { ENTRY_ID_MAX, ENTRY_ID_ZERO, type EntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { writeFeedCursor } from '@/lib/model/feed-cursor';
import { OlderMerge } from '@/lib/model/older-merge';
import { isFiltered, readFilter, type TailQuery } from '@/lib/model/tail-query';
import { entriesToTailRows, type TailEntryRow } from '@/lib/model/tail-row';
import { getRuntime } from '@/lib/runtime';
import { parseTailSearch } from './search-params';

export const dynamic = 'force-dynamic';
export const metadata: Metadata = { title: 'Live' };

/** Entries the tail begins with, and how many are looked through for a filter, over all its streams. */
const START_ROWS = 100;
const START_FILTERED_ENTRIES = 500;
/** Of each of several streams at least. */
const START_ROWS_MIN = 25;

export default async function LivePage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await enterPage('/events');
  const { query, mistake, defaultStream } = await readQuery(actor, searchParams);
  return (
    <TailScreen
      query={query}
      mistake={mistake}
      defaultStream={defaultStream}
      {...(await readStart(query))}
    />
  );
}

/** Who may not see the default stream is shown the first of theirs. */
async function readQuery(actor: Actor, searchParams: SearchParams) {
  const { query, mistake } = await parseTailSearch(searchParams);
  const runtime = getRuntime();
  const { eventStream } = runtime.config;
  const defaultStream = (await runtime.standing.defaultStreamFor(actor)) ?? eventStream;
  const streams = query.streams.length > 0 ? query.streams : [defaultStream];
  for (const stream of streams) await seeOnPage(actor, stream);
  const isUsual = defaultStream === eventStream;
  return { query: isUsual ? query : { ...query, streams }, mistake, defaultStream };
}

/** The newest entries, oldest first, and the ids that the feed and reading back go on from. */
async function readStart(query: TailQuery) {
  const streams = query.streams.length > 0 ? query.streams : [getRuntime().config.eventStream];
  const whole = isFiltered(query) ? START_FILTERED_ENTRIES : START_ROWS;
  const limit = Math.max(START_ROWS_MIN, Math.ceil(whole / streams.length));
  const ends = await Promise.all(streams.map((stream) => readEnd(stream, limit)));
  const merge = new OlderMerge<TailEntryRow>();
  merge.begin(new Map(streams.map((stream) => [stream, ENTRY_ID_MAX])));
  const { filter } = readFilter(query);
  const troubles: { stream: string; problem: string }[] = [];
  for (const { stream, page, problem } of ends) {
    if (problem !== null) {
      merge.leaveOut(stream);
      troubles.push({ stream, problem });
    } else {
      const rows = entriesToTailRows(page?.entries ?? [], filter, stream);
      merge.add(stream, rows, page?.older ?? null);
    }
  }
  const { rows, places } = merge.take();
  const broken = new Set(troubles.map(({ stream }) => stream));
  const older = [...places].filter(([stream]) => !broken.has(stream));
  return { start: { rows: rows.reverse(), after: afterOf(ends), older }, troubles };
}

interface StreamEnd {
  stream: string;
  /** Null where there is no stream yet, or it cannot be read. */
  page: EntriesPage | null;
  problem: string | null;
}

async function readEnd(stream: string, limit: number): Promise<StreamEnd> {
  try {
    const page = await getRuntime().entries.readPage(stream, { order: 'desc', limit });
    return { stream, page, problem: null };
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    const isAbsent = error.code === 'stream_not_found';
    return { stream, page: null, problem: isAbsent ? null : error.message };
  }
}

/** A stream that is not there yet begins at its first entry, one in trouble with what is new. */
function afterOf(ends: readonly StreamEnd[]): string | null {
  const places = ends.map(({ page, problem }): EntryId | null =>
    problem === null ? (page?.entries[0]?.id ?? ENTRY_ID_ZERO) : null,
  );
  const [only = null] = places;
  if (places.length === 1) return only;
  return writeFeedCursor(
    ends.map(({ stream }) => stream),
    places,
  );
}
