import type { AttentionItem } from './attention';
import type { GroupSnapshot, StreamSnapshot } from './snapshot';
import { streamStanding } from './stream-standing';
import { withParams } from './tail-query';

export const OVERVIEW_SORTS = ['worst', 'name', 'lag', 'in'] as const;
export type OverviewSort = (typeof OVERVIEW_SORTS)[number];

/** Which streams the Overview shows: the state of its page that is worth sharing. */
export interface OverviewQuery {
  /** Stands in the name of the stream or of one of its groups; empty for all. */
  text: string;
  sort: OverviewSort;
  /** From 1. */
  page: number;
}

const TEXT_CHARS_MAX = 256;
/** Rows of streams and groups on one page: more are slow to draw every second. */
export const PAGE_ROWS_MAX = 100;

/** Anything that cannot be read counts as not given. */
export function parseOverviewQuery(params: { get(name: string): string | null }): OverviewQuery {
  const sort = params.get('sort');
  const page = Number(params.get('page') ?? 1);
  return {
    text: (params.get('q') ?? '').slice(0, TEXT_CHARS_MAX),
    sort: OVERVIEW_SORTS.find((known) => known === sort) ?? 'worst',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

export function overviewHref({ text, sort, page }: OverviewQuery): string {
  const params = new URLSearchParams();
  if (text !== '') params.set('q', text);
  if (sort !== 'worst') params.set('sort', sort);
  if (page !== 1) params.set('page', String(page));
  return withParams('/', params);
}

type Group = Pick<GroupSnapshot, 'name' | 'lag' | 'out_per_second'>;
type Stream = Pick<StreamSnapshot, 'name' | 'in_per_second'> & { groups: readonly Group[] };

export function filterStreams<S extends Stream>(streams: readonly S[], text: string): S[] {
  const wanted = text.trim().toLowerCase();
  const has = (name: string) => name.toLowerCase().includes(wanted);
  return streams.filter(
    ({ name, groups }) => wanted === '' || has(name) || groups.some((group) => has(group.name)),
  );
}

/** Ties stand as they were given; what is not known stands last. */
export function sortStreams<S extends Stream>(
  streams: readonly S[],
  sort: OverviewSort,
  attention: readonly Pick<AttentionItem, 'stream' | 'severity'>[],
): S[] {
  if (sort === 'name') {
    return streams.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }
  const key = sort === 'worst' ? severityKey(attention) : sort === 'lag' ? lagKey : inKey;
  const keys = new Map(streams.map((stream) => [stream.name, key(stream)]));
  return streams.toSorted((a, b) => (keys.get(b.name) ?? -1) - (keys.get(a.name) ?? -1));
}

function severityKey(attention: readonly Pick<AttentionItem, 'stream' | 'severity'>[]) {
  const keys = new Map<string, number>();
  for (const { stream, severity } of attention) {
    keys.set(stream, Math.max(keys.get(stream) ?? 0, severity === 'bad' ? 2 : 1));
  }
  return (stream: Stream) => keys.get(stream.name) ?? 0;
}

const lagKey = (stream: Stream) => streamStanding(stream.groups).lag?.value ?? -1;
const inKey = (stream: Stream) => stream.in_per_second ?? -1;

/** The streams of each page: as many as have `PAGE_ROWS_MAX` rows with their groups, one at least. */
export function pagesOf<S extends Stream>(streams: readonly S[]): S[][] {
  const pages: S[][] = [];
  let rows = 0;
  for (const stream of streams) {
    const own = 1 + stream.groups.length;
    const page = pages.at(-1);
    if (page !== undefined && rows + own <= PAGE_ROWS_MAX) {
      page.push(stream);
      rows += own;
    } else {
      pages.push([stream]);
      rows = own;
    }
  }
  return pages;
}
